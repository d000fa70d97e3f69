"""Features of single pairs, worked out by hand where words alone decide."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.embedding.lexical import LexicalEmbedder
from dedup.ports import Comparables
from dedup.scoring.background import Background
from dedup.scoring.features import NAMES, Compared, compare, with_rests
from dedup.scoring.rest import REST_NAMES
from tests.unit.scoring.topics import TopicEmbedder

Record = tuple[str, str]
LONG = "Trước đây bơm nước làm mát lò hơi thường bị kẹt cánh do cặn bám nên mỗi tháng phải dừng máy"


def compared(one: Record, other: Record) -> Compared:
    titles, contents = [one[0], other[0]], [one[1], other[1]]
    embedder = LexicalEmbedder()
    records = Comparables(
        titles, contents, ["", ""], embedder.embed(titles), embedder.embed(contents)
    )
    return compare(records, np.array([0]), np.array([1]), background=Background.empty())


def feature(one: Record, other: Record, name: str) -> float:
    return float(compared(one, other).x[0, NAMES.index(name)])


def test_equal_texts_share_everything() -> None:
    found = compared(("Bơm nước 110kV", LONG), ("BƠM NƯỚC 110 kV", LONG))
    x = dict(zip(NAMES, found.x[0], strict=True))
    for name in ("title_words", "title_cover", "content_words", "content_cover", "passages"):
        assert x[name] == pytest.approx(1.0)
    assert x["figures"] == x["unlinked"] == 1
    assert found.same_text.tolist() == found.same_title.tolist() == [True]


def test_word_overlap_counts_words_and_word_pairs() -> None:
    # 3 + 2 against 3 + 2, sharing bơm, nước and "bơm nước": 3 of 7
    one, other = ("bơm nước lạnh", ""), ("bơm nước nóng", "")
    assert feature(one, other, "title_words") == pytest.approx(3 / 7)
    assert feature(one, other, "title_cover") == pytest.approx(3 / 5)


def test_a_part_is_covered_by_the_whole_from_either_side() -> None:
    part, whole = ("Một", LONG), ("Hai", f"{LONG}. Ngoài ra lắp thêm quạt hút bụi cho kho than")
    assert feature(part, whole, "content_cover") == pytest.approx(1.0)
    assert feature(whole, part, "content_cover") == pytest.approx(1.0)
    assert feature(part, whole, "content_words") < 0.75


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Đường dây 110kV", "Đường dây 22 kV", -1),
        ("Thép vằn D10", "Thép vằn D32", -1),
        ("Môn Toán lớp 11", "Môn Toán lớp 12", -1),
        ("Đường dây 110kV", "Đường dây 110 kV", 1),
        ("Đường dây 110kV", "Đường dây", 0),
        ("Hội thi năm 2021", "Hội thi năm 2022", 0),
        ("Phần mềm đợt 2", "Phần mềm đợt 3", 0),
    ],
)
def test_figures_that_tell_objects_apart_conflict_and_years_do_not(
    one: str, other: str, expected: int
) -> None:
    assert feature((one, ""), (other, ""), "figures") == expected


def test_names_and_figures_set_aside_leave_equal_texts() -> None:
    one = ("Sửa bơm tại nhà máy Lâm Thao", "Tại nhà máy Lâm Thao giảm 12 lần dừng máy mỗi tháng")
    other = ("Sửa bơm tại nhà máy Ninh Bình", "Tại nhà máy Ninh Bình giảm 9 lần dừng máy mỗi tháng")
    assert feature(one, other, "masked") == pytest.approx(1.0)
    assert feature(one, other, "content_words") < 0.8


def test_a_text_without_marks_is_compared_without_marks() -> None:
    one, other = ("Cải tiến bơm nước", LONG), ("Cai tien bom nuoc", "")
    assert feature(one, other, "title_words") == pytest.approx(1.0)
    assert np.isnan(feature(one, other, "title_meaning"))


def test_slips_of_the_finger_leave_most_letters_in_order() -> None:
    assert feature(("cải tiến bơm nước", ""), ("cải tiến bmơ nước", ""), "title_letters") > 0.9


def test_what_cannot_be_compared_is_missing() -> None:
    one, other = ("Bơm nước", ""), ("Bơm nước", LONG)
    assert np.isnan(feature(one, other, "content_meaning"))
    assert np.isnan(feature(one, other, "content_words"))
    assert not np.isnan(feature(one, other, "cross_meaning"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nhân rộng sáng kiến: bơm nước lò hơi", 0),
        ("Hoàn thiện bơm nước lò hơi", 0),
        ("Bơm nước lò hơi, có khả năng nhân rộng", 1),
    ],
)
def test_a_side_that_calls_itself_a_replication_or_a_later_stage_is_marked(
    text: str, expected: int
) -> None:
    assert feature(("Bơm nước lò hơi", ""), (text, ""), "unlinked") == expected


def test_both_sides_of_one_campaign_are_not_marked() -> None:
    titles = ("Nhân rộng sáng kiến bơm nước", ""), ("Nhân rộng sáng kiến quạt gió", "")
    assert feature(*titles, "unlinked") == 1


def test_rests_are_looked_at_where_asked_and_nowhere_else() -> None:
    found = compared(("bơm nước lạnh cũ kỹ hỏng", LONG), ("quạt hút bụi than kho lớn", "Ca đêm"))
    columns = [NAMES.index(name) for name in REST_NAMES]
    embedder = TopicEmbedder()
    asked = with_rests(found, np.array([True]), embedder=embedder)[0, columns]
    assert np.isnan(with_rests(found, np.array([False]), embedder=embedder)[0, columns]).all()
    assert np.isfinite(asked[[0, *range(2, len(REST_NAMES))]]).all()
