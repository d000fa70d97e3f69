"""Written numbers as Vietnamese offices mix them: "1.234.567,5" and "1,234,567.5".

A single separator before exactly three digits ("1.500") can be read either way, and both
readings are returned: which one is meant is not for a parser to decide.
"""

import re
from decimal import Decimal
from typing import Final

_PLAIN: Final = re.compile(r"\d+")
_GROUPED: Final = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_DECIMAL: Final = re.compile(r"(\d+)[.,](\d+)")
_GROUPED_DECIMAL: Final = re.compile(
    r"(\d{1,3}(?:\.\d{3})+),(\d+)|(\d{1,3}(?:,\d{3})+)\.(\d+)|(\d{1,3}(?: \d{3})+)[.,](\d+)"
)
_LONGEST: Final = 40  # digits and separators; nothing countable needs more


def read_numeral(text: str) -> tuple[Decimal, ...]:
    """The readings of a written number, smallest first: one, two where ambiguous, none if none."""
    text = text.strip()
    if len(text) > _LONGEST or not text.isascii():
        return ()
    if _PLAIN.fullmatch(text):
        return (Decimal(text),)
    both = _GROUPED_DECIMAL.fullmatch(text)
    if both:
        whole, fraction = (part for part in both.groups() if part)
        return (Decimal(f"{_digits(whole)}.{fraction}"),)
    return tuple(sorted({*_as_groups(text), *_as_decimal(text)}))


def _as_groups(text: str) -> tuple[Decimal, ...]:
    # A group never starts with 0: "0,500" is a fraction.
    grouped = _GROUPED.fullmatch(text) and not text.startswith("0")
    return (Decimal(_digits(text)),) if grouped else ()


def _as_decimal(text: str) -> tuple[Decimal, ...]:
    found = _DECIMAL.fullmatch(text)
    return (Decimal(f"{found[1]}.{found[2]}"),) if found else ()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
