"""The databases that tests run on: where PostgreSQL comes from, and a fresh one for each run.

``SANGKIEN_TEST_POSTGRES`` names a server; without it one that runs here and trusts us is used, else
one is started in a temporary folder. ``SANGKIEN_REQUIRE_POSTGRES=1`` turns a skip into a failure.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

LOCAL = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres?user=postgres",
    "postgresql:///postgres",
)
ABSENT = (
    "NO POSTGRESQL: half of the promise is untested. Set SANGKIEN_TEST_POSTGRES to a server's URL."
)


@contextlib.contextmanager
def postgres_server() -> Iterator[str | None]:
    """A URL that may create databases, or None."""
    named = os.environ.get("SANGKIEN_TEST_POSTGRES")
    url = next((url for url in ((named,) if named else LOCAL) if _answers(url)), None)
    if url or named:
        yield url
        return
    with _started_server() as started:
        yield started


@contextlib.contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A new database on the server, dropped afterwards."""
    name = f"sangkien_test_{uuid.uuid4().hex[:12]}"
    _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def give_up_without_postgres() -> None:
    if os.environ.get("SANGKIEN_REQUIRE_POSTGRES") == "1":
        pytest.fail(ABSENT)
    pytest.skip(ABSENT)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2, autocommit=True) as connection:
            row = connection.execute(
                "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user"
            )
            return row.fetchone() == (True,)
    except psycopg.Error:
        return False


def _run(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@contextlib.contextmanager
def _started_server() -> Iterator[str | None]:
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="sangkien-pg-") as folder:
        data = Path(folder) / "data"
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, "postgres")
        if not _did(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"):
            yield None
            return
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        started = _did(control, "-D", data, "-w", "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=postgres" if started else None
        finally:
            _did(control, "-D", data, "-m", "immediate", "-w", "stop")


def _program(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next((str(place) for place in places), None)


def _did(*command: str | Path) -> bool:
    words = [str(word) for word in command]
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_server, *words], capture_output=True, check=False, cwd="/")
    return done.returncode == 0
