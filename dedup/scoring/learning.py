"""Learning from verdicts: how much each curve of the score weighs, and where the whole stands. Pure.

The curves keep their shape and never fall; a ridge holds what is learned to the shipped score, so
that few verdicts change little. How firmly is chosen on held-out verdicts: of the methods that do as
well as the best within one standard error (Breiman et al., 1984), the one that changes least. Pairs
that hang together, as those of one template do, are held out together and weigh no more than a few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dedup.scoring.curves import Additive, Curve, Model, probability
from dedup.scoring.evaluation import brier, expected_calibration_error
from dedup.scoring.features import NAMES
from dedup.scoring.scorer import CERTAIN
from dedup.scoring.shares import Share

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

FOLDS = 5
# One template or one reloaded file can bring hundreds of verdicts of one kind: together they weigh as
# much as this many pairs.
GROUP_WEIGHT = 20
# Below this many pairs of each side, or groups, held-out figures say nothing.
LEAST_OF_EACH, LEAST_GROUPS = 20, 2 * FOLDS
# The whole may be stretched by about half and moved by about one in log-odds before it costs.
_WHOLE = 2.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """Judged pairs: features (m, len(NAMES)) with the second look, labels, groups, weights (m,)."""

    x: NDArray[np.float32]
    y: Flags
    groups: Numbers
    weights: Floats

    @classmethod
    def of(cls, x: NDArray[np.float32], y: Flags, groups: Numbers) -> Lessons:
        _, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
        return cls(x, y, groups, np.minimum(1.0, GROUP_WEIGHT / sizes[place]))

    def __len__(self) -> int:
        return len(self.y)

    def where(self, mask: Flags) -> Lessons:
        return Lessons(self.x[mask], self.y[mask], self.groups[mask], self.weights[mask])

    @property
    def enough(self) -> bool:
        """Whether there is enough of both sides, in enough groups, to hold some out."""
        sides = int(self.y.sum()), int((~self.y).sum())
        return min(sides) >= LEAST_OF_EACH and len(np.unique(self.groups)) >= LEAST_GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How a score did on verdicts it had not seen."""

    log_loss: float
    brier: float
    calibration_error: float
    likely: Share  # duplicates among the pairs at or above LIKELY
    possible: Share
    found: Share  # of the duplicates, those at or above POSSIBLE

    def as_calibrated_as(self, other: Measured) -> bool:
        return self.brier <= other.brier and self.calibration_error <= other.calibration_error


@dataclass(frozen=True, slots=True)
class Learned:
    """The model of all lessons, by the method chosen, and its log-odds on pairs held out."""

    model: Model
    method: str
    held_out: Floats


def learn(shipped: Model, lessons: Lessons) -> Learned:
    """The shipped model re-weighed by the method that held-out verdicts speak for."""
    held_out = {name: held_out_log_odds(shipped, lessons, name) for name in METHODS}
    loss = {name: _losses(values, lessons.y) for name, values in held_out.items()}
    mean = {name: float(np.average(loss[name], weights=lessons.weights)) for name in METHODS}
    best = min(METHODS, key=lambda name: mean[name])
    chosen = next(
        name
        for name in METHODS
        if mean[name] - mean[best] <= _standard_error(loss[name] - loss[best], lessons)
    )
    return Learned(METHODS[chosen](shipped, lessons), chosen, held_out[chosen])


def held_out_log_odds(
    shipped: Model, lessons: Lessons, method: str, *, seen: Flags | None = None
) -> Floats:
    """Log-odds (m,) of each pair from a model that has not learned from its group.

    ``seen``: the lessons there were to learn from; all unless told.
    """
    out = np.empty(len(lessons))
    fold = _folds(lessons.groups)
    for number in range(FOLDS):
        here = fold == number
        taught = lessons.where(~here if seen is None else ~here & seen)
        out[here] = log_odds(METHODS[method](shipped, taught), lessons.x[here])
    return out


def log_odds(model: Model, x: NDArray[np.float32]) -> Floats:
    """Log-odds (m,) as the scorer gives them to pairs of texts that are not equal."""
    first = _sum(model.first, x)
    return (
        first if model.second is None else np.where(_doubted(first), _sum(model.second, x), first)
    )


def measured(log_odds: Floats, y: Flags, *, possible: float, likely: float) -> Measured:
    """Figures of log-odds (m,) of pairs labelled y, at the thresholds of two bands."""
    chance = probability(log_odds.astype(np.float32)).astype(np.float64)
    return Measured(
        log_loss=float(_losses(log_odds, y).mean()),
        brier=brier(y, chance),
        calibration_error=expected_calibration_error(y, chance),
        likely=_share(y[chance >= likely]),
        possible=_share(y[chance >= possible]),
        found=_share(chance[y] >= possible),
    )


def hanging_together(left: Numbers, right: Numbers) -> Numbers:
    """A number (m,) for each pair: that of the chain of pairs it stands in."""
    ids, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = place[: len(left)], place[len(left) :]
    links = coo_array((np.ones(len(left), dtype=np.int8), (one, other)), shape=(len(ids),) * 2)
    return np.asarray(connected_components(links, directed=False)[1][one], dtype=np.int64)


def doubtful(log_odds: Floats, y: Flags, *, surprise: float = 0.05) -> Numbers:
    """Rows whose label held-out pairs speak most against, worst first: suspected slips."""
    chance = probability(log_odds.astype(np.float32))
    of_label = np.where(y, chance, 1 - chance)
    order = np.argsort(of_label, kind="stable")
    return np.asarray(order[of_label[order] < surprise], dtype=np.int64)


def _kept(shipped: Model, lessons: Lessons) -> Model:
    return shipped


def _reweighed(shipped: Model, lessons: Lessons, *, ridge: float) -> Model:
    """The look that decides; a first one before it stays: it says which pairs are worth another."""
    if shipped.second is None:
        return Model(_look(shipped.first, lessons, ridge))
    decided = lessons.where(_doubted(_sum(shipped.first, lessons.x)))
    return Model(shipped.first, _look(shipped.second, decided, ridge))


def _doubted(first: Floats) -> Flags:
    """Pairs that the first look's log-odds leave to the second."""
    return np.asarray(probability(first.astype(np.float32)) < CERTAIN)


# From the least change to the most; the number is what a curve's own weight costs beyond the whole's.
METHODS: Mapping[str, Callable[[Model, Lessons], Model]] = {
    "kept": _kept,
    "recalibrated": partial(_reweighed, ridge=inf),
    "reweighed-30": partial(_reweighed, ridge=30.0),
    "reweighed-3": partial(_reweighed, ridge=3.0),
}


def _look(look: Additive, lessons: Lessons, ridge: float) -> Additive:
    parts = look.contributions(lessons.x, NAMES).astype(np.float64)
    count = len(look.curves)
    if ridge == inf:  # all curves alike: the score as a whole is stretched and moved
        total = parts.sum(axis=1) + look.constant
        shift, scale = _solved(np.column_stack([np.ones(len(total)), total]), _whole(), lessons)
        factors = np.full(count, scale)
    else:
        rows = np.ones((len(parts), 2)) * (1.0, look.constant)
        solved = _solved(np.column_stack([rows, parts]), _each(count, ridge), lessons)
        shift, scale, factors = solved[0], solved[1], solved[2:]
    curves = zip(look.curves, factors, strict=True)
    constant = round(float(shift + scale * look.constant), 4)
    return Additive(look.version, constant, tuple(_scaled(c, f) for c, f in curves))


def _whole() -> Floats:
    """What it costs to move the whole and to stretch it."""
    return _WHOLE * np.eye(2)


def _each(count: int, ridge: float) -> Floats:
    """The same, and for each curve's factor to part from the whole's scale."""
    costs = np.zeros((count + 2, count + 2))
    costs[:2, :2] = _whole()
    costs[1, 1] += ridge * count
    costs[1, 2:] = costs[2:, 1] = -ridge
    costs[2:, 2:] = ridge * np.eye(count)
    return costs


def _solved(design: Floats, costs: Floats, lessons: Lessons) -> Floats:
    """The shift, and factors none below 0, of the logistic fit held to (0, 1, 1, ...)."""
    from scipy.optimize import minimize  # a third of a second that no start should pay

    y, weights = lessons.y, lessons.weights
    start = np.ones(design.shape[1])
    start[0] = 0.0

    def cost(values: Floats) -> tuple[float, Floats]:
        z, moved = design @ values, costs @ (values - start)
        slope = weights * (_logistic(z) - y)
        loss = weights @ _losses(z, y) + (values - start) @ moved / 2
        return float(loss), design.T @ slope + moved

    bounds = [(None, None)] + [(0.0, None)] * (len(start) - 1)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)


def _scaled(curve: Curve, factor: float) -> Curve:
    values = tuple(round(value * factor, 4) for value in curve.value)
    return Curve(curve.feature, curve.at, values, round(curve.missing * factor, 4))


def _sum(look: Additive, x: NDArray[np.float32]) -> Floats:
    parts: Floats = look.contributions(x, NAMES).astype(np.float64)
    return np.asarray(look.constant + parts.sum(axis=1))


def _folds(groups: Numbers) -> Numbers:
    """The fold (m,) of each pair: whole groups, largest first, to the fold that has fewest."""
    _, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    fold, filled = np.empty(len(sizes), dtype=np.int64), np.zeros(FOLDS)
    for group in np.argsort(-sizes, kind="stable"):
        fold[group] = filled.argmin()
        filled[fold[group]] += sizes[group]
    return np.asarray(fold[place])


def _losses(log_odds: Floats, y: Flags) -> Floats:
    return np.asarray(np.logaddexp(0, np.where(y, -log_odds, log_odds)))


def _logistic(z: Floats) -> Floats:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))


def _standard_error(differences: Floats, lessons: Lessons) -> float:
    """Of the weighted mean difference, groups being what is drawn at random."""
    place = np.unique(lessons.groups, return_inverse=True)[1]
    weights = lessons.weights
    mean = np.average(differences, weights=weights)
    by_group = np.bincount(place, weights * (differences - mean))
    return float(np.sqrt((by_group**2).sum()) / weights.sum())


def _share(flags: Flags) -> Share:
    return Share(int(flags.sum()), len(flags))
