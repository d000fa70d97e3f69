"""A static model trained on in an office's own records, in NumPy: minutes for a hundred thousand of them.

Two lessons. A title must find its own content among those of a batch, and the other way round (InfoNCE,
van den Oord et al., 2018). Of the pairs people judged, those of one initiative must stand nearer than those
of two. Only rows of tokens that a batch holds move, by Adam over those rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from dedup.embedding.table import Table
from dedup.ports import Progress

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

BATCH = 512
TEMPERATURE = 0.05
# A batch of an office's records holds copies: another record whose title is that near is no negative.
ALIKE = 0.8
# Judged pairs of each side in a step, and how far apart (in cosine) the two sides are to stand.
JUDGED, SPREAD = 128, 0.1
# Small against a row's entries (about 0.04): an archive is narrower than the language was learned from.
RATE = 1e-3
# Tokens beyond this many of a text cost time and teach little.
LONGEST = 128
_BETAS, _TINY = (0.9, 0.98), 1e-8


@dataclass(frozen=True, slots=True)
class Lessons:
    """Token ids of titles and contents of the same records; ids of both texts of judged pairs."""

    titles: Sequence[Sequence[int]]
    contents: Sequence[Sequence[int]]
    same: Sequence[tuple[Sequence[int], Sequence[int]]] = ()
    other: Sequence[tuple[Sequence[int], Sequence[int]]] = ()


def adapted(table: Table, lessons: Lessons, *, seed: int, steps: int, tell: Progress) -> Table:
    """The table after ``steps`` batches of records; the same arguments give the same rows."""
    course = _Course(table, lessons, np.random.default_rng(seed))
    for step in range(steps):
        course.step(RATE * (1 - step / steps))
        tell((step + 1) / steps)
    return Table(course.rows, table.row_of)


class _Course:
    def __init__(self, table: Table, lessons: Lessons, random: np.random.Generator) -> None:
        self.rows = table.rows.copy()
        self._random = random
        self._speaks: NDArray[np.bool_] = np.abs(table.rows).max(axis=1) > 0  # silent rows stay so
        self._titles, self._contents = (
            _counts(table, texts) for texts in (lessons.titles, lessons.contents)
        )
        self._same, self._other = (
            [_counts(table, [pair[side] for pair in pairs]) for side in (0, 1)]
            for pairs in (lessons.same, lessons.other)
        )
        self._order: Numbers = np.empty(0, dtype=np.int64)
        self._moments = [np.zeros_like(self.rows) for _ in _BETAS]
        self._steps = 0

    def step(self, rate: float) -> None:
        at = self._next()
        texts = [self._titles[at], self._contents[at]]
        judged = self._judged()
        counts = sp.vstack([*texts, *judged], format="csr")
        touched, columns = np.unique(counts.indices, return_inverse=True)
        shape = (counts.shape[0], len(touched))
        counts = sp.csr_array((counts.data, columns, counts.indptr), shape=shape)
        sums = counts @ self.rows[touched]
        units, lengths = _scaled(sums)
        slope = np.zeros_like(units)
        size = len(at)
        slope[:size], slope[size : 2 * size] = _contrast(units[:size], units[size : 2 * size])
        if judged:
            slope[2 * size :] = _ranking(units[2 * size :], same=judged[0].shape[0])
        along = (slope * units).sum(axis=1, keepdims=True)
        gradient = counts.T @ ((slope - along * units) / lengths)
        heard = self._speaks[touched]
        self._move(touched[heard], gradient[heard], rate)

    def _next(self) -> Numbers:
        count = self._titles.shape[0]
        if len(self._order) < min(BATCH, count):
            self._order = self._random.permutation(count)
        at, self._order = self._order[:BATCH], self._order[BATCH:]
        return at

    def _judged(self) -> list[sp.csr_array]:
        """Both sides of pairs of one initiative, then of pairs of two; none where a kind is missing."""
        if not (self._same[0].shape[0] and self._other[0].shape[0]):
            return []
        drawn = []
        for left, right in (self._same, self._other):
            at = self._random.integers(0, left.shape[0], min(JUDGED, left.shape[0]))
            drawn += [left[at], right[at]]
        return drawn

    def _move(self, rows: Numbers, gradient: Floats, rate: float) -> None:
        self._steps += 1
        first, second = self._moments
        first[rows] = _BETAS[0] * first[rows] + (1 - _BETAS[0]) * gradient
        second[rows] = _BETAS[1] * second[rows] + (1 - _BETAS[1]) * gradient**2
        mean = first[rows] / (1 - _BETAS[0] ** self._steps)
        spread = np.sqrt(second[rows] / (1 - _BETAS[1] ** self._steps)) + _TINY
        self.rows[rows] -= np.float32(rate) * mean / spread


def _counts(table: Table, texts: Sequence[Sequence[int]]) -> sp.csr_array:
    cut = [ids[:LONGEST] for ids in texts]
    starts = np.cumsum([0, *map(len, cut)])
    tokens = np.fromiter((token for ids in cut for token in ids), np.int64, count=starts[-1])
    ones = np.ones(len(tokens), dtype=np.float32)
    return sp.csr_array((ones, table.row_of[tokens], starts), shape=(len(cut), len(table.rows)))


def _scaled(sums: Floats) -> tuple[Floats, Floats]:
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-6))
    return sums / lengths, lengths


def _contrast(titles: Floats, contents: Floats) -> tuple[Floats, Floats]:
    """Slope of the mean cross-entropy, both ways, by the rows of titles and of contents."""
    size = len(titles)
    logits = titles @ contents.T / np.float32(TEMPERATURE)
    copies = titles @ titles.T > ALIKE
    np.fill_diagonal(copies, False)
    logits[copies] = -np.inf
    slope = (_softmax(logits, axis=1) + _softmax(logits, axis=0)) / 2
    slope[np.diag_indices(size)] -= 1
    slope /= np.float32(size * TEMPERATURE)
    return _single(slope @ contents), _single(slope.T @ titles)


def _single(rows: NDArray[np.floating[Any]]) -> Floats:
    return rows.astype(np.float32, copy=False)


def _softmax(logits: Floats, *, axis: int) -> Floats:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    share: Floats = powers / powers.sum(axis=axis, keepdims=True)
    return share


def _ranking(units: Floats, *, same: int) -> Floats:
    """Slope of the mean logistic loss of every pair of one initiative against every pair of two."""
    other = len(units) // 2 - same
    left = np.concatenate([units[:same], units[2 * same : 2 * same + other]])
    right = np.concatenate([units[same : 2 * same], units[2 * same + other :]])
    cosine = (left * right).sum(axis=1)
    behind = (cosine[None, same:] - cosine[:same, None]) / SPREAD
    force = 1 / (1 + np.exp(-behind)) / np.float32(SPREAD * same * other)
    pull = np.concatenate([-force.sum(axis=1), force.sum(axis=0)])[:, None]
    by_left, by_right = pull * right, pull * left
    parts = [by_left[:same], by_right[:same], by_left[same:], by_right[same:]]
    return _single(np.concatenate(parts))
