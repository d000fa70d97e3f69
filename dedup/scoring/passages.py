"""Matched passages of two texts: longest common runs of words, moved ones included.

Each run is given by character offsets into the ORIGINAL texts, whatever the canonical form did to
them. Greedy from the left text's beginning, linear in the texts for all but degenerate repetition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedup.initiatives import Span
from dedup.text import align

_ANCHOR = 3  # words that must agree before a run is followed
_PLACES = 8  # places of one anchor tried: more means a stock phrase, any of which will do
_LIMIT = 4_000  # words looked at, as in the bulk comparison


@dataclass(frozen=True, slots=True)
class Words:
    """Canonical words of a text and each one's character range in the original."""

    words: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words left[start : start + size] equal right[other : other + size]."""

    start: int
    other: int
    size: int


def words_of(text: str) -> Words:
    """The canonical words of a text with their places in it."""
    aligned = align(text)
    words = aligned.text.split()[:_LIMIT]
    ranges, at = [], 0
    for word in words:
        first, last = aligned.offsets[at], aligned.offsets[at + len(word) - 1]
        ranges.append((int(first[0]), int(last[1])))
        at += len(word) + 1
    return Words(tuple(words), tuple(ranges))


def runs(left: Sequence[str], right: Sequence[str], *, least: int = 4) -> list[Run]:
    """Common runs of at least ``least`` words, in the order of the left text, none overlapping there."""
    places = defaultdict(list)
    for j, anchor in enumerate(zip(*(right[k:] for k in range(_ANCHOR)), strict=False)):
        places[anchor].append(j)
    found, i = [], 0
    while i + _ANCHOR <= len(left):
        run = _longest(left, right, i, places.get(tuple(left[i : i + _ANCHOR]), ()))
        if run is not None and run.size >= least:
            found.append(run)
            i += run.size
        else:
            i += 1
    return found


def spans(field: str, left: Words, right: Words, found: Sequence[Run]) -> tuple[Span, ...]:
    """Runs as ranges of the original texts."""
    return tuple(
        Span(
            field=field,
            left=_range(left, run.start, run.size),
            right=_range(right, run.other, run.size),
        )
        for run in found
    )


def swaps(
    left: Words, right: Words, found: Sequence[Run], *, most: int = 4
) -> list[tuple[Run, Run]]:
    """What stands between neighbouring runs on either side, where it is short: one said for another.

    Each is (gap of the left, gap of the right) with start and size in words of its own side.
    """
    gaps = []
    for before, after in pairwise(found):
        start, other = before.start + before.size, before.other + before.size
        size, other_size = after.start - start, after.other - other
        if 0 < size <= most and 0 < other_size <= most:
            gaps.append((Run(start, start, size), Run(other, other, other_size)))
    return gaps


def _longest(
    left: Sequence[str], right: Sequence[str], i: int, places: Sequence[int]
) -> Run | None:
    best = None
    for j in places[:_PLACES]:
        size = 0
        while i + size < len(left) and j + size < len(right) and left[i + size] == right[j + size]:
            size += 1
        if best is None or size > best.size:
            best = Run(i, j, size)
    return best


def _range(words: Words, start: int, size: int) -> tuple[int, int]:
    return words.ranges[start][0], words.ranges[start + size - 1][1]
