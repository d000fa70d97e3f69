"""The union tree in SQL, and the names people type for its nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from dedup.errors import NotFound
from dedup.initiatives import Unit, UnitId
from dedup.store.session import Session
from dedup.store.tables import initiatives, unit_aliases, units

_u, _a, _t = units.c, unit_aliases.c, initiatives.c
UNKNOWN_UNIT = "Không có đơn vị này trong cây đơn vị."


class SqlUnits:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Sequence[Unit]) -> list[UnitId]:
        first = self._session.next_id(_u.id)
        ids = [UnitId(first + i) for i in range(len(new))]
        known = set(self._session.read.execute(select(_u.id)).scalars())
        for id, unit in zip(ids, new, strict=True):
            if unit.parent_id is not None and unit.parent_id not in known:
                raise NotFound(UNKNOWN_UNIT, id=unit.parent_id)
            row = {"id": id, "code": unit.code, "name": unit.name, "parent_id": unit.parent_id}
            self._session.write.execute(insert(units), row)
            for alias in dict.fromkeys(unit.aliases):
                self._add_alias(id, alias)
        return ids

    def all(self) -> list[Unit]:
        aliases: dict[int, list[str]] = defaultdict(list)
        for row in self._session.read.execute(
            select(unit_aliases).order_by(_a.unit_id, _a.position)
        ):
            aliases[row.unit_id].append(row.alias)
        return [
            Unit(
                id=UnitId(row.id),
                code=row.code,
                name=row.name,
                aliases=tuple(aliases[row.id]),
                parent_id=None if row.parent_id is None else UnitId(row.parent_id),
            )
            for row in self._session.read.execute(select(units).order_by(_u.id))
        ]

    def remember_alias(self, id: UnitId, alias: str) -> None:
        self._check(id)
        known = select(_a.alias).where(_a.unit_id == id, _a.alias == alias)
        if self._session.lock().execute(known).first() is None:
            self._add_alias(id, alias)

    def unmatched(self, limit: int = 200) -> list[tuple[str, int]]:
        records = func.count().label("records")
        query = (
            select(_t.unit, records)
            .where(_t.unit_id.is_(None), _t.unit != "")
            .group_by(_t.unit)
            .order_by(records.desc(), self._by_code_points())
            .limit(limit)
        )
        return [(row.unit, row.records) for row in self._session.read.execute(query)]

    def assign(self, typed: str, id: UnitId, *, at: datetime) -> int:
        self._check(id)
        matched = update(initiatives).where(_t.unit == typed, _t.unit_id.is_distinct_from(id))
        return int(self._session.lock().execute(matched.values(unit_id=id, changed_at=at)).rowcount)

    def _by_code_points(self) -> Any:
        """The same order of ties on both databases, whatever the server's language."""
        return _t.unit.collate("BINARY" if self._session.sqlite else "C")

    def _add_alias(self, id: int, alias: str) -> None:
        last = select(func.coalesce(func.max(_a.position), -1)).where(_a.unit_id == id)
        position = self._session.write.execute(last).scalar_one() + 1
        row = {"unit_id": id, "alias": alias, "position": position}
        self._session.write.execute(insert(unit_aliases), row)

    def _check(self, id: UnitId) -> None:
        if self._session.write.execute(select(_u.id).where(_u.id == id)).first() is None:
            raise NotFound(UNKNOWN_UNIT, id=id)
