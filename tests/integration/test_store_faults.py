"""Faults of disk and server: told in the domain's words, nothing half written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, make_url, text

from dedup.errors import Conflict, DatabaseUnavailable, InvalidInput
from dedup.store import Store, open_store
from dedup.store.engine import make_engine
from tests.integration.test_store_writers import NOON, filed, new


def test_a_full_disk_is_told_and_leaves_nothing_half_written(sqlite_url: str) -> None:
    roomy = open_store(sqlite_url)
    filed(roomy, "trước")
    engine = make_engine(sqlite_url)

    @event.listens_for(engine, "connect")
    def _shrink(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    cramped = Store(engine)
    with cramped.unit() as unit, pytest.raises(DatabaseUnavailable, match="kiểm tra ổ đĩa"):
        unit.initiatives.add([new(str(n)) for n in range(5_000)], at=NOON)
    cramped.close()
    with roomy.unit() as unit:
        assert [i.title for i in unit.initiatives.get(range(99))] == ["trước"]
        assert unit.initiatives.latest_change() == 1
    assert filed(roomy, "sau") == [2]
    roomy.close()
    database = sqlite3.connect(make_url(sqlite_url).database or "")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_read_only_database_is_read_but_not_written(sqlite_url: str) -> None:
    writable = open_store(sqlite_url)
    filed(writable, "một")
    path = make_url(sqlite_url).database
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with store.unit() as unit:
        assert unit.initiatives.count() == 1
    with pytest.raises(DatabaseUnavailable):
        filed(store, "hai")
    store.close()
    writable.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"khong phai co so du lieu" * 500)
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(DatabaseUnavailable):
        store.migrate()
    store.close()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/no/such/x.db")
    with pytest.raises(DatabaseUnavailable):
        store.migrate()
    store.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_names_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailable):
        open_store(url)


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    store = open_store("postgresql://lan:mat-khau@127.0.0.1:9/x")
    with pytest.raises(DatabaseUnavailable) as told:
        store.migrate()
    assert "mat-khau" not in f"{told.value} {told.value.data}"
    store.close()


def test_a_database_that_the_server_lacks_is_told(postgres_url: str) -> None:
    store = open_store(make_url(postgres_url).set(database="khong_co").render_as_string(False))
    with pytest.raises(DatabaseUnavailable):
        store.migrate()
    store.close()


def test_a_broken_connection_is_told_and_the_next_unit_gets_a_new_one(postgres_url: str) -> None:
    store, other = open_store(postgres_url), make_engine(postgres_url)
    with store.unit() as unit, other.connect() as killer:
        unit.initiatives.add([new("mất")], at=NOON)
        mine = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        )
        killer.execute(text(f"{mine} AND datname = current_database()"))
        with pytest.raises(DatabaseUnavailable):
            unit.initiatives.count()
    assert filed(store, "còn") == [1]
    other.dispose()
    store.close()


def test_text_that_a_database_cannot_hold_is_invalid_input(database_url: str) -> None:
    store = open_store(database_url)
    with pytest.raises(InvalidInput):
        filed(store, "lone \ud800 surrogate")
    with store.unit() as unit:
        assert unit.initiatives.count() == 0
    store.close()


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO suggestions SELECT 2, 1, {rest}", InvalidInput),
        ("INSERT INTO counters VALUES ('change', 5)", Conflict),
    ],
)
def test_the_schema_itself_guards_its_rules(
    database_url: str, statement: str, error: type[Exception]
) -> None:
    store, engine = open_store(database_url), make_engine(database_url)
    filed(store, "một", "hai")
    rest = "0.5, 'LIKELY', 'PART_OF', 'open', false, 0.5, 'm', 's', '', '', NULL, {now}, '[]'"
    now = "now()" if engine.dialect.name == "postgresql" else "'2026-01-01 00:00:00.000000'"
    with engine.connect() as connection, pytest.raises(error):
        connection.execute(text(statement.format(rest=rest.format(now=now))))
    engine.dispose()
    store.close()


def test_the_schema_holds_one_live_verdict_a_pair_and_one_running_job_a_kind(
    database_url: str,
) -> None:
    store, engine = open_store(database_url), make_engine(database_url)
    filed(store, "một", "hai")
    moment = "'2026-01-01 00:00:00.000000'"
    live = (
        "INSERT INTO decisions (id, left_id, right_id, reason, note, reviewer, decided_at,"
        " left_fingerprint, right_fingerprint, live, expired_by_change)"
        " VALUES ({id}, 1, 2, '', '', '', " + moment + ", '', '', {live}, false)"
    )
    running = (
        "INSERT INTO runs (id, kind, state, options, checkpoint, progress, stage, started_at,"
        " heartbeat_at, report, error, cancel_requested) VALUES ({id}, 'rescan', {state}, '{{}}',"
        " '{{}}', 0, '', " + moment + ", " + moment + ", '{{}}', '', false)"
    )
    for sql, first, second in (
        (live, {"live": "true"}, {"live": "false"}),
        (running, {"state": "'running'"}, {"state": "'done'"}),
    ):
        with engine.begin() as connection:
            connection.exec_driver_sql(sql.format(id=1, **first))
            connection.exec_driver_sql(sql.format(id=2, **second))
        with engine.connect() as connection, pytest.raises(Conflict):
            connection.exec_driver_sql(sql.format(id=3, **first))
    engine.dispose()
    store.close()
