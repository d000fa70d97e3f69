"""One suite for every vector index: answers are compared with an oracle written here by definition."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from index import BadIds, BadVectors, ExactIndex, FlatIndex, Hits, IvfIndex, Pairs, UnknownIds

DIM = 16
Ids = NDArray[np.int64]
Rows = NDArray[np.float32]


def lists_that_look_everywhere(dim: int) -> IvfIndex:
    """Trained on rows that are gone again; all lists are probed, so that its answers are exact."""
    index = IvfIndex(dim, nlist=3, nprobe=3, join_nprobe=3)
    index.add(np.arange(120), unit_rows(120, seed=42, dim=dim))
    index.remove(np.arange(120))
    assert index.is_trained
    return index


def lists_in_training(dim: int) -> IvfIndex:
    return IvfIndex(dim, nlist=1000)


@pytest.fixture(params=[ExactIndex, FlatIndex, lists_that_look_everywhere, lists_in_training])
def index(request: pytest.FixtureRequest) -> Any:
    return request.param(DIM)


def unit_rows(count: int, seed: int = 0, dim: int = DIM) -> Rows:
    rows = np.random.default_rng(seed).standard_normal((count, dim))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def family_rows(families: int, size: int, noise: float, seed: int = 0) -> Rows:
    """`families` centres with `size` rows near each: what filled-in templates look like."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(unit_rows(families, seed), size, axis=0).astype(np.float64)
    rows += noise * rng.standard_normal(rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rng.permutation(rows), np.float32)


def some_ids(count: int, seed: int = 0) -> Ids:
    """Distinct ids in no order, with holes."""
    return np.random.default_rng(seed).permutation(5 * count)[:count].astype(np.int64)


def similarity(a: NDArray[np.float32], b: NDArray[np.float32]) -> np.float32:
    return np.float32(np.dot(a.astype(np.float64), b.astype(np.float64)))


def expected_hits(
    ids: Ids, rows: Rows, query: NDArray[np.float32], k: int, exclude: int = -1
) -> list[tuple[int, np.float32]]:
    found = [
        (int(id), similarity(query, row))
        for id, row in zip(ids, rows, strict=True)
        if id != exclude
    ]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]


def expected_pairs(
    ids: Ids, rows: Rows, threshold: float, per_row: int | None = None
) -> tuple[list[tuple[int, int, np.float32]], list[int]]:
    """By definition: all partners of each row, its best `per_row`, then whatever an end listed."""
    table = (rows.astype(np.float64) @ rows.astype(np.float64).T).astype(np.float32)
    listed, crowded = {}, []
    for one, similarities in zip(ids.tolist(), table, strict=True):
        alike = zip((-similarities).tolist(), ids.tolist(), strict=True)
        partners = sorted(
            (negated, two)
            for negated, two in alike
            if two != one and -negated >= np.float32(threshold)
        )
        if per_row is not None and len(partners) > per_row:
            crowded.append(one)
        for negated, two in partners[:per_row]:
            listed[min(one, two), max(one, two)] = np.float32(-negated)
    return [(*pair, listed[pair]) for pair in sorted(listed)], sorted(crowded)


def as_list(hits: Hits) -> list[tuple[int, np.float32]]:
    return list(zip(hits.ids.tolist(), hits.similarities, strict=True))


def triples(pairs: Pairs) -> list[tuple[int, int, np.float32]]:
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.similarity, strict=True))


def assert_finds_what_the_oracle_finds(index: Any, ids: Ids, rows: Rows, k: int = 10) -> None:
    queries = np.concatenate([rows[:5], unit_rows(5, seed=99)])
    found = index.search(queries, k)
    for query, hits in zip(queries, found, strict=True):
        assert as_list(hits) == expected_hits(ids, rows, query, k)


def test_search_answers_the_best_rows_in_order(index: Any) -> None:
    ids, rows = some_ids(300), unit_rows(300)
    index.add(ids, rows)
    assert_finds_what_the_oracle_finds(index, ids, rows)


def test_answers_have_the_agreed_types(index: Any) -> None:
    index.add(np.arange(3), unit_rows(3))
    (hits,) = index.search(unit_rows(1), 2)
    assert (hits.ids.dtype, hits.similarities.dtype) == (np.int64, np.float32)
    pairs = index.pairs_above(0.001)
    assert [pairs.left.dtype, pairs.right.dtype, pairs.crowded.dtype] == [np.int64] * 3
    assert pairs.similarity.dtype == np.float32


def test_k_beyond_the_number_of_rows_gives_every_row_once_without_padding(index: Any) -> None:
    ids, rows = some_ids(7), unit_rows(7)
    index.add(ids, rows)
    assert_finds_what_the_oracle_finds(index, ids, rows, k=50)


def test_an_empty_index_answers_nothing(index: Any) -> None:
    assert len(index) == 0
    assert 3 not in index
    assert [as_list(hits) for hits in index.search(unit_rows(2), 5)] == [[], []]
    assert triples(index.pairs_above(0.5)) == []
    assert triples(index.pairs_above(0.5, per_row=3)) == []
    assert index.remove(np.array([1, 2])) == 0
    assert index.vectors(np.empty(0, np.int64)).shape == (0, DIM)


def test_no_queries_have_no_answers(index: Any) -> None:
    index.add(np.arange(3), unit_rows(3))
    assert index.search(np.empty((0, DIM), np.float32), 5) == []


def test_adding_nothing_changes_nothing(index: Any) -> None:
    index.add(np.empty(0, np.int64), np.empty((0, DIM), np.float32))
    assert len(index) == 0


def test_rows_added_bit_by_bit_are_found_like_rows_added_at_once(index: Any) -> None:
    ids, rows = some_ids(200), unit_rows(200)
    for start in range(0, 200, 7):
        index.add(ids[start : start + 7], rows[start : start + 7])
    assert_finds_what_the_oracle_finds(index, ids, rows)
    assert_array_equal(index.vectors(ids), rows)


def test_removed_rows_are_never_found_again(index: Any) -> None:
    ids, rows = some_ids(200), unit_rows(200)
    index.add(ids, rows)
    unknown = np.array([10_000, 10_001])
    assert index.remove(np.concatenate([ids[::3], unknown, ids[:1]])) == len(ids[::3])
    kept = np.ones(200, bool)
    kept[::3] = False
    assert len(index) == kept.sum()
    assert [int(id) in index for id in ids] == kept.tolist()
    assert_finds_what_the_oracle_finds(index, ids[kept], rows[kept])
    assert triples(index.pairs_above(0.3)) == expected_pairs(ids[kept], rows[kept], 0.3)[0]


def test_a_removed_id_can_come_back_with_another_row(index: Any) -> None:
    ids, rows = some_ids(60), unit_rows(60)
    index.add(ids, rows)
    index.remove(ids[10:20])
    rows[10:20] = unit_rows(10, seed=5)
    index.add(ids[10:20], rows[10:20])
    assert_finds_what_the_oracle_finds(index, ids, rows)
    assert_array_equal(index.vectors(ids[8:22]), rows[8:22])


def test_an_index_emptied_by_removal_can_be_filled_again(index: Any) -> None:
    ids, rows = some_ids(40), unit_rows(40)
    index.add(ids, rows)
    assert index.remove(ids) == 40
    assert as_list(index.search(rows[:1], 3)[0]) == []
    index.add(ids, rows)
    assert_finds_what_the_oracle_finds(index, ids, rows)


@pytest.mark.parametrize("k", [1, 4, 9, 30])
def test_equal_rows_tie_and_the_smaller_ids_come_first(index: Any, k: int) -> None:
    ids = some_ids(120)
    rows = np.concatenate([np.repeat(unit_rows(2), 40, axis=0), unit_rows(40, seed=1)])
    index.add(ids, rows)
    assert_finds_what_the_oracle_finds(index, ids, rows, k=k)


def test_the_excluded_id_is_passed_over_and_another_row_takes_its_place(index: Any) -> None:
    ids, rows = some_ids(50), unit_rows(50)
    index.add(ids, rows)
    exclude = np.concatenate([ids[:20], [10_000, -1]])
    queries = np.concatenate([rows[:20], rows[20:22]])
    found = index.search(queries, 6, exclude=exclude)
    for query, hidden, hits in zip(queries, exclude, found, strict=True):
        assert as_list(hits) == expected_hits(ids, rows, query, 6, exclude=int(hidden))


def test_excluding_among_many_equal_rows_leaves_the_smallest_others(index: Any) -> None:
    ids, rows = np.arange(30), np.repeat(unit_rows(1), 30, axis=0)
    index.add(ids, rows)
    (hits,) = index.search(rows[:1], 3, exclude=np.array([1]))
    assert hits.ids.tolist() == [0, 2, 3]


def test_a_single_excluded_row_leaves_no_hit(index: Any) -> None:
    rows = unit_rows(1)
    index.add(np.array([4]), rows)
    assert as_list(index.search(rows, 3, exclude=np.array([4]))[0]) == []


def test_zero_rows_are_alike_to_nothing_and_are_found_last_among_similar_ones(index: Any) -> None:
    ids, rows = some_ids(40), unit_rows(40)
    rows[[3, 7]] = 0
    index.add(ids, rows)
    assert_finds_what_the_oracle_finds(index, ids, rows, k=40)
    pairs = index.pairs_above(0.01)
    assert triples(pairs) == expected_pairs(ids, rows, 0.01)[0]
    assert not set(ids[[3, 7]].tolist()) & {*pairs.left.tolist(), *pairs.right.tolist()}


def test_a_zero_query_answers_the_smallest_ids_at_similarity_zero(index: Any) -> None:
    ids, rows = some_ids(40), unit_rows(40)
    index.add(ids, rows)
    zero = np.zeros((1, DIM), np.float32)
    assert as_list(index.search(zero, 4)[0]) == [
        (int(id), np.float32(0)) for id in np.sort(ids)[:4]
    ]
    hidden = np.sort(ids)[:1]
    (hits,) = index.search(zero, 4, exclude=hidden)
    assert hits.ids.tolist() == np.sort(ids)[1:5].tolist()


def test_vectors_come_back_as_given_in_the_order_asked_for(index: Any) -> None:
    ids, rows = some_ids(30), unit_rows(30)
    index.add(ids, rows)
    order = np.array([5, 2, 2, 29, 0])
    assert_array_equal(index.vectors(ids[order]), rows[order])


def test_vectors_of_an_unknown_id_are_refused_by_name(index: Any) -> None:
    index.add(np.arange(3), unit_rows(3))
    with pytest.raises(UnknownIds, match="77"):
        index.vectors(np.array([1, 77]))


def test_what_the_caller_does_to_its_arrays_afterwards_changes_nothing(index: Any) -> None:
    ids, rows = np.arange(20), unit_rows(20)
    kept = rows.copy()
    index.add(ids, rows)
    rows[:] = 0
    ids[:] = 5
    index.vectors(np.arange(20))[:] = 0
    assert_array_equal(index.vectors(np.arange(20)), kept)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([1, 2, 30], "30 is in the index"),
        ([1, 2, 1], "1 is given twice"),
        ([1, 2], "2 ids for 3 vectors"),
        ([1, 2, -3], "between 0"),
        ([1.0, 2.0, 3.0], "integers"),
        ([[1, 2, 3]], "flat array"),
        ([True, False, True], "integers"),
    ],
)
def test_unfit_ids_are_refused_and_nothing_is_added(
    index: Any, ids: list[Any], message: str
) -> None:
    index.add(np.array([30]), unit_rows(1))
    with pytest.raises(BadIds, match=message):
        index.add(np.array(ids), unit_rows(3, seed=1))
    assert len(index) == 1
    assert 1 not in index


def with_value(value: float) -> Rows:
    rows = unit_rows(3)
    rows[1, 2] = value
    return rows


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (unit_rows(3).astype(np.float16), "float32, not float16"),
        (unit_rows(3).astype(np.float64), "float32, not float64"),
        (np.eye(3, DIM, dtype=np.int64), "float32, not int64"),
        (unit_rows(3, dim=DIM + 1), "shape"),
        (unit_rows(3)[0], "shape"),
        (unit_rows(3)[None], "shape"),
        (with_value(np.nan), "row 1 .* not finite"),
        (with_value(np.inf), "row 1 .* not finite"),
        (2 * unit_rows(3), "row 0 has norm 2"),
    ],
)
def test_unfit_vectors_are_refused_in_adding_and_in_searching(
    index: Any, vectors: NDArray[Any], message: str
) -> None:
    index.add(np.array([30]), unit_rows(1))
    with pytest.raises(BadVectors, match=message):
        index.add(np.arange(3), vectors)
    with pytest.raises(BadVectors, match=message):
        index.search(vectors, 3)
    assert len(index) == 1


def test_rows_in_any_memory_order_are_taken_by_value(index: Any) -> None:
    rows = unit_rows(40)
    index.add(np.arange(40), np.asfortranarray(rows))
    assert_array_equal(index.vectors(np.arange(40)), rows)
    (hits,) = index.search(rows[::2][3:4], 1)
    assert hits.ids.tolist() == [6]


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_fewer_than_one_hit_is_refused(index: Any, k: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        index.search(unit_rows(1), k)


@pytest.mark.parametrize("exclude", [np.array([1, 2, 3]), np.array([[1]]), np.array([0.5])])
def test_an_unfit_exclusion_is_refused(index: Any, exclude: NDArray[Any]) -> None:
    with pytest.raises(BadIds, match="exclude"):
        index.search(unit_rows(1), 3, exclude=exclude)


@pytest.mark.parametrize("threshold", [0.0, -0.5, 1.01, float("nan")])
def test_a_threshold_outside_of_zero_to_one_is_refused(index: Any, threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        index.pairs_above(threshold)


def test_a_cap_below_one_is_refused(index: Any) -> None:
    with pytest.raises(ValueError, match="at least one"):
        index.pairs_above(0.5, per_row=0)


@pytest.mark.parametrize("threshold", [0.2, 0.6, 0.95])
def test_pairs_above_a_threshold_are_those_of_the_oracle(index: Any, threshold: float) -> None:
    ids, rows = some_ids(240), family_rows(30, 8, noise=0.1)
    index.add(ids, rows)
    pairs = index.pairs_above(threshold)
    assert triples(pairs) == expected_pairs(ids, rows, threshold)[0]
    assert pairs.crowded.tolist() == []


@pytest.mark.parametrize("per_row", [1, 3, 10, 500])
@pytest.mark.parametrize("noise", [0.0, 1e-7, 0.02])
def test_a_cap_keeps_the_best_of_each_row_and_names_the_crowded_ones(
    index: Any, per_row: int, noise: float
) -> None:
    ids = some_ids(260)
    rows = np.concatenate([family_rows(4, 60, noise), unit_rows(20, seed=2)])
    index.add(ids, rows)
    pairs = index.pairs_above(0.7, per_row=per_row)
    listed, crowded = expected_pairs(ids, rows, 0.7, per_row)
    assert triples(pairs) == listed
    assert pairs.crowded.tolist() == crowded


def test_progress_rises_to_one(index: Any) -> None:
    index.add(np.arange(100), unit_rows(100))
    told: list[float] = []
    index.pairs_above(0.5, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
