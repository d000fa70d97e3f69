"""What a reader is told of a pair, and what of its records is shown without weight."""

from __future__ import annotations

from typing import Any

import pytest

from dedup.initiatives import (
    Attachment,
    Author,
    ImportId,
    Initiative,
    InitiativeId,
    PartialDate,
    SourceRow,
)
from dedup.scoring.evidence import explained, record_evidence
from dedup.scoring.features import NAMES

FEATURES = dict.fromkeys(NAMES, 0.5)


def initiative(**fields: Any) -> Initiative:
    return Initiative(id=InitiativeId(1), fingerprint="f", title="Bơm nước", **fields)


def codes(left: Initiative, right: Initiative) -> dict[str, str]:
    found = record_evidence(left, right)
    assert all(evidence.weight == 0 for evidence in found)
    return {evidence.code: evidence.detail for evidence in found}


def test_evidence_comes_strongest_first_without_trifles() -> None:
    shown = explained(
        ("Bơm nước", "Bơm nước"),
        ("", ""),
        weights={"PRIOR": -1.0, "R1": 2.0, "R4": 0.01, "C5": -1.5},
        features=FEATURES,
    )
    assert [(e.code, e.weight) for e in shown] == [("R1", 2.0), ("C5", -1.5), ("PRIOR", -1.0)]
    assert shown[0].detail == "tên giống hệt sau chuẩn hóa"


def test_another_object_is_shown_by_the_words_that_were_swapped() -> None:
    titles = ("Lắp biến tần cho quạt hút khí lò đốt", "Lắp biến tần cho bơm hút khí lò đốt")
    (evidence,) = explained(titles, ("", ""), weights={"C1": -1.0}, features=FEATURES)
    assert evidence.detail == "khác đối tượng hoặc thiết bị («quạt» / «bơm»)"


def test_names_and_figures_that_alone_differ_are_shown_whatever_they_weigh() -> None:
    contents = (
        "Tổ cơ điện lắp lưới lọc hai lớp tại Công ty Than Hà Lầm nên mỗi năm bớt được 12 lần phải dừng máy",
        "Tổ cơ điện lắp lưới lọc hai lớp tại Công ty Than Mạo Khê nên mỗi năm bớt được 9 lần phải dừng máy",
    )
    weights = {"R10": 0.0, "R3": 0.0, "C1": 0.0}
    shown = explained(("a", "b"), contents, weights=weights, features=FEATURES)
    assert {e.code for e in shown} == {"R3", "R10"}
    (swapped,) = (e for e in shown if e.code == "R10")
    assert [contents[0][slice(*span.left)] for span in swapped.spans] == ["Hà Lầm", "12"]


def test_containment_says_how_much() -> None:
    (evidence,) = explained(
        ("a", "b"), ("", ""), weights={"R12": 1.0}, features=FEATURES | {"content_cover": 0.92}
    )
    assert evidence.detail == "một bên chứa phần lớn bên kia (92% của bên ngắn)"


def test_a_reason_with_negative_weight_says_the_opposite() -> None:
    (evidence,) = explained(("a", "b"), ("", ""), weights={"R4": -1.0}, features=FEATURES)
    assert evidence.detail == "ý nghĩa cách xa nhau"


def test_two_records_with_nothing_in_common_have_no_record_evidence() -> None:
    assert record_evidence(initiative(), initiative()) == ()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (
            {"authors": (Author(name="Nguyễn Văn Hoà"),)},
            {"authors": (Author(name="Lê A"), Author(name="NGUYỄN VĂN HÒA"))},
            {"R5": "cùng tác giả: Nguyễn Văn Hoà"},
        ),
        (
            {"unit": "Cty CP Bia"},
            {"unit": "công ty cổ phần bia"},
            {"R6": "cùng đơn vị: Cty CP Bia"},
        ),
        (
            {"decision_no": "12/QĐ"},
            {"decision_no": " 12 / QĐ."},
            {"R7": "cùng số quyết định: 12/QĐ"},
        ),
        (
            {"benefit_vnd": 350_000_000},
            {"benefit_vnd": 350_000_000},
            {"R8": "cùng giá trị làm lợi: 350.000.000 đồng"},
        ),
        ({"benefit_vnd": 0}, {"benefit_vnd": 0}, {}),
        (
            {"attachments": (Attachment(name="QĐ.pdf", sha256="1"),)},
            {"attachments": (Attachment(name="x.pdf", sha256="1"),)},
            {"R9": "cùng tệp đính kèm: QĐ.pdf"},
        ),
        (
            {"import_id": ImportId(3), "source": SourceRow(file="f", sheet="s", row=2)},
            {"import_id": ImportId(3), "source": SourceRow(file="f", sheet="s", row=9)},
            {"R11": "cùng khối dòng nhập: dòng 2, dòng 9"},
        ),
        (
            {"first_applied_on": PartialDate("2021")},
            {"first_applied_on": PartialDate("2023-01")},
            {"C4": "thời gian áp dụng cách nhau 730 ngày"},
        ),
    ],
)
def test_equal_fields_are_shown_as_weightless_reasons(
    left: dict[str, Any], right: dict[str, Any], expected: dict[str, str]
) -> None:
    assert codes(initiative(**left), initiative(**right)) == expected
