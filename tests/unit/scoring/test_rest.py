"""What is left of two texts once their common wording is out, and whether it means the same."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.scoring.rest import REST_NAMES, alone, rest_meanings
from tests.unit.scoring.topics import TopicEmbedder


def meanings(one: tuple[str, str], other: tuple[str, str]) -> dict[str, float]:
    (titles, contents) = zip(one, other, strict=True)
    found = rest_meanings(titles, contents, np.array([0]), np.array([1]), embedder=TopicEmbedder())
    return dict(zip(REST_NAMES, map(float, found[0]), strict=True))


def rest(text: str, other: str) -> list[str]:
    return alone(text, other, TopicEmbedder())


def test_words_of_a_common_word_pair_are_covered() -> None:
    assert rest("thay dầu máy biến áp", "kiểm tra máy biến áp") == ["thay", "dầu"]


def test_a_word_that_only_meets_its_like_alone_is_left() -> None:
    assert rest("bơm nước", "nước bơm") == ["bơm", "nước"]


def test_figures_are_no_rest() -> None:
    assert rest("giảm 12 lần", "tăng 9 lần") == ["giảm", "lần"]


@pytest.mark.parametrize("slip", ["nứoc", "nuoc", "nươc", "nướcc"])
def test_a_slip_of_typing_is_no_rest_on_either_side(slip: str) -> None:
    assert rest(f"máy bơm {slip} lò hơi", "máy bơm nước lò hơi") == []
    assert rest("máy bơm nước lò hơi", f"máy bơm {slip} lò hơi") == []


def test_another_real_word_is_left_though_one_letter_differs() -> None:
    assert rest("quét sạch", "quạt gió") == ["quét", "sạch"]


def test_rests_of_one_topic_mean_the_same_and_of_two_do_not() -> None:
    frame = "chế tạo bộ thử nghiệm dùng cho"
    retold = meanings((f"{frame} biến áp thế", ""), (f"{frame} mba áp áp", ""))
    changed = meanings((f"{frame} biến áp thế", ""), (f"{frame} bếp ăn cơm", ""))
    assert retold["rest_meaning"] == pytest.approx(1.0)
    assert changed["rest_meaning"] == pytest.approx(0.0)
    assert retold["title_found"] > changed["title_found"]
    assert retold["title_kept"] == changed["title_kept"] == pytest.approx(1 - 3 / 10)


def test_equal_texts_leave_nothing_and_all_is_found() -> None:
    same = meanings(("máy biến áp", "thay dầu"), ("máy biến áp", "thay dầu"))
    assert np.isnan(same["rest_meaning"])
    assert same["rest_found"] == same["title_found"] == same["title_kept"] == 1.0
    assert same["rest_lacked"] == same["title_lacked_worse"] == 0.0


def test_the_worse_side_is_told_beside_the_mean_of_both() -> None:
    part, whole = ("máy biến áp", ""), ("máy biến áp cho bếp ăn ca cơm", "")
    found = meanings(part, whole)
    assert found["rest_found"] > found["rest_found_worse"]
    assert found["rest_lacked"] > found["rest_lacked_worse"] < 0


def test_either_side_gives_the_same_answer() -> None:
    one, other = ("máy biến áp mới", "thay dầu ca đêm"), ("bếp ăn ca", "thay dầu máy biến áp")
    assert meanings(one, other) == pytest.approx(meanings(other, one), nan_ok=True)


def test_empty_records_are_answered() -> None:
    nothing = meanings(("", ""), ("", ""))
    assert nothing["rest_found"] == 1.0
    assert np.isnan(nothing["title_rest_meaning"])
    assert meanings(("máy biến áp", ""), ("", ""))["rest_found"] == pytest.approx(0.5)
