"""A table as an office file holds it: cells by the row numbers that Excel shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = tuple[int, tuple[Cell, ...]]  # the number Excel shows, and the cells from column A on

TOTAL_TEXT_LIMIT = (
    2 << 30
)  # bytes of text a whole sheet may hold once its shared texts are copied out


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged block: rows as Excel numbers them, columns from 0, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. ``rows`` can be walked once; an empty cell is "".

    ``remarks`` maps (row, column from 0) to what is wrong with a cell: an error value such as
    "#DIV/0!", or ``UNCACHED`` for a formula stored without its result.
    """

    name: str  # of the file
    sheet: str
    rows: Iterable[Row]
    merges: tuple[Merge, ...] = ()
    remarks: Mapping[tuple[int, int], str] = field(default_factory=dict)


UNCACHED = "uncached"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet's name and whether Excel shows it."""

    name: str
    visible: bool = True


def column_letters(column: int) -> str:
    """Excel's name of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Column counted from 0 of Excel's letters: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
