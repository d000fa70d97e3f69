"""Backups travel between the two databases and bring everything back, or change nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from dedup.errors import BadFile, DatabaseBusy, DatabaseUnavailable
from dedup.initiatives import (
    Band,
    Cluster,
    ClusterId,
    Evidence,
    ImportId,
    InitiativeId,
    Pair,
    PartialDate,
    Relation,
    Submission,
    Suggestion,
    Unit,
    UnitId,
    Verdict,
)
from dedup.people import AccountId, Act, Attempts, Deed, KeyKind, NewAccount, NewKey, Role
from dedup.ports import ImportRecord, NewDecision, NewRecord, Vectorised
from dedup.store import Store, open_store
from dedup.store.engine import make_engine
from dedup.store.tables import access_keys, initiatives, metadata
from tests.integration.test_store_writers import NOON, filed


@pytest.fixture
def stores(sqlite_url: str, postgres_url: str) -> dict[str, tuple[Store, str]]:
    urls = {"sqlite": sqlite_url, "postgresql": postgres_url}
    return {name: (open_store(url), url) for name, url in urls.items()}


def fill(store: Store) -> None:
    """Something in every table."""
    with store.unit() as unit:
        [top] = unit.units.add([Unit(id=UnitId(0), code="T", name="Tổng", aliases=("t",))])
        [low] = unit.units.add([Unit(id=UnitId(0), code="C", name="Cơ sở", parent_id=top)])
        made = ImportRecord(
            id=ImportId(0), file="a.xlsx", sheet="S", digest="d", state="done", rows=1, warnings=0,
            mapping={"Tên": "title"}, by="Lan", at=NOON, report={"x": [1, None]},
        )  # fmt: skip
        import_id = unit.imports.add(made)
        unit.imports.remember_mapping("h", {"Tên": "title"})
        submission = Submission(
            title="Cải tiến «băng tải»", benefit_vnd=0, filed_on=PartialDate("2022-03"),
            uploaded_at=NOON, secret=True, unit_id=low, raw={"Tên": "\ud800\x00", "n": 1.5},
        )  # fmt: skip
        records = [
            NewRecord(
                submission=submission, fingerprint=f"f{n}", folded_fingerprint="g",
                search_key="cai tien", import_id=import_id,
            )
            for n in range(4)
        ]  # fmt: skip
        ids = unit.initiatives.add(records, at=NOON)
        unit.initiatives.update(ids[3], records[0], expected_version=1, by="Mai", at=NOON)
        unit.initiatives.set_withdrawn([ids[3]], True, by="Mai", at=NOON)
        vectors = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
        unit.vectors.put("m", Vectorised(ids=np.array(ids[:3]), titles=vectors, contents=-vectors))
        run = unit.runs.start("rescan", {"whole": True}, at=NOON)
        suggestion = Suggestion(
            pair=Pair.of(ids[0], ids[1]), score=0.1 + 0.2, band=Band.LIKELY,
            relation=Relation.PART_OF, similarity=0.7,
            evidence=(Evidence(code="R1", weight=1 / 3),), model_id="m", scorer_version="s",
            left_fingerprint="a", right_fingerprint="b", run_id=run.id,
        )  # fmt: skip
        unit.suggestions.upsert([suggestion], at=NOON)
        for verdict in (Verdict.TRUNG, Verdict.KE_THUA, None):
            decision = NewDecision(
                pair=Pair.of(ids[0], ids[2]), verdict=verdict, reason="r", note="n",
                reviewer="Lan", left_fingerprint="a", right_fingerprint="c",
            )  # fmt: skip
            unit.decisions.append([decision], at=NOON, group="nhóm")
        cluster = Cluster(
            id=ClusterId(unit.clusters.next_id()), members=(ids[1], ids[0]),
            representative=InitiativeId(ids[1]), representative_rule="r", weakest=0.25,
        )  # fmt: skip
        unit.clusters.replace([cluster], at=NOON)
        unit.notes.set("k", "v", at=NOON)
        unit.commit()
    fill_people(store)


def fill_people(store: Store, *, kinds: Sequence[KeyKind] = (KeyKind.TOKEN,)) -> None:
    new = NewAccount(login="lan", name="Trần Thị Lan", role=Role.HEAD)
    with store.unit() as unit:
        account = unit.people.add(new, password_hash="h", at=NOON)
        for kind in kinds:
            key = NewKey(account_id=account.id, kind=kind, digest=kind.value)
            unit.people.add_key(key, at=NOON)
        unit.people.set_attempts("w", Attempts(failures=2, last_at=NOON))
        unit.log.append(Deed(by="Lan", act=Act.SIGN_IN, of="accounts/lan", at=NOON, detail={}))
        unit.commit()


_SET_ANEW = {initiatives.c.change_no, access_keys.c.ended_at}


def contents(url: str) -> dict[str, list[Any]]:
    """Every row of every table, but for the change numbers and ends of keys, which a restore sets."""
    engine = make_engine(url)
    found: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column not in _SET_ANEW]
            query = select(*columns).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    found["counters"] = [row for row in found["counters"] if row[0] != "change"]
    return found


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_database(
    stores: dict[str, tuple[Store, str]], source: str, target: str, tmp_path: Path
) -> None:
    kept, url = stores[source]
    fill(kept)
    expected = contents(url)
    assert all(expected.values())
    kept.backup(tmp_path / "new folder" / "b.sangkien")
    store, target_url = stores[target]
    filed(store, *(f"later {n}" for n in range(9)))
    with store.unit() as unit:
        before = unit.initiatives.latest_change()
    store.restore(tmp_path / "new folder" / "b.sangkien")
    assert contents(target_url) == expected
    with store.unit() as unit:
        changes = unit.initiatives.changes_since(before)
        assert changes.ids.tolist() == [1, 2, 3, 4]
        assert changes.live.tolist() == [True, True, True, False]
        assert unit.initiatives.latest_change() == changes.change_no
    assert filed(store, "next") == [5]
    assert [p.name for p in (tmp_path / "new folder").iterdir()] == ["b.sangkien"]
    for opened, _ in stores.values():
        opened.close()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_no_session_or_token_comes_back_with_a_backup(
    stores: dict[str, tuple[Store, str]], target: str, tmp_path: Path
) -> None:
    store, _ = stores[target]
    fill_people(store, kinds=list(KeyKind))
    store.backup(tmp_path / "b")

    store.restore(tmp_path / "b")

    with store.unit() as unit:
        [session] = unit.people.keys(AccountId(1), KeyKind.SESSION)
        [token] = unit.people.keys(AccountId(1), KeyKind.TOKEN)
    assert session.ended_at == NOON
    assert token.ended_at == NOON
    for opened, _ in stores.values():
        opened.close()


def test_a_change_number_is_never_reused_after_a_restore(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    filed(store, "một")
    store.backup(tmp_path / "b")
    for n in range(3):
        filed(store, f"mất {n}")
        store.restore(tmp_path / "b")
    with store.unit() as unit:
        last = unit.initiatives.latest_change()
    filed(store, "hai")
    with store.unit() as unit:
        assert unit.initiatives.changes_since(last).ids.tolist() == [2]
    store.close()


def test_a_backup_is_taken_beside_a_writer(database_url: str, tmp_path: Path) -> None:
    store = open_store(database_url)
    filed(store, "một")
    with store.unit() as writer:
        writer.notes.set("k", "v", at=NOON)
        store.backup(tmp_path / "b")
    kept = sqlite3.connect(tmp_path / "b")
    assert kept.execute("SELECT title FROM initiatives").fetchall() == [("một",)]
    assert kept.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    kept.close()
    store.close()


def test_a_backup_that_cannot_be_written_leaves_no_part(database_url: str, tmp_path: Path) -> None:
    store = open_store(database_url)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()
    with pytest.raises(DatabaseUnavailable, match="sao lưu"):
        store.backup(tmp_path / "taken")
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailable):
        store.backup(tmp_path / "file" / "b")
    assert not list(tmp_path.rglob("*.part"))
    store.close()


def test_a_file_that_is_no_backup_changes_nothing(database_url: str, tmp_path: Path) -> None:
    store = open_store(database_url)
    filed(store, "một")
    store.backup(tmp_path / "good")
    whole = (tmp_path / "good").read_bytes()
    (tmp_path / "empty").touch()
    (tmp_path / "garbage").write_bytes(b"x" * 9_000)
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE t (x)")
    other.close()
    newer = sqlite3.connect(tmp_path / "good")
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    before = contents(database_url)
    for name in ("empty", "garbage", "cut", "other", "good", "missing"):
        with pytest.raises(BadFile, match="sao lưu"):
            store.restore(tmp_path / name)
    assert contents(database_url) == before
    store.close()


def test_a_restore_beside_a_writer_is_refused_and_changes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    store = open_store(database_url, busy_seconds=0.3)
    filed(store, "một")
    store.backup(tmp_path / "b")
    filed(store, "hai")
    before = contents(database_url)
    with store.unit() as writer:
        writer.lock()
        with pytest.raises(DatabaseBusy):
            store.restore(tmp_path / "b")
    assert contents(database_url) == before
    store.close()
