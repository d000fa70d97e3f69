"""The self-join over many blocks, strips and settlements agrees with the plain oracle."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from index import (
    ExactIndex,
    FlatIndex,
    IvfIndex,
    Pairs,
    measure_pairs_recall,
    measure_recall,
    selfjoin,
    similarity,
    strongest,
)
from index.blas import blas_threads
from index.selfjoin import join_triangle

DIM = 24


def family_rows(sizes: list[int], noise: float, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((len(sizes), DIM))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    rows = np.repeat(centres, sizes, axis=0)
    rows += noise * rng.standard_normal(rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rng.permutation(rows), np.float32)


def of_exact(rows: NDArray[np.float32], threshold: float, per_row: int | None) -> Pairs:
    oracle = ExactIndex(DIM)
    oracle.add(np.arange(len(rows)) * 2, rows)
    return oracle.pairs_above(threshold, per_row=per_row)


def assert_same_pairs(found: Pairs, expected: Pairs) -> None:
    assert_array_equal(found.left, expected.left)
    assert_array_equal(found.right, expected.right)
    assert_array_equal(found.similarity, expected.similarity)
    assert_array_equal(found.crowded, expected.crowded)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strips, buffers and chunks so small that a few hundred rows go through all of them often."""
    monkeypatch.setattr(selfjoin, "STRIP", 500)
    monkeypatch.setattr(selfjoin, "MANY", 300)
    monkeypatch.setattr(strongest, "BUFFERED", 400)
    monkeypatch.setattr(similarity, "CHUNK", 64)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("per_row", [None, 1, 5, 40])
@pytest.mark.parametrize("noise", [0.0, 1e-7, 0.05])
@pytest.mark.parametrize("block", [7, 64, 1000])
def test_families_far_larger_than_the_cap_give_the_pairs_of_the_oracle(
    per_row: int | None, noise: float, block: int
) -> None:
    rows = family_rows([200, 60, 9, 2, 2, *[1] * 60], noise)
    ids = np.arange(len(rows)) * 2
    found = join_triangle(ids, rows, 0.8, per_row=per_row, block=block)
    assert_same_pairs(found, of_exact(rows, 0.8, per_row))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("per_row", [None, 3])
def test_a_threshold_that_many_pairs_touch_exactly_lets_in_those_of_the_oracle(
    per_row: int | None,
) -> None:
    rows = family_rows([150, 80], noise=0.0)
    threshold = float(np.float32(rows[0].astype(np.float64) @ rows[0].astype(np.float64)))
    threshold = min(threshold, 1.0)
    found = join_triangle(np.arange(230) * 2, rows, threshold, per_row=per_row, block=50)
    assert_same_pairs(found, of_exact(rows, threshold, per_row))


def test_what_is_held_stays_within_the_cap_where_all_rows_are_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selfjoin, "STRIP", 4000)
    monkeypatch.setattr(selfjoin, "MANY", 4000)
    monkeypatch.setattr(strongest, "BUFFERED", 10_000)
    held: list[int] = []
    settle = strongest.Strongest._settle

    def watched(self: strongest.Strongest) -> None:
        held.append(sum(map(len, self._kept)))
        settle(self)

    monkeypatch.setattr(strongest.Strongest, "_settle", watched)
    rows = np.repeat(family_rows([1], 0.0), 3000, axis=0)
    pairs = join_triangle(np.arange(3000), rows, 0.9, per_row=3, block=500)
    # Every row lists the three smallest other ids.
    assert len(pairs) == 3 * 2997 + 3
    assert set(pairs.left.tolist()) == {0, 1, 2}
    assert_array_equal(pairs.crowded, np.arange(3000))
    # 4.5 million pairs went by; no more than the buffer, one block and the kept ones were held.
    assert max(held) < 40_000


def test_a_cancelled_join_stops_and_gives_the_threads_back() -> None:
    rows = family_rows([100], 0.1)

    class CancelledError(Exception):
        pass

    def cancel(share: float) -> None:
        raise CancelledError

    before = blas_threads()
    with pytest.raises(CancelledError):
        join_triangle(np.arange(100), rows, 0.5, on_progress=cancel, block=10)
    assert blas_threads() == before


def trained(rows: NDArray[np.float32], **options: Any) -> IvfIndex:
    index = IvfIndex(DIM, **options)
    index.add(np.arange(len(rows)) * 2, rows)
    assert index.is_trained
    return index


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("per_row", [None, 4])
@pytest.mark.parametrize("join_nprobe", [1, 2, 4])
def test_lists_tell_no_pair_twice_and_none_wrongly(join_nprobe: int, per_row: int | None) -> None:
    rows = family_rows([60] * 6 + [1] * 100, noise=0.12)
    index = trained(rows, nlist=8, join_nprobe=join_nprobe)
    found = index.pairs_above(0.6, per_row=per_row)
    code = found.left * 10_000 + found.right
    assert (np.diff(code) > 0).all()
    exact = of_exact(rows, 0.6, None)
    known = dict(zip((exact.left * 10_000 + exact.right).tolist(), exact.similarity, strict=True))
    assert found.similarity.tolist() == [known[one] for one in code.tolist()]


@pytest.mark.parametrize("per_row", [None, 4])
def test_lists_that_all_look_into_each_other_find_every_pair(per_row: int | None) -> None:
    rows = family_rows([60] * 6 + [1] * 100, noise=0.12)
    index = trained(rows, nlist=8, join_nprobe=8)
    assert_same_pairs(index.pairs_above(0.6, per_row=per_row), of_exact(rows, 0.6, per_row))


def test_recall_of_the_pairs_is_the_share_of_the_exact_ones_that_were_found() -> None:
    rows = family_rows([60] * 6 + [1] * 100, noise=0.16)
    index = trained(rows, nlist=8, join_nprobe=1)
    found, exact = index.pairs_above(0.5), of_exact(rows, 0.5, None)
    recall = measure_pairs_recall(index, found, 0.5, sample=10_000, seed=1)
    # With every row in the sample each pair is asked for from both of its ends.
    assert (recall.found, recall.expected) == (2 * len(found), 2 * len(exact))
    assert recall.share == len(found) / len(exact) < 1


def test_rows_crowded_by_a_cap_are_not_asked_about() -> None:
    rows = family_rows([60, 3, 3], noise=0.01)
    index = FlatIndex(DIM)
    index.add(np.arange(66), rows)
    recall = measure_pairs_recall(index, index.pairs_above(0.8, per_row=5), 0.8, sample=66, seed=0)
    assert (recall.found, recall.expected, recall.sampled) == (12, 12, 6)


def test_recall_of_an_exact_index_is_one() -> None:
    rows = family_rows([20] * 10, noise=0.2)
    index = FlatIndex(DIM)
    index.add(np.arange(200), rows)
    recall = measure_recall(index, sample=50, k=7, seed=0)
    assert (recall.found, recall.expected, recall.share) == (350, 350, 1.0)


def test_recall_of_few_lists_is_counted_against_the_oracle() -> None:
    rows = family_rows([1] * 400, noise=0.0)
    index = trained(rows, nlist=10, nprobe=1)
    oracle = ExactIndex(DIM)
    oracle.add(np.arange(400) * 2, rows)
    ids = np.arange(400) * 2
    answers = zip(
        index.search(rows, 5, exclude=ids), oracle.search(rows, 5, exclude=ids), strict=True
    )
    common = sum(len(set(one.ids.tolist()) & set(two.ids.tolist())) for one, two in answers)
    recall = measure_recall(index, sample=400, k=5, seed=3)
    assert (recall.found, recall.expected) == (common, 2000)
    assert recall.share < 1


def test_recall_of_an_empty_index_has_nothing_to_miss() -> None:
    recall = measure_recall(FlatIndex(DIM), sample=10, k=3, seed=0)
    assert (recall.expected, recall.share) == (0, 1.0)


def test_few_lists_never_answer_short() -> None:
    rows = family_rows([40] * 10, noise=0.01)
    index = trained(rows, nlist=10, nprobe=1)
    for k in (50, 399, 1000):
        for hits in index.search(rows[:20], k):
            assert len(set(hits.ids.tolist())) == len(hits) == min(k, 400)
            assert (np.diff(hits.similarities) <= 0).all()
