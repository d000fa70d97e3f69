"""Screening writes nothing; filing stores record, vector and suggestions as one."""

from datetime import UTC, datetime

import pytest

from dedup.errors import (
    AmbiguousCode,
    EmptyText,
    InitiativeExists,
    InitiativeNotFound,
    StaleVersion,
    TextTooLong,
)
from dedup.initiatives import Band, InitiativeId, PartialDate, Submission, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.screening import Standing
from dedup.ports import SuggestionFilter
from dedup.review import Earlier
from dedup.service import Deduplicator
from tests.fakes import Workplace

PUMP = "Cải tiến hệ thống bơm nước làm mát lò hơi số 2"
QUAT = "Thiết kế giá treo quạt thông gió cho phân xưởng may"


@pytest.fixture
def service() -> Deduplicator:
    return Workplace().service()


def filed(service: Deduplicator, title: str, **fields: object) -> int:
    return service.filer.file(Submission(title=title, **fields)).initiative.id  # type: ignore[arg-type]


def test_the_same_text_is_found_as_same_text_and_another_is_not(service: Deduplicator) -> None:
    first = filed(service, PUMP)
    filed(service, QUAT)

    [match] = service.screen(Submission(title=PUMP.upper())).matches

    assert (match.initiative.id, match.band) == (first, Band.SAME_TEXT)


def test_screening_writes_nothing(service: Deduplicator) -> None:
    filed(service, PUMP)
    before = service.status()

    service.screen(Submission(title=PUMP))

    assert service.status() == before


def test_text_without_marks_is_found_by_its_folded_fingerprint(service: Deduplicator) -> None:
    first = filed(service, "Số hóa hồ sơ")

    nearest = service.screener.screen_many([Submission(title="So hoa ho so")], lowest=Band.CLEAR)[
        0
    ].matches

    assert [match.initiative.id for match in nearest] == [first]


def test_which_filing_is_earlier_and_where_it_stands_come_with_the_match(
    service: Deduplicator,
) -> None:
    filed(service, PUMP, unit="Công ty A", filed_on=PartialDate("2022-05-01"))
    query = Submission(title=PUMP, unit="công ty a", filed_on=PartialDate("2022-06"))

    [match] = service.screen(query).matches

    assert (match.earlier, match.standing) == (Earlier.OTHER, Standing.SAME_UNIT)


def test_upload_time_decides_only_where_neither_date_is_known(service: Deduplicator) -> None:
    filed(service, PUMP, uploaded_at=datetime(2022, 5, 1, tzinfo=UTC))
    query = Submission(title=PUMP, uploaded_at=datetime(2022, 4, 1, tzinfo=UTC))

    [match] = service.screen(query).matches

    assert match.earlier is Earlier.THIS


def test_filing_suggests_the_pair_at_once(service: Deduplicator) -> None:
    first, second = filed(service, PUMP), filed(service, f"{PUMP}.")

    [suggestion] = service.suggestions(SuggestionFilter())

    assert (suggestion.pair.left, suggestion.pair.right) == (first, second)
    assert suggestion.band is Band.SAME_TEXT


def test_a_known_code_of_the_same_unit_is_refused_and_nothing_is_written(
    service: Deduplicator,
) -> None:
    filed(service, PUMP, code="CT/01", unit="Công ty A")
    before = service.status()

    with pytest.raises(InitiativeExists):
        filed(service, QUAT, code="CT/01", unit="CÔNG TY A")

    assert service.status() == before
    assert filed(service, QUAT, code="CT/01", unit="Công ty B")


def test_a_code_names_the_live_record_where_others_were_withdrawn(service: Deduplicator) -> None:
    for _ in range(2):
        withdrawn = filed(service, PUMP, code="7/A", unit="A")
        service.filer.withdraw(InitiativeId(withdrawn), by="Lan")
    with pytest.raises(AmbiguousCode) as ambiguous:
        service.find("7/A")
    assert ambiguous.value.data["ids"] == [1, 2]

    live = filed(service, PUMP, code="7/A", unit="A")

    assert service.find("7/A").id == live
    assert service.find("A:7/A").id == live
    other = filed(service, PUMP, code="7/A", unit="B")
    with pytest.raises(AmbiguousCode) as ambiguous:
        service.find("7/A")
    assert ambiguous.value.data["ids"] == [live, other]
    assert service.find("B:7/A").id == other


@pytest.mark.parametrize("title", ["", "   ", "\x00", "…", "\u200b"])
def test_a_title_with_nothing_in_it_is_refused(service: Deduplicator, title: str) -> None:
    with pytest.raises(EmptyText):
        service.screen(Submission(title=title))


def test_text_over_the_limit_is_refused_by_field(service: Deduplicator) -> None:
    with pytest.raises(TextTooLong) as refused:
        service.screen(Submission(title=PUMP, description="x" * 10_000_000))

    assert refused.value.data["field"] == "description"


def test_a_withdrawn_record_is_never_found_again_until_restored(service: Deduplicator) -> None:
    first = filed(service, PUMP)
    filed(service, f"{PUMP}.")
    record = service.get(first)

    service.filer.withdraw(record.id, by="Lan")

    assert first not in {m.initiative.id for m in service.screen(Submission(title=PUMP)).matches}
    assert service.suggestions(SuggestionFilter()) == []

    service.filer.restore(record.id, by="Lan")

    assert first in {m.initiative.id for m in service.screen(Submission(title=PUMP)).matches}


def test_another_process_sees_a_new_record_and_a_withdrawal_at_its_next_search() -> None:
    workplace = Workplace()
    one, other = workplace.service(pid=1), workplace.service(pid=2)
    assert other.screen(Submission(title=PUMP)).matches == ()

    first = one.filer.file(Submission(title=PUMP)).initiative
    assert [m.initiative.id for m in other.screen(Submission(title=PUMP)).matches] == [first.id]

    one.filer.withdraw(first.id, by="Lan")
    assert other.screen(Submission(title=PUMP)).matches == ()


def test_an_edit_keeps_the_old_version_and_expires_the_verdict_that_rested_on_it(
    service: Deduplicator,
) -> None:
    first, second = filed(service, PUMP), filed(service, f"{PUMP}.")
    [suggestion] = service.suggestions(SuggestionFilter())
    service.decider.decide(Opinion(pair=suggestion.pair, verdict=Verdict.KHONG_TRUNG, by="Lan"))
    record = service.get(second)

    service.filer.edit(
        record.id, Submission(title=f"{PUMP} có biến tần"), expected_version=1, by="Minh"
    )

    view = service.view(suggestion.pair)
    assert view.live is None
    assert [d.expired_by_change for d in view.history] == [True]
    assert [s.pair for s in service.suggestions(SuggestionFilter())] == [suggestion.pair]
    with service.open_unit() as unit:
        assert [old.title for _, _, _, old in unit.initiatives.history(record.id)] == [f"{PUMP}."]
    assert first == view.left.id


def test_an_edit_that_leaves_the_compared_text_alone_keeps_the_verdict(
    service: Deduplicator,
) -> None:
    filed(service, PUMP)
    second = service.get(filed(service, f"{PUMP}."))
    [suggestion] = service.suggestions(SuggestionFilter())
    service.decider.decide(Opinion(pair=suggestion.pair, verdict=Verdict.KHONG_TRUNG, by="Lan"))

    service.filer.edit(
        second.id, Submission(title=PUMP, unit="Công ty B"), expected_version=1, by="Minh"
    )

    live = service.view(suggestion.pair).live
    assert live is not None
    assert live.verdict is Verdict.KHONG_TRUNG


def test_an_edit_of_a_version_somebody_else_changed_is_refused(service: Deduplicator) -> None:
    record = service.get(filed(service, PUMP))
    service.filer.edit(record.id, Submission(title=QUAT), expected_version=1, by="Lan")

    with pytest.raises(StaleVersion):
        service.filer.edit(record.id, Submission(title=PUMP), expected_version=1, by="Minh")

    assert service.get(record.id).title == QUAT


def test_an_unknown_record_is_told(service: Deduplicator) -> None:
    with pytest.raises(InitiativeNotFound):
        service.get(404)
    with pytest.raises(InitiativeNotFound):
        service.find("KHÔNG-CÓ")
