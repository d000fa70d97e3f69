"""Several writers at once, threads and processes, on both databases."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from dedup.errors import DatabaseBusy, InitiativeExists, JobRunning, NotFound
from dedup.initiatives import Pair, RunId, Submission, Verdict
from dedup.jobs.importing import Importer, Origin
from dedup.jobs.records import new_record
from dedup.ports import NewDecision, NewRecord
from dedup.store import Store, open_store
from tests.fakes import Workplace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAIR = Pair.of(1, 2)

# Its own process: two filings and a verdict on one pair each round, then it tells what it added.
WRITER = """
import sys
from tests.integration.test_store_writers import NOON, filed, judged
from dedup.store import open_store

store = open_store(sys.argv[1])
print(*(id for n in range(int(sys.argv[3])) for id in filed(store, f"{sys.argv[2]}{n}") + judged(store, sys.argv[2])))
"""
KILLED = """
import sys, time
from tests.integration.test_store_writers import NOON, new
from dedup.store import open_store

with open_store(sys.argv[1]).unit() as unit:
    unit.initiatives.add([new(str(n)) for n in range(5_000)], at=NOON)
    unit.runs.start("rescan", {}, at=NOON)
    print("writing", flush=True)
    time.sleep(600)
"""


def new(title: str) -> NewRecord:
    return NewRecord(
        submission=Submission(title=title, description="mô tả " * 50),
        fingerprint=title,
        folded_fingerprint=title,
        search_key=title,
    )


def filed(store: Store, *titles: str) -> list[int]:
    with store.unit() as unit:
        ids = unit.initiatives.add([new(title) for title in titles], at=NOON)
        unit.commit()
    return [*ids]


def judged(store: Store, reviewer: str) -> list[int]:
    """Append a verdict on the one pair; returns no ids of records."""
    decision = NewDecision(
        pair=PAIR,
        verdict=Verdict.TRUNG,
        reason="",
        note="",
        reviewer=reviewer,
        left_fingerprint="",
        right_fingerprint="",
    )
    with store.unit() as unit:
        unit.decisions.append([decision], at=NOON)
        unit.commit()
    return []


def followed(store: Store, seen: set[int], change_no: int) -> int:
    with store.unit() as unit:
        changes = unit.initiatives.changes_since(change_no)
    seen |= set(changes.ids.tolist())
    return changes.change_no


def assert_one_chain(store: Store, length: int) -> None:
    """Each verdict supersedes the one before it; the last alone is live."""
    with store.unit() as unit:
        history = unit.decisions.history(PAIR)
    assert len(history) == length
    assert [d.supersedes for d in history] == [None, *(d.id for d in history[:-1])]
    assert [d.live for d in history] == [False] * (length - 1) + [True]


@pytest.fixture
def opened(database_url: str) -> Store:
    store = open_store(database_url)
    filed(store, "một", "hai")
    return store


def test_processes_write_side_by_side_and_a_follower_misses_nothing(
    opened: Store, database_url: str
) -> None:
    rounds, seen, change_no = 15, set[int](), 0
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, database_url, name, str(rounds)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("Lan", "Mai")
    ]
    while any(writer.poll() is None for writer in writers):
        change_no = followed(opened, seen, change_no)
        time.sleep(0.005)
    followed(opened, seen, change_no)
    told = [int(id) for writer in writers for id in writer.communicate()[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(told) == list(range(3, 3 + 2 * rounds))
    assert seen == {1, 2, *told}
    assert_one_chain(opened, 2 * rounds)
    opened.close()


def test_an_import_that_waited_for_one_of_the_same_file_adds_nothing(opened: Store) -> None:
    origin = Origin(file="a.csv", sheet="", digest="d", header_key="", mapping={}, by="Lan")
    importer = Importer(opened.unit, lambda: NOON)
    staged = importer.stage(origin).id
    with ThreadPoolExecutor(1) as pool:
        with opened.unit() as unit:
            unit.lock()
            waiting = pool.submit(importer.store, origin, [])
            unit.imports.set_state(staged, "done")
            unit.commit()
        done = waiting.result(timeout=30)

    assert (done.again, done.id) == (True, staged)
    assert [record.id for record in importer.latest()] == [staged]
    opened.close()


def test_a_filing_that_waited_for_one_of_the_same_code_is_refused(opened: Store) -> None:
    filer = Workplace(open_unit=opened.unit).service().filer
    same = Submission(title="Cải tiến béc phun", code="SK/01", unit="XN 1")
    with ThreadPoolExecutor(1) as pool:
        with opened.unit() as unit:
            unit.lock()
            waiting = pool.submit(filer.file, same)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            unit.initiatives.add([new_record(same)], at=NOON)
            unit.commit()
        with pytest.raises(InitiativeExists):
            waiting.result(timeout=30)

    with opened.unit() as unit:
        assert [record.id for record in unit.initiatives.by_code("SK/01")] == [3]
    opened.close()


def test_threads_share_one_store(opened: Store) -> None:
    rounds, failed = 15, list[BaseException]()

    def write(name: str) -> None:
        try:
            for n in range(rounds):
                filed(opened, f"{name}{n}")
                judged(opened, name)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=write, args=(name,)) for name in ("Lan", "Mai", "Cúc")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with opened.unit() as unit:
        assert unit.initiatives.live_ids().tolist() == list(range(1, 3 + 3 * rounds))
        assert unit.initiatives.latest_change() == 1 + 3 * rounds
    assert_one_chain(opened, 3 * rounds)
    opened.close()


def test_numbers_are_committed_in_their_order(opened: Store) -> None:
    with opened.unit() as first:
        first.initiatives.add([new("chậm")], at=NOON)
        second = threading.Thread(target=filed, args=(opened, "nhanh"))
        second.start()
        second.join(0.3)
        assert second.is_alive()
        with opened.unit() as follower:
            assert follower.initiatives.latest_change() == 1
        first.commit()
    second.join()
    with opened.unit() as unit:
        assert [i.title for i in unit.initiatives.get([3, 4])] == ["chậm", "nhanh"]
        assert unit.initiatives.changes_since(2).ids.tolist() == [4]
    opened.close()


def test_of_two_that_start_a_job_one_is_told_that_it_runs(opened: Store) -> None:
    with opened.unit() as unit:
        unit.runs.start("rescan", {}, at=NOON)
        told = list[JobRunning]()

        def start() -> None:
            with opened.unit() as other, pytest.raises(JobRunning) as refusal:
                other.runs.start("rescan", {}, at=NOON)
            told.append(refusal.value)

        second = threading.Thread(target=start)
        second.start()
        unit.commit()
    second.join()
    assert [error.data["run"] for error in told] == [1]
    opened.close()


WRITES: list[Callable[[Store], object]] = [
    lambda store: filed(store, "x"),
    lambda store: judged(store, "x"),
]


@pytest.mark.parametrize("write", WRITES, ids=["filing", "verdict"])
def test_whoever_waits_too_long_for_a_writer_is_told_that_it_is_busy(
    opened: Store, database_url: str, write: Callable[[Store], object]
) -> None:
    impatient = open_store(database_url, busy_seconds=0.1)
    with opened.unit() as writer:
        writer.initiatives.add([new("dài")], at=NOON)
        with pytest.raises(DatabaseBusy, match="đang bận"):
            write(impatient)
        with impatient.unit() as reader:
            assert reader.initiatives.count() == 2
    write(impatient)
    impatient.close()
    opened.close()


def test_a_writer_killed_in_the_middle_leaves_nothing(opened: Store, database_url: str) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "writing\n"
    killed.kill()
    killed.communicate()
    with opened.unit() as unit:
        unit.lock()
        assert unit.initiatives.count() == 2
        assert unit.initiatives.latest_change() == 1
        with pytest.raises(NotFound):
            unit.runs.get(RunId(1))
    assert filed(opened, "sau") == [3]
    opened.close()
