"""Searching from several threads while rows come and go."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import FlatIndex, IvfIndex
from index.lock import ReadersWriter

DIM = 16
STEADY = 160  # rows that stay throughout
WAIT = 20.0  # seconds after which a test that hangs fails; nothing is measured


def unit_rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, DIM))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def flat() -> FlatIndex:
    return FlatIndex(DIM)


def lists() -> IvfIndex:
    return IvfIndex(DIM, nlist=4, nprobe=4, join_nprobe=4)


@pytest.mark.parametrize("make", [flat, lists])
def test_searches_see_whole_states_while_another_thread_adds_and_removes(
    make: Callable[[], Any],
) -> None:
    """Each coming row is close to a steady one: its id alone says what its similarity must be."""
    index, steady, coming = make(), unit_rows(STEADY), unit_rows(200, seed=1)
    index.add(np.arange(STEADY) * 10, steady)
    of_id = {i * 10: row for i, row in enumerate(steady)}
    of_id |= {i * 10 + 5: row for i, row in enumerate(coming)}
    stop = threading.Event()

    def change() -> None:
        for i in range(200):
            index.add(np.array([i * 10 + 5]), coming[i : i + 1])
            if i % 3 == 0:
                assert index.remove(np.array([i * 10 + 5])) == 1
        stop.set()

    def search(worker: int) -> int:
        rounds = 0
        while not stop.is_set() or rounds == 0:
            query = steady[(worker * 31 + rounds) % STEADY]
            (hits,) = index.search(query[None], 5)
            expected = [
                np.float32(of_id[id].astype(np.float64) @ query.astype(np.float64))
                for id in hits.ids.tolist()
            ]
            assert len(hits) == 5
            assert hits.similarities.tolist() == expected
            rounds += 1
        return rounds

    with ThreadPoolExecutor(4) as pool:
        changing = pool.submit(change)
        searching = [pool.submit(search, worker) for worker in range(3)]
        changing.result(WAIT)
        assert all(one.result(WAIT) > 0 for one in searching)
    kept = {i * 10 for i in range(STEADY)} | {i * 10 + 5 for i in range(200) if i % 3}
    assert len(index) == len(kept)
    (everything,) = index.search(steady[:1], 1000)
    assert set(everything.ids.tolist()) == kept


@pytest.mark.parametrize("make", [flat, lists])
def test_rows_can_be_added_during_a_self_join_which_keeps_to_what_it_began_with(
    make: Callable[[], Any],
) -> None:
    index, rows = make(), unit_rows(STEADY)
    index.add(np.arange(STEADY), rows)
    before = index.pairs_above(0.5)

    def add_one(share: float) -> None:
        if 10_000 not in index:
            index.add(np.array([10_000]), rows[:1])

    during = index.pairs_above(0.5, on_progress=add_one)
    assert during.left.tolist() == before.left.tolist()
    assert during.right.tolist() == before.right.tolist()
    assert 10_000 in index.pairs_above(0.5).right.tolist()


def test_readers_share_the_lock_and_a_writer_has_it_alone() -> None:
    lock = ReadersWriter()
    both_read = threading.Barrier(2)
    seen: list[str] = []
    wrote = threading.Event()

    def read() -> None:
        with lock.reading():
            both_read.wait(WAIT)

    def write() -> None:
        with lock.writing():
            seen.append("written")
        wrote.set()

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for reader in readers:
            reader.result(WAIT)
        with lock.reading():
            pool.submit(write)
            assert not wrote.wait(0.05)
            seen.append("read")
        assert wrote.wait(WAIT)
    assert seen == ["read", "written"]


def test_the_lock_is_free_again_after_an_error() -> None:
    lock = ReadersWriter()
    for taking in (lock.reading, lock.writing):
        with pytest.raises(KeyError), taking():
            raise KeyError
    with lock.writing():
        pass
    with lock.reading():
        pass
