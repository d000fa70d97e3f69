"""Syllables and sentences of a text as written, with or without their places.

Vietnamese writes a space between syllables, so a "word" here is one syllable; a number keeps its
unit ("110kV", "1,5 tỷ", "2–4 mm", "D10"), because the unit is what tells two solutions apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text and where it stands: `text` equals the source's [start, end)."""

    text: str
    start: int
    end: int


_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_UNIT: Final = (
    "nghìn tỷ|triệu|nghìn|ngàn|tỷ|tỉ|trđ|tr|kVA|kV|MVA|MWh|MW|kWh|kW|GW|kHz|MHz|Hz|mm[23²³]?|cm[23²³]?|"
    "dm[3³]|m[23²³]|km|kg|mg|ml|bar|psi|MPa|kPa|rpm|°C|℃|%|m|g|l|V|W|A"
)
_LETTERS: Final = r"(?:[^\W_]|[\u0300-\u036f])"
_SYLLABLE: Final = re.compile(
    rf"{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?(?:\s?(?:{_UNIT})(?!{_LETTERS})|{_LETTERS}*)|{_LETTERS}+"
)
_BREAK: Final = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”»)\]]*+(?=\s|\Z)|;(?=\s)|\n+"  # possessive: one try per run
)
_NO_STOP: Final = re.compile(
    r"(?:^|[\s(])(?:TP|Tp|tp|TS|ThS|KS|GS|PGS|Q|P|St|tr|v\.v|vd|VD|[A-ZĐ]|\d{1,3})\.$"
)
_LONGEST_NO_STOP: Final = 8


def syllables(text: str) -> list[str]:
    """The syllables and numbers of a text in order, as written."""
    return _SYLLABLE.findall(text)


def syllable_spans(text: str) -> list[Span]:
    """`syllables` with their places."""
    return [Span(match[0], *match.span()) for match in _SYLLABLE.finditer(text)]


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text in order, trimmed, none empty."""
    return [span.text for span in sentence_spans(text)]


def sentence_spans(text: str) -> list[Span]:
    """`sentences` with their places."""
    return list(_pieces(text))


def _pieces(text: str) -> Iterator[Span]:
    start = 0
    for stop in _BREAK.finditer(text):
        if _is_abbreviation(text, stop.end()):
            continue
        yield from _trimmed(text, start, stop.end())
        start = stop.end()
    yield from _trimmed(text, start, len(text))


def _is_abbreviation(text: str, end: int) -> bool:
    """A dot that ends "TP.", an initial, or a list number ends no sentence."""
    return _NO_STOP.search(text[max(0, end - _LONGEST_NO_STOP) : end]) is not None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        lead = len(piece) - len(piece.lstrip())
        yield Span(body, start + lead, start + lead + len(body))
