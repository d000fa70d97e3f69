"""The store: a database by URL, opened once, asked for units of work."""

from __future__ import annotations

from sqlalchemy import Engine

from dedup.store import migrating
from dedup.store.engine import BUSY_SECONDS, make_engine
from dedup.store.session import Session
from dedup.store.unit import SqlUnitOfWork


def open_store(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Store:
    """The store at ``sqlite:///path/to/file.db`` or ``postgresql://host/name``; connects on first use.

    ``busy_seconds``: how long a writer waits for another before DatabaseBusy.
    Raises DatabaseUnavailable where the URL names neither.
    """
    return Store(make_engine(url, busy_seconds=busy_seconds))


class Store:
    """Safe to share between threads; each unit of work belongs to one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unit(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(Session(self._engine))

    def migrate(self) -> None:
        """Create or upgrade the schema; raises DatabaseUnavailable where that cannot be."""
        migrating.upgrade(self._engine)

    def close(self) -> None:
        self._engine.dispose()
