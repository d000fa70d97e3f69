"""Fitting the additive score: monotone boosted trees without interactions, read off as curves.

scikit-learn's histogram gradient boosting, with every feature's effect held to rise and no tree
splitting on two features, is a sum of one rising step function a feature (an explainable boosting
machine: Lou et al., KDD 2012). The steps are smoothed to piecewise linear curves, and the sum is
calibrated by Platt's logistic fit (1999) on held-out groups, which keeps it a sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from dedup.scoring.curves import Additive, Curve

Floats = NDArray[np.float64]

_FOLDS = 5
# Curves are read at this many quantiles of the feature: enough to follow a bend, few enough that a
# step between two training values does not become a cliff in use.
_KNOTS = 12
# Small and slow: the training pairs are some thousands and their kinds fewer, so that depth would
# learn the generator; 4 leaves and 500 trees did no better in grouped cross-validation.
_TREES = {
    "learning_rate": 0.06,
    "max_iter": 250,
    "max_leaf_nodes": 3,
    "min_samples_leaf": 40,
    "l2_regularization": 5.0,
    "early_stopping": False,
}


def fit(
    x: NDArray[np.float32],
    y: NDArray[np.bool_],
    *,
    names: tuple[str, ...],
    groups: NDArray[np.int64],
    weights: Floats,
    version: str,
    seed: int = 0,
) -> Additive:
    """A calibrated additive model of pairs x (m, len(names)) with labels y (m,).

    Pairs of one group (m,) are never on both sides of a held-out fold.
    """
    raw = _curves(x, y, names, weights, seed)
    held_out = held_out_log_odds(x, y, names=names, groups=groups, weights=weights, seed=seed)
    scale, shift = _platt(held_out, y, weights)
    curves = tuple(_scaled(curve, scale) for curve in raw.curves)
    return Additive(version, float(scale * raw.constant + shift), curves)


def held_out_log_odds(
    x: NDArray[np.float32],
    y: NDArray[np.bool_],
    *,
    names: tuple[str, ...],
    groups: NDArray[np.int64],
    weights: Floats,
    seed: int = 0,
) -> Floats:
    """Uncalibrated log-odds (m,) of each pair from the model that has not seen its group."""
    out = np.empty(len(y))
    for train, test in GroupKFold(_FOLDS, shuffle=True, random_state=seed).split(x, y, groups):
        model = _curves(x[train], y[train], names, weights[train], seed)
        out[test] = model.constant + model.contributions(x[test], names).sum(axis=1)
    return out


def _curves(
    x: NDArray[np.float32],
    y: NDArray[np.bool_],
    names: tuple[str, ...],
    weights: Floats,
    seed: int,
) -> Additive:
    trees = HistGradientBoostingClassifier(
        monotonic_cst=[1] * len(names),
        interaction_cst="no_interactions",
        random_state=seed,
        **_TREES,
    )
    trees.fit(x, y, sample_weight=weights)
    reference = np.nanmedian(x, axis=0)
    base = float(trees.decision_function(reference[None])[0])
    curves = [
        _curve(trees, x[:, j], weights, reference, j, name=name, base=base)
        for j, name in enumerate(names)
    ]
    # Smoothing has moved the curves a little: what the usual pair gets of each is the constant's.
    usual = [float(np.interp(reference[j], c.at, c.value)) for j, c in enumerate(curves)]
    shifted = tuple(_shifted(curve, by) for curve, by in zip(curves, usual, strict=True))
    return Additive("raw", base + sum(usual), shifted)


def _shifted(curve: Curve, by: float) -> Curve:
    return Curve(
        curve.feature, curve.at, tuple(value - by for value in curve.value), curve.missing - by
    )


def _curve(
    trees: HistGradientBoostingClassifier,
    values: NDArray[np.float32],
    weights: Floats,
    reference: NDArray[np.float32],
    column: int,
    *,
    name: str,
    base: float,
) -> Curve:
    """One feature's effect relative to its median, at the middle of bins of equal weight."""
    known = ~np.isnan(values)
    shares = np.linspace(0, 1, _KNOTS)
    at = np.unique(
        np.quantile(
            values[known].astype(np.float64),
            shares,
            weights=weights[known],
            method="inverted_cdf",
        ).round(4)
    )
    value = (
        np.maximum.accumulate(
            [float(np.mean(_effect(trees, near, reference, column))) for near in _around(at)]
        )
        - base
    )
    missing = float(_effect(trees, np.array([np.nan]), reference, column)[0]) - base
    return Curve(name, tuple(map(float, at)), tuple(map(float, value)), missing)


def _around(at: Floats) -> Sequence[Floats]:
    """For each knot, points from halfway to the one before to halfway to the one after."""
    edges = np.concatenate([at[:1], (at[1:] + at[:-1]) / 2, at[-1:]])
    return [np.linspace(edges[i], edges[i + 1], 9) for i in range(len(at))]


def _effect(
    trees: HistGradientBoostingClassifier,
    values: Floats,
    reference: NDArray[np.float32],
    column: int,
) -> Floats:
    rows = np.tile(reference, (len(values), 1))
    rows[:, column] = values
    return np.asarray(trees.decision_function(rows))


def _platt(log_odds: Floats, y: NDArray[np.bool_], weights: Floats) -> tuple[float, float]:
    line = LogisticRegression(C=1e6).fit(log_odds[:, None], y, sample_weight=weights)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _scaled(curve: Curve, scale: float) -> Curve:
    return Curve(
        curve.feature,
        curve.at,
        tuple(round(v * scale, 4) for v in curve.value),
        round(curve.missing * scale, 4),
    )
