"""Any sequence of additions and removals leaves every index answering like a plain dictionary."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import FlatIndex, IvfIndex

# Few distinct rows in few dimensions: ties, equal rows and zero rows come up all the time.
ROWS = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0], [-1, 0, 0], [0.6, 0, -0.8]],
    np.float32,
)

additions = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=12)
removals = st.lists(st.integers(0, 35), max_size=8)
changes = st.lists(st.tuples(additions, removals), max_size=6)


def small_lists() -> IvfIndex:
    index = IvfIndex(3, nlist=2, nprobe=2, join_nprobe=2)
    index.add(np.arange(84), np.tile(ROWS, (12, 1)))
    index.remove(np.arange(84))
    return index


def flat() -> FlatIndex:
    return FlatIndex(3)


def change(index: Any, plain: dict[int, NDArray[np.float32]], step: Any) -> None:
    added, removed = step
    new = {id: ROWS[row] for id, row in added if id not in plain}
    if new:
        index.add(np.array(list(new)), np.stack(list(new.values())))
    plain |= new
    gone = set(removed) & set(plain)
    assert index.remove(np.array(removed, np.int64)) == len(gone)
    for id in gone:
        del plain[id]


@pytest.mark.parametrize("make", [flat, small_lists])
@settings(deadline=None, max_examples=60)
@given(steps=changes, query=st.integers(0, 6), k=st.integers(1, 12), hidden=st.integers(-1, 30))
def test_search_ranks_by_similarity_and_then_by_id(
    make: Any, steps: Any, query: int, k: int, hidden: int
) -> None:
    index = make()
    plain: dict[int, NDArray[np.float32]] = {}
    for step in steps:
        change(index, plain, step)
    ranked = sorted(
        (-float(np.float32(row.astype(float) @ ROWS[query].astype(float))), id)
        for id, row in plain.items()
        if id != hidden
    )[:k]
    (hits,) = index.search(ROWS[query][None], k, exclude=np.array([hidden]))
    assert hits.ids.tolist() == [id for _, id in ranked]
    assert hits.similarities.tolist() == [-negated for negated, _ in ranked]


@pytest.mark.parametrize("make", [flat, small_lists])
@settings(deadline=None, max_examples=60)
@given(steps=changes, per_row=st.none() | st.integers(1, 4))
def test_a_capped_join_lists_exactly_what_an_end_lists(
    make: Any, steps: Any, per_row: int | None
) -> None:
    index = make()
    plain: dict[int, NDArray[np.float32]] = {}
    for step in steps:
        change(index, plain, step)
    expected, crowded = set(), []
    for one in sorted(plain):
        partners = sorted(
            (-float(plain[one].astype(float) @ plain[two].astype(float)), two)
            for two in plain
            if two != one
        )
        partners = [hit for hit in partners if -hit[0] >= np.float32(0.5)]
        expected |= {(min(one, two), max(one, two)) for _, two in partners[:per_row]}
        crowded += [one] if per_row is not None and len(partners) > per_row else []
    pairs = index.pairs_above(0.5, per_row=per_row)
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == sorted(expected)
    assert pairs.crowded.tolist() == crowded
