"""The session: one connection, one transaction, the write lock and the change numbers of a unit.

Kept here: whoever writes records, vectors, suggestions or decisions holds one lock until commit, so
change numbers become visible in their order and appends to one pair follow one another. On SQLite the
lock is the database's own (BEGIN IMMEDIATE); on PostgreSQL it is the counter's row. What was read
before the lock was taken may have changed since; what is read after it cannot.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Engine, func, select, update

from dedup.store import faults
from dedup.store.engine import begin_immediate
from dedup.store.tables import counters

CHANGE, CLUSTER = "change", "cluster"
_LATEST = select(counters.c.value).where(counters.c.name == CHANGE)
_LOCK = _LATEST.with_for_update()


class Session:
    """Opened by a unit of work; closing rolls back what was not committed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._locked = False
        self.taken_change_no: int | None = None
        self._texts_read_at: int | None = None

    @property
    def sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def read(self) -> Connection:
        """The connection, in whatever transaction stands."""
        if self._connection is None:
            with faults.pool_exhausted_is_busy():
                self._connection = self._engine.connect()
        return self._connection

    @property
    def write(self) -> Connection:
        """The connection in a transaction that may write; on SQLite it holds the write lock."""
        if self.sqlite:
            self.lock()
        return self.read

    def lock(self) -> Connection:
        """The connection, holding the write lock until the end of the unit."""
        connection = self.read
        if self._locked:
            return connection
        if self.sqlite:
            connection.rollback()  # nothing was written yet: give up the older view of the data
            begin_immediate(connection)
        else:
            connection.execute(_LOCK)
        self._locked = True
        return connection

    def change_no(self) -> int:
        """The change number of this unit, taken on first use: one for all that it writes."""
        if self.taken_change_no is None:
            self.taken_change_no = self.advance(CHANGE, 1)
        return self.taken_change_no

    def latest_change(self) -> int:
        return int(self.read.execute(_LATEST).scalar_one())

    def mark_texts_read(self) -> None:
        """Remember how new the texts are that this unit works on."""
        if self._texts_read_at is None:
            self._texts_read_at = self.latest_change()

    def is_news(self, change_no: int) -> bool:
        """Whether somebody else made this change after the unit read the texts it works on."""
        seen = self._texts_read_at
        return seen is not None and change_no > seen and change_no != self.taken_change_no

    def advance(self, name: str, by: int) -> int:
        """Move a counter on and return where it stands."""
        moved = (
            update(counters)
            .where(counters.c.name == name)
            .values(value=counters.c.value + by)
            .returning(counters.c.value)
        )
        return int(self.lock().execute(moved).scalar_one())

    def next_id(self, column: Column[Any]) -> int:
        """The next free id of a table; rows are never deleted, so none is given twice."""
        return int(self.lock().execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1

    def commit(self) -> None:
        if self._connection is not None:
            self._connection.commit()
        self._forget()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._forget()
        if connection is not None:
            connection.close()

    def _forget(self) -> None:
        self._locked, self.taken_change_no, self._texts_read_at = False, None, None
