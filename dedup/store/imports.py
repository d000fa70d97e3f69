"""Imports in SQL, with the mappings remembered for headers seen before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dedup.errors import ImportNotFound
from dedup.initiatives import ImportId
from dedup.ports import ImportRecord
from dedup.store.session import Session
from dedup.store.tables import import_mappings, imports

_i = imports.c


class SqlImports:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: ImportRecord) -> ImportId:
        id = ImportId(self._session.next_id(_i.id))
        row = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        row |= {"id": id, "mapping": dict(record.mapping), "report": dict(record.report)}
        self._session.write.execute(insert(imports), row)
        return id

    def get(self, id: ImportId) -> ImportRecord:
        found = self._records(select(imports).where(_i.id == id))
        if not found:
            raise ImportNotFound(id=id)
        return found[0]

    def by_digest(self, digest: str) -> ImportRecord | None:
        query = select(imports).where(_i.digest == digest, _i.state == "done")
        return next(iter(self._records(query.order_by(_i.id))), None)

    def set_state(
        self, id: ImportId, state: str, *, report: Mapping[str, Any] | None = None
    ) -> None:
        values: dict[str, Any] = {"state": state}
        if report is not None:
            values["report"] = dict(report)
        changed = update(imports).where(_i.id == id).values(**values)
        if not self._session.write.execute(changed).rowcount:
            raise ImportNotFound(id=id)

    def page(self, limit: int = 100) -> list[ImportRecord]:
        return self._records(select(imports).order_by(_i.id.desc()).limit(limit))

    def remembered_mapping(self, header_key: str) -> Mapping[str, str] | None:
        m = import_mappings.c
        query = select(m.mapping).where(m.header_key == header_key)
        mapping: Mapping[str, str] | None = self._session.read.execute(query).scalar()
        return mapping

    def remember_mapping(self, header_key: str, mapping: Mapping[str, str]) -> None:
        insert = sqlite.insert if self._session.sqlite else postgresql.insert
        new = insert(import_mappings).values(header_key=header_key, mapping=dict(mapping))
        self._session.write.execute(
            new.on_conflict_do_update(
                index_elements=["header_key"], set_={"mapping": new.excluded.mapping}
            )
        )

    def _records(self, query: Select[Any]) -> list[ImportRecord]:
        return [ImportRecord(**row._mapping) for row in self._session.read.execute(query)]
