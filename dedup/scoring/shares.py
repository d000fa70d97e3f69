"""A share seen in a sample, with the interval that it may lie in: Wilson's, at 95 %.

Wilson's score interval (1927) holds its promise where the usual one fails: few cases, and shares
near 0 or 1, which is where precision and misses lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # the normal quantile of 97.5 %


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of`` cases; nothing is known of no cases: NaN within [0, 1]."""

    hits: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.of:
            raise ValueError(f"no share: {self.hits} of {self.of}")

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else float("nan")

    @property
    def low(self) -> float:
        middle, half = self._interval()
        return max(0.0, middle - half) if self.hits else 0.0

    @property
    def high(self) -> float:
        middle, half = self._interval()
        return min(1.0, middle + half) if self.hits < self.of else 1.0

    def _interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.5, 0.5
        share, n = self.hits / self.of, self.of
        scale = 1 + Z * Z / n
        middle = (share + Z * Z / (2 * n)) / scale
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / scale
        return middle, half
