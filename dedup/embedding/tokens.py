"""Token by token over two texts: how much of each is found in the other, and what is left alone.

Late interaction (MaxSim; Khattab & Zaharia, SIGIR 2020) over the static rows, each token counted by its
learned weight (its row's length). The sum of a text hides one exchanged noun; the heaviest token that
finds no partner shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.embedding.rows import unit_rows
from dedup.embedding.static import StaticEmbedder

Floats = NDArray[np.float32]
# A changed object is usually named by up to three tokens; more would measure length.
_HEAVIEST = 3


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """Arrays (n,), one entry a pair.

    ``coverage_*`` in [0, 1]: weighted share of that side's tokens that the other side has, by maximum
    cosine. ``missing_*`` >= 0: mean weight of its three heaviest tokens that the other side lacks, in
    units of the table's mean token weight.
    """

    coverage_left: Floats
    coverage_right: Floats
    missing_left: Floats
    missing_right: Floats


class TokenMatcher:
    """Compares pairs of texts by the tokens of a static model."""

    def __init__(self, embedder: StaticEmbedder) -> None:
        self._embedder = embedder
        self._units = unit_rows(embedder.rows)
        weights = np.linalg.norm(embedder.rows, axis=1)
        self._weights = weights / weights[weights > 0].mean()

    def match(self, lefts: Sequence[str], rights: Sequence[str]) -> TokenMatch:
        """Pair i is ``lefts[i]`` with ``rights[i]``; swapping the sides swaps the fields."""
        pairs = zip(self._tokens(lefts), self._tokens(rights), strict=True)
        columns = np.array([self._pair(left, right) for left, right in pairs], dtype=np.float32)
        return TokenMatch(*columns.reshape(-1, 4).T)

    def _tokens(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """Distinct tokens that weigh something."""
        found = [np.unique(np.asarray(ids, dtype=np.int64)) for ids in self._embedder.tokens(texts)]
        return [ids[self._weights[ids] > 0] for ids in found]

    def _pair(
        self, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> tuple[float, float, float, float]:
        if not len(left) or not len(right):
            return 0.0, 0.0, self._missing(left, 0.0), self._missing(right, 0.0)
        similar = np.clip(self._units[left] @ self._units[right].T, 0, 1)
        from_left, from_right = similar.max(axis=1), similar.max(axis=0)
        return (
            float(np.average(from_left, weights=self._weights[left])),
            float(np.average(from_right, weights=self._weights[right])),
            self._missing(left, from_left),
            self._missing(right, from_right),
        )

    def _missing(self, ids: NDArray[np.int64], found: NDArray[np.float32] | float) -> float:
        alone = np.sort(self._weights[ids] * (1 - found))[-_HEAVIEST:]
        return float(alone.sum() / _HEAVIEST)
