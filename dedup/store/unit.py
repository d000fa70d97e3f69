"""The unit of work over SQL: repositories that share one session."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import Self

from dedup.store.clusters import SqlClusters
from dedup.store.decisions import SqlDecisions
from dedup.store.imports import SqlImports
from dedup.store.initiatives import SqlInitiatives
from dedup.store.log import SqlLog
from dedup.store.notes import SqlNotes
from dedup.store.people import SqlPeople
from dedup.store.runs import SqlRuns
from dedup.store.session import Session
from dedup.store.suggestions import SqlSuggestions
from dedup.store.units import SqlUnits
from dedup.store.vectors import SqlVectors


class SqlUnitOfWork:
    """One transaction; what was not committed is rolled back on leaving."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def initiatives(self) -> SqlInitiatives:
        return SqlInitiatives(self._session)

    @cached_property
    def vectors(self) -> SqlVectors:
        return SqlVectors(self._session)

    @cached_property
    def suggestions(self) -> SqlSuggestions:
        return SqlSuggestions(self._session)

    @cached_property
    def decisions(self) -> SqlDecisions:
        return SqlDecisions(self._session)

    @cached_property
    def imports(self) -> SqlImports:
        return SqlImports(self._session)

    @cached_property
    def units(self) -> SqlUnits:
        return SqlUnits(self._session)

    @cached_property
    def runs(self) -> SqlRuns:
        return SqlRuns(self._session)

    @cached_property
    def clusters(self) -> SqlClusters:
        return SqlClusters(self._session)

    @cached_property
    def notes(self) -> SqlNotes:
        return SqlNotes(self._session)

    @cached_property
    def people(self) -> SqlPeople:
        return SqlPeople(self._session)

    @cached_property
    def log(self) -> SqlLog:
        return SqlLog(self._session)

    def lock(self) -> None:
        self._session.lock()

    def commit(self) -> None:
        self._session.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()
