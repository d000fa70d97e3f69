"""The index kept in step with the database, whoever writes: another worker, an import, an edit.

Every write to records carries a change number that grows in the order of commits. Before each
search the follower asks the database for the latest one (a fraction of a millisecond) and takes
in what changed since, so that no process ever serves a withdrawn record or misses a new one.
"""

from __future__ import annotations

import threading
from typing import Protocol

from dedup.jobs.embedding import refuse_lacking
from dedup.ports import Ids, OpenUnit, UnitOfWork, VectorIndex, Vectors
from dedup.representation import combine

# Beyond this share of the index a rebuild from stored vectors is cheaper than single changes.
REBUILD_SHARE = 0.25


class Shelf(Protocol):
    """Makes empty indexes, and keeps a snapshot of a filled one with its change number."""

    def empty(self, expected_rows: int) -> VectorIndex: ...
    def outgrown(self, index: VectorIndex) -> bool: ...
    def load(self, model_id: str) -> tuple[VectorIndex, int] | None:
        """The snapshot and its change number; None where missing, stale or damaged."""

    def save(self, index: VectorIndex, model_id: str, change_no: int) -> None: ...


class LiveIndex:
    """The index of one model, brought up to date before each use."""

    def __init__(self, open_unit: OpenUnit, model_id: str, shelf: Shelf) -> None:
        self._open_unit = open_unit
        self._model_id = model_id
        self._shelf = shelf
        self._lock = threading.RLock()
        self._index: VectorIndex | None = None
        self._change_no = 0

    @property
    def ready(self) -> bool:
        return self._index is not None

    @property
    def change_no(self) -> int:
        return self._change_no

    def current(self) -> VectorIndex:
        """The index as of the latest commit."""
        with self._open_unit() as unit:
            latest = unit.initiatives.latest_change()
            index = self._index
            if index is not None and latest == self._change_no:
                return index
            with self._lock:
                return self._brought_to(unit, latest)

    def rebuild(self) -> VectorIndex:
        """A fresh index from the stored vectors, saved as the new snapshot."""
        with self._lock, self._open_unit() as unit:
            index = self._fill(unit)
        self.save()
        return index

    def save(self) -> None:
        """Keep a snapshot on disk; the next start is quick."""
        with self._lock:
            if self._index is not None:
                self._shelf.save(self._index, self._model_id, self._change_no)

    def _brought_to(self, unit: UnitOfWork, latest: int) -> VectorIndex:
        if self._index is None:
            return self._opened(unit, latest)
        if self._shelf.outgrown(self._index):
            return self._fill(unit)
        return self._followed(unit, self._index, latest)

    def _opened(self, unit: UnitOfWork, latest: int) -> VectorIndex:
        """The snapshot brought up to date, where it then holds as much as the table."""
        refuse_lacking(unit, self._model_id)
        snapshot = self._shelf.load(self._model_id)
        if snapshot is None or snapshot[1] > latest or self._shelf.outgrown(snapshot[0]):
            return self._fill(unit)
        index, self._change_no = snapshot
        index = self._followed(unit, index, latest)
        if len(index) != unit.vectors.count(self._model_id):
            return self._fill(unit)
        self._index = index
        return index

    def _followed(self, unit: UnitOfWork, index: VectorIndex, latest: int) -> VectorIndex:
        if latest == self._change_no:
            return index
        changes = unit.initiatives.changes_since(self._change_no)
        if len(changes.ids) > max(1_000, int(len(index) * REBUILD_SHARE)):
            return self._fill(unit)
        index.remove(changes.ids)
        ids, rows = _rows(unit, self._model_id, changes.ids[changes.live])
        if len(ids):
            index.add(ids, rows)
        self._change_no = changes.change_no
        return index

    def _fill(self, unit: UnitOfWork) -> VectorIndex:
        # The number is read first: a change that lands while the rows stream in is taken in again.
        change_no = unit.initiatives.latest_change()
        index = self._shelf.empty(unit.vectors.count(self._model_id))
        for part in unit.vectors.load(self._model_id):
            index.add(part.ids, combine(part.titles, part.contents))
        self._index, self._change_no = index, change_no
        return index


def _rows(unit: UnitOfWork, model_id: str, ids: Ids) -> tuple[Ids, Vectors]:
    stored = unit.vectors.get(model_id, ids)
    return stored.ids, combine(stored.titles, stored.contents)
