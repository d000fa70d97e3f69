"""Coded words and weighed sets against plain Python sets."""

from __future__ import annotations

import numpy as np

from dedup.scoring.words import code, coded, grams, joined, sets

TEXTS = [["bơm", "nước", "bơm"], [], ["nước", "lò", "hơi", "nước"]]


def test_codes_stand_text_by_text_and_equal_words_have_equal_codes() -> None:
    found = coded(TEXTS)
    assert found.starts.tolist() == [0, 3, 3, 7]
    assert found.codes[[0, 2]].tolist() == [code("bơm")] * 2
    assert found.owners.tolist() == [0, 0, 0, 2, 2, 2, 2]


def test_grams_stay_within_their_text_and_know_the_order_of_words() -> None:
    pairs = grams(coded([["a", "b"], ["c"], ["b", "a", "b"]]), 2)
    assert pairs.lengths.tolist() == [1, 0, 2]
    assert pairs.codes[0] == pairs.codes[2] != pairs.codes[1]


def test_joined_codings_keep_each_text_together() -> None:
    both = joined([coded([["a"], ["b", "c"]]), coded([["x", "y"], []])])
    expected = [code("a"), code("x"), code("y"), code("b"), code("c")]
    assert both.codes.tolist() == expected
    assert both.starts.tolist() == [0, 3, 5]


def test_shared_weight_is_that_of_the_common_words() -> None:
    weights = {code("bơm"): 0.5, code("nước"): 0.25, code("lò"): 1.0, code("hơi"): 1.0}
    found = sets(
        coded(TEXTS), lambda codes: np.array([weights[int(c)] for c in codes], dtype=np.float32)
    )
    np.testing.assert_allclose(found.mass, [0.75, 0.0, 2.25])
    left, right = np.array([0, 0, 2]), np.array([2, 1, 2])
    np.testing.assert_allclose(found.shared(left, right), [0.25, 0.0, 2.25])


def test_marked_codes_are_kept_in_their_texts() -> None:
    found = coded(TEXTS)
    kept = found.where(found.codes == code("nước"))
    assert kept.lengths.tolist() == [1, 0, 2]
