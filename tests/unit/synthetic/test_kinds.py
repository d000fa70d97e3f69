"""Each planted kind is what its name says, seen in the records it leaves."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from dedup.synthetic import Archive, make_archive
from dedup.synthetic.noise import without_diacritics
from dedup.text.charsets import Charset, decode

Record = dict[str, Any]
Members = list[tuple[Record, Record]]
TEXTS = ("title", "situation", "description", "novelty", "effect")


@pytest.fixture(scope="module")
def archive() -> Archive:
    return make_archive(3_000, seed=17)


@pytest.fixture(scope="module")
def members(archive: Archive) -> Callable[[str], Members]:
    by_code = {record["id"]: record for record in archive.records}
    return lambda kind: [
        (by_code[p.left], by_code[p.right]) for p in archive.truth if p.kind == kind
    ]


def test_an_exact_reentry_differs_in_nothing_written(members: Callable[[str], Members]) -> None:
    for left, right in members("D1"):
        assert _texts(left) == _texts(right)
        assert left["unit"] == right["unit"]
        assert left["authors"] == right["authors"]


def test_a_year_later_the_authors_are_the_same_and_the_date_is_not(
    members: Callable[[str], Members],
) -> None:
    for left, right in members("D2"):
        assert left["authors"] == right["authors"]
        assert left["uploaded_at"] != right["uploaded_at"]


def test_co_authors_file_apart_with_the_same_value(members: Callable[[str], Members]) -> None:
    for left, right in members("D3"):
        assert left["authors"] != right["authors"]
        assert left["benefit_vnd"] == right["benefit_vnd"]


def test_a_copy_comes_from_another_unit_and_shares_long_passages(
    members: Callable[[str], Members],
) -> None:
    pairs = members("D4")
    assert all(left["unit"] != right["unit"] for left, right in pairs)
    assert sum(_overlap(left, right) > 0.5 for left, right in pairs) > len(pairs) * 0.8


def test_other_words_share_fewer_words_than_a_copy(members: Callable[[str], Members]) -> None:
    assert _median(members("D5")) < 0.5 < _median(members("D4"))


def test_lookalikes_overlap_more_than_some_duplicates(members: Callable[[str], Members]) -> None:
    assert _median(members("N2")) > _median(members("D5"))


def test_typing_without_marks_is_the_other_text_folded(members: Callable[[str], Members]) -> None:
    for pair in members("D7"):
        plain, full = sorted(pair, key=lambda record: not _description(record).isascii())
        assert _folded(full) == _folded(plain)
        assert all(plain[key].isascii() for key in TEXTS)


def test_a_legacy_entry_decodes_to_the_other_text(members: Callable[[str], Members]) -> None:
    for left, right in members("D8"):
        assert _reading(left, right) or _reading(right, left), (left["title"], right["title"])


def test_a_pack_of_solutions_contains_the_one_filed_alone(
    members: Callable[[str], Members],
) -> None:
    for pair in members("D11"):
        one, pack = sorted(pair, key=lambda record: len(record["description"]))
        assert one["description"] in pack["description"]
        assert len(pack["description"]) > len(one["description"])


def test_one_authors_series_keeps_the_author(members: Callable[[str], Members]) -> None:
    for left, right in members("N5"):
        assert left["authors"] == right["authors"]
        assert left["title"] != right["title"]


def test_a_replication_names_its_source(members: Callable[[str], Members]) -> None:
    def names_source(record: Record) -> bool:
        openings = ("Áp dụng kinh nghiệm của ", "Học tập cách làm của ")
        return any(record["description"].startswith(opening) for opening in openings)

    for left, right in members("N3"):
        assert names_source(left) != names_source(right)


def test_boilerplate_filings_share_their_stock_phrases(members: Callable[[str], Members]) -> None:
    for left, right in members("N1"):
        assert left["description"] == right["description"]
        assert left["title"] != right["title"]


def _texts(record: Record) -> list[str]:
    return [record[key] for key in TEXTS]


def _description(record: Record) -> str:
    return "".join(_texts(record))


def _folded(record: Record) -> list[str]:
    return [without_diacritics(text).lower() for text in _texts(record)]


def _reading(spoiled: Record, clean: Record) -> bool:
    """Some way of writing the clean text gives the spoiled one, case aside."""
    readings: tuple[Callable[[str], str], ...] = (
        lambda text: decode(text, Charset.TCVN3),
        lambda text: decode(text, Charset.VNI),
        lambda text: unicodedata.normalize("NFC", text),
    )
    wanted = [text.lower() for text in _texts(clean)]
    if any([reading(text).lower() for text in _texts(spoiled)] == wanted for reading in readings):
        return True
    # hoà for hòa: the letters and tones are the same, only their places are not.
    return [sorted(unicodedata.normalize("NFD", text)) for text in _texts(spoiled)] == [
        sorted(unicodedata.normalize("NFD", text)) for text in _texts(clean)
    ]


def _overlap(left: Record, right: Record) -> float:
    a, b = (set(_description(record).lower().split()) for record in (left, right))
    return len(a & b) / len(a | b)


def _median(pairs: Members) -> float:
    overlaps = sorted(_overlap(left, right) for left, right in pairs)
    return overlaps[len(overlaps) // 2]
