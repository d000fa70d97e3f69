"""How much an approximate index misses, measured against exact answers on a sample of its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.answers import Hits, Pairs
from index.ranking import best_of, candidates
from index.similarity import similarities_of_pairs, slack

# Sampled rows multiplied with all rows at a time: 256 MB of products at a million rows.
QUERIES = 64


class Searched(Protocol):
    """An index that can be asked, and can show all that it holds."""

    @property
    def dim(self) -> int: ...
    def search(
        self, vectors: NDArray[np.float32], k: int, *, exclude: NDArray[np.int64] | None = None
    ) -> list[Hits]: ...
    def contents(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]: ...


@dataclass(frozen=True, slots=True)
class Recall:
    """`found` of `expected` exact answers, over `sampled` rows."""

    found: int
    expected: int
    sampled: int

    @property
    def share(self) -> float:
        """In [0, 1]; 1 where there was nothing to find."""
        return self.found / self.expected if self.expected else 1.0


def measure_recall(index: Searched, sample: int, k: int, seed: int) -> Recall:
    """Which of the k exact neighbours of `sample` rows a search of the index brings."""
    ids, rows = index.contents()
    chosen = _sampled(len(ids), sample, seed)
    answers = index.search(rows[chosen], k, exclude=ids[chosen])
    found = expected = 0
    for place, products, hits in zip(chosen, _products(rows, chosen), answers, strict=True):
        near = candidates(products, k + 1, index.dim)
        near = near[near != place]
        exact = best_of(rows[place], ids[near], rows[near], k)
        found += len(np.intersect1d(hits.ids, exact.ids))
        expected += len(exact)
    return Recall(found, expected, len(chosen))


def measure_pairs_recall(
    index: Searched, pairs: Pairs, threshold: float, sample: int, seed: int
) -> Recall:
    """Which of all the pairs at or above `threshold` with an end in `sample` rows are in `pairs`.

    Rows that a cap made crowded are not asked about: leaving pairs out there was the purpose.
    """
    ids, rows = index.contents()
    chosen = _sampled(len(ids), sample, seed)
    chosen = chosen[~np.isin(ids[chosen], pairs.crowded)]
    known = _partners(pairs, ids[chosen])
    found = expected = 0
    for place, products in zip(chosen, _products(rows, chosen), strict=True):
        near = np.flatnonzero(products >= np.float32(threshold - slack(index.dim)))
        near = near[near != place]
        one = np.full(len(near), place)
        alike = similarities_of_pairs(rows, rows, one, near) >= np.float32(threshold)
        exact = ids[near[alike]]
        expected += len(exact)
        found += len(np.intersect1d(exact, known[int(ids[place])]))
    return Recall(found, expected, len(chosen))


def _sampled(count: int, sample: int, seed: int) -> NDArray[np.intp]:
    return np.random.default_rng(seed).choice(count, min(count, sample), replace=False)


def _products(rows: NDArray[np.float32], chosen: NDArray[np.intp]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(chosen), QUERIES):
        yield from rows[chosen[start : start + QUERIES]] @ rows.T


def _partners(pairs: Pairs, ids: NDArray[np.int64]) -> dict[int, list[int]]:
    partners: dict[int, list[int]] = {int(id): [] for id in ids}
    ends = ((pairs.left, pairs.right), (pairs.right, pairs.left))
    for one, two in ends:
        of_sample = np.isin(one, ids)
        for id, partner in zip(one[of_sample].tolist(), two[of_sample].tolist(), strict=True):
            partners[id].append(partner)
    return partners
