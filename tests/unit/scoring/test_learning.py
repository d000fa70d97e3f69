"""What verdicts teach the score: as much as held-out verdicts bear out, and no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dedup.scoring import load_scorer
from dedup.scoring.curves import Model
from dedup.scoring.features import NAMES
from dedup.scoring.learning import (
    GROUP_WEIGHT,
    METHODS,
    Lessons,
    doubtful,
    hanging_together,
    held_out_log_odds,
    learn,
    log_odds,
    measured,
)

SHIPPED = load_scorer("sangkien-vi").model
BANDS = {"possible": 0.5, "likely": 0.8}


def pairs_like_those_reviewed(count: int, seed: int = 1) -> NDArray[np.float32]:
    """Features drawn between the knots of the curves, alike within a pair; half of them in doubt."""
    rng = np.random.default_rng(seed)
    alike = np.clip(rng.uniform(0.2, 1, (count, 1)) + rng.normal(0, 0.2, (count, len(NAMES))), 0, 1)
    x = np.full((count, len(NAMES)), np.nan, dtype=np.float32)
    for curve in (SHIPPED.second or SHIPPED.first).curves:
        j = NAMES.index(curve.feature)
        x[:, j] = np.interp(alike[:, j], np.linspace(0, 1, len(curve.at)), curve.at)
    return x


def answers(
    x: NDArray[np.float32], *, shift: float, scale: float, seed: int = 2
) -> NDArray[np.bool_]:
    """Labels as people would give them, were the score off by so much in log-odds."""
    chance = 1 / (1 + np.exp(-(shift + scale * log_odds(SHIPPED, x))))
    return np.random.default_rng(seed).random(len(x)) < chance


def lessons(x: NDArray[np.float32], y: NDArray[np.bool_]) -> Lessons:
    return Lessons.of(x, y, np.arange(len(y)))


def rising(model: Model) -> bool:
    looks = [model.first, *([model.second] if model.second else [])]
    return all((np.diff(curve.value) >= 0).all() for look in looks for curve in look.curves)


def test_a_score_that_verdicts_find_too_sure_is_learned_to_be_less_so() -> None:
    x = pairs_like_those_reviewed(800)
    fresh = pairs_like_those_reviewed(5_000, seed=3)
    truth = answers(fresh, shift=-1.5, scale=0.6, seed=4)

    learned = learn(SHIPPED, lessons(x, answers(x, shift=-1.5, scale=0.6)))

    before = measured(log_odds(SHIPPED, fresh), truth, **BANDS)
    after = measured(log_odds(learned.model, fresh), truth, **BANDS)
    assert learned.method != "kept"
    assert after.log_loss < before.log_loss
    assert after.calibration_error < before.calibration_error / 2
    assert after.as_calibrated_as(before)
    assert not before.as_calibrated_as(after)


def test_verdicts_that_bear_the_score_out_change_nothing() -> None:
    x = pairs_like_those_reviewed(300)

    learned = learn(SHIPPED, lessons(x, answers(x, shift=0.0, scale=1.0)))

    assert learned.method == "kept"
    assert learned.model == SHIPPED


def test_what_is_learned_never_falls_where_likeness_rises() -> None:
    x = pairs_like_those_reviewed(200)
    against = ~answers(x, shift=0.0, scale=1.0)

    for method in METHODS:
        assert rising(METHODS[method](SHIPPED, lessons(x, against)))


def test_the_log_odds_of_the_learned_model_are_those_it_was_fitted_to() -> None:
    x = pairs_like_those_reviewed(300)
    taught = lessons(x, answers(x, shift=-1.5, scale=0.6))

    shipped = SHIPPED.first
    learned = METHODS["recalibrated"](Model(shipped), taught).first

    parts = shipped.contributions(x, NAMES).sum(axis=1) + shipped.constant
    after = learned.contributions(x, NAMES).sum(axis=1) + learned.constant
    slope, shift = np.polyfit(parts, after, 1)
    np.testing.assert_allclose(after, slope * parts + shift, atol=0.02)
    assert slope < 1


def test_the_first_of_two_looks_stays_for_it_says_what_is_worth_another() -> None:
    x = pairs_like_those_reviewed(300)
    y = answers(x, shift=-1.5, scale=0.6)

    for method in METHODS:
        assert METHODS[method](SHIPPED, lessons(x, y)).first == SHIPPED.first


def test_a_pair_is_held_out_with_all_that_hang_together_with_it() -> None:
    x = np.repeat(pairs_like_those_reviewed(40), 2, axis=0)
    y = np.tile([True, False], 40)  # each twin labelled against the other
    apart = Lessons.of(x, y, np.arange(80))
    together = Lessons.of(x, y, np.repeat(np.arange(40), 2))

    twins = held_out_log_odds(SHIPPED, together, "reweighed-3").reshape(-1, 2)

    np.testing.assert_array_equal(twins[:, 0], twins[:, 1])
    assert not np.array_equal(
        held_out_log_odds(SHIPPED, apart, "reweighed-3").reshape(-1, 2), twins
    )


def test_verdicts_not_there_yet_are_not_learned_from() -> None:
    x = pairs_like_those_reviewed(100)
    taught = lessons(x, answers(x, shift=-1.5, scale=0.6))

    nothing = held_out_log_odds(
        SHIPPED, taught, "recalibrated", seen=np.zeros(len(taught), dtype=np.bool_)
    )

    np.testing.assert_allclose(nothing, log_odds(SHIPPED, x), atol=0.01)


def test_hundreds_of_verdicts_on_one_template_weigh_as_a_few() -> None:
    x = pairs_like_those_reviewed(300)
    groups = np.where(np.arange(300) < 200, 0, np.arange(300))

    taught = Lessons.of(x, answers(x, shift=0, scale=1), groups)

    assert taught.weights[:200].sum() == pytest.approx(GROUP_WEIGHT)
    assert (taught.weights[200:] == 1).all()


def test_a_score_is_not_learned_from_a_handful_or_from_one_side() -> None:
    x = pairs_like_those_reviewed(100)
    y = np.arange(100) < 50

    assert lessons(x, y).enough
    assert not lessons(x[:30], y[:30]).enough
    assert not lessons(x[:50], y[:50]).enough
    assert not Lessons.of(x, y, np.arange(100) % 3).enough


def test_pairs_linked_through_records_hang_together() -> None:
    left, right = np.array([1, 2, 7, 9]), np.array([2, 3, 8, 10])

    numbers = hanging_together(left, right)

    assert numbers[0] == numbers[1]
    assert len(set(numbers.tolist())) == 3


def test_a_verdict_against_all_others_is_suspected_first() -> None:
    x = pairs_like_those_reviewed(400)
    odds = log_odds(SHIPPED, x)
    y = odds > 0
    surest = int(odds.argmax())
    y[surest] = False

    found = doubtful(held_out_log_odds(SHIPPED, lessons(x, y), "recalibrated"), y)

    assert found[0] == surest


def test_a_model_of_one_look_is_learned_too() -> None:
    one_look = Model(SHIPPED.first)
    x = pairs_like_those_reviewed(300)
    y = np.random.default_rng(5).random(300) < 0.3

    assert learn(one_look, lessons(x, y)).model.second is None


def test_no_start_pays_for_scikit_learn() -> None:
    asked = "import sys, api.app, scripts.cli; sys.exit('sklearn' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", asked], check=False, cwd=Path(__file__).resolve().parents[3]
    )

    assert told.returncode == 0
