"""The synthetic archive: reproducible, complete in its truth, and nothing given away."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from dedup.synthetic import Archive, iter_archive, make_archive
from dedup.synthetic.kinds import KINDS

TEXTS = ("title", "situation", "description", "novelty", "effect")
KEYS = {
    *TEXTS, "id", "kind", "field", "unit", "authors", "benefit_raw", "benefit_vnd", "filed_on",
    "first_applied_on", "recognised_on", "uploaded_at", "decision_no", "decision_level", "year",
}  # fmt: skip


@pytest.fixture(scope="module")
def archive() -> Archive:
    return make_archive(2_000, seed=5)


@pytest.fixture(scope="module")
def by_code(archive: Archive) -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in archive.records}


def test_the_same_seed_gives_the_same_archive() -> None:
    assert make_archive(700, seed=3) == make_archive(700, seed=3)


def test_another_seed_or_vocabulary_gives_other_titles() -> None:
    def titles(seed: int, vocabulary: str) -> set[str]:
        records = make_archive(700, seed=seed, vocabulary=vocabulary).records
        return {record["title"] for record in records}

    base = titles(3, "main")
    assert len(base & titles(4, "main")) < len(base) / 20  # campaigns repeat, hardly else
    assert not base & titles(3, "held_out")


@pytest.mark.parametrize("n", [0, 1, 50, 299, 300, 1_000])
def test_an_archive_holds_as_many_records_as_asked(n: int) -> None:
    assert len(make_archive(n, seed=1).records) == n


def test_a_negative_size_or_unknown_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 records"):
        make_archive(-1, seed=1)
    with pytest.raises(ValueError, match="no vocabulary 'other'"):
        make_archive(5, seed=1, vocabulary="other")


def test_streaming_gives_the_archive_row_by_row() -> None:
    rows = list(iter_archive(600, seed=9))
    whole = make_archive(600, seed=9)
    assert [record for record, _ in rows] == whole.records
    assert [pair for _, pairs in rows for pair in pairs] == whole.truth


@pytest.mark.parametrize("vocabulary", ["main", "held_out"])
def test_every_kind_is_planted_several_times_in_a_small_archive(vocabulary: str) -> None:
    found = Counter(pair.kind for pair in make_archive(300, seed=2, vocabulary=vocabulary).truth)
    assert set(found) == {kind.code for kind in KINDS}
    assert min(found.values()) >= 3


def test_duplicates_and_lookalikes_each_make_about_six_in_a_hundred() -> None:
    for label in (0, 1):
        assert sum(kind.share for kind in KINDS if kind.label == label) == pytest.approx(0.06)


def test_truth_names_records_once_each_way_and_labels_by_kind(
    archive: Archive, by_code: dict[str, dict[str, Any]]
) -> None:
    assert len(by_code) == len(archive.records)
    pairs = [frozenset((pair.left, pair.right)) for pair in archive.truth]
    assert len(set(pairs)) == len(pairs)
    for pair in archive.truth:
        assert pair.left != pair.right
        assert {pair.left, pair.right} <= set(by_code)
        assert pair.label == (1 if pair.kind.startswith("D") else 0)


def test_truth_is_closed_over_every_group(archive: Archive) -> None:
    partners: dict[str, set[str]] = {}
    for pair in archive.truth:
        partners.setdefault(pair.left, {pair.left}).add(pair.right)
        partners.setdefault(pair.right, {pair.right}).add(pair.left)
    for code, group in partners.items():
        assert all(partners[other] == group for other in group), code


def test_no_two_filings_are_equal_unless_the_truth_says_so(archive: Archive) -> None:
    known = {frozenset((pair.left, pair.right)) for pair in archive.truth}
    seen: dict[str, str] = {}
    for record in archive.records:
        text = _folded(" ".join(record[key] for key in TEXTS))
        other = seen.setdefault(text, record["id"])
        assert other == record["id"] or frozenset((other, record["id"])) in known


def test_records_carry_the_project_keys_and_nothing_of_the_truth(archive: Archive) -> None:
    planted_codes = {kind.code for kind in KINDS}
    for record in archive.records:
        assert set(record) == KEYS
        assert record["kind"] not in planted_codes
        assert re.fullmatch(r"CT-20\d\d-\d{6}", record["id"])


def test_texts_are_nfc_but_for_legacy_entries(archive: Archive) -> None:
    legacy = {
        code for pair in archive.truth if pair.kind == "D8" for code in (pair.left, pair.right)
    }
    for record in archive.records:
        if record["id"] not in legacy:
            assert all(unicodedata.is_normalized("NFC", record[key]) for key in TEXTS)


def test_no_slot_is_left_open_in_any_text(archive: Archive) -> None:
    for record in archive.records:
        for key in TEXTS:
            assert not re.search(r"[{}]|%s|\bNone\b", record[key]), record[key]


def test_fields_have_the_gaps_and_the_forms_of_real_archives(archive: Archive) -> None:
    records = archive.records
    alone = [r for r in records if not any(r[key] for key in TEXTS[1:])]
    no_money = [r for r in records if r["benefit_vnd"] is None]
    assert 0.05 < len(alone) / len(records) < 0.15
    assert 0.25 < len(no_money) / len(records) < 0.45
    for record in records:
        assert record["benefit_vnd"] is None or record["benefit_vnd"] > 0
        assert sum(author["share"] for author in record["authors"]) in {100, *_rest(record)}
        assert datetime.fromisoformat(record["uploaded_at"]).tzinfo is not None
        if record["filed_on"] and record["first_applied_on"]:
            assert record["first_applied_on"] <= record["filed_on"]


def test_partners_do_not_stand_next_to_each_other(archive: Archive) -> None:
    place = {record["id"]: number for number, record in enumerate(archive.records)}
    apart = [
        abs(place[p.left] - place[p.right]) for p in archive.truth if p.kind not in ("D10", "N6")
    ]
    assert sorted(apart)[len(apart) // 2] > 300


def test_a_reloaded_file_repeats_its_rows_in_their_order(archive: Archive) -> None:
    place = {record["id"]: number for number, record in enumerate(archive.records)}
    offsets = Counter(place[p.right] - place[p.left] for p in archive.truth if p.kind == "D10")
    assert all(rows >= 1 for rows in offsets.values())
    assert max(offsets.values()) >= 3  # a block keeps one offset from the first file


def _rest(record: dict[str, Any]) -> set[int]:
    """A co-author who files in his own name keeps the share he has."""
    return {author["share"] for author in record["authors"] if len(record["authors"]) == 1}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower())
