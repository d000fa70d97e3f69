"""Storage keeps what was written, freed of the litter of fonts and spreadsheets."""

import unicodedata

import pytest

from dedup.text.charsets import Charset
from dedup.text.repair import Repaired, repair, repair_text

SENTENCE = "Giải pháp cải tiến hệ thống bơm nước làm mát lò hơi"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Tên\x00 bơm", "Tên bơm"),
        ("Tên \ud800bơm\udfff", "Tên bơm"),
        ("bơm\u200b nước\u200d", "bơm nước"),
        ("\ufeffbơm\u202e nước\u202c", "bơm nước"),
        ("bơm\xa0nước\u3000lò", "bơm nước lò"),
        ("dòng một_x000D_\ndòng hai", "dòng một\ndòng hai"),
        ("dòng một\r\ndòng hai\rba", "dòng một\ndòng hai\nba"),
        ("một\u2028hai\x85ba\x0bbốn", "một\nhai\nba\nbốn"),
        ("'0912345678", "0912345678"),
        ("''x", "x"),
        ("'3 tại chỗ'", "'3 tại chỗ'"),
        ("  bơm  nước \n", "bơm  nước"),
        ("hồ\xad sơ", "hồ sơ"),
        ("Ðiện lực Ðà Nẵng", "Điện lực Đà Nẵng"),
        ("125/QÐ-UBND", "125/QĐ-UBND"),
        ("Ðn gæti", "Ðn gæti"),
        ("_x0041_", "_x0041_"),
        ("", ""),
        ("🙂 bơm", "🙂 bơm"),
    ],
)
def test_litter_goes_and_wording_stays(written: str, kept: str) -> None:
    assert repair_text(written) == kept


@pytest.mark.parametrize("text", ["hoà khoẻ thuỷ", "kĩ thuật, công ti", "HOÀ bình", "1. - “x”"])
def test_spelling_case_and_punctuation_stay_as_written(text: str) -> None:
    assert repair(text) == Repaired(text)


def test_decomposed_text_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", SENTENCE)
    assert (len(SENTENCE), len(decomposed)) == (51, 68)
    assert repair_text(decomposed) == SENTENCE


def test_tcvn3_is_decoded_before_soft_hyphens_go() -> None:
    assert repair("b¬m n\xadíc lµm m¸t") == Repaired("bơm nước làm mát", Charset.TCVN3)


def test_legacy_words_broken_by_invisible_characters_are_decoded() -> None:
    assert repair("Gi¶\u200bi ph\x00¸p").text == "Giải pháp"


def test_a_cell_that_only_hints_at_a_legacy_font_is_kept_and_marked() -> None:
    assert repair("Tæ 5") == Repaired("Tæ 5", None, suspect=True)


def test_a_pile_of_combining_marks_is_cut_to_thirty() -> None:
    piled = repair_text("x" + "\u0301\u0323" * 50_000 + "y")
    assert piled == repair_text("x" + "\u0301\u0323" * 15 + "y")
