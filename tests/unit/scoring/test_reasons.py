"""Contributions find their codes, and none of them changes its size."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.scoring.features import NAMES
from dedup.scoring.reasons import CODES, booked


def one(
    contributions: dict[str, float], *, words: float = 60, same_title: bool = False, **x: float
) -> dict[str, float]:
    row = np.zeros((1, len(NAMES)), dtype=np.float32)
    for name, value in x.items():
        row[0, NAMES.index(name)] = value
    weights = booked(
        np.array([list(contributions.values())], dtype=np.float32),
        tuple(contributions),
        -1.5,
        x=row,
        words=np.array([words], dtype=np.float32),
        same_title=np.array([same_title]),
    )
    assert weights.sum() == pytest.approx(-1.5 + sum(contributions.values()), abs=1e-5)
    return {code: round(float(w), 4) for code, w in zip(CODES, weights[0], strict=True) if w != 0}


def test_likeness_of_titles_is_r2_or_r1_where_they_are_equal() -> None:
    assert one({"title_words": 1.0, "title_cover": 0.5}) == {"PRIOR": -1.5, "R2": 1.5}
    assert one({"title_words": 1.0}, same_title=True) == {"PRIOR": -1.5, "R1": 1.0}


def test_unlike_titles_are_another_object_only_within_one_template() -> None:
    assert one({"title_words": -1.0}) == {"PRIOR": -1.5, "R2": -1.0}
    assert one({"title_words": -1.0}, content_words=0.6) == {"PRIOR": -1.5, "C1": -1.0}


def test_figures_that_conflict_are_c2() -> None:
    assert one({"figures": -2.0}) == {"PRIOR": -1.5, "C2": -2.0}


def test_rests_that_mean_something_else_are_another_object() -> None:
    assert one({"rest_meaning": -1.0, "rest_found": 0.5}) == {
        "PRIOR": -1.5, "R4": 0.5, "C1": -1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "content", "code"),
    [(60, 0.1, "C3"), (60, float("nan"), "C6"), (5, 0.1, "C5")],
)
def test_little_that_is_distinctive_is_boilerplate_a_general_title_or_too_short(
    words: float, content: float, code: str
) -> None:
    found = one({"distinctive": -1.0}, words=words, content_words=content)
    assert found == {"PRIOR": -1.5, code: -1.0}


def test_meaning_containment_and_masked_likeness_keep_their_codes() -> None:
    parts = {"content_meaning": 0.5, "content_cover": 0.25, "masked": 1.0, "passages": 0.75}
    assert one(parts) == {"PRIOR": -1.5, "R3": 0.75, "R4": 0.5, "R10": 1.0, "R12": 0.25}
