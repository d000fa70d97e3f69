"""Is it new? Asked against earlier filings alone, and answered apart: in this unit, and elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dedup.initiatives import InitiativeId, PartialDate, Submission, Unit, UnitId
from dedup.jobs.screening import Match, Novelty
from dedup.service import Deduplicator
from tests.conftest import AnyStore
from tests.fakes import Workplace

PUMP = "Cải tiến hệ thống bơm nước làm mát lò hơi số 2"
MARCH, JUNE = PartialDate("2022-03"), PartialDate("2022-06-15")


@pytest.fixture
def service(store: AnyStore) -> Deduplicator:
    return Workplace(store.unit).service()


def filed(service: Deduplicator, title: str = PUMP, **fields: object) -> InitiativeId:
    submission = Submission(title=title, **fields)  # type: ignore[arg-type]
    return service.filer.file(submission).initiative.id


def asked(service: Deduplicator, **fields: object) -> Novelty:
    return service.screen(Submission(title=PUMP, **fields)).novelty  # type: ignore[arg-type]


def ids(matches: tuple[Match, ...] | None) -> list[int] | None:
    return None if matches is None else [match.initiative.id for match in matches]


def test_the_unit_and_elsewhere_are_answered_apart(service: Deduplicator) -> None:
    here = filed(service, unit="Công ty A")
    there = filed(service, unit="Công ty B")

    novelty = asked(service, unit="CÔNG TY A")

    assert (ids(novelty.in_unit), ids(novelty.elsewhere)) == ([here], [there])
    assert ids(asked(service, unit="Công ty C").in_unit) == []


def test_a_later_filing_takes_nothing_from_the_novelty_of_an_earlier_one(
    service: Deduplicator,
) -> None:
    filed(service, unit="Công ty A", filed_on=JUNE)
    filed(service, unit="Công ty B", first_applied_on=JUNE)

    novelty = asked(service, unit="Công ty A", filed_on=MARCH)

    assert (ids(novelty.in_unit), ids(novelty.elsewhere)) == ([], [])
    assert len(service.screen(Submission(title=PUMP, filed_on=MARCH)).matches) == 2


def test_where_dates_do_not_tell_the_smaller_id_is_the_earlier(service: Deduplicator) -> None:
    first, second = filed(service, unit="A"), filed(service, unit="A")

    assert ids(asked(service, unit="A").in_unit) == [first, second]
    assert ids(service.matches(first).novelty.in_unit) == []
    assert ids(service.matches(second).novelty.in_unit) == [first]


def test_a_record_edited_keeps_its_place_among_the_others(service: Deduplicator) -> None:
    first, second = filed(service, f"{PUMP}."), filed(service, unit="A")

    edited = service.filer.edit(
        first, Submission(title=PUMP, unit="A"), expected_version=1, by="Lan"
    )

    assert [match.initiative.id for match in edited.screening.matches] == [second]
    assert ids(edited.screening.novelty.in_unit) == []


def test_a_date_outweighs_the_order_of_ids(service: Deduplicator) -> None:
    late = filed(service, unit="A", uploaded_at=datetime(2022, 6, 1, tzinfo=UTC))
    early = filed(service, unit="A", uploaded_at=datetime(2022, 5, 1, tzinfo=UTC))

    assert ids(service.matches(late).novelty.in_unit) == [early]
    assert ids(service.matches(early).novelty.in_unit) == []


def test_without_a_unit_nothing_is_said_of_it(service: Deduplicator) -> None:
    found = filed(service, unit="A")

    novelty = asked(service)

    assert novelty.in_unit is None
    assert ids(novelty.elsewhere) == [found]


def test_a_unit_is_known_by_its_other_names(service: Deduplicator) -> None:
    with service.open_unit() as unit:
        pumps = Unit(id=UnitId(0), code="SUPE", name="Công ty Supe", aliases=("Supe Lâm Thao",))
        unit.units.add([pumps])
        unit.commit()
    found = filed(service, unit="Công ty Supe")

    assert ids(asked(service, unit="SUPE LÂM THAO").in_unit) == [found]


def test_all_that_was_flagged_answers_not_only_what_is_shown(service: Deduplicator) -> None:
    for _ in range(3):
        filed(service, unit="Công ty B")
    here = filed(service, f"{PUMP} và số 3", unit="Công ty A")

    screening = service.screen(Submission(title=PUMP, unit="Công ty A"), top=1)

    assert len(screening.matches) == 1
    assert ids(screening.novelty.in_unit) == [here]


def test_what_is_not_flagged_is_no_answer(service: Deduplicator) -> None:
    filed(service, "Tổ chức bếp ăn cho ca đêm", unit="Công ty A")

    novelty = asked(service, unit="Công ty A")

    assert (ids(novelty.in_unit), ids(novelty.elsewhere)) == ([], [])
