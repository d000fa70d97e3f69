"""Fitting on data of known make: rising, calibrated, the same twice."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.scoring.curves import probability
from dedup.scoring.evaluation import expected_calibration_error, roc_auc
from dedup.scoring.model import fit

NAMES = ("likeness", "noise")


def sample(seed: int, count: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.random((count, 2)).astype(np.float32)
    y = rng.random(count) < 1 / (1 + np.exp(6 - 12 * x[:, 0]))
    x[rng.random(count) < 0.1, 1] = np.nan
    return x, y


def fitted(seed: int = 0):  # type: ignore[no-untyped-def]
    x, y = sample(1)
    groups = np.arange(len(y)) // 3
    return fit(x, y, names=NAMES, groups=groups, weights=np.ones(len(y)), version="toy", seed=seed)


@pytest.fixture(scope="module")
def model():  # type: ignore[no-untyped-def]
    return fitted()


def test_new_pairs_are_ranked_and_their_probabilities_hold(model) -> None:  # type: ignore[no-untyped-def]
    x, y = sample(2)
    chance = probability(model.constant + model.contributions(x, NAMES).sum(axis=1))
    best = probability((12 * x[:, 0] - 6).astype(np.float32))
    assert roc_auc(y, chance) > roc_auc(y, best) - 0.01
    assert expected_calibration_error(y, chance) < 0.04


def test_a_feature_that_tells_nothing_weighs_little(model) -> None:  # type: ignore[no-untyped-def]
    telling, idle = (max(c.value) - min(c.value) for c in model.curves)
    assert idle < telling / 10


def test_fitting_twice_gives_the_same_model(model) -> None:  # type: ignore[no-untyped-def]
    assert fitted() == model
