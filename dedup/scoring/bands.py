"""How well the bands hold, as verdicts show it: precision, misses, drift, one template's part. Pure.

Of flagged pairs people judge many; of the pairs that were retrieved and not flagged they judge a
random sample drawn for audit, some of each stratum of scores, so that what is missed is estimated too.
Pairs that were never retrieved are beyond both. Equal texts are flagged whatever their score and are
counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.scoring.shares import Share

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# By more than half of the flags one template hides the rest; among fewer flags than this a single
# group does.
MOST, LEAST_FLAGS = 0.5, 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and the bounds it may have; NaN with wide bounds where nothing is known."""

    low: float
    value: float
    high: float

    @classmethod
    def of(cls, share: Share, among: int = 1) -> Estimate:
        if not among:
            return cls(0.0, 0.0, 0.0)
        return cls(among * share.low, among * share.value, among * share.high)

    def __add__(self, other: Estimate) -> Estimate:
        """The sum of two that know nothing of each other: their distances to the bounds add in squares.

        Zou and Donner, Statistics in Medicine 27 (2008); adding the bounds themselves would be
        certain and too wide, and is left for sums with what is not known.
        """
        value = self.value + other.value
        if not np.isfinite(value):
            return Estimate(self.low + other.low, value, self.high + other.high)
        down = np.hypot(self.value - self.low, other.value - other.low)
        up = np.hypot(self.high - self.value, other.high - other.value)
        return Estimate(float(value - down), value, float(value + up))

    def part_beside(self, rest: Estimate) -> Estimate:
        """What part this is of itself and the rest together; bounds by the worst case of both."""
        return Estimate(
            _part(self.low, rest.high), _part(self.value, rest.value), _part(self.high, rest.low)
        )


UNKNOWN = Estimate(0.0, np.nan, np.inf)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judged pairs whose texts differ: what the machine gave them, and whether they are one; (m,)."""

    score: Floats
    same: Flags

    def between(self, low: float, high: float = np.inf) -> Share:
        return share(self.same[(self.score >= low) & (self.score < high)])


@dataclass(frozen=True, slots=True)
class Stratum:
    """Pairs retrieved but not flagged, of one range of scores: how many, and what of a sample was said.

    ``counts``: of equal parts of the range, from ``low`` to ``high``.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    said: Share

    def above(self, threshold: float) -> int:
        """How many have at least this score, to the nearest part of the range."""
        edges = np.linspace(self.low, self.high, len(self.counts) + 1)
        middles = (edges[1:] + edges[:-1]) / 2
        return int(np.asarray(self.counts)[middles >= threshold].sum())

    @property
    def whole(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtThreshold:
    """What a threshold flags, and how well; recall is among all pairs retrieved."""

    threshold: float
    flagged: int | None  # None: lower than the one in force, and nothing was counted there
    judged: int
    precision: Estimate
    recall: Estimate


def at_threshold(
    threshold: float,
    *,
    flagged: Floats,
    verdicts: Verdicts,
    strata: Sequence[Stratum],
    possible: float,
) -> AtThreshold:
    """``flagged``: scores of all flagged pairs, judged or not; ``possible``: where flags begin now."""
    low = max(threshold, possible)
    parts = [  # of each: how many lie above, how many below, and what part are duplicates
        (int((flagged >= low).sum()), 0, verdicts.between(low)),
        (0, int((flagged < low).sum()), verdicts.between(possible, low)),
        *((s.above(threshold), s.whole - s.above(threshold), s.said) for s in strata),
    ]
    found = reduce(add, [Estimate.of(said, above) for above, _, said in parts])
    missed = reduce(add, [Estimate.of(said, below) for _, below, said in parts])
    count = sum(above for above, _, _ in parts)
    known = bool(strata) or threshold >= possible
    return AtThreshold(
        threshold=threshold,
        flagged=count if known else None,
        judged=sum(said.of for above, _, said in parts if above),
        precision=_over(found, count) if known else UNKNOWN,
        recall=found.part_beside(missed if strata else missed + UNKNOWN) if known else UNKNOWN,
    )


def falls(before: Share, after: Share) -> bool:
    """Whether precision fell beyond chance: the two intervals are apart."""
    return bool(before.of and after.of) and after.high < before.low


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The records that flags link into one: how many, what part of the flags, the most flagged one."""

    records: int
    share: float
    record: int

    @property
    def alarming(self) -> bool:
        return self.share > MOST


def largest_family(left: Numbers, right: Numbers) -> Family | None:
    """The one that makes most flags; None among fewer than ``LEAST_FLAGS``."""
    if len(left) < LEAST_FLAGS:
        return None
    ids, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = place[: len(left)], place[len(left) :]
    links = coo_array((np.ones(len(left), dtype=np.int8), (one, other)), shape=(len(ids),) * 2)
    label = connected_components(links, directed=False)[1]
    flags = np.bincount(label[one])
    largest = int(flags.argmax())
    partners = np.where(label == largest, np.bincount(place), 0)
    return Family(
        records=int((label == largest).sum()),
        share=float(flags[largest] / len(left)),
        record=int(ids[partners.argmax()]),
    )


def share(flags: Flags) -> Share:
    return Share(int(flags.sum()), len(flags))


def _over(found: Estimate, count: int) -> Estimate:
    if not count:
        return Estimate(0.0, np.nan, 1.0)
    return Estimate(found.low / count, found.value / count, found.high / count)


def _part(part: float, rest: float) -> float:
    if rest == np.inf:
        return 0.0
    return part / (part + rest) if part + rest else float("nan")
