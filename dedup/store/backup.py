"""Backups: one portable form, a SQLite file of the same tables, from and into either database.

A backup is taken in one view of the data and appears under its name only when whole. A restore
replaces everything in one transaction. All restored records count as changed, under a number no
follower has seen, so that indexes built before the restore take them in again.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update

from dedup.errors import BadFile, DatabaseBusy, DatabaseUnavailable
from dedup.store import faults, migrating
from dedup.store.bulk import insert_columns
from dedup.store.engine import make_engine
from dedup.store.session import CHANGE
from dedup.store.tables import access_keys, counters, initiatives, metadata

NOT_A_BACKUP = "Tệp này không phải bản sao lưu của hệ thống, hoặc đã hỏng; xin chọn tệp khác."
CANNOT_WRITE = "Không ghi được tệp sao lưu; kiểm tra thư mục và dung lượng ổ đĩa."
# Far above what other writers can commit between the reading of the number and the replacement.
HEADROOM = 1_000_000
_BATCH = 2_000


def backup(engine: Engine, path: Path) -> None:
    """Write the whole database to ``path``; raises DatabaseUnavailable, leaving no half file."""
    with _appearing(path) as part:
        if engine.dialect.name == "sqlite":
            _vacuum_into(engine, part)
        else:
            _copy_out(engine, part)


def restore(engine: Engine, path: Path, *, busy_seconds: float) -> None:
    """Replace everything by the backup at ``path``, older revisions upgraded on the way.

    Raises BadFile for a file that is no backup, DatabaseBusy where another writes.
    """
    with tempfile.TemporaryDirectory(prefix="sangkien-restore-") as folder:
        copy = Path(folder) / "backup.db"
        _checked_copy(path, copy)
        with _opened(copy) as source:
            migrating.upgrade(source)
            migrating.upgrade(engine)
            _renumber(source, above=_latest_change(engine))
            _end_keys(source)
            if engine.dialect.name == "sqlite":
                _replace_pages(source, engine, busy_seconds)
            else:
                _copy_in(source, engine)


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise DatabaseUnavailable(CANNOT_WRITE, path=str(path)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{file}")
    try:
        yield engine
    finally:
        engine.dispose()


def _vacuum_into(engine: Engine, part: Path) -> None:
    with faults.translated(), closing(engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(part),))


def _copy_out(engine: Engine, part: Path) -> None:
    with _opened(part) as target:
        migrating.upgrade(target)
        with engine.connect() as reading, target.begin() as writing:
            _copy(reading.execution_options(isolation_level="REPEATABLE READ"), writing)
        with closing(target.raw_connection()) as connection:  # one file, nothing beside it
            connection.cursor().execute("PRAGMA journal_mode = DELETE")


def _copy_in(source: Engine, engine: Engine) -> None:
    with source.connect() as reading, engine.begin() as writing:
        _copy(reading, writing)


def _copy(reading: Connection, writing: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        writing.execute(table.delete())
    for table in metadata.sorted_tables:
        for rows in _portions(reading, table):
            columns = dict(zip(table.columns.keys(), zip(*rows, strict=True), strict=True))
            insert_columns(writing, insert(table), columns)


def _portions(reading: Connection, table: Table) -> Iterator[Sequence[Any]]:
    ordered = select(table).order_by(*table.primary_key.columns)  # parents before their children
    streamed = reading.execution_options(stream_results=True, yield_per=_BATCH).execute(ordered)
    yield from streamed.partitions()


def _checked_copy(path: Path, copy: Path) -> None:
    try:
        shutil.copyfile(path, copy)
        with closing(sqlite3.connect(copy)) as connection:
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (OSError, sqlite3.Error) as error:
        raise BadFile(NOT_A_BACKUP) from error
    if not whole or revision is None or revision[0] not in migrating.revisions():
        raise BadFile(NOT_A_BACKUP)


def _latest_change(engine: Engine) -> int:
    with engine.connect() as connection:
        query = select(counters.c.value).where(counters.c.name == CHANGE)
        return int(connection.execute(query).scalar_one())


def _renumber(source: Engine, *, above: int) -> None:
    fresh = max(above, _latest_change(source)) + HEADROOM
    with source.begin() as connection:
        connection.execute(update(initiatives).values(change_no=fresh))
        connection.execute(update(counters).where(counters.c.name == CHANGE).values(value=fresh))


def _end_keys(source: Engine) -> None:
    """What was signed out or ended since the backup was taken stays so: no session, no token lasts."""
    open_ones = update(access_keys).where(access_keys.c.ended_at.is_(None))
    with source.begin() as connection:
        connection.execute(open_ones.values(ended_at=access_keys.c.made_at))


def _replace_pages(source: Engine, engine: Engine, busy_seconds: float) -> None:
    """SQLite's online backup: readers see the old pages until the last one is in."""
    deadline = time.monotonic() + busy_seconds

    def give_up(_status: int, remaining: int, pages: int) -> None:
        if remaining == pages and time.monotonic() > deadline:
            raise DatabaseBusy

    with (
        faults.translated(),
        closing(source.raw_connection()) as reading,
        closing(engine.raw_connection()) as writing,
    ):
        pages_from, pages_to = reading.driver_connection, writing.driver_connection
        if isinstance(pages_from, sqlite3.Connection) and isinstance(pages_to, sqlite3.Connection):
            pages_from.backup(pages_to, progress=give_up)
