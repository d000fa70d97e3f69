"""Merged cells among the rows: values filled downwards, and which rows one record spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dedup.files.table import Cell, Merge, Row

WIDE = 3  # columns merged across from which a row is a heading over the table


def filled_down(rows: Iterable[Row], merges: Sequence[Merge]) -> Iterator[Row]:
    """Rows whose vertically merged cells all show what the first of them holds."""
    waiting = sorted((m for m in merges if m.bottom > m.top), key=lambda m: m.top, reverse=True)
    open_: list[tuple[Merge, Cell]] = []
    for number, cells in rows:
        open_ = [held for held in open_ if held[0].bottom >= number]
        filled = _with_values(cells, open_) if open_ else cells
        while waiting and waiting[-1].top <= number:
            merge = waiting.pop()
            if merge.left < len(cells):
                open_.append((merge, cells[merge.left]))
        yield number, filled


def _with_values(cells: tuple[Cell, ...], held: Sequence[tuple[Merge, Cell]]) -> tuple[Cell, ...]:
    filled = list(cells)
    for merge, value in held:
        if merge.left < len(filled):
            filled[merge.left] = value
    return tuple(filled)


@dataclass(frozen=True, slots=True)
class Spans:
    """Rows that merges tie together, without listing them: a merge may reach over a million."""

    tops: Sequence[int]
    bottoms: Sequence[int]
    wide: frozenset[int]  # rows with a cell merged over ``WIDE`` columns or more

    @classmethod
    def of(cls, merges: Sequence[Merge], column: int) -> Spans:
        """Spans of the merges that go down through a column."""
        tall = sorted(
            (m.top, m.bottom) for m in merges if m.left <= column <= m.right and m.bottom > m.top
        )
        wide = frozenset(m.top for m in merges if m.right - m.left + 1 >= WIDE)
        return cls([top for top, _ in tall], [bottom for _, bottom in tall], wide)

    def continues(self, row: int) -> bool:
        """Whether a row's cell belongs to a merge that began further up."""
        at = bisect_right(self.tops, row - 1) - 1
        return at >= 0 and row <= self.bottoms[at]
