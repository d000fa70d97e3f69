"""Records in SQL: written in bulk by Core, every write under the unit's change number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, func, insert, or_, select, update

from dedup.errors import InitiativeNotFound, StaleVersion
from dedup.initiatives import ImportId, Initiative, InitiativeId, Submission
from dedup.ports import Changes, Ids, InitiativeFilter, NewRecord
from dedup.store.bulk import insert_columns
from dedup.store.rows import (
    chunks,
    content_of,
    id_array,
    initiative_of,
    only,
    read_version,
    record_columns,
    source_columns,
    stored_version,
)
from dedup.store.search import holding
from dedup.store.session import Session
from dedup.store.tables import LIVE, initiative_versions, initiatives, unit_aliases, units

_t = initiatives.c
_AS_NEW = {"version": 1, "withdrawn": False, "changed_by": ""}
BATCH = 5_000  # rows a statement: some ten MB of text in memory at once
_TEXTS = select(_t.id, _t.title, _t.situation, _t.description, _t.novelty, _t.effect)


class SqlInitiatives:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, records: Sequence[NewRecord], *, at: datetime) -> list[InitiativeId]:
        if not records:
            return []
        change_no, first = self._session.change_no(), self._session.next_id(_t.id)
        connection = self._session.write
        for start in range(0, len(records), BATCH):
            part = records[start : start + BATCH]
            columns = {
                **record_columns(part),
                **source_columns([record.source for record in part]),
                "id": range(first + start, first + start + len(part)),
                "import_id": [record.import_id for record in part],
                **{name: [value] * len(part) for name, value in _AS_NEW.items()},
                **{name: [at] * len(part) for name in ("added_at", "changed_at")},
                "change_no": [change_no] * len(part),
            }
            insert_columns(connection, insert(initiatives), columns)
        return [InitiativeId(first + i) for i in range(len(records))]

    def get(self, ids: Iterable[int]) -> list[Initiative]:
        wanted = [int(id) for id in ids]
        found: dict[int, Initiative] = {}
        for part in chunks(sorted(set(wanted))):
            for row in self._rows(select(initiatives).where(_t.id.in_(part))):
                found[row.id] = initiative_of(row)
        return [found[id] for id in wanted if id in found]

    def by_code(self, code: str, *, unit: str | None = None) -> list[Initiative]:
        if not code:
            return []
        query = select(initiatives).where(_t.code == code).order_by(_t.withdrawn, _t.id)
        if unit is not None:
            query = query.where(or_(_t.unit == unit, _t.unit_id.in_(_units_called(unit))))
        return [initiative_of(row) for row in self._rows(query)]

    def by_fingerprint(self, fingerprint: str, *, folded: bool = False) -> list[InitiativeId]:
        column = _t.folded_fingerprint if folded else _t.fingerprint
        query = select(_t.id).where(column == fingerprint, LIVE).order_by(_t.id)
        return [InitiativeId(row.id) for row in self._rows(query)]

    def update(
        self,
        id: InitiativeId,
        record: NewRecord,
        *,
        expected_version: int,
        by: str,
        at: datetime,
        import_id: ImportId | None = None,
    ) -> Initiative:
        self._session.lock()
        old = self._one(id)
        if old.version != expected_version:
            raise StaleVersion(id=id, version=old.version, expected=expected_version)
        self._keep_version(old, by, at, import_id)
        changed = (
            update(initiatives)
            .where(_t.id == id)
            .values(
                **only(record_columns([record])),
                version=old.version + 1,
                change_no=self._session.change_no(),
                changed_at=at,
                changed_by=by,
            )
        )
        self._session.write.execute(changed)
        return self._one(id)

    def history(self, id: InitiativeId) -> list[tuple[int, str, datetime, Submission]]:
        v = initiative_versions.c
        query = (
            select(v.version, v.by, v.replaced_at, v.submission)
            .where(v.initiative_id == id)
            .order_by(v.version.desc())
        )
        return [
            (row.version, row.by, row.replaced_at, read_version(row.submission))
            for row in self._rows(query)
        ]

    def replaced_by(self, import_id: ImportId) -> list[tuple[InitiativeId, int, Submission]]:
        v = initiative_versions.c
        query = (
            select(v.initiative_id, v.version, v.submission)
            .where(v.import_id == import_id)
            .order_by(v.initiative_id)
        )
        return [
            (InitiativeId(row.initiative_id), row.version, read_version(row.submission))
            for row in self._rows(query)
        ]

    def set_withdrawn(
        self, ids: Sequence[InitiativeId], withdrawn: bool, *, by: str, at: datetime
    ) -> int:
        if not ids:
            return 0
        self._session.lock()
        values: dict[str, Any] = {"withdrawn": withdrawn, "changed_at": at, "changed_by": by}
        changed = 0
        for part in chunks(sorted(set(ids))):
            touched = and_(_t.id.in_(part), _t.withdrawn != withdrawn)
            some = select(_t.id).where(touched).limit(1)
            if self._session.read.execute(some).first() is None:
                continue  # nothing to change takes no change number
            values["change_no"] = self._session.change_no()
            result = self._session.write.execute(
                update(initiatives).where(touched).values(**values)
            )
            changed += result.rowcount
        return changed

    def of_import(self, import_id: ImportId) -> list[InitiativeId]:
        query = select(_t.id).where(_t.import_id == import_id).order_by(_t.id)
        return [InitiativeId(row.id) for row in self._rows(query)]

    def page(self, where: InitiativeFilter, *, after: int = 0, limit: int = 50) -> list[Initiative]:
        query = select(initiatives).where(_t.id > after, *_conditions(where))
        return [initiative_of(row) for row in self._rows(query.order_by(_t.id).limit(limit))]

    def count(self, *, include_withdrawn: bool = False) -> int:
        query = select(func.count(_t.id))
        counted = query if include_withdrawn else query.where(LIVE)
        return int(self._session.read.execute(counted).scalar_one())

    def live_ids(self) -> Ids:
        query = select(_t.id).where(LIVE).order_by(_t.id)
        return id_array(self._session.read.execute(query).scalars().all())

    def iterate(self, *, batch: int = 5_000) -> Iterator[list[Initiative]]:
        after = 0
        while part := self.page(InitiativeFilter(), after=after, limit=batch):
            yield part
            after = part[-1].id

    def comparable_texts(self, ids: Ids) -> tuple[list[str], list[str], list[str]]:
        self._session.mark_texts_read()
        found: dict[int, tuple[str, str, str]] = {}
        for part in chunks(np.unique(ids).tolist()):
            for id, title, *content, effect in self._rows(_TEXTS.where(_t.id.in_(part))):
                found[id] = (title, content_of(*content), effect)
        try:
            texts = [found[id] for id in ids.tolist()]
        except KeyError as unknown:
            raise InitiativeNotFound(id=unknown.args[0]) from None
        titles, contents, effects = zip(*texts, strict=True) if texts else ((), (), ())
        return list(titles), list(contents), list(effects)

    def fingerprints(self, ids: Ids) -> dict[int, str]:
        found: dict[int, str] = {}
        for part in chunks(np.unique(ids).tolist()):
            rows = self._rows(select(_t.id, _t.fingerprint).where(_t.id.in_(part)))
            found.update((row.id, row.fingerprint) for row in rows)
        return found

    def benefits(self, ids: Ids) -> dict[int, int | None]:
        found: dict[int, int | None] = {}
        for part in chunks(np.unique(ids).tolist()):
            rows = self._rows(select(_t.id, _t.benefit_vnd).where(_t.id.in_(part), LIVE))
            found.update((row.id, row.benefit_vnd) for row in rows)
        return found

    def equal_texts(self, *, folded: bool = False) -> tuple[Ids, Ids]:
        column = _t.folded_fingerprint if folded else _t.fingerprint
        first = func.min(_t.id).over(partition_by=column).label("first")
        stars = select(first, _t.id).where(LIVE).subquery()
        query = select(stars).where(stars.c.id > stars.c.first).order_by("first", "id")
        pairs = np.array([tuple(row) for row in self._rows(query)], dtype=np.int64).reshape(-1, 2)
        return pairs[:, 0].copy(), pairs[:, 1].copy()

    def texts_after(self, id: int, limit: int) -> tuple[Ids, list[str], list[str]]:
        self._session.mark_texts_read()
        rows = self._rows(_TEXTS.where(_t.id > id, LIVE).order_by(_t.id).limit(limit))
        contents = [content_of(row.situation, row.description, row.novelty) for row in rows]
        return id_array([row.id for row in rows]), [row.title for row in rows], contents

    def latest_change(self) -> int:
        return self._session.latest_change()

    def changes_since(self, change_no: int) -> Changes:
        query = select(_t.id, _t.withdrawn, _t.change_no).where(_t.change_no > change_no)
        # Sorted here: asked to sort, SQLite walks the table in id order instead of the change index.
        rows = sorted(self._rows(query), key=attrgetter("id"))
        return Changes(
            ids=id_array([row.id for row in rows]),
            live=np.array([not row.withdrawn for row in rows], dtype=np.bool_),
            change_no=max((row.change_no for row in rows), default=change_no),
        )

    def _one(self, id: int) -> Initiative:
        row = self._session.read.execute(select(initiatives).where(_t.id == id)).first()
        if row is None:
            raise InitiativeNotFound(id=id)
        return initiative_of(row)

    def _keep_version(
        self, old: Initiative, by: str, at: datetime, import_id: ImportId | None
    ) -> None:
        version = {
            "initiative_id": old.id,
            "version": old.version,
            "by": by,
            "replaced_at": at,
            "fingerprint": old.fingerprint,
            "submission": stored_version(old),
            "import_id": import_id,
        }
        self._session.write.execute(insert(initiative_versions), version)

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        return self._session.read.execute(query).all()


def _units_called(name: str) -> Select[Any]:
    aliased = select(unit_aliases.c.unit_id).where(unit_aliases.c.alias == name)
    u = units.c
    return select(u.id).where(or_(u.name == name, u.code == name, u.id.in_(aliased)))


def _conditions(where: InitiativeFilter) -> list[Any]:
    conditions: list[Any] = [*holding(_t.search_key, where.text)]
    if where.unit_ids:
        conditions.append(_t.unit_id.in_(where.unit_ids))
    if where.field:
        conditions.append(_t.field == where.field)
    if where.import_id is not None:
        conditions.append(_t.import_id == where.import_id)
    if not where.include_withdrawn:
        conditions.append(LIVE)
    return conditions
