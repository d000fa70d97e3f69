"""A withdrawn record is hidden everywhere, whatever was said of it, and nothing brings it into sight."""

import pytest

from dedup.errors import Conflict
from dedup.initiatives import ImportId, InitiativeId, Pair, SourceRow, Submission, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.importing import Origin
from dedup.jobs.rescanning import RescanOptions
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator
from tests.fakes import Workplace

TITLE = "Cải tiến hệ thống bơm nước làm mát lò hơi số"
WHOLE, CHANGED = RescanOptions(), RescanOptions(incremental=True)


class Row:
    """A new record of a file."""

    key = None
    given = frozenset[str]()

    def __init__(self, title: str) -> None:
        self.submission = Submission(title=title)
        self.source = SourceRow(file="a.csv", sheet="", row=2)


@pytest.fixture
def service() -> Deduplicator:
    """Three records filed; a fourth, like them, imported."""
    service = Workplace().service()
    for number in range(1, 4):
        service.filer.file(Submission(title=f"{TITLE} {number}"))
    origin = Origin(file="a.csv", sheet="", digest="d", header_key="", mapping={}, by="Lan")
    service.importer.store(origin, [Row(f"{TITLE} 4")])
    scan(service, WHOLE)
    return service


def scan(service: Deduplicator, options: RescanOptions) -> None:
    service.rescanner.carry_out(service.rescanner.start(options))


def decide(service: Deduplicator, left: int, right: int, verdict: Verdict = Verdict.TRUNG) -> None:
    service.decider.decide(Opinion(pair=Pair.of(left, right), verdict=verdict, by="Lan"))


def shown(service: Deduplicator) -> set[int]:
    """Records in any tab of the queue."""
    found = service.suggestions(SuggestionFilter(decided=None))
    return {id for suggestion in found for id in suggestion.pair.ids}


def test_an_import_undone_leaves_the_queue_with_its_verdicts(service: Deduplicator) -> None:
    decide(service, 1, 4)

    service.importer.undo(ImportId(1), by="Lan", force=True)

    assert shown(service) == {1, 2, 3}
    [verdict] = service.decider.history(Pair.of(1, 4))
    assert verdict.expired_by_change
    assert not verdict.live


def test_an_import_undone_and_restored_is_suggested_again(service: Deduplicator) -> None:
    decide(service, 1, 4)
    service.importer.undo(ImportId(1), by="Lan", force=True)

    service.filer.restore(InitiativeId(4), by="Lan")
    scan(service, CHANGED)

    assert Pair.of(1, 4) in {s.pair for s in service.suggestions(SuggestionFilter())}


def test_a_decided_pair_leaves_with_its_record_and_an_undo_does_not_bring_it_back(
    service: Deduplicator,
) -> None:
    decide(service, 1, 2)

    service.filer.withdraw(InitiativeId(2), by="Lan")
    assert shown(service) == {1, 3, 4}
    service.decider.undo(Pair.of(1, 2), by="Lan")

    assert shown(service) == {1, 3, 4}


def test_an_edit_of_a_withdrawn_record_opens_nothing(service: Deduplicator) -> None:
    service.filer.withdraw(InitiativeId(2), by="Lan")

    service.filer.edit(
        InitiativeId(2), Submission(title=f"{TITLE} 3"), expected_version=1, by="Lan"
    )

    assert shown(service) == {1, 3, 4}


def test_groups_leave_a_withdrawn_record_out_whatever_was_said_of_it(
    service: Deduplicator,
) -> None:
    decide(service, 1, 2)
    service.filer.withdraw(InitiativeId(2), by="Lan")

    scan(service, CHANGED)

    with service.open_unit() as unit:
        members = [cluster.members for cluster in unit.clusters.all()]
    assert members == [(1, 3, 4)]


def test_no_verdict_is_taken_on_a_withdrawn_record(service: Deduplicator) -> None:
    service.filer.withdraw(InitiativeId(2), by="Lan")

    with pytest.raises(Conflict, match="#2 đã bị thu hồi") as refused:
        decide(service, 1, 2)

    assert refused.value.data == {"withdrawn": [2]}
    assert service.decider.history(Pair.of(1, 2)) == []


def test_a_verdict_on_a_record_withdrawn_since_can_be_undone(service: Deduplicator) -> None:
    decide(service, 1, 2)
    service.filer.withdraw(InitiativeId(2), by="Lan")

    assert service.decider.undo(Pair.of(1, 2), by="Lan").verdict is None
