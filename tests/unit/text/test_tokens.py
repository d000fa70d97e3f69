"""Syllables, numbers with their units, and sentences."""

import pytest

from dedup.text.tokens import Span, sentence_spans, sentences, syllable_spans, syllables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cán thép vằn D10, lưới 110kV", ["Cán", "thép", "vằn", "D10", "lưới", "110kV"]),
        ("tiết kiệm 1,5 tỷ đồng", ["tiết", "kiệm", "1,5 tỷ", "đồng"]),
        ("hạt cỡ 2–4 mm", ["hạt", "cỡ", "2–4 mm"]),
        ("lò 300 MW, 25°C, 80 %", ["lò", "300 MW", "25°C", "80 %"]),
        ("5 máy", ["5", "máy"]),
        ("3 mét", ["3", "mét"]),
        ("1.234.567", ["1.234.567"]),
        ("…", []),
        ("", []),
    ],
)
def test_a_number_keeps_its_unit(text: str, expected: list[str]) -> None:
    assert syllables(text) == expected


def test_syllables_know_their_places() -> None:
    assert syllable_spans("a, 110 kV") == [Span("a", 0, 1), Span("110 kV", 3, 9)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một. Hai! Ba?", ["Một.", "Hai!", "Ba?"]),
        ("Tại TP. Hồ Chí Minh. Hai.", ["Tại TP. Hồ Chí Minh.", "Hai."]),
        ("Giảm 1.500 tấn; tăng 2,5%.", ["Giảm 1.500 tấn;", "tăng 2,5%."]),
        ("1. Một\n2. Hai", ["1. Một", "2. Hai"]),
        ("không dấu chấm", ["không dấu chấm"]),
        (" \n\n ", []),
    ],
)
def test_sentences_end_at_stops_and_lines(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_sentences_know_their_places() -> None:
    assert sentence_spans(" Một.  Hai") == [Span("Một.", 1, 5), Span("Hai", 7, 10)]
