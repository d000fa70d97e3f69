"""Figures of merit of a score: pure functions of labels, scores, and kinds of pairs.

Tied scores are one step: no figure depends on the order of the pairs. A figure that needs both
classes is NaN where one is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RECALLS = (0.85, 0.9)  # the recalls at which the contract asks for the precision
CALIBRATION_BINS = 10  # equal widths; the usual choice (Naeini et al., AAAI 2015)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What ``evaluate`` prints. ``kind_over_kind[d][n]`` is the AUC of duplicate kind d over n."""

    pairs: int
    positives: int
    average_precision: float
    roc_auc: float
    best_f1: float
    best_f1_threshold: float
    precision_at_recall: Mapping[float, float]
    expected_calibration_error: float
    brier: float
    kind_over_kind: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def evaluate(
    labels: ArrayLike, scores: ArrayLike, *, kinds: Sequence[str] | None = None
) -> Figures:
    """All figures of m pairs: labels bool (m,), scores (m,) in [0, 1], kinds of the pairs (m,).

    Raises ValueError for lengths that differ or scores that are not finite.
    """
    truth, values = _checked(labels, scores)
    f1, threshold = best_f1(truth, values)
    return Figures(
        pairs=len(truth),
        positives=int(truth.sum()),
        average_precision=average_precision(truth, values),
        roc_auc=roc_auc(truth, values),
        best_f1=f1,
        best_f1_threshold=threshold,
        precision_at_recall={r: precision_at_recall(truth, values, recall=r) for r in RECALLS},
        expected_calibration_error=expected_calibration_error(truth, values),
        brier=brier(truth, values),
        kind_over_kind={} if kinds is None else kind_over_kind(truth, values, kinds=kinds),
    )


def average_precision(labels: ArrayLike, scores: ArrayLike) -> float:
    """Sum over thresholds of precision times the gain in recall (no interpolation)."""
    truth, values = _checked(labels, scores)
    if not truth.any():
        return float("nan")
    curve = _curve(truth, values)
    return float(np.sum(np.diff(curve.recall, prepend=0.0) * curve.precision))


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Chance that a positive scores above a negative, ties counted half (Mann–Whitney)."""
    truth, values = _checked(labels, scores)
    return _auc(values[truth], values[~truth])


def best_f1(labels: ArrayLike, scores: ArrayLike) -> tuple[float, float]:
    """The highest F1 of any threshold, and the highest threshold (score >= it) that reaches it."""
    truth, values = _checked(labels, scores)
    if not truth.any():
        return float("nan"), float("nan")
    curve = _curve(truth, values)
    total = curve.precision + curve.recall
    f1 = np.divide(
        2 * curve.precision * curve.recall, total, out=np.zeros_like(total), where=total > 0
    )
    best = int(f1.argmax())
    return float(f1[best]), float(curve.threshold[best])


def precision_at_recall(labels: ArrayLike, scores: ArrayLike, *, recall: float) -> float:
    """The best precision of any threshold whose recall is at least ``recall``."""
    truth, values = _checked(labels, scores)
    if not truth.any():
        return float("nan")
    curve = _curve(truth, values)
    reached = curve.recall >= recall - 1e-12
    return float(curve.precision[reached].max())


def expected_calibration_error(
    labels: ArrayLike, scores: ArrayLike, *, bins: int = CALIBRATION_BINS
) -> float:
    """Mean distance of stated from seen probability, weighted by bin; bins of equal width."""
    rows = reliability(labels, scores, bins=bins)
    total = sum(row.pairs for row in rows)
    return sum(row.pairs * abs(row.stated - row.seen) for row in rows) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bin of the reliability curve: pairs in it, mean stated and seen share of positives."""

    pairs: int
    stated: float
    seen: float


def reliability(
    labels: ArrayLike, scores: ArrayLike, *, bins: int = CALIBRATION_BINS
) -> list[ReliabilityBin]:
    """The reliability curve over equal widths of [0, 1], empty bins left out."""
    truth, values = _checked(labels, scores)
    number = np.minimum((values * bins).astype(np.intp), bins - 1)
    return [
        ReliabilityBin(int(here.sum()), float(values[here].mean()), float(truth[here].mean()))
        for here in (number == b for b in range(bins))
        if here.any()
    ]


def brier(labels: ArrayLike, scores: ArrayLike) -> float:
    """Mean squared distance of the stated probability from what was so (Brier 1950)."""
    truth, values = _checked(labels, scores)
    return float(np.mean((values - truth) ** 2)) if len(truth) else float("nan")


def kind_over_kind(
    labels: ArrayLike, scores: ArrayLike, *, kinds: Sequence[str]
) -> dict[str, dict[str, float]]:
    """AUC of the pairs of each duplicate kind over those of each look-alike kind."""
    truth, values = _checked(labels, scores)
    names = np.asarray(kinds, dtype=object)
    if len(names) != len(truth):
        raise ValueError("kinds and labels differ in length")
    return {
        one: {
            other: _auc(values[truth & (names == one)], values[~truth & (names == other)])
            for other in sorted(set(names[~truth]))
        }
        for one in sorted(set(names[truth]))
    }


@dataclass(frozen=True, slots=True)
class _Curve:
    precision: Floats
    recall: Floats
    threshold: Floats


def _curve(truth: Flags, values: Floats) -> _Curve:
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    last_of_tie = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.cumsum(truth[order])[last_of_tie]
    return _Curve(hits / (last_of_tie + 1), hits / truth.sum(), ranked[last_of_tie])


def _auc(above: Floats, below: Floats) -> float:
    if not len(above) or not len(below):
        return float("nan")
    ranked = np.sort(below)
    lower = np.searchsorted(ranked, above, side="left")
    level = np.searchsorted(ranked, above, side="right") - lower
    return float(np.mean((lower + 0.5 * level) / len(ranked)))


def _checked(labels: ArrayLike, scores: ArrayLike) -> tuple[Flags, Floats]:
    truth, values = np.asarray(labels, dtype=bool), np.asarray(scores, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != values.shape:
        raise ValueError("labels and scores must be of one length")
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite numbers")
    return truth, values
