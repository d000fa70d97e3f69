"""Fixtures that many suites share: a store in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from dedup.store import Store, open_store
from dedup.store.engine import make_engine
from dedup.store.memory import MemoryStore
from dedup.store.tables import metadata
from tests.databases import fresh_database, give_up_without_postgres, postgres_server

AnyStore = Store | MemoryStore


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str | None]:
    """The URL of a migrated PostgreSQL database of this run; None where there is no server."""
    with postgres_server() as server:
        if server is None:
            yield None
            return
        with fresh_database(server) as url:
            store = open_store(url)
            store.migrate()
            store.close()
            yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    store = open_store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture
def postgres_url(postgres_database: str | None) -> str:
    """A PostgreSQL database with empty tables."""
    if postgres_database is None:
        give_up_without_postgres()
    assert postgres_database is not None
    engine = make_engine(postgres_database)
    with engine.begin() as connection:
        names = ", ".join(
            table.name for table in metadata.sorted_tables if table.name != "counters"
        )
        connection.execute(text(f"TRUNCATE {names}"))
        connection.execute(text("UPDATE counters SET value = 0"))
    engine.dispose()
    return postgres_database


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A SQLite database with empty tables."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[AnyStore]:
    """Each store in turn, empty."""
    if request.param == "memory":
        yield MemoryStore()
        return
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    opened = open_store(request.getfixturevalue(name))
    yield opened
    opened.close()
