"""The log of deeds in SQL: appended and read, never changed."""

from __future__ import annotations

from sqlalchemy import insert, select

from dedup.people import Act, Deed
from dedup.store.session import Session
from dedup.store.tables import deeds

_d = deeds.c


class SqlLog:
    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, deed: Deed) -> None:
        row = {
            "id": self._session.next_id(_d.id),
            "at": deed.at,
            "by": deed.by,
            "act": deed.act,
            "of": deed.of,
            "detail": dict(deed.detail),
        }
        self._session.write.execute(insert(deeds), row)

    def page(self, *, before: int | None = None, limit: int = 50) -> list[Deed]:
        query = select(deeds).order_by(_d.id.desc()).limit(limit)
        if before is not None:
            query = query.where(_d.id < before)
        return [
            Deed(**{**row._mapping, "act": Act(row.act)})
            for row in self._session.read.execute(query)
        ]
