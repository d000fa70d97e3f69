"""How far the reading has come: pairs, groups and value seen of all, pace, hours left. Pure.

A record's value counts as reviewed once none of its pairs waits; each record counts once, and what is
not stated in money is counted apart, never as zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from dedup.initiatives import Cluster, Decision, Pair

# A longer gap between two verdicts of one person is a pause; a shorter one is one stroke for many.
LONGEST_LOOK, SHORTEST_LOOK = timedelta(minutes=15), timedelta(seconds=1)
RECENT = timedelta(days=30)
# Fewer gaps say little of a person's pace; until then it is guessed at half a minute to a minute.
FEWEST = 5
GUESSED = (30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Count:
    seen: int
    all: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 says that nothing is left."""
        return self.seen * 100 // self.all if self.all else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Headway:
    pairs: Count
    groups: Count  # but families: a template is not one initiative
    value: Count  # đồng for one year
    records: Count
    not_in_money: int
    own: int  # pairs whose verdict in force is the asker's
    seconds_a_pair: tuple[float, float]  # from, to; one number where the pace is measured
    measured: bool

    @property
    def hours_left(self) -> tuple[float, float]:
        low, high = self.seconds_a_pair
        waiting = self.pairs.all - self.pairs.seen
        return waiting * low / 3600, waiting * high / 3600


def headway(
    waiting: Sequence[Pair],
    decided: Sequence[Decision],
    clusters: Iterable[Cluster],
    benefits: Mapping[int, int | None],
    *,
    name: str,
    now: datetime,
) -> Headway:
    """``benefits`` holds the live records of those pairs; a verdict on others no longer counts."""
    settled = [d for d in decided if all(id in benefits for id in d.pair.ids)]
    open_ids = {id for pair in waiting for id in pair.ids}
    known = open_ids | {id for d in settled for id in d.pair.ids}
    seen = known - open_ids
    pace = _pace(decided, now)
    return Headway(
        pairs=Count(len(settled), len(settled) + len(waiting)),
        groups=_groups(waiting, clusters),
        value=Count(_value(seen, benefits), _value(known, benefits)),
        records=Count(len(seen), len(known)),
        not_in_money=sum(benefits.get(id) is None for id in known),
        own=sum(d.reviewer == name for d in settled),
        seconds_a_pair=GUESSED if pace is None else (pace, pace),
        measured=pace is not None,
    )


def _value(ids: Iterable[int], benefits: Mapping[int, int | None]) -> int:
    return sum(benefits.get(id) or 0 for id in ids)


def _groups(waiting: Sequence[Pair], clusters: Iterable[Cluster]) -> Count:
    groups = [cluster for cluster in clusters if not cluster.family]
    group_of = {member: cluster.id for cluster in groups for member in cluster.members}
    ends = ((group_of.get(pair.left), group_of.get(pair.right)) for pair in waiting)
    unread = {one for one, other in ends if one is not None and one == other}
    return Count(len(groups) - len(unread), len(groups))


def _pace(decided: Sequence[Decision], now: datetime) -> float | None:
    """Seconds a pair, the mean of what people needed lately; None where too little is known."""
    gaps = list(_gaps([d for d in decided if now - d.decided_at <= RECENT]))
    return sum(gaps) / len(gaps) if len(gaps) >= FEWEST else None


def _gaps(decided: Sequence[Decision]) -> Iterator[float]:
    for before, after in pairwise(sorted(decided, key=attrgetter("reviewer", "decided_at"))):
        gap = after.decided_at - before.decided_at
        if before.reviewer == after.reviewer and SHORTEST_LOOK <= gap <= LONGEST_LOOK:
            yield gap.total_seconds()
