"""Clusters in SQL: replaced as a whole; an id is never given twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from dedup.initiatives import Cluster, ClusterId, InitiativeId
from dedup.store.session import CLUSTER, Session
from dedup.store.tables import cluster_members, clusters, counters

_c, _m = clusters.c, cluster_members.c


class SqlClusters:
    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, new: Sequence[Cluster], *, at: datetime) -> None:
        connection = self._session.lock()
        connection.execute(delete(cluster_members))
        connection.execute(delete(clusters))
        if not new:
            return
        connection.execute(insert(clusters), [_row(cluster, at) for cluster in new])
        connection.execute(
            insert(cluster_members),
            [
                {"initiative_id": member, "cluster_id": cluster.id, "position": position}
                for cluster in new
                for position, member in enumerate(cluster.members)
            ],
        )
        self._keep_ahead_of(max(cluster.id for cluster in new))

    def get(self, id: ClusterId) -> Cluster | None:
        found = self._clusters(_c.id == id)
        return found[0] if found else None

    def of(self, initiative_id: InitiativeId) -> Cluster | None:
        ids = select(_m.cluster_id).where(_m.initiative_id == initiative_id)
        found = self._clusters(_c.id.in_(ids))
        return found[0] if found else None

    def all(self) -> list[Cluster]:
        return self._clusters()

    def next_id(self) -> ClusterId:
        return ClusterId(self._session.advance(CLUSTER, 1))

    def _keep_ahead_of(self, id: int) -> None:
        behind = update(counters).where(counters.c.name == CLUSTER, counters.c.value < id)
        self._session.write.execute(behind.values(value=id))

    def _clusters(self, *conditions: Any) -> list[Cluster]:
        rows = self._session.read.execute(select(clusters).where(*conditions).order_by(_c.id)).all()
        members: dict[int, list[InitiativeId]] = defaultdict(list)
        query = select(_m.cluster_id, _m.initiative_id).join(clusters, _c.id == _m.cluster_id)
        ordered = query.where(*conditions).order_by(_m.cluster_id, _m.position)
        for row in self._session.read.execute(ordered):
            members[row.cluster_id].append(InitiativeId(row.initiative_id))
        return [
            Cluster(
                id=ClusterId(row.id),
                members=tuple(members[row.id]),
                representative=InitiativeId(row.representative),
                representative_rule=row.representative_rule,
                family=row.family,
                weakest=row.weakest,
            )
            for row in rows
        ]


def _row(cluster: Cluster, at: datetime) -> dict[str, Any]:
    return {
        "id": cluster.id,
        "representative": cluster.representative,
        "representative_rule": cluster.representative_rule,
        "family": cluster.family,
        "weakest": float(cluster.weakest),
        "at": at,
    }
