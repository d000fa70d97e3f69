"""An additive score: log-odds are a constant plus one curve a feature, read from plain JSON.

Each curve is piecewise linear and never falls, so more likeness never means a lower score; the
contributions of the curves are the evidence and add up to the log-odds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Curve:
    """Value at rising positions ``at``, linear between and constant beyond; ``missing`` for NaN."""

    feature: str
    at: tuple[float, ...]
    value: tuple[float, ...]
    missing: float = 0.0

    def __post_init__(self) -> None:
        if len(self.at) != len(self.value) or not self.at:
            raise ValueError(f"curve of {self.feature}: positions and values differ in number")
        if any(np.diff(self.at) <= 0) or any(np.diff(self.value) < 0):
            raise ValueError(f"curve of {self.feature}: must rise")

    def __call__(self, x: Floats) -> Floats:
        y = np.interp(x, self.at, self.value)
        return np.where(np.isnan(x), self.missing, y).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Additive:
    """The model of one family of embedders."""

    version: str
    constant: float
    curves: tuple[Curve, ...]

    def contributions(self, x: Floats, names: tuple[str, ...]) -> Floats:
        """Log-odds (m, len(curves)) that each curve adds; columns of ``x`` are ``names``."""
        parts = [curve(x[:, names.index(curve.feature)]) for curve in self.curves]
        return np.column_stack(parts).astype(np.float32)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        curves = tuple(
            Curve(c["feature"], tuple(c["at"]), tuple(c["value"]), c["missing"])
            for c in plain["curves"]
        )
        return cls(plain["version"], float(plain["constant"]), curves)


@dataclass(frozen=True, slots=True)
class Model:
    """A first look at every pair, and where it is in doubt a second with dearer features."""

    first: Additive
    second: Additive | None = None

    @property
    def version(self) -> str:
        return self.first.version

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        second = plain.get("second")
        return cls(Additive.from_json(plain["first"]), second and Additive.from_json(second))


def load(path: Path, *, model_id: str) -> Model:
    """The model fitted for the family of ``model_id`` (longest prefix), or the neutral default."""
    families = json.loads(path.read_text("utf-8"))
    fitting = [name for name in families if name != "default" and model_id.startswith(name)]
    return Model.from_json(families[max(fitting, key=len, default="default")])


def probability(log_odds: Floats) -> Floats:
    """The logistic function, float32 within [0, 1], free of overflow."""
    small = np.exp(-np.abs(log_odds.astype(np.float64)))
    return np.where(log_odds >= 0, 1 / (1 + small), small / (1 + small)).astype(np.float32)
