"""A re-scan finds every pair, writes idempotently, and never touches what people decided."""

from collections.abc import Callable

import pytest

from dedup.errors import JobLost, JobRunning
from dedup.initiatives import Band, InitiativeId, Pair, Submission, Suggestion, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.records import new_record
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.running import SILENCE, JobCancelled
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator
from tests.fakes import Workplace

TITLES = (
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
    "cải tiến hệ thống bơm nước làm mát lò hơi số 2.",
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2 tại nhà máy",
    "Thiết kế giá treo quạt thông gió cho phân xưởng may",
    "Thiết kế giá treo quạt thông gió cho phân xưởng may số 5",
    "Số hóa quy trình cấp giấy phép làm việc",
)


class Killed(BaseException):
    """Stands for kill -9 at a moment of the run."""


@pytest.fixture
def workplace() -> Workplace:
    return Workplace()


@pytest.fixture
def service(workplace: Workplace) -> Deduplicator:
    service = workplace.service()
    for title in TITLES:
        service.filer.file(Submission(title=title))
    return service


def scan(service: Deduplicator, **options: bool) -> dict[str, object]:
    return dict(service.rescanner.carry_out(service.rescanner.start(RescanOptions(**options))))


def found(service: Deduplicator) -> list[tuple[Pair, Band]]:
    return [(s.pair, s.band) for s in service.suggestions(SuggestionFilter())]


def bring(service: Deduplicator, *titles: str) -> None:
    """Records as an import brings them: without vectors or suggestions."""
    with service.open_unit() as unit:
        new = [new_record(Submission(title=title)) for title in titles]
        unit.initiatives.add(new, at=service.clock())
        unit.commit()


def test_a_rescan_finds_what_filing_found(service: Deduplicator) -> None:
    by_filing = found(service)

    report = scan(service)

    assert found(service) == by_filing
    assert report["suggestions"] == {"POSSIBLE": 0, "LIKELY": 3, "SAME_TEXT": 1}


def test_a_second_rescan_changes_nothing(service: Deduplicator) -> None:
    scan(service)
    before = service.suggestions(SuggestionFilter())

    scan(service)

    assert [strip(s) for s in service.suggestions(SuggestionFilter())] == [strip(s) for s in before]


def strip(suggestion: Suggestion) -> tuple[object, ...]:
    return suggestion.pair, suggestion.score, suggestion.band, suggestion.evidence


def test_a_dry_run_reports_and_writes_no_suggestion(workplace: Workplace) -> None:
    service = workplace.service()
    bring(service, *TITLES)

    report = scan(service, dry_run=True)

    assert report["suggestions"] == {"POSSIBLE": 0, "LIKELY": 3, "SAME_TEXT": 1}
    assert found(service) == []


def test_an_incremental_rescan_looks_only_at_what_changed(service: Deduplicator) -> None:
    scan(service)
    service.filer.file(Submission(title="Số hóa quy trình cấp giấy phép làm việc mới"))

    report = scan(service, incremental=True)

    assert report["incremental"] is True
    assert report["pairs"] == 1
    assert (Pair.of(6, 7), Band.LIKELY) in found(service)
    assert len(found(service)) == 5


def test_what_a_rescan_embedded_is_no_news_to_the_next(workplace: Workplace) -> None:
    service = workplace.service()
    bring(service, *TITLES)
    assert scan(service)["embedded"] == len(TITLES)

    report = scan(service, incremental=True)

    assert (report["incremental"], report["pairs"]) == (True, 0)
    assert service.status().changed_since_rescan == 0


@pytest.mark.parametrize("stage", ["embed", "join", "score", "group"])
def test_what_came_while_a_rescan_ran_is_looked_at_by_the_next(
    workplace: Workplace, service: Deduplicator, stage: str
) -> None:
    came = list[str]()

    def import_one(_: float, now: str) -> None:
        if now == stage and not came:
            came.append(TITLES[5])
            bring(workplace.service(pid=2), *came)

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()), import_one)
    report = scan(service, incremental=True)

    assert report["incremental"] is True
    assert (Pair.of(6, 7), Band.SAME_TEXT) in found(service)


@pytest.mark.parametrize("stage", ["embed", "join", "score", "group"])
def test_what_is_filed_while_a_rescan_runs_keeps_its_suggestions(
    workplace: Workplace, service: Deduplicator, stage: str
) -> None:
    other = workplace.service(pid=2)

    def file_one(_: float, now: str) -> None:
        if now == stage and other.status().records == len(TITLES):
            other.filer.file(Submission(title=TITLES[5]))

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()), file_one)

    assert (Pair.of(6, 7), Band.SAME_TEXT) in found(service)


@pytest.mark.parametrize("stage", ["embed", "join", "score", "group"])
def test_a_verdict_undone_while_a_rescan_runs_leaves_its_pair_in_the_queue(
    workplace: Workplace, service: Deduplicator, stage: str
) -> None:
    scan(service)
    before = found(service)
    service.decider.decide(Opinion(pair=Pair.of(1, 2), verdict=Verdict.KHONG_TRUNG, by="Lan"))
    other = workplace.service(pid=2)

    def undo(_: float, now: str) -> None:
        if now == stage and other.status().decisions:
            other.decider.undo(Pair.of(1, 2), by="Lan")

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()), undo)

    assert found(service) == before


def test_a_dry_run_leaves_the_next_incremental_one_as_it_was(service: Deduplicator) -> None:
    scan(service)
    bring(service, TITLES[5])
    scan(service, dry_run=True)

    assert service.status().changed_since_rescan == 1
    report = scan(service, incremental=True)

    assert (report["incremental"], report["pairs"]) == (True, 1)


def test_suggestions_no_longer_found_are_retired(service: Deduplicator) -> None:
    scan(service)
    record = service.get(3)
    service.filer.edit(record.id, Submission(title="Việc khác hẳn"), expected_version=1, by="Lan")

    scan(service)

    assert not [pair for pair, _ in found(service) if 3 in (pair.left, pair.right)]


def test_a_record_withdrawn_while_a_rescan_runs_is_not_suggested(
    workplace: Workplace, service: Deduplicator
) -> None:
    other = workplace.service(pid=2)

    def withdraw(_: float, stage: str) -> None:
        if stage == "score" and not other.get(2).withdrawn:
            other.filer.withdraw(InitiativeId(2), by="Lan")

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()), withdraw)

    assert not [pair for pair, _ in found(service) if 2 in (pair.left, pair.right)]


def test_an_incremental_rescan_retires_what_stands_on_a_withdrawn_record(
    service: Deduplicator,
) -> None:
    scan(service)
    with service.open_unit() as unit:  # as a program would that knew nothing of suggestions
        at = service.clock()
        unit.initiatives.set_withdrawn([InitiativeId(2)], True, by="Lan", at=at)
        unit.commit()
    assert [pair for pair, _ in found(service) if 2 in (pair.left, pair.right)]

    scan(service, incremental=True)

    assert not [pair for pair, _ in found(service) if 2 in (pair.left, pair.right)]


def test_decided_pairs_are_left_alone(service: Deduplicator) -> None:
    service.decider.decide(Opinion(pair=Pair.of(1, 2), verdict=Verdict.TRUNG, by="Lan"))
    before = service.view(Pair.of(1, 2)).suggestion
    assert before is not None

    scan(service)

    after = service.view(Pair.of(1, 2)).suggestion
    assert after is not None
    assert (after.run_id, strip(after)) == (before.run_id, strip(before))


@pytest.mark.parametrize("stage", ["embed", "join", "score", "group"])
def test_a_run_killed_at_any_stage_ends_with_the_same_result_when_started_again(
    workplace: Workplace, service: Deduplicator, stage: str
) -> None:
    scan(service)
    expected = found(service)

    def kill(_: float, now: str) -> None:
        if now == stage:
            raise Killed

    killed = workplace.service(pid=2)
    leave_running(killed, kill)
    workplace.dead.add(2)

    successor = workplace.service(pid=3)
    scan(successor)

    assert found(successor) == expected


def leave_running(service: Deduplicator, kill: Callable[[float, str], None]) -> None:
    """Carry a run out until ``kill`` strikes, without the clean-up a killed process never does."""
    finish = service.jobs.finish
    service.jobs.finish = lambda *_, **__: None  # type: ignore[method-assign]
    run = service.rescanner.start(RescanOptions())
    with pytest.raises(Killed):
        service.rescanner.carry_out(run, kill)
    service.jobs.finish = finish  # type: ignore[method-assign]


def test_only_one_rescan_runs_at_a_time(workplace: Workplace, service: Deduplicator) -> None:
    service.rescanner.start(RescanOptions())

    with pytest.raises(JobRunning):
        workplace.service(pid=2).rescanner.start(RescanOptions())


def test_the_run_of_a_dead_process_has_failed_and_another_begins(
    workplace: Workplace, service: Deduplicator
) -> None:
    left = service.rescanner.start(RescanOptions(dry_run=True))
    workplace.dead.add(1)

    begun = workplace.service(pid=2).rescanner.start(RescanOptions())

    assert begun.id != left.id
    assert begun.options["dry_run"] is False
    failed = service.jobs.get(left.id)
    assert (failed.state, failed.error) == ("failed", "Chương trình đang quét đã dừng giữa chừng.")
    assert failed.finished_at is not None


def test_only_a_process_that_cannot_be_asked_after_is_dead_by_its_silence(
    workplace: Workplace, service: Deduplicator
) -> None:
    other = workplace.service(pid=2)
    run = service.rescanner.start(RescanOptions())
    workplace.clock.now += 2 * SILENCE
    with pytest.raises(JobRunning):
        other.rescanner.start(RescanOptions())
    service.jobs.beat(run.id, 0.1, "embed")
    workplace.elsewhere.add(1)
    with pytest.raises(JobRunning):
        other.rescanner.start(RescanOptions())

    workplace.clock.now += SILENCE
    other.rescanner.start(RescanOptions())

    failed = service.jobs.get(run.id)
    assert (failed.state, failed.error) == (
        "failed",
        "Không còn tín hiệu từ máy đang quét (10 phút).",
    )


@pytest.mark.parametrize("stage", ["embed", "score", "group"])
def test_a_run_that_another_ended_stops_and_writes_nothing_more(
    workplace: Workplace, service: Deduplicator, stage: str
) -> None:
    run, other = service.rescanner.start(RescanOptions()), workplace.service(pid=2)
    reports = list[dict[str, object]]()

    def counted_dead(_: float, now: str) -> None:
        if now == stage and not reports:
            workplace.dead.add(1)
            reports.append(scan(other))

    with pytest.raises(JobLost):
        service.rescanner.carry_out(run, counted_dead)

    assert service.jobs.get(run.id).state == "failed"
    runs = {s.run_id for s in service.suggestions(SuggestionFilter())}
    assert runs == {run.id + 1}


def test_a_cancelled_run_stops_and_says_so(service: Deduplicator) -> None:
    run = service.rescanner.start(RescanOptions())
    service.jobs.cancel(run.id)

    with pytest.raises(JobCancelled):
        service.rescanner.carry_out(run)

    assert service.jobs.get(run.id).state == "cancelled"
    scan(service)


def test_a_failed_run_tells_why_and_frees_the_place(service: Deduplicator) -> None:
    def fail(_: float, stage: str) -> None:
        if stage == "score":
            raise OSError("disk full")

    run = service.rescanner.start(RescanOptions())
    with pytest.raises(OSError, match="disk full"):
        service.rescanner.carry_out(run, fail)

    failed = service.jobs.get(run.id)
    assert (failed.state, failed.error) == ("failed", "OSError: disk full")
    scan(service)


def test_a_template_family_is_reported_as_one_not_as_a_million_pairs(workplace: Workplace) -> None:
    service = workplace.service()
    for number in range(120):
        service.filer.file(
            Submission(title=f"Một số giải pháp nâng cao hiệu quả công tác {number}")
        )

    report = scan(service)

    assert report["families"] == 1
    assert isinstance(report["pairs"], int)
    assert report["pairs"] <= 120 * 32
