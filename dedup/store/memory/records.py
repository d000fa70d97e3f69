"""Records in memory."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from dedup.errors import InitiativeNotFound, InvalidInput, NotFound, StaleVersion
from dedup.initiatives import ImportId, Initiative, InitiativeId, Submission
from dedup.ports import Changes, Ids, InitiativeFilter, NewRecord
from dedup.store.columns import to_utc
from dedup.store.memory.state import MemorySession, Record, State, as_kept, next_id, utc
from dedup.store.rows import id_array
from dedup.text import found, sought

LARGEST = 2**63 - 1  # of a database's wide integer


class MemoryInitiatives:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def add(self, records: Sequence[NewRecord], *, at: datetime) -> list[InitiativeId]:
        if not records:
            return []
        state, change_no = self._session.write(), self._session.change_no()
        first = next_id(state.records)
        for i, record in enumerate(records):
            _check(state, record)
            initiative = Initiative(
                **_kept_fields(record.submission),
                id=InitiativeId(first + i),
                fingerprint=record.fingerprint,
                import_id=record.import_id,
                source=record.source,
            )
            state.records[first + i] = _record(record, initiative, change_no)
        return [InitiativeId(first + i) for i in range(len(records))]

    def get(self, ids: Iterable[int]) -> list[Initiative]:
        records = self._session.state.records
        return [records[int(id)].initiative for id in ids if int(id) in records]

    def by_code(self, code: str, *, unit: str | None = None) -> list[Initiative]:
        state = self._session.state
        called = {
            u.id for u in state.units.values() if unit in {u.name, u.code} or unit in u.aliases
        }
        found = [
            i
            for i in _initiatives(state)
            if code and i.code == code and (unit is None or i.unit == unit or i.unit_id in called)
        ]
        return sorted(found, key=lambda i: (i.withdrawn, i.id))

    def by_fingerprint(self, fingerprint: str, *, folded: bool = False) -> list[InitiativeId]:
        return [
            r.initiative.id
            for r in self._session.state.live()
            if _fingerprint(r, folded) == fingerprint
        ]

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
        state = self._session.write()
        if id not in state.records:
            raise InitiativeNotFound(id=id)
        old = state.records[id].initiative
        if old.version != expected_version:
            raise StaleVersion(id=id, version=old.version, expected=expected_version)
        _check(state, record)
        if import_id is not None and import_id not in state.imports:
            raise NotFound
        version = (old.version, by, to_utc(at), Submission(**_kept_fields(old)))
        state.versions[id] = (version, *state.versions.get(id, ()))
        new = dataclasses.replace(
            old,
            **_kept_fields(record.submission),
            fingerprint=record.fingerprint,
            version=old.version + 1,
        )
        state.records[id] = _record(record, new, self._session.change_no())
        if import_id is not None:
            state.corrections[id, old.version] = import_id
        return new

    def history(self, id: InitiativeId) -> list[tuple[int, str, datetime, Submission]]:
        return list(self._session.state.versions.get(id, ()))

    def replaced_by(self, import_id: ImportId) -> list[tuple[InitiativeId, int, Submission]]:
        state = self._session.state
        return [
            (InitiativeId(id), version, text)
            for (id, replaced), by in sorted(state.corrections.items())
            for version, _, _, text in state.versions[id]
            if by == import_id and version == replaced
        ]

    def set_withdrawn(
        self, ids: Sequence[InitiativeId], withdrawn: bool, *, by: str, at: datetime
    ) -> int:
        records = self._session.write().records if ids else {}
        touched = [
            id for id in set(ids) if id in records and records[id].initiative.withdrawn != withdrawn
        ]
        for id in touched:
            initiative = dataclasses.replace(records[id].initiative, withdrawn=withdrawn)
            change_no = self._session.change_no()
            records[id] = dataclasses.replace(
                records[id], initiative=initiative, change_no=change_no
            )
        return len(touched)

    def of_import(self, import_id: ImportId) -> list[InitiativeId]:
        return [i.id for i in _initiatives(self._session.state) if i.import_id == import_id]

    def page(self, where: InitiativeFilter, *, after: int = 0, limit: int = 50) -> list[Initiative]:
        records = self._session.state.records
        found = (records[id] for id in sorted(records) if id > after)
        return [r.initiative for r in found if _matches(r, where)][:limit]

    def count(self, *, include_withdrawn: bool = False) -> int:
        state = self._session.state
        return len(state.records) if include_withdrawn else len(state.live())

    def live_ids(self) -> Ids:
        return id_array([r.initiative.id for r in self._session.state.live()])

    def iterate(self, *, batch: int = 5_000) -> Iterator[list[Initiative]]:
        after = 0
        while part := self.page(InitiativeFilter(), after=after, limit=batch):
            yield part
            after = part[-1].id

    def comparable_texts(self, ids: Ids) -> tuple[list[str], list[str], list[str]]:
        self._session.mark_texts_read()
        records = self._session.state.records
        unknown = next((id for id in ids.tolist() if id not in records), None)
        if unknown is not None:
            raise InitiativeNotFound(id=unknown)
        found = [records[id].initiative for id in ids.tolist()]
        return [i.title for i in found], [i.content for i in found], [i.effect for i in found]

    def fingerprints(self, ids: Ids) -> dict[int, str]:
        records = self._session.state.records
        return {id: records[id].initiative.fingerprint for id in ids.tolist() if id in records}

    def benefits(self, ids: Ids) -> dict[int, int | None]:
        wanted = set(ids.tolist())
        live = (record.initiative for record in self._session.state.live())
        return {one.id: one.benefit_vnd for one in live if one.id in wanted}

    def equal_texts(self, *, folded: bool = False) -> tuple[Ids, Ids]:
        groups: dict[str, list[int]] = defaultdict(list)
        for record in self._session.state.live():
            groups[_fingerprint(record, folded)].append(record.initiative.id)
        pairs = sorted((ids[0], other) for ids in groups.values() for other in ids[1:])
        return id_array([left for left, _ in pairs]), id_array([right for _, right in pairs])

    def texts_after(self, id: int, limit: int) -> tuple[Ids, list[str], list[str]]:
        self._session.mark_texts_read()
        live = [r.initiative for r in self._session.state.live() if r.initiative.id > id][:limit]
        return id_array([i.id for i in live]), [i.title for i in live], [i.content for i in live]

    def latest_change(self) -> int:
        return self._session.state.counters["change"]

    def changes_since(self, change_no: int) -> Changes:
        records = self._session.state.records
        changed = [records[id] for id in sorted(records) if records[id].change_no > change_no]
        return Changes(
            ids=id_array([r.initiative.id for r in changed]),
            live=np.array([not r.initiative.withdrawn for r in changed], dtype=np.bool_),
            change_no=max((r.change_no for r in changed), default=change_no),
        )


def _record(new: NewRecord, initiative: Initiative, change_no: int) -> Record:
    return Record(initiative, new.folded_fingerprint, new.search_key, change_no)


def _kept_fields(submission: Submission) -> dict[str, Any]:
    """A submission's fields as a database gives them back."""
    fields = {f.name: getattr(submission, f.name) for f in dataclasses.fields(Submission)}
    return {**fields, "uploaded_at": utc(submission.uploaded_at), "raw": as_kept(submission.raw)}


def _check(state: State, record: NewRecord) -> None:
    submission = record.submission
    if submission.unit_id is not None and submission.unit_id not in state.units:
        raise NotFound
    if record.import_id is not None and record.import_id not in state.imports:
        raise NotFound
    if not 0 <= (submission.benefit_vnd or 0) <= LARGEST:
        raise InvalidInput


def _initiatives(state: State) -> list[Initiative]:
    return [state.records[id].initiative for id in sorted(state.records)]


def _fingerprint(record: Record, folded: bool) -> str:
    return record.folded_fingerprint if folded else record.initiative.fingerprint


def _matches(record: Record, where: InitiativeFilter) -> bool:
    one = record.initiative
    return (
        found(record.search_key, sought(where.text))
        and (not where.unit_ids or one.unit_id in where.unit_ids)
        and where.field in {"", one.field}
        and where.import_id in {None, one.import_id}
        and (where.include_withdrawn or not one.withdrawn)
    )
