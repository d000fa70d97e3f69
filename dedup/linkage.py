"""Average-link agglomeration of a sparse graph, with pairs that must and pairs that must not join.

Average-link is reducible: the mean of A ∪ B to C is at most the larger of the means of A and of B to
C (Bruynooghe 1977). A link's bound therefore only ever falls, so links wait in one heap, are looked
at again when they come up stale, and are dropped for good below the threshold: O(E log E), with the
smaller of two neighbourhoods moved into the larger.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Links:
    """m weighted links between nodes 0..count-1, each pair once, ``a < b``; absent pairs weigh 0."""

    count: int
    a: Numbers
    b: Numbers
    weight: Floats

    def within(self, keep: NDArray[np.bool_]) -> Links:
        """The links that ``keep`` (m,) marks, over the same nodes."""
        return Links(self.count, self.a[keep], self.b[keep], self.weight[keep])

    def components(self) -> Numbers:
        """A label (count,) for each node's connected component."""
        ones = np.ones(len(self.a), dtype=np.int8)
        graph = coo_array((ones, (self.a, self.b)), shape=(self.count, self.count))
        labels: Numbers = connected_components(graph, directed=False)[1].astype(np.int64)
        return labels


def average_link(links: Links, *, threshold: float, certain: Numbers, apart: Numbers) -> Numbers:
    """A group label (count,) in 0..count-1 for each node.

    Groups join best mean first while the mean over all pairs across them is >= ``threshold`` > 0.
    ``certain`` (k, 2) pairs join before anything is weighed, ``apart`` (k, 2) pairs never do.
    """
    if not threshold > 0:
        raise ValueError("the threshold must be above 0: absent pairs weigh 0")
    settled = _Groups([1] * links.count)
    settled.bar(apart)
    for one, other in certain.tolist():
        settled.join(one, other)
    labels = settled.labels()
    merged, sizes = _contracted(links, labels)
    held_apart = labels[apart]
    means = merged.weight / (sizes[merged.a] * sizes[merged.b])
    strong = Links(merged.count, merged.a, merged.b, means).within(means >= threshold)
    whole = _complete(strong, held_apart)
    rest = ~whole[merged.a] | ~whole[merged.b]
    grown = _grown(merged.within(rest), sizes, threshold=threshold, apart=held_apart)
    return _dense(np.where(whole, strong.components() + merged.count, grown))[labels]


def _contracted(links: Links, labels: Numbers) -> tuple[Links, Numbers]:
    """Links between the labelled groups, weights summed, and the groups' sizes."""
    count = int(labels.max(initial=-1)) + 1
    ends = np.sort(np.column_stack([labels[links.a], labels[links.b]]), axis=1)
    across = ends[:, 0] != ends[:, 1]
    keys, place = np.unique(ends[across, 0] * count + ends[across, 1], return_inverse=True)
    weight: Floats = np.bincount(place, links.weight[across], len(keys)).astype(np.float64)
    return Links(count, keys // max(count, 1), keys % max(count, 1), weight), np.bincount(labels)


def _complete(strong: Links, apart: Numbers) -> NDArray[np.bool_]:
    """Nodes (count,) of components in which every pair is linked: one group, nothing to weigh."""
    component = strong.components()
    size = np.bincount(component, minlength=1)
    pairs = np.bincount(component[strong.a], minlength=len(size))
    whole = pairs == size * (size - 1) // 2
    inside = component[apart[:, 0]] == component[apart[:, 1]]
    whole[component[apart[inside, 0]]] = False
    return np.asarray(whole[component])


def _grown(links: Links, sizes: Numbers, *, threshold: float, apart: Numbers) -> Numbers:
    """Average-link proper, best mean first; ties by the lower pair of nodes."""
    groups = _Groups(sizes.tolist())
    groups.bar(apart)
    groups.weigh(links)
    means = links.weight / (sizes[links.a] * sizes[links.b])
    strong = np.flatnonzero(means >= threshold)
    codes = links.a * links.count + links.b
    waiting = list(zip((-means[strong]).tolist(), codes[strong].tolist(), strict=True))
    heapq.heapify(waiting)
    again: set[tuple[int, int]] = set()  # pairs of groups that wait under a renewed bound
    while waiting:
        bound, link = heapq.heappop(waiting)
        one, other = groups.of(link // links.count), groups.of(link % links.count)
        pair = (min(one, other), max(one, other))
        mean = groups.mean(one, other)
        if one == other or mean < threshold:
            continue
        if mean >= -bound:
            groups.join(one, other)
        elif pair not in again:
            again.add(pair)
            heapq.heappush(waiting, (-mean, link))
            continue
        again.discard(pair)
    return groups.labels()


class _Groups:
    """A union-find forest that keeps sizes, summed weights between groups, and bars between them."""

    def __init__(self, sizes: list[int]) -> None:
        self._parent = list(range(len(sizes)))
        self._size = sizes
        self._sums: dict[int, dict[int, float]] = {}
        self._barred: dict[int, set[int]] = {}

    def bar(self, apart: Numbers) -> None:
        for one, other in apart.tolist():
            if one != other:
                self._barred.setdefault(one, set()).add(other)
                self._barred.setdefault(other, set()).add(one)

    def weigh(self, links: Links) -> None:
        triples = zip(links.a.tolist(), links.b.tolist(), links.weight.tolist(), strict=True)
        for one, other, weight in triples:
            self._sums.setdefault(one, {})[other] = weight
            self._sums.setdefault(other, {})[one] = weight

    def of(self, node: int) -> int:
        parent = self._parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def mean(self, one: int, other: int) -> float:
        """The mean weight over all pairs across two groups; 0 where they must stay apart."""
        if other in self._barred.get(one, ()):
            return 0.0
        return self._sums.get(one, {}).get(other, 0.0) / (self._size[one] * self._size[other])

    def join(self, one: int, other: int) -> None:
        """Join the groups of two nodes unless they are one already or must stay apart."""
        into, gone = self.of(one), self.of(other)
        if into == gone or gone in self._barred.get(into, ()):
            return
        if len(self._sums.get(into, ())) < len(self._sums.get(gone, ())):
            into, gone = gone, into
        self._parent[gone] = into
        self._size[into] += self._size[gone]
        self._move_sums(gone, into)
        self._move_bars(gone, into)

    def _move_sums(self, gone: int, into: int) -> None:
        kept = self._sums.setdefault(into, {})
        kept.pop(gone, None)
        for other, weight in self._sums.pop(gone, {}).items():
            if other == into:
                continue
            theirs = self._sums[other]
            theirs.pop(gone)
            theirs[into] = kept[other] = kept.get(other, 0.0) + weight

    def _move_bars(self, gone: int, into: int) -> None:
        for other in self._barred.pop(gone, ()):
            self._barred[other].discard(gone)
            self._barred[other].add(into)
            self._barred.setdefault(into, set()).add(other)

    def labels(self) -> Numbers:
        """Labels 0.. of all nodes."""
        roots = np.array([self.of(node) for node in range(len(self._parent))], dtype=np.int64)
        return _dense(roots)


def _dense(labels: Numbers) -> Numbers:
    """The same groups, numbered 0, 1, … without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
