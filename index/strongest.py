"""The pairs found so far, held in bounded memory: with a cap, the best of each row and no more.

Rows are named by rank (their place in ascending order of ids), so that ties by rank are ties by id.
A row's floor is the worst of its `per_row` best so far. It only rises, and a pair below the floors
of both its ends can be dropped the moment it is seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.similarity import similarities_of_pairs, slack

# New pairs kept before the weaker ones are dropped: 2^22 pairs of 12 bytes are 50 MB, and sorting
# them by both ends takes about a second.
BUFFERED = 2**22


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pairs by rank: left < right int32 (m,), similarity float32 (m,)."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    similarity: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.left)

    def only(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Found":
        return Found(self.left[which], self.right[which], self.similarity[which])

    def in_order(self) -> "Found":
        code = (self.left.astype(np.int64) << 32) | self.right
        return self.only(np.argsort(code))


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of a block of products: its rows (n, dim) and their ranks int32 (n,)."""

    rows: NDArray[np.float32]
    ranks: NDArray[np.int32]


class Strongest:
    """Collects pairs at or above `threshold` between `count` rows of `dim` dimensions."""

    def __init__(self, count: int, dim: int, threshold: float, per_row: int | None) -> None:
        self._threshold = np.float32(threshold)
        self._slack = np.float32(slack(dim))
        self._cap = per_row
        self._partners = np.zeros(count, np.int64)
        self._floor = np.full(count, -np.inf, np.float32)
        self._floor_partner = np.full(count, count, np.int32)
        self._kept: list[Found] = []
        self._settled = 0

    @property
    def lowest_product(self) -> np.float32:
        """A float32 product below this cannot belong to a pair at the threshold."""
        return np.float32(self._threshold - self._slack)

    def offer(
        self,
        one: Side,
        two: Side,
        i: NDArray[np.intp],
        j: NDArray[np.intp],
        products: NDArray[np.float32],
    ) -> None:
        """Take in pairs (one[i], two[j]) with their float32 products; no pair is offered twice."""
        hopeful = self._passed_over(one.ranks[i], two.ranks[j], products)
        i, j = i[hopeful], j[hopeful]
        similarity = similarities_of_pairs(one.rows, two.rows, i, j)
        a, b = one.ranks[i], two.ranks[j]
        found = Found(np.minimum(a, b), np.maximum(a, b), similarity)
        self._keep(found.only(similarity >= self._threshold))

    def result(self) -> tuple[Found, NDArray[np.intp]]:
        """The pairs, sorted by (left, right), and the ranks of the rows with too many partners."""
        self._settle()
        cap = np.inf if self._cap is None else self._cap
        return self._kept[0], np.flatnonzero(self._partners > cap)

    def _passed_over(
        self, a: NDArray[np.int32], b: NDArray[np.int32], products: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        """Count the pairs that no floor lets in; say which others deserve their exact similarity."""
        if self._cap is None:
            return np.ones(len(a), bool)
        below = products + self._slack < np.minimum(self._floor[a], self._floor[b])
        below &= products >= self._threshold + self._slack
        self._count(a[below], b[below])
        return ~below

    def _keep(self, found: Found) -> None:
        if self._cap is not None:
            self._count(found.left, found.right)
            found = found.only(
                self._lets_in(found.left, found.right, found.similarity)
                | self._lets_in(found.right, found.left, found.similarity)
            )
        if not len(found):
            return
        self._kept.append(found)
        waiting = sum(map(len, self._kept)) - self._settled
        if self._cap is not None and waiting > max(BUFFERED, self._settled):
            self._settle()

    def _lets_in(
        self, row: NDArray[np.int32], other: NDArray[np.int32], similarity: NDArray[np.float32]
    ) -> NDArray[np.bool_]:
        floor = self._floor[row]
        better = similarity > floor
        tied = (similarity == floor) & (other < self._floor_partner[row])
        return np.asarray(better | tied)

    def _count(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> None:
        np.add.at(self._partners, a, 1)
        np.add.at(self._partners, b, 1)

    def _settle(self) -> None:
        """Sort what was kept, drop what is among the best of neither end, raise the floors."""
        empty = Found(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))
        parts = self._kept or [empty]
        found = Found(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.similarity for part in parts]),
        ).in_order()
        if self._cap is not None:
            found = self._strongest(found, self._cap)
        self._kept, self._settled = [found], len(found)

    def _strongest(self, found: Found, cap: int) -> Found:
        # Both directions of every pair. For one row, all smaller partners (it is the right end)
        # come before all larger ones, each in order: a stable sort leaves ties by partner.
        row = np.concatenate([found.right, found.left])
        partner = np.concatenate([found.left, found.right])
        similarity = np.concatenate([found.similarity, found.similarity])
        order = np.argsort(_row_then_best(row, similarity), kind="stable")
        starts = np.flatnonzero(np.diff(row[order], prepend=-1))
        sizes = np.diff(starts, append=len(order))
        place = np.arange(len(order)) - np.repeat(starts, sizes)
        last = order[place == cap - 1]
        self._floor[row[last]] = similarity[last]
        self._floor_partner[row[last]] = partner[last]
        listed = np.zeros(len(found), bool)
        listed[order[place < cap] % max(len(found), 1)] = True
        return found.only(listed)


def _row_then_best(row: NDArray[np.int32], similarity: NDArray[np.float32]) -> NDArray[np.uint64]:
    """A key that sorts by row, then by falling similarity: positive floats order as their bits."""
    rising = similarity.view(np.uint32).astype(np.uint64)
    return (row.astype(np.uint64) << np.uint64(32)) | (np.uint64(0xFFFFFFFF) - rising)
