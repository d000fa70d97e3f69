"""The rules HL01-HL14 remark on what an officer would send back, and on nothing else."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.initiatives import Author, Flag, PartialDate, Submission
from dedup.validity import MESSAGES, Circumstances, Level, Window, check, remark

AROUND = Circumstances(today=date(2023, 1, 1))
SOUND = Submission(
    title="Cải tiến béc phun tạo hạt NPK hạn chế vón cục",
    description="Thay béc phun đơn bằng béc ba tia, lắp cách mặt trống 400 mm, góc nghiêng 30 độ.",
    effect="Giảm 80% thao tác cúi",
    authors=(Author(name="Nguyễn Văn An", share=60), Author(name="Trần Thị Bình", share=40)),
    unit="Công ty Supe Lâm Thao",
    benefit_raw="350 triệu đồng",
    benefit_vnd=350_000_000,
    first_applied_on=PartialDate("2022-03-15"),
    recognised_on=PartialDate("2022-05-10"),
    decision_no="125/QĐ-NPK",
)


def broken(around: Circumstances = AROUND, **changes: Any) -> list[str]:
    return [flag.code for flag in check(dataclasses.replace(SOUND, **changes), around)]


def test_a_sound_filing_raises_nothing() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "HL01"),
        ({"title": " .-"}, "HL01"),
        ({"title": "Bơm nước"}, "HL02"),
        ({"title": "Sáng kiến cải tiến kỹ thuật"}, "HL02"),
        ({"title": "Giải pháp nâng cao hiệu quả sản xuất"}, "HL02"),
        ({"first_applied_on": PartialDate("2021-08-31")}, "HL03"),
        ({"first_applied_on": PartialDate("2020"), "recognised_on": None}, "HL03"),
        ({"decision_no": "", "recognised_on": None}, "HL04"),
        ({"benefit_raw": "", "benefit_vnd": None, "effect": " "}, "HL05"),
        ({"benefit_vnd": 350}, "HL06"),
        ({"benefit_vnd": 10**14}, "HL06"),
        ({"authors": ()}, "HL09"),
        ({"authors": (Author(name="A", share=60), Author(name="B", share=20))}, "HL10"),
        ({"filed_on": PartialDate("2023-02-01")}, "HL11"),
        ({"recognised_on": PartialDate("2022-03-14")}, "HL11"),
        ({"title": "Tổng cộng: 15 sáng kiến"}, "HL13"),
        ({"title": "Tên sáng kiến"}, "HL13"),
        ({"description": "Nâng cao năng suất lao động, giảm chi phí sản xuất."}, "HL14"),
    ],
)
def test_each_rule_is_broken_alone(changes: dict[str, Any], code: str) -> None:
    assert broken(**changes) == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"first_applied_on": PartialDate("2021-09-01")},
        {"first_applied_on": PartialDate("2023-09"), "recognised_on": None},
        {"first_applied_on": PartialDate("2021"), "recognised_on": PartialDate("2021")},
        {"benefit_vnd": 0},
        {"benefit_vnd": None, "benefit_raw": "không tính được bằng tiền", "effect": ""},
        {"benefit_vnd": None, "benefit_raw": ""},
        {"decision_no": ""},
        {"recognised_on": PartialDate("2022-03")},
        {"authors": (Author(name="A", share=33), Author(name="B", share=66.5))},
        {"authors": (Author(name="A"), Author(name="B"))},
        {"description": ""},
        {"title": "Tổng hợp dữ liệu vận hành lò hơi tự động"},
        {"title": "Cộng hưởng rung sàng bột giấy để giảm tắc"},
    ],
)
def test_what_looks_near_a_rule_but_keeps_it(changes: dict[str, Any]) -> None:
    window = Circumstances(today=date(2023, 12, 1))

    assert broken(window, **changes) == []


def test_the_window_is_a_setting() -> None:
    wide = Window(date(2018, 1, 1), date(2019, 12, 31))

    assert broken(Circumstances(today=date(2023, 1, 1), window=wide)) == ["HL03"]
    assert broken(Circumstances(today=date(2023, 1, 1), window=None)) == []


def test_an_unknown_unit_and_a_value_far_from_its_peers_are_told() -> None:
    around = Circumstances(today=date(2023, 1, 1), unit_known=False, peer_median=350_000)

    assert broken(around) == ["HL06", "HL08"]


def test_a_flag_the_reader_raised_is_not_raised_again() -> None:
    assert broken(benefit_vnd=350, flags=(Flag(code="HL06", field="benefit_raw"),)) == []


def test_a_remark_says_what_was_seen_and_what_to_do() -> None:
    told = remark(Flag(code="HL10", field="authors", detail="80%"))

    assert (told.level, told.field) == (Level.NOTE, "authors")
    assert told.message == "Tổng tỷ lệ đóng góp khác 100%; xin kiểm tra. Đã ghi: «80%»."


def test_only_a_missing_title_and_a_stray_line_block() -> None:
    rules = {f"HL{number:02}" for number in range(1, 15)}

    assert rules <= MESSAGES.keys()
    assert {c for c in rules if MESSAGES[c][0] is Level.BLOCK} == {"HL01", "HL13"}


def test_a_flag_without_words_is_still_told() -> None:
    assert "lạ" in remark(Flag(code="lạ", field="title")).message


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_checked(title: str, description: str) -> None:
    found = check(Submission(title=title, description=description), AROUND)

    assert {flag.code for flag in found} <= MESSAGES.keys()
