"""The migrations build exactly the tables that the program knows, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from dedup.store import migrating, open_store
from dedup.store.engine import make_engine
from dedup.store.tables import metadata
from tests.databases import fresh_database, give_up_without_postgres, postgres_server


def described(connection: Connection) -> dict[str, Any]:
    """Indexes with their conditions and checks, which a comparison by Alembic leaves out."""
    inspector = inspect(connection)
    lite = connection.dialect.name == "sqlite"
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    if not lite:
        sql = (
            "SELECT indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes"
            " WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
        )
    checks = {
        table.name: sorted(
            (str(check["name"]), check["sqltext"])
            for check in inspector.get_check_constraints(table.name)
        )
        for table in metadata.sorted_tables
    }
    indexes = {row[0]: row[1] for row in connection.execute(text(sql))}
    return {"indexes": indexes, "checks": checks}


def test_the_migrated_schema_is_that_of_the_program(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert migrating.revision_of(connection) == migrating.head()
    engine.dispose()


def test_conditions_and_checks_are_those_of_the_program_on_sqlite(
    sqlite_url: str, tmp_path: Path
) -> None:
    migrated, created = make_engine(sqlite_url), make_engine(f"sqlite:///{tmp_path}/created.db")
    metadata.create_all(created)
    with migrated.connect() as one, created.connect() as other:
        assert described(one) == described(other)
        assert described(one)["checks"]["suggestions"] == [
            ("ck_suggestions_ordered_pair", "left_id < right_id")
        ]
    migrated.dispose()
    created.dispose()


def test_conditions_and_checks_are_those_of_the_program_on_postgresql(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    with engine.connect() as connection:
        migrated = described(connection)
        connection.execute(text("CREATE SCHEMA created"))
        connection.execute(text("SET LOCAL search_path TO created"))
        metadata.create_all(connection)
        assert described(connection) == migrated
        connection.rollback()
    engine.dispose()


def test_migrating_what_is_migrated_changes_nothing(database_url: str) -> None:
    store = open_store(database_url)
    before = store.describe()
    store.migrate()
    assert store.describe().revision == before.revision == migrating.head()
    store.close()


def test_a_database_not_yet_created_describes_itself(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/new.db")
    found = store.describe()
    assert (found.revision, found.up_to_date, found.records) == (None, False, 0)
    store.close()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_every_migration_can_be_taken_back(backend: str, tmp_path: Path) -> None:
    if backend == "sqlite":
        taken_back(f"sqlite:///{tmp_path}/down.db")
        return
    with postgres_server() as server:
        if server is None:
            give_up_without_postgres()
        assert server is not None
        with fresh_database(server) as url:
            taken_back(url)


def taken_back(url: str) -> None:
    engine = make_engine(url)
    migrating.upgrade(engine)
    with engine.connect() as connection:
        config = migrating.configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrating.upgrade(engine)
    engine.dispose()
