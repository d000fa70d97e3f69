"""Groups across re-scans: their ids last, verdicts rule them, one link does not bridge them."""

import pytest

from dedup.initiatives import ClusterId, InitiativeId, Pair, Submission, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.rescanning import RescanOptions
from dedup.service import Deduplicator
from tests.fakes import Workplace

Groups = dict[ClusterId, tuple[InitiativeId, ...]]


@pytest.fixture
def service() -> Deduplicator:
    return Workplace().service()


def file(service: Deduplicator, *texts: str) -> None:
    for text in texts:
        service.filer.file(Submission(title=text))


def words(first: int, last: int) -> str:
    return " ".join(f"w{n}" for n in range(first, last + 1))


def decide(service: Deduplicator, left: int, right: int, verdict: Verdict) -> None:
    service.decider.decide(Opinion(pair=Pair.of(left, right), verdict=verdict, by="Lan"))


def scanned(service: Deduplicator, *, incremental: bool = False) -> Groups:
    run = service.rescanner.start(RescanOptions(incremental=incremental))
    service.rescanner.carry_out(run)
    with service.open_unit() as unit:
        return {cluster.id: cluster.members for cluster in unit.clusters.all()}


@pytest.mark.parametrize("incremental", [False, True])
def test_a_group_keeps_its_id_while_others_come_and_go(
    service: Deduplicator, incremental: bool
) -> None:
    file(service, words(1, 10), words(1, 10), words(21, 30), words(21, 30))
    before = scanned(service)
    [first, second] = before
    assert before == {first: (1, 2), second: (3, 4)}

    file(service, words(41, 50), words(41, 50), words(21, 30))
    service.filer.withdraw(InitiativeId(1), by="Lan")
    after = scanned(service, incremental=incremental)

    [third] = after.keys() - before.keys()
    assert after == {second: (3, 4, 7), third: (5, 6)}
    assert third > second > first


def test_a_verdict_keeps_apart_and_another_joins_until_it_is_undone(
    service: Deduplicator,
) -> None:
    file(service, words(1, 10), words(1, 10), words(21, 30))
    assert list(scanned(service).values()) == [(1, 2)]

    decide(service, 1, 2, Verdict.KHONG_TRUNG)
    decide(service, 1, 3, Verdict.TRUNG)
    assert list(scanned(service).values()) == [(1, 3)]

    service.decider.undo(Pair.of(1, 2), by="Lan")
    service.decider.undo(Pair.of(1, 3), by="Lan")
    assert list(scanned(service).values()) == [(1, 2)]


def test_one_link_between_two_groups_does_not_make_them_one(service: Deduplicator) -> None:
    file(service, *[words(1, 10)] * 3, *[words(6, 15)] * 3, words(1, 14))
    groups = scanned(service).values()
    assert [members[:3] for members in groups] == [(1, 2, 3), (4, 5, 6)]


def test_a_link_of_a_lower_band_counts_for_what_it_is(service: Deduplicator) -> None:
    """The first and third are 0.69 alike, under LIKELY; all three are 0.79 alike on the mean."""
    file(service, words(1, 10), words(1, 12), words(2, 13))
    assert list(scanned(service).values()) == [(1, 2, 3)]
