"""Verdicts are appended, superseded, undone; stale and contradictory ones are refused."""

import pytest

from dedup.errors import (
    ContradictoryDecision,
    InitiativeNotFound,
    InvalidInput,
    PairNotFound,
    StaleSuggestion,
)
from dedup.initiatives import InitiativeId, Pair, Submission, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.rescanning import RescanOptions
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator
from tests.fakes import Workplace

TITLE = "Cải tiến hệ thống bơm nước làm mát lò hơi số"


@pytest.fixture
def service() -> Deduplicator:
    service = Workplace().service()
    for number in range(1, 5):
        service.filer.file(Submission(title=f"{TITLE} {number}"))
    return service


def say(left: int, right: int, verdict: Verdict, **more: str) -> Opinion:
    return Opinion(pair=Pair.of(left, right), verdict=verdict, by=more.get("by", "Lan"))


def test_a_second_verdict_supersedes_the_first_and_both_stay(service: Deduplicator) -> None:
    first = service.decider.decide(say(1, 2, Verdict.BO_SUNG))
    second = service.decider.decide(say(1, 2, Verdict.TRUNG, by="Minh"))

    history = service.decider.history(Pair.of(1, 2))

    assert second.supersedes == first.id
    assert [(d.verdict, d.reviewer, d.live) for d in history] == [
        (Verdict.BO_SUNG, "Lan", False),
        (Verdict.TRUNG, "Minh", True),
    ]


def test_undo_is_a_new_row_and_brings_the_pair_back(service: Deduplicator) -> None:
    open_before = [s.pair for s in service.suggestions(SuggestionFilter())]
    service.decider.decide(say(1, 2, Verdict.KHONG_TRUNG))
    assert Pair.of(1, 2) not in [s.pair for s in service.suggestions(SuggestionFilter())]

    undone = service.decider.undo(Pair.of(1, 2), by="Lan")

    assert undone.verdict is None
    assert len(service.decider.history(Pair.of(1, 2))) == 2
    assert [s.pair for s in service.suggestions(SuggestionFilter())] == open_before


def test_there_is_nothing_to_undo_where_nothing_was_said(service: Deduplicator) -> None:
    with pytest.raises(PairNotFound):
        service.decider.undo(Pair.of(1, 2), by="Lan")


def test_a_chain_of_joining_verdicts_cannot_meet_a_pair_kept_apart(service: Deduplicator) -> None:
    service.decider.decide(say(1, 3, Verdict.KHONG_TRUNG))
    service.decider.decide(say(1, 2, Verdict.TRUNG))

    with pytest.raises(ContradictoryDecision) as refused:
        service.decider.decide(say(2, 3, Verdict.TRUNG))

    assert refused.value.data["against"] == [Pair.of(1, 3)]
    assert service.decider.history(Pair.of(2, 3)) == []


def test_keeping_apart_what_a_chain_joins_names_the_chain(service: Deduplicator) -> None:
    service.decider.decide(say(1, 2, Verdict.TRUNG))
    service.decider.decide(say(2, 3, Verdict.GOP_TAC_GIA))

    with pytest.raises(ContradictoryDecision) as refused:
        service.decider.decide(say(1, 3, Verdict.KHONG_TRUNG))

    assert refused.value.data["against"] == [Pair.of(1, 2), Pair.of(2, 3)]


def test_many_verdicts_are_all_or_none(service: Deduplicator) -> None:
    contradicting = [
        say(1, 2, Verdict.TRUNG),
        say(2, 3, Verdict.TRUNG),
        say(1, 3, Verdict.KHONG_TRUNG),
    ]

    with pytest.raises(ContradictoryDecision):
        service.decider.decide_all(contradicting, group="khối T11")

    assert service.status().decisions == 0


def test_a_group_of_verdicts_has_one_undo(service: Deduplicator) -> None:
    made = service.decider.decide_all(
        [say(1, 2, Verdict.TRUNG), say(2, 3, Verdict.TRUNG)], group="khối T11"
    )
    assert made[0].group_id is not None

    undone = service.decider.undo_group(made[0].group_id, by="Lan")

    assert {d.pair for d in undone} == {Pair.of(1, 2), Pair.of(2, 3)}
    assert service.view(Pair.of(1, 2)).live == undone[0]


def test_a_dry_run_checks_and_writes_nothing(service: Deduplicator) -> None:
    service.decider.decide_all([say(1, 2, Verdict.TRUNG)], dry_run=True)

    assert service.decider.history(Pair.of(1, 2)) == []


def test_a_verdict_on_texts_that_changed_since_is_refused_with_what_changed(
    service: Deduplicator,
) -> None:
    seen = service.view(Pair.of(1, 2)).seen
    service.filer.edit(
        InitiativeId(2), Submission(title="Việc khác hẳn"), expected_version=1, by="Minh"
    )

    with pytest.raises(StaleSuggestion) as refused:
        service.decider.decide(
            Opinion(pair=Pair.of(1, 2), verdict=Verdict.TRUNG, by="Lan", seen=seen)
        )

    assert refused.value.data["changed"] == [2]


def test_not_duplicate_survives_every_rescan(service: Deduplicator) -> None:
    service.decider.decide(say(1, 2, Verdict.KHONG_TRUNG))

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()))

    assert Pair.of(1, 2) not in [s.pair for s in service.suggestions(SuggestionFilter())]
    live = service.view(Pair.of(1, 2)).live
    assert live is not None
    assert live.verdict is Verdict.KHONG_TRUNG


@pytest.mark.parametrize("by", ["", " "])
def test_an_undo_needs_a_person(service: Deduplicator, by: str) -> None:
    [decision] = service.decider.decide_all([say(1, 2, Verdict.TRUNG)], group="nhóm")
    assert decision.group_id is not None

    with pytest.raises(InvalidInput, match="Thiếu tên"):
        service.decider.undo(Pair.of(1, 2), by=by)
    with pytest.raises(InvalidInput, match="Thiếu tên"):
        service.decider.undo_group(decision.group_id, by=by)

    assert service.decider.history(Pair.of(1, 2)) == [decision]


def test_a_verdict_needs_a_person_and_two_known_records(service: Deduplicator) -> None:
    with pytest.raises(InvalidInput):
        service.decider.decide(say(1, 2, Verdict.TRUNG, by=" "))
    with pytest.raises(InitiativeNotFound):
        service.decider.decide(say(1, 99, Verdict.TRUNG))
