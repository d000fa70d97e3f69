"""The figures of ``evaluate`` against scikit-learn and values worked out by hand."""

import math

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    f1_score,
    precision_recall_curve,
    roc_auc_score,
)

from dedup.scoring.evaluation import (
    average_precision,
    best_f1,
    brier,
    evaluate,
    expected_calibration_error,
    kind_over_kind,
    precision_at_recall,
    reliability,
    roc_auc,
)


def sample(seed: int, *, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.random(400) < 0.3
    scores = np.clip(rng.normal(0.4 + 0.25 * labels, 0.2), 0, 1)
    return labels, np.round(scores, 1) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_figures_agree_with_scikit_learn(seed: int, ties: bool) -> None:
    labels, scores = sample(seed, ties=ties)
    precision, recall, _ = precision_recall_curve(labels, scores)
    assert average_precision(labels, scores) == pytest.approx(
        average_precision_score(labels, scores)
    )
    assert roc_auc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    assert brier(labels, scores) == pytest.approx(brier_score_loss(labels, scores))
    for wanted in (0.5, 0.85, 0.9, 1.0):
        assert precision_at_recall(labels, scores, recall=wanted) == pytest.approx(
            precision[recall >= wanted].max()
        )


@pytest.mark.parametrize("ties", [False, True])
def test_best_f1_is_the_f1_at_its_threshold_and_no_threshold_beats_it(ties: bool) -> None:
    labels, scores = sample(5, ties=ties)
    best, threshold = best_f1(labels, scores)
    assert best == pytest.approx(f1_score(labels, scores >= threshold))
    assert best == pytest.approx(max(f1_score(labels, scores >= t) for t in set(scores)))


def test_calibration_error_is_the_weighted_gap_of_each_bin() -> None:
    labels = [True, True, False, False, True]
    scores = [0.95, 0.95, 0.95, 0.15, 0.15]
    # bin [0.9, 1]: 3 pairs, stated 0.95, seen 2/3; bin [0.1, 0.2): 2 pairs, stated 0.15, seen 1/2
    assert expected_calibration_error(labels, scores) == pytest.approx(
        (3 * abs(0.95 - 2 / 3) + 2 * abs(0.15 - 0.5)) / 5
    )
    assert [(row.pairs, row.seen) for row in reliability(labels, scores)] == [
        (2, 0.5),
        (3, pytest.approx(2 / 3)),
    ]


def test_a_probability_of_one_falls_into_the_last_bin() -> None:
    assert expected_calibration_error([True, False], [1.0, 1.0]) == pytest.approx(0.5)


def test_each_duplicate_kind_is_compared_with_each_lookalike_kind() -> None:
    labels = [True, True, True, False, False, False]
    kinds = ["para", "copy", "para", "neg1", "neg1", "neg5"]
    scores = [0.6, 0.9, 0.2, 0.3, 0.1, 0.6]
    assert kind_over_kind(labels, scores, kinds=kinds) == {
        "copy": {"neg1": 1.0, "neg5": 1.0},
        "para": {"neg1": 0.75, "neg5": 0.25},
    }


def test_order_of_tied_pairs_changes_no_figure() -> None:
    labels, scores = sample(7, ties=True)
    shuffled = np.random.default_rng(0).permutation(len(labels))
    assert evaluate(labels, scores) == evaluate(labels[shuffled], scores[shuffled])


def test_figures_that_need_both_classes_are_not_a_number_without_them() -> None:
    figures = evaluate([False, False], [0.1, 0.2])
    assert math.isnan(figures.average_precision)
    assert math.isnan(figures.roc_auc)
    assert math.isnan(figures.best_f1)
    assert figures.brier == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("labels", "scores"), [([True], [0.1, 0.2]), ([True, False], [0.5, float("nan")])]
)
def test_unequal_lengths_and_missing_scores_are_refused(
    labels: list[bool], scores: list[float]
) -> None:
    with pytest.raises(ValueError, match="scores"):
        evaluate(labels, scores)
