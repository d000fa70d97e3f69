"""The copy at half precision leaves the answer exact, and says where it cannot."""

from __future__ import annotations

import numpy as np

from index import ExactIndex, FlatIndex
from index.halves import MARGIN, HalfRows
from index.rows import IdRows

DIM = 16


def rows(count: int, seed: int, spread: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = np.eye(DIM)[0] + spread * rng.standard_normal((count, DIM))
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


def test_rows_too_near_each_other_to_tell_are_left_to_the_full_product() -> None:
    alike = rows(3 * MARGIN, seed=1, spread=1e-4)
    held = IdRows.of(np.arange(len(alike)), alike)
    assert HalfRows(DIM).candidates(held, alike[0], 5) is None
    index, oracle = FlatIndex.of(held.ids, held.rows), ExactIndex(DIM)
    oracle.add(held.ids, held.rows)
    (found,), (expected,) = index.search(alike[:1], 5), oracle.search(alike[:1], 5)
    np.testing.assert_array_equal(found.ids, expected.ids)


def test_candidates_hold_the_best_after_rows_came_and_went() -> None:
    some = rows(4_000, seed=2)
    index, oracle = FlatIndex(DIM), ExactIndex(DIM)
    for part in np.array_split(np.arange(4_000), 7):
        for each in (index, oracle):
            each.add(part, some[part])
            each.remove(part[::5])
        for query in rows(3, seed=int(part[0]) + 3):
            (found,), (expected,) = (each.search(query[None], 20) for each in (index, oracle))
            np.testing.assert_array_equal(found.ids, expected.ids)
            np.testing.assert_array_equal(found.similarities, expected.similarities)


def test_an_older_state_than_the_one_followed_is_not_answered_for() -> None:
    whole = IdRows.of(np.arange(500), rows(500, seed=4))
    older = IdRows(whole.ids[:400], whole.rows[:400], whole.room)
    halves = HalfRows(DIM)
    assert halves.candidates(whole, whole.rows[0], 5) is not None
    assert halves.candidates(older, whole.rows[0], 5) is None
