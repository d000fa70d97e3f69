"""Precision and misses from verdicts: what the bounds promise, and what is said of nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dedup.scoring.bands import (
    AtThreshold,
    Estimate,
    Stratum,
    Verdicts,
    at_threshold,
    falls,
    largest_family,
)
from dedup.scoring.shares import Share

POSSIBLE = 0.25


def verdicts(*scored: tuple[float, bool]) -> Verdicts:
    return Verdicts(np.array([s for s, _ in scored]), np.array([y for _, y in scored], bool))


def asked(threshold: float, *strata: Stratum) -> AtThreshold:
    """Of 100 flagged pairs at 0.9 people judged 10, all duplicates; of 200 at 0.4 likewise, 2 were."""
    return at_threshold(
        threshold,
        flagged=np.array([0.9] * 100 + [0.4] * 200),
        verdicts=verdicts(*[(0.9, True)] * 10, *[(0.4, i < 2) for i in range(10)]),
        strata=strata,
        possible=POSSIBLE,
    )


def test_precision_is_wilsons_share_of_the_verdicts_from_the_threshold_on() -> None:
    row = asked(0.65)

    assert (row.flagged, row.judged) == (100, 10)
    assert row.precision.value == 1.0
    assert row.precision.low == pytest.approx(Share(10, 10).low)
    assert asked(0.3).precision == Estimate.of(Share(12, 20))


def test_without_an_audit_no_recall_is_stated_but_its_upper_bound() -> None:
    row = asked(0.65)

    assert math.isnan(row.recall.value)
    assert row.recall.low == 0
    assert 0.5 < row.recall.high < 1


def test_an_audit_tells_what_is_missed() -> None:
    stratum = Stratum(0.0, POSSIBLE, (500, 500), Share(1, 50))

    row = asked(0.65, stratum)

    # 100 found; 0.2 * 200 flagged below the threshold and 0.02 * 1000 not flagged at all
    assert row.recall.value == pytest.approx(100 / (100 + 40 + 20))
    assert row.recall.low < row.recall.value < row.recall.high
    assert asked(POSSIBLE, stratum).recall.value == pytest.approx(180 / (180 + 20))


def test_a_lower_threshold_is_previewed_from_the_audit() -> None:
    strata = (
        Stratum(0.0, 0.05, (9_000, 1_000), Share(0, 50)),
        Stratum(0.05, POSSIBLE, (60, 40), Share(5, 50)),
    )

    row = asked(0.15, *strata)

    assert row.flagged == 300 + 40
    assert row.precision.value == pytest.approx((180 + 4) / 340)
    assert row.recall.value == pytest.approx(184 / (184 + 6))
    assert asked(0.15).flagged is None
    assert math.isnan(asked(0.15).precision.value)


def test_the_bounds_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(200):
        flagged = rng.random(300) < 0.8
        missed = rng.random(2_000) < 0.01
        judged = rng.permutation(flagged)[:60]
        sampled = rng.permutation(missed)[:80]
        row = at_threshold(
            0.5,
            flagged=np.full(300, 0.9),
            verdicts=Verdicts(np.full(60, 0.9), judged),
            strata=[
                Stratum(0.0, 0.5, (2_000,), Share(int(sampled.sum()), len(sampled))),
            ],
            possible=0.5,
        )
        truth = flagged.sum() / (flagged.sum() + missed.sum())
        held += row.recall.low <= truth <= row.recall.high
    assert held >= 190


def test_a_fall_is_told_only_where_chance_does_not_make_it() -> None:
    assert falls(Share(95, 100), Share(60, 100))
    assert not falls(Share(95, 100), Share(90, 100))
    assert not falls(Share(60, 100), Share(95, 100))
    assert not falls(Share(95, 100), Share(0, 0))
    assert not falls(Share(9, 10), Share(7, 10))


def test_the_template_that_makes_most_flags_is_named_by_its_most_flagged_record() -> None:
    one, other = np.triu_indices(20, 1)  # 190 flags among records 1-20
    alone = np.arange(100, 160, 2)
    left, right = np.append(one + 1, alone), np.append(other + 1, alone + 1)

    family = largest_family(np.append(left, [5] * 3), np.append(right, [31, 32, 33]))

    assert family is not None
    assert (family.records, family.record) == (23, 5)
    assert family.share == pytest.approx(193 / 223)
    assert family.alarming


def test_flags_spread_over_an_archive_raise_no_alarm() -> None:
    ids = np.arange(0, 400, 2)

    family = largest_family(ids, ids + 1)

    assert family is not None
    assert not family.alarming
    assert largest_family(ids[:50], ids[:50] + 1) is None
