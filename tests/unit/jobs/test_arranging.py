"""Pairs in batches that touch few records."""

from __future__ import annotations

import numpy as np

from dedup.jobs.arranging import side_by_side


def test_the_pairs_of_one_group_come_one_after_the_other() -> None:
    rng = np.random.default_rng(3)
    numbers = rng.permutation(4 * 500) + 1  # groups of four records with numbers all over
    groups = numbers.reshape(500, 4)
    left, right = (groups[:, ends].ravel() for ends in ([0, 0, 1, 2], [1, 2, 3, 3]))
    mixed = rng.permutation(len(left))
    left, right = left[mixed], right[mixed]

    order = side_by_side(left, right)

    assert sorted(order) == list(range(len(left)))
    for batch in np.split(order, 20):
        assert len(np.union1d(left[batch], right[batch])) == len(batch)


def test_no_pairs_have_no_order() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert len(side_by_side(nothing, nothing)) == 0
