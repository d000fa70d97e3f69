"""Wilson's interval against its published values, and where nothing is known."""

from __future__ import annotations

import math

import pytest

from dedup.scoring.shares import Share


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe, Statistics in Medicine 17 (1998), table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(
    hits: int, of: int, low: float, high: float
) -> None:
    share = Share(hits, of)

    assert share.value == hits / of
    assert (share.low, share.high) == pytest.approx((low, high), abs=6e-5)


def test_of_no_cases_nothing_is_known() -> None:
    nothing = Share(0, 0)

    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "of"), [(-1, 3), (4, 3)])
def test_more_hits_than_cases_are_refused(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        Share(hits, of)
