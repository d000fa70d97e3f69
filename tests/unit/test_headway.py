"""How far the reading has come: what counts as seen, of how much, at what pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dedup.headway import GUESSED, RECENT, Count, Headway, headway
from dedup.initiatives import Cluster, ClusterId, Decision, DecisionId, InitiativeId, Pair, Verdict

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_records_value_is_reviewed_once_none_of_its_pairs_waits() -> None:
    told = far(waiting=[(1, 2)], decided=[(2, 3), (3, 4)], benefits={1: 5, 2: 7, 3: 11, 4: None})

    assert told.pairs == Count(2, 3)
    assert told.value == Count(11, 23)
    assert told.records == Count(2, 4)
    assert told.not_in_money == 1


def test_a_verdict_on_a_withdrawn_record_no_longer_counts() -> None:
    told = far(decided=[(1, 2), (3, 4)], benefits={1: 5, 2: 7, 3: 11})

    assert told.pairs == Count(1, 1)
    assert told.value == Count(12, 12)


def test_a_group_is_seen_once_no_pair_inside_it_waits() -> None:
    groups = [group(1, 1, 2), group(2, 3, 4), group(3, 5, 6, family=True)]

    told = far(waiting=[(1, 2), (2, 3), (5, 6)], groups=groups)

    assert told.groups == Count(1, 2)


def test_the_pace_is_the_mean_of_what_people_needed_without_their_pauses() -> None:
    seconds = [0, 20, 60, 60, 80, 120, 3600, 3620]
    others = [(10, "Hoa")]
    decided = [verdict((1, n + 2), at, "Lan") for n, at in enumerate(seconds)]
    decided += [verdict((1, n + 50), at, who) for n, (at, who) in enumerate(others)]

    told = headway([Pair.of(1, 99)] * 120, decided, (), {}, name="Lan", now=NOW)

    assert told.measured
    assert told.seconds_a_pair == pytest.approx((28, 28))
    assert told.hours_left == pytest.approx((120 * 28 / 3600,) * 2)


def test_too_little_or_too_old_a_pace_is_guessed_and_said_to_be() -> None:
    old = -int((RECENT + timedelta(days=1)).total_seconds())
    decided = [verdict((1, n + 2), old + 30 * n) for n in range(20)]

    told = headway([Pair.of(1, 99)], decided, (), {}, name="Lan", now=NOW)

    assert not told.measured
    assert told.seconds_a_pair == GUESSED


def test_ones_own_pairs_are_told_apart() -> None:
    decided = [verdict((1, 2), 0, "Lan"), verdict((1, 3), 0, "Hoa")]

    assert headway([], decided, (), {1: 1, 2: 1, 3: 1}, name="Hoa", now=NOW).own == 1


def test_an_empty_archive_has_nothing_to_read() -> None:
    told = far()

    assert (told.pairs.percent, told.value.percent, told.hours_left) == (100, 100, (0.0, 0.0))


def test_a_hundred_percent_says_that_nothing_is_left() -> None:
    assert [Count(seen, 1000).percent for seen in (0, 999, 1000)] == [0, 99, 100]


def far(
    waiting: list[tuple[int, int]] | None = None,
    decided: list[tuple[int, int]] | None = None,
    groups: list[Cluster] | None = None,
    benefits: dict[int, int | None] | None = None,
) -> Headway:
    return headway(
        [Pair.of(*ids) for ids in waiting or ()],
        [verdict(ids, 0) for ids in decided or ()],
        groups or (),
        benefits or {},
        name="Lan",
        now=NOW,
    )


def group(id: int, *members: int, family: bool = False) -> Cluster:
    ids = tuple(InitiativeId(member) for member in members)
    return Cluster(
        id=ClusterId(id),
        members=ids,
        representative=ids[0],
        representative_rule="mã nhỏ nhất",
        family=family,
    )


def verdict(ids: tuple[int, int], seconds: int, by: str = "Lan") -> Decision:
    return Decision(
        id=DecisionId(1),
        pair=Pair.of(*ids),
        verdict=Verdict.TRUNG,
        reason="",
        note="",
        reviewer=by,
        decided_at=NOW - timedelta(days=1) + timedelta(seconds=seconds),
        left_fingerprint="",
        right_fingerprint="",
    )
