"""Groups that cannot chain: average-link over scored pairs, with verdicts above every score.

Two groups join while the mean over *all* pairs across them, an absent pair counting 0, is at least
the threshold; so no group hangs together by one strong bridge, and the mean over all pairs inside a
group is at least the threshold too. A cannot-link is never inside a group, whatever else holds.
A template family, many records that are alike in wording and not in content, is one group marked
as such; what in it is nearly equal text is told apart as duplicates first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from dedup.linkage import Floats, Links, Numbers, average_link

# A record with this many partners, or a group of this many, is rarely one initiative retold: what
# holds it is a template. Below, a person still reads the group member by member.
FAMILY_SIZE = 50
# Inside a family, what is as alike as this is told apart as duplicates of their own.
TIGHT = 0.95


@dataclass(frozen=True, slots=True)
class Grouping:
    """A group of two or more: its id, its members ascending, the weakest link that holds it.

    ``weakest`` is the lowest score of the best tree over the members: without that link and worse
    ones the group falls apart. ``family``: held together by a template, not one initiative.
    """

    id: int
    members: tuple[int, ...]
    weakest: float
    family: bool = False


def cluster(
    left: ArrayLike,
    right: ArrayLike,
    score: ArrayLike,
    *,
    threshold: float,
    decided: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
    previous: Mapping[int, Sequence[int]] | None = None,
    next_id: int = 1,
    family_size: int = FAMILY_SIZE,
    tight: float = TIGHT,
) -> list[Grouping]:
    """Groups of two or more, ordered by their smallest member; the order of links is of no effect.

    ``left``, ``right``, ``score``: m links between ids, scores in [0, 1]; those below ``threshold``
    count in the means. ``decided``: pairs that are one for certain (a person's verdict, equal
    text). ``apart``: pairs never to stand in one group; they win over ``decided``. ``previous``
    (id → members): a group keeps the id it shares most members with; others are numbered from
    ``next_id``. Raises ValueError for a threshold not above 0 or columns of unequal length.
    """
    graph = _Graph.of(left, right, score, decided=decided, apart=apart)
    labels, family = graph.partition(threshold, family_size=family_size, tight=tight)
    groups = _groups(labels)
    weakest = graph.weakest(labels)
    members = [graph.ids[group].tolist() for group in groups]
    numbers = _stable_ids(members, previous or {}, next_id=next_id)
    return [
        Grouping(number, tuple(ids), float(weakest[labels[group[0]]]), bool(family[group[0]]))
        for number, ids, group in zip(numbers, members, groups, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Graph:
    """Ascending ids, and over their places: links, certain pairs (k, 2), pairs kept apart (k, 2)."""

    ids: Numbers
    links: Links
    certain: Numbers
    apart: Numbers

    @classmethod
    def of(
        cls,
        left: ArrayLike,
        right: ArrayLike,
        score: ArrayLike,
        *,
        decided: Iterable[tuple[int, int]],
        apart: Iterable[tuple[int, int]],
    ) -> _Graph:
        ends = np.column_stack([np.asarray(left, np.int64), np.asarray(right, np.int64)])
        certain, barred = _pairs(decided), _pairs(apart)
        ids = np.unique(np.concatenate([ends, certain, barred]))
        nodes = np.sort(np.searchsorted(ids, ends), axis=1)
        links = _distinct(len(ids), nodes, np.asarray(score, np.float64))
        return cls(ids, links, np.searchsorted(ids, certain), np.searchsorted(ids, barred))

    def partition(
        self, threshold: float, *, family_size: int, tight: float
    ) -> tuple[Numbers, NDArray[np.bool_]]:
        """Group labels (n,) and whether each node stands in a family (n,)."""
        labels = self._grouped(self.links, threshold)
        pool = self._pools(labels, threshold, family_size)
        inside = pool >= 0
        if not inside.any():
            return labels, inside
        within = inside[self.links.a] & inside[self.links.b]
        near = self._grouped(self.links.within(within), tight)
        loose = inside & (np.bincount(near)[near] == 1)
        family = self._without_barred(loose, pool)
        labels = np.where(inside, near + len(self.ids), labels)
        labels = np.where(family, pool + 2 * len(self.ids), labels)
        return np.unique(labels, return_inverse=True)[1].astype(np.int64), family

    def _grouped(self, links: Links, threshold: float) -> Numbers:
        return average_link(links, threshold=threshold, certain=self.certain, apart=self.apart)

    def _pools(self, labels: Numbers, threshold: float, family_size: int) -> Numbers:
        """A number (n,) for each node's family-to-be, -1 for nodes of none.

        A pool is what crowded records, those with ``family_size`` partners, and groups of that size
        form together.
        """
        strong = self.links.within(self.links.weight >= threshold)
        degree = np.bincount(np.concatenate([strong.a, strong.b]), minlength=len(self.ids))
        many = (degree >= family_size) | (np.bincount(labels)[labels] >= family_size)
        pools = strong.within(many[strong.a] & many[strong.b]).components()
        large = many & (np.bincount(pools)[pools] >= family_size)
        return self._of_one_pool(np.where(large, pools, -1))

    def _of_one_pool(self, pool: Numbers) -> Numbers:
        """The pools without records that a certain pair joins, over others too, with one outside."""
        ones = np.ones(len(self.certain))
        joined = Links(len(pool), self.certain[:, 0], self.certain[:, 1], ones).components()
        lowest, highest = np.full(len(pool), len(pool)), np.full(len(pool), -1)
        np.minimum.at(lowest, joined, pool)
        np.maximum.at(highest, joined, pool)
        return np.where(lowest[joined] == highest[joined], pool, -1)

    def _without_barred(self, loose: NDArray[np.bool_], pool: Numbers) -> NDArray[np.bool_]:
        """Loose members of pools, less the later one of each pair a person keeps apart."""
        kept = loose.copy()
        for one, other in np.sort(self.apart, axis=1).tolist():
            if kept[one] and kept[other] and pool[one] == pool[other]:
                kept[other] = False
        return kept

    def weakest(self, labels: Numbers) -> Floats:
        """Per label, the lowest score of its best spanning tree; certain pairs count 1."""
        a = np.concatenate([self.links.a, self.certain[:, 0]])
        b = np.concatenate([self.links.b, self.certain[:, 1]])
        score = np.concatenate([self.links.weight, np.ones(len(self.certain))])
        inside = labels[a] == labels[b]
        ends = np.sort(np.column_stack([a, b])[inside], axis=1)
        best = _distinct(len(self.ids), ends, score[inside])
        # Costs above 0 for every link, as the sparse spanning tree needs them; ranks are exact.
        order = np.argsort(-best.weight, kind="stable")
        cost = np.empty(len(order))
        cost[order] = np.arange(1, len(order) + 1)
        graph = coo_array((cost, (best.a, best.b)), shape=(best.count, best.count))
        tree = minimum_spanning_tree(graph.tocsr()).tocoo()
        weakest = np.ones(int(labels.max(initial=-1)) + 1)
        np.minimum.at(weakest, labels[tree.row], best.weight[order[tree.data.astype(np.int64) - 1]])
        return weakest


def _pairs(pairs: Iterable[tuple[int, int]]) -> Numbers:
    return np.array(sorted(tuple(sorted(pair)) for pair in pairs), dtype=np.int64).reshape(-1, 2)


def _distinct(nodes: int, ends: Numbers, score: Floats) -> Links:
    """Links once each, the best score of each pair, self-links left out."""
    if len(ends) != len(score):
        raise ValueError("links and scores differ in number")
    order = np.lexsort((-score, ends[:, 1], ends[:, 0]))
    ends, score = ends[order], score[order]
    first = ends[:, 0] != ends[:, 1]
    first[1:] &= (ends[1:] != ends[:-1]).any(axis=1)
    return Links(nodes, ends[first, 0], ends[first, 1], score[first])


def _groups(labels: Numbers) -> list[Numbers]:
    """Nodes of each label that has two or more, ordered by the smallest node."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    groups = [group for group in np.split(order, cuts) if len(group) > 1]
    return sorted(groups, key=lambda group: int(group[0]))


def _stable_ids(
    groups: Sequence[Sequence[int]], previous: Mapping[int, Sequence[int]], *, next_id: int
) -> list[int]:
    """The id each group shares most members with, largest overlap first; each id once."""
    was = {member: id for id, members in previous.items() for member in members}
    overlaps: dict[tuple[int, int], int] = {}
    for place, group in enumerate(groups):
        for member in group:
            if member in was:
                key = (was[member], place)
                overlaps[key] = overlaps.get(key, 0) + 1
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for (id, place), _ in sorted(overlaps.items(), key=lambda item: (-item[1], item[0])):
        if place not in ids and id not in taken:
            ids[place] = id
            taken.add(id)
    fresh = count(max(next_id, max(previous, default=0) + 1))
    return [ids[place] if place in ids else next(fresh) for place in range(len(groups))]
