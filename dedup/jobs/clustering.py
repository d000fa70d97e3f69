"""Groups anew from the suggestions that stand and the verdicts of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dedup.clusters import Grouping, cluster
from dedup.initiatives import Cluster, ClusterId, Decision, InitiativeId, Thresholds
from dedup.ports import Ids, UnitOfWork
from dedup.review import representative

# Partners kept for one record by the self-join. A record that has this many stands in a template
# family, not in one initiative told over and over; more would cost a million pairs nobody reads.
PER_RECORD = 32


def regroup(unit: UnitOfWork, thresholds: Thresholds, *, at: datetime) -> dict[str, int]:
    """Replace the stored clusters; ids persist where most members do. Returns counts."""
    groupings = grouped(
        unit,
        *unit.suggestions.links(0.0),  # weaker ones count in the means too
        thresholds=thresholds,
        previous={c.id: c.members for c in unit.clusters.all()},
        next_id=unit.clusters.next_id(),
    )
    unit.clusters.replace(_with_representatives(unit, groupings), at=at)
    return {"clusters": len(groupings), "families": sum(g.family for g in groupings)}


def grouped(
    unit: UnitOfWork,
    left: Ids,
    right: Ids,
    score: NDArray[np.float32],
    *,
    thresholds: Thresholds,
    previous: Mapping[int, Sequence[int]] | None = None,
    next_id: int = 1,
) -> list[Grouping]:
    """The groups that links (left[i], right[i]) make beside the verdicts on live records."""
    live = set(unit.initiatives.live_ids().tolist())
    verdicts = [d for d in unit.decisions.all_live() if live.issuperset(d.pair.ids)]
    return cluster(
        left,
        right,
        score,
        threshold=thresholds.likely,
        decided=_pairs(verdicts, joins=True),
        apart=_pairs(verdicts, joins=False),
        previous=previous,
        next_id=next_id,
        family_size=PER_RECORD,
    )


def _pairs(verdicts: list[Decision], *, joins: bool) -> list[tuple[int, int]]:
    return [
        (d.pair.left, d.pair.right)
        for d in verdicts
        if d.verdict is not None and (d.verdict.joins if joins else d.verdict.separates)
    ]


def _with_representatives(unit: UnitOfWork, groupings: list[Grouping]) -> list[Cluster]:
    wanted = np.array([m for g in groupings for m in g.members], dtype=np.int64)
    known = {r.id: r for r in unit.initiatives.get(int(id) for id in np.unique(wanted))}
    made = []
    for grouping in groupings:
        chosen, rule = representative([known[InitiativeId(m)] for m in grouping.members])
        made.append(
            Cluster(
                id=ClusterId(grouping.id),
                members=tuple(InitiativeId(m) for m in grouping.members),
                representative=chosen,
                representative_rule=rule,
                family=grouping.family,
                weakest=grouping.weakest,
            )
        )
    return made
