"""The self-join by lists: each row is compared with the rows of the lists nearest to it.

A pair is found when either end looks into the other's list. What that misses is measured on a
sample, see `index.recall`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.answers import Pairs
from index.lists import ListedRows
from index.selfjoin import as_pairs, join
from index.strongest import Side, Strongest

# Rows on the looking side of a block: with a list of some 500 rows, 4 MB of products.
LOOKING = 2048


def join_lists(
    listed: ListedRows,
    probed: NDArray[np.int64],
    threshold: float,
    *,
    per_row: int | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Pairs:
    """Pairs at or above `threshold` of which one end probes the other's list.

    probed: (n, nprobe) list numbers of each place of `listed`.
    """
    order = np.argsort(listed.ids)
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    sizes = np.diff(listed.starts)
    own = np.repeat(np.arange(len(sizes)), sizes)
    places = _Places(listed, ranks, own, probed)
    strongest = Strongest(len(ranks), listed.rows.shape[1], threshold, per_row)
    join(_blocks(places), strongest, on_progress)
    return as_pairs(strongest, listed.ids[order])


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """What a block needs to know of each place: rank (n,), own list (n,), lists probed (n, p)."""

    listed: ListedRows
    ranks: NDArray[np.int32]
    own: NDArray[np.int64]
    probed: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _ListBlock:
    """Places that look into a list, with the places of the list."""

    places: _Places
    number: int
    looking: NDArray[np.intp]

    def sides(self) -> tuple[Side, Side]:
        held, members = self.places.listed, self._members()
        return (
            Side(held.rows[self.looking], self.places.ranks[self.looking]),
            Side(held.rows[members], self.places.ranks[members]),
        )

    def here(
        self, one: Side, two: Side, i: NDArray[np.intp], j: NDArray[np.intp]
    ) -> NDArray[np.bool_]:
        """Within the list, once; across lists where the other end does not look, or once of two."""
        own = self.places.own[self.looking[i]]
        member = j + self._members().start
        other_looks = (self.places.probed[member] == own[:, None]).any(axis=1)
        inside = own == self.number
        once = np.where(inside, one.ranks[i] < two.ranks[j], ~other_looks | (self.number < own))
        return np.asarray(once, np.bool_)

    def _members(self) -> slice:
        starts = self.places.listed.starts
        return slice(int(starts[self.number]), int(starts[self.number + 1]))


def _blocks(places: _Places) -> list[_ListBlock]:
    nprobe = places.probed.shape[1]
    order = np.argsort(places.probed, axis=None, kind="stable")
    ends = np.searchsorted(
        places.probed.ravel()[order], np.arange(len(places.listed.starts)), side="left"
    )
    blocks = []
    for number in range(len(places.listed.starts) - 1):
        looking = order[ends[number] : ends[number + 1]] // nprobe
        members = places.listed.starts[number + 1] - places.listed.starts[number]
        if members:
            blocks += [
                _ListBlock(places, number, looking[start : start + LOOKING])
                for start in range(0, len(looking), LOOKING)
            ]
    return blocks
