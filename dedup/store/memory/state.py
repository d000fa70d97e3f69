"""What a store in memory holds, and a unit's view of it: copied when it first writes.

Committed states are never changed in place, so readers need no lock; writers hold one, as they do
in the databases.
"""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from numpy.typing import NDArray

from dedup.errors import DatabaseBusy
from dedup.initiatives import (
    Cluster,
    Decision,
    Initiative,
    Pair,
    Submission,
    Suggestion,
    Unit,
)
from dedup.people import Account, Attempts, Deed, Key
from dedup.ports import ImportRecord, Run
from dedup.store.columns import from_json, to_json, to_utc

BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Record:
    initiative: Initiative
    folded_fingerprint: str
    search_key: str
    change_no: int


@dataclass(frozen=True, slots=True)
class Vector:
    fingerprint: str
    title: NDArray[Any]  # float16 (dim,)
    content: NDArray[Any]


@dataclass(frozen=True, slots=True)
class KeptSuggestion:
    suggestion: Suggestion
    written_at: datetime
    open: bool = True


Version = tuple[int, str, datetime, Submission]


@dataclass(slots=True)
class State:
    records: dict[int, Record] = field(default_factory=dict)
    versions: dict[int, tuple[Version, ...]] = field(default_factory=dict)  # newest first
    corrections: dict[tuple[int, int], int] = field(default_factory=dict)  # version -> import
    vectors: dict[tuple[str, int], Vector] = field(default_factory=dict)
    suggestions: dict[Pair, KeptSuggestion] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    imports: dict[int, ImportRecord] = field(default_factory=dict)
    mappings: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    cancels: dict[int, bool] = field(default_factory=dict)
    clusters: dict[int, Cluster] = field(default_factory=dict)
    notes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    password_hashes: dict[int, str] = field(default_factory=dict)
    keys: dict[int, Key] = field(default_factory=dict)
    attempts: dict[str, Attempts] = field(default_factory=dict)
    deeds: dict[int, Deed] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=lambda: {"change": 0, "cluster": 0})

    def copied(self) -> State:
        parts = (getattr(self, part.name) for part in dataclasses.fields(self))
        return State(*(dict(part) for part in parts))

    def live(self) -> list[Record]:
        """Records to be found, ascending by id."""
        return [
            self.records[id]
            for id in sorted(self.records)
            if not self.records[id].initiative.withdrawn
        ]


class Holder:
    """The committed state, shared by the units of one store."""

    def __init__(self) -> None:
        self.committed = State()
        self.writing = threading.Lock()


class MemorySession:
    """A unit's view: the committed state until it writes, then its own copy under the lock."""

    def __init__(self, holder: Holder) -> None:
        self._holder = holder
        self._own: State | None = None
        self._view: State | None = None
        self.taken_change_no: int | None = None
        self._texts_read_at: int | None = None

    @property
    def state(self) -> State:
        if self._own is not None:
            return self._own
        if self._view is None:
            self._view = self._holder.committed
        return self._view

    def write(self) -> State:
        if self._own is None:
            if not self._holder.writing.acquire(timeout=BUSY_SECONDS):
                raise DatabaseBusy
            self._own = self._holder.committed.copied()
        return self._own

    def change_no(self) -> int:
        if self.taken_change_no is None:
            self.taken_change_no = self.advance("change")
        return self.taken_change_no

    def advance(self, name: str) -> int:
        counters = self.write().counters
        counters[name] += 1
        return counters[name]

    def mark_texts_read(self) -> None:
        if self._texts_read_at is None:
            self._texts_read_at = self.state.counters["change"]

    def is_news(self, change_no: int) -> bool:
        seen = self._texts_read_at
        return seen is not None and change_no > seen and change_no != self.taken_change_no

    def commit(self) -> None:
        if self._own is not None:
            self._holder.committed = self._own
        self.close()

    def close(self) -> None:
        held, self._own, self._view = self._own, None, None
        self.taken_change_no, self._texts_read_at = None, None
        if held is not None:
            self._holder.writing.release()


def next_id(rows: dict[int, Any]) -> int:
    return max(rows, default=0) + 1


def as_kept(value: Any) -> Any:
    """A JSON value as a database gives it back: tuples become lists, dates text."""
    return from_json(to_json(value))


def utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else to_utc(moment)
