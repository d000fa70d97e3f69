"""A store in memory: the same behaviour as the databases, for tests and trials; nothing is kept."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import Self

from dedup.store.description import Description
from dedup.store.memory.office import (
    MemoryClusters,
    MemoryImports,
    MemoryNotes,
    MemoryRuns,
    MemoryUnits,
)
from dedup.store.memory.pairs import MemoryDecisions, MemorySuggestions
from dedup.store.memory.people import MemoryLog, MemoryPeople
from dedup.store.memory.records import MemoryInitiatives
from dedup.store.memory.state import Holder, MemorySession
from dedup.store.memory.vectors import MemoryVectors


class MemoryUnitOfWork:
    """Repositories over one copy of the state; dropped unless committed."""

    def __init__(self, session: MemorySession) -> None:
        self._session = session

    @cached_property
    def initiatives(self) -> MemoryInitiatives:
        return MemoryInitiatives(self._session)

    @cached_property
    def vectors(self) -> MemoryVectors:
        return MemoryVectors(self._session)

    @cached_property
    def suggestions(self) -> MemorySuggestions:
        return MemorySuggestions(self._session)

    @cached_property
    def decisions(self) -> MemoryDecisions:
        return MemoryDecisions(self._session)

    @cached_property
    def imports(self) -> MemoryImports:
        return MemoryImports(self._session)

    @cached_property
    def units(self) -> MemoryUnits:
        return MemoryUnits(self._session)

    @cached_property
    def runs(self) -> MemoryRuns:
        return MemoryRuns(self._session)

    @cached_property
    def clusters(self) -> MemoryClusters:
        return MemoryClusters(self._session)

    @cached_property
    def notes(self) -> MemoryNotes:
        return MemoryNotes(self._session)

    @cached_property
    def people(self) -> MemoryPeople:
        return MemoryPeople(self._session)

    @cached_property
    def log(self) -> MemoryLog:
        return MemoryLog(self._session)

    def lock(self) -> None:
        self._session.write()

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


class MemoryStore:
    """Stands in for ``dedup.store.Store``."""

    def __init__(self) -> None:
        self._holder = Holder()

    def unit(self) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(MemorySession(self._holder))

    def migrate(self) -> None:
        """Nothing to do: the state has the shape of the program."""

    def describe(self) -> Description:
        with self.unit() as unit:
            records = unit.initiatives.count()
            everything = unit.initiatives.count(include_withdrawn=True)
            return Description(
                backend="memory",
                version="",
                url="memory:",
                revision=None,
                up_to_date=True,
                size_bytes=0,
                records=records,
                withdrawn=everything - records,
                waiting=sum(unit.suggestions.counts().values()),
                decisions=sum(1 for _ in unit.decisions.iterate()),
            )

    def close(self) -> None:
        """Nothing to let go of."""
