"""Common phrases weigh little, unseen ones 1; the table survives a file and learns an archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dedup.scoring.background import Background, vocabulary
from dedup.scoring.words import Floats, coded

STOCK = [f"nâng cao năng suất máy số {i}" for i in range(40)]


def weights(background: Background, text: str) -> Floats:
    return background.weights(vocabulary(coded([text.split()])).codes)


def test_a_phrase_of_every_text_weighs_next_to_nothing_and_an_unseen_one_weighs_one() -> None:
    background = Background.empty().learned(STOCK)
    common, unseen = weights(background, "nâng cao"), weights(background, "bơm nước")
    assert common.max() <= 0.01
    assert unseen.tolist() == [1.0, 1.0, 1.0]


def test_weights_fall_as_a_phrase_becomes_more_common() -> None:
    some = Background.empty().learned(STOCK + ["bơm nước"] * 5)
    many = Background.empty().learned(STOCK + ["bơm nước"] * 30)
    assert weights(many, "bơm").item() < weights(some, "bơm").item() < 1.0


def test_unaccented_forms_are_known_too() -> None:
    background = Background.empty().learned(STOCK)
    np.testing.assert_array_equal(
        weights(background, "nang cao nang suat"), weights(background, "nâng cao năng suất")
    )


def test_learning_in_two_steps_counts_as_learning_at_once() -> None:
    at_once = Background.empty().learned(STOCK)
    in_steps = Background.empty().learned(STOCK[:20]).learned(STOCK[20:])
    np.testing.assert_array_equal(at_once.codes, in_steps.codes)
    np.testing.assert_array_equal(at_once.texts, in_steps.texts)
    assert at_once.total == in_steps.total == 40


def test_a_saved_table_gives_the_same_weights(tmp_path: Path) -> None:
    background = Background.empty().learned(STOCK)
    background.save(tmp_path / "background.npy")
    again = Background.load(tmp_path / "background.npy")
    text = "nâng cao năng suất bơm nước máy"
    np.testing.assert_array_equal(weights(again, text), weights(background, text))


def test_without_a_table_every_word_weighs_one() -> None:
    assert weights(Background.empty(), "nâng cao").tolist() == [1.0, 1.0, 1.0]
