"""The office's own things in memory: imports, units, runs, clusters, notes."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dedup.errors import ImportNotFound, JobLost, JobNotFound, JobRunning, NotFound
from dedup.initiatives import Cluster, ClusterId, ImportId, InitiativeId, RunId, Unit, UnitId
from dedup.ports import ImportRecord, Run
from dedup.store.columns import to_utc
from dedup.store.memory.state import MemorySession, as_kept, next_id
from dedup.store.units import UNKNOWN_UNIT


class MemoryImports:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def add(self, record: ImportRecord) -> ImportId:
        imports = self._session.write().imports
        id = ImportId(next_id(imports))
        imports[id] = dataclasses.replace(
            record,
            id=id,
            at=to_utc(record.at),
            mapping=as_kept(record.mapping),
            report=as_kept(record.report),
        )
        return id

    def get(self, id: ImportId) -> ImportRecord:
        found = self._session.state.imports.get(id)
        if found is None:
            raise ImportNotFound(id=id)
        return found

    def by_digest(self, digest: str) -> ImportRecord | None:
        done = (i for i in self._session.state.imports.values() if i.state == "done")
        return next((i for i in done if i.digest == digest), None)

    def set_state(
        self, id: ImportId, state: str, *, report: Mapping[str, Any] | None = None
    ) -> None:
        imports = self._session.write().imports
        record = dataclasses.replace(self.get(id), state=state)
        kept = record if report is None else dataclasses.replace(record, report=as_kept(report))
        imports[id] = kept

    def page(self, limit: int = 100) -> list[ImportRecord]:
        return sorted(self._session.state.imports.values(), key=lambda i: -i.id)[:limit]

    def remembered_mapping(self, header_key: str) -> Mapping[str, str] | None:
        return self._session.state.mappings.get(header_key)

    def remember_mapping(self, header_key: str, mapping: Mapping[str, str]) -> None:
        self._session.write().mappings[header_key] = dict(mapping)


class MemoryUnits:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def add(self, new: Sequence[Unit]) -> list[UnitId]:
        units = self._session.write().units
        known, first = set(units), next_id(units)
        for i, unit in enumerate(new):
            if unit.parent_id is not None and unit.parent_id not in known:
                raise NotFound(UNKNOWN_UNIT, id=unit.parent_id)
            aliases = tuple(dict.fromkeys(unit.aliases))
            units[first + i] = dataclasses.replace(unit, id=UnitId(first + i), aliases=aliases)
        return [UnitId(first + i) for i in range(len(new))]

    def all(self) -> list[Unit]:
        return [unit for _, unit in sorted(self._session.state.units.items())]

    def remember_alias(self, id: UnitId, alias: str) -> None:
        unit = self._found(id)
        if alias not in unit.aliases:
            self._session.write().units[id] = dataclasses.replace(
                unit, aliases=(*unit.aliases, alias)
            )

    def unmatched(self, limit: int = 200) -> list[tuple[str, int]]:
        records = (r.initiative for r in self._session.state.records.values())
        typed = Counter(i.unit for i in records if i.unit and i.unit_id is None)
        return sorted(typed.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def assign(self, typed: str, id: UnitId, *, at: datetime) -> int:
        self._found(id)
        records = self._session.write().records
        matched = [
            r for r in records.values() if r.initiative.unit == typed and r.initiative.unit_id != id
        ]
        for record in matched:
            initiative = dataclasses.replace(record.initiative, unit_id=id)
            records[initiative.id] = dataclasses.replace(record, initiative=initiative)
        return len(matched)

    def _found(self, id: UnitId) -> Unit:
        unit = self._session.write().units.get(id)
        if unit is None:
            raise NotFound(UNKNOWN_UNIT, id=id)
        return unit


class MemoryRuns:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def start(self, kind: str, options: Mapping[str, Any], *, at: datetime) -> Run:
        runs = self._session.write().runs
        running = self.latest(kind, state="running")
        if running is not None:
            raise JobRunning(run=running.id)
        run = Run(
            id=RunId(next_id(runs)),
            kind=kind,
            state="running",
            options=as_kept(options),
            checkpoint={},
            progress=0.0,
            stage="",
            started_at=to_utc(at),
            heartbeat_at=to_utc(at),
            finished_at=None,
            report={},
            error="",
        )
        runs[run.id] = run
        return run

    def beat(
        self,
        id: RunId,
        *,
        progress: float,
        stage: str,
        at: datetime,
        checkpoint: Mapping[str, Any] | None = None,
    ) -> bool:
        kept = {} if checkpoint is None else {"checkpoint": as_kept(checkpoint)}
        self._refuse_ended(id)
        self._changed(id, progress=progress, stage=stage, heartbeat_at=to_utc(at), **kept)
        return id not in self._session.state.cancels

    def finish(
        self,
        id: RunId,
        state: str,
        *,
        at: datetime,
        report: Mapping[str, Any] | None = None,
        error: str = "",
    ) -> None:
        self._refuse_ended(id)
        self._changed(id, state=state, finished_at=to_utc(at), error=error)
        if state == "done":
            self._changed(id, progress=1.0)
        if report is not None:
            self._changed(id, report=as_kept(report))

    def ask_cancel(self, id: RunId) -> None:
        self._changed(id)
        self._session.write().cancels[id] = True

    def get(self, id: RunId) -> Run:
        run = self._session.state.runs.get(id)
        if run is None:
            raise JobNotFound(id=id)
        return run

    def latest(self, kind: str, *, state: str | None = None) -> Run | None:
        runs = self._session.state.runs.values()
        found = [run for run in runs if run.kind == kind and state in {None, run.state}]
        return max(found, key=lambda run: run.id, default=None)

    def _refuse_ended(self, id: RunId) -> None:
        self._session.write()
        if self.get(id).state != "running":
            raise JobLost(id=id)

    def _changed(self, id: RunId, **values: Any) -> Run:
        runs = self._session.write().runs
        runs[id] = dataclasses.replace(self.get(id), **values)
        return runs[id]


class MemoryClusters:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def replace(self, new: Sequence[Cluster], *, at: datetime) -> None:
        state = self._session.write()
        if any(id not in state.records for c in new for id in (*c.members, c.representative)):
            raise NotFound
        state.clusters = {cluster.id: cluster for cluster in new}
        state.counters["cluster"] = max([state.counters["cluster"], *state.clusters])

    def get(self, id: ClusterId) -> Cluster | None:
        return self._session.state.clusters.get(id)

    def of(self, initiative_id: InitiativeId) -> Cluster | None:
        return next((c for c in self.all() if initiative_id in c.members), None)

    def all(self) -> list[Cluster]:
        return [cluster for _, cluster in sorted(self._session.state.clusters.items())]

    def next_id(self) -> ClusterId:
        return ClusterId(self._session.advance("cluster"))


class MemoryNotes:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def get(self, key: str) -> str | None:
        kept = self._session.state.notes.get(key)
        return kept[0] if kept else None

    def set(self, key: str, value: str, *, at: datetime) -> None:
        self._session.write().notes[key] = (value, to_utc(at))

    def forget(self, prefix: str, *, before: datetime) -> None:
        notes = self._session.write().notes
        for key in [k for k, (_, at) in notes.items() if k.startswith(prefix) and at < before]:
            del notes[key]
