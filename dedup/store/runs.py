"""Runs in SQL: one running job of a kind, its heartbeat, checkpoint and wish to cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from dedup.errors import JobLost, JobNotFound, JobRunning
from dedup.initiatives import RunId
from dedup.ports import Run
from dedup.store.session import Session
from dedup.store.tables import runs

_r = runs.c
_SHOWN = [column for column in _r if column.name != "cancel_requested"]


class SqlRuns:
    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, kind: str, options: Mapping[str, Any], *, at: datetime) -> Run:
        self._session.lock()
        running = self.latest(kind, state="running")
        if running is not None:
            raise JobRunning(run=running.id)
        id = self._session.next_id(_r.id)
        row = {
            "id": id,
            "kind": kind,
            "state": "running",
            "options": dict(options),
            "checkpoint": {},
            "progress": 0.0,
            "started_at": at,
            "heartbeat_at": at,
            "report": {},
        }
        self._session.write.execute(insert(runs), row)
        return self.get(RunId(id))

    def beat(
        self,
        id: RunId,
        *,
        progress: float,
        stage: str,
        at: datetime,
        checkpoint: Mapping[str, Any] | None = None,
    ) -> bool:
        values: dict[str, Any] = {"progress": progress, "stage": stage, "heartbeat_at": at}
        if checkpoint is not None:
            values["checkpoint"] = dict(checkpoint)
        row = self._while_running(id, update(runs).values(**values).returning(_r.cancel_requested))
        return not row.cancel_requested

    def finish(
        self,
        id: RunId,
        state: str,
        *,
        at: datetime,
        report: Mapping[str, Any] | None = None,
        error: str = "",
    ) -> None:
        values: dict[str, Any] = {"state": state, "finished_at": at, "error": error}
        if state == "done":
            values["progress"] = 1.0
        if report is not None:
            values["report"] = dict(report)
        self._while_running(id, update(runs).values(**values).returning(_r.id))

    def ask_cancel(self, id: RunId) -> None:
        asked = update(runs).where(_r.id == id).values(cancel_requested=True)
        if not self._session.write.execute(asked).rowcount:
            raise JobNotFound(id=id)

    def get(self, id: RunId) -> Run:
        found = self._runs(select(*_SHOWN).where(_r.id == id))
        if not found:
            raise JobNotFound(id=id)
        return found[0]

    def latest(self, kind: str, *, state: str | None = None) -> Run | None:
        query = select(*_SHOWN).where(_r.kind == kind).order_by(_r.id.desc()).limit(1)
        found = self._runs(query if state is None else query.where(_r.state == state))
        return found[0] if found else None

    def _while_running(self, id: RunId, statement: Any) -> Any:
        running = statement.where(_r.id == id, _r.state == "running")
        row = self._session.write.execute(running).first()
        if row is None:
            self.get(id)  # an unknown one is told as such
            raise JobLost(id=id)
        return row

    def _runs(self, query: Select[Any]) -> list[Run]:
        return [Run(**row._mapping) for row in self._session.read.execute(query)]
