"""``/checks`` and ``/initiatives``: screen, file, read, edit, withdraw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from api.cursors import ID_LIMIT, after_record, record_cursor
from api.gate import Head, Reviewer, refuse_unmasking
from api.idempotency import OnlyOnce
from api.records import (
    FiledOut,
    RecordOut,
    RecordsOut,
    ScreeningOut,
    ScreeningsOut,
    filed_out,
    record_out,
    screening_out,
)
from api.schemas import Asked, CheckIn, EditIn, SubmissionIn, expected_version
from api.state import Records, Service
from dedup.initiatives import ImportId, InitiativeId, UnitId
from dedup.ports import InitiativeFilter
from dedup.service import Deduplicator

router = APIRouter(prefix="/api/v1")
Id = Annotated[int, Path(ge=1, le=ID_LIMIT)]
Known = Annotated[int | None, Query(ge=1, le=ID_LIMIT)]


@router.post("/checks", summary="Đối chiếu một hay nhiều hồ sơ, không ghi gì")
def check(asked: Asked, service: Service) -> ScreeningOut | ScreeningsOut:
    if isinstance(asked, CheckIn):  # somebody waits for one: fewer candidates are looked at
        one = asked.submission()
        return screening_out(one.code or one.title, service.screener.screen(one, top=asked.top))
    submissions = [sent.submission() for sent in asked.submissions]
    screenings = service.screener.screen_many(submissions, top=asked.top)
    results = [
        screening_out(submission.code or submission.title, screening)
        for submission, screening in zip(submissions, screenings, strict=True)
    ]
    return {"results": results}


@router.post("/initiatives", status_code=201, summary="Nộp hồ sơ: ghi hồ sơ, véc-tơ, gợi ý")
def file(
    asked: SubmissionIn, service: Service, once: OnlyOnce, response: Response, account: Reviewer
) -> FiledOut:
    def work() -> FiledOut:
        return filed_out(service.filer.file(asked.submission(), by=account.name))

    filed = once(asked, work)
    response.headers["Location"] = f"/api/v1/initiatives/{filed['initiative']['id']}"
    return filed


@router.get("/initiatives", summary="Tìm hồ sơ theo từ, đơn vị, lĩnh vực, lần nhập")
def find(
    service: Records,
    text: Annotated[str, Query(max_length=500)] = "",
    unit_id: Known = None,
    field: Annotated[str, Query(max_length=200)] = "",
    import_id: Known = None,
    include_withdrawn: bool = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RecordsOut:
    where = InitiativeFilter(
        text=text,
        unit_ids=_subtree(service, unit_id),
        field=field,
        import_id=ImportId(import_id) if import_id else None,
        include_withdrawn=include_withdrawn,
    )
    found = service.page(where, after=after_record(cursor), limit=limit)
    following = record_cursor(found[-1]) if len(found) == limit else None
    return {"items": [record_out(record) for record in found], "next": following}


@router.get("/initiatives/{id}", summary="Một hồ sơ")
def read(id: Id, service: Records, response: Response) -> RecordOut:
    return _tagged(record_out(service.get(id)), response)


@router.patch("/initiatives/{id}", summary="Sửa hồ sơ; bản cũ được giữ")
def edit(
    id: Id,
    asked: EditIn,
    service: Service,
    once: OnlyOnce,
    response: Response,
    account: Reviewer,
    if_match: Annotated[str | None, Header(max_length=100)] = None,
) -> FiledOut:
    version = expected_version(asked.version, if_match)
    before = service.get(id)

    def work() -> FiledOut:
        changed = asked.over(before)
        refuse_unmasking(account, before, changed)
        return filed_out(
            service.filer.edit(before.id, changed, expected_version=version, by=account.name)
        )

    filed = once(asked, work)
    _tagged(filed["initiative"], response)
    return filed


@router.post("/initiatives/{id}/withdraw", summary="Thu hồi (ẩn) hồ sơ")
def withdraw(id: Id, service: Records, account: Head) -> RecordOut:
    service.filer.withdraw(InitiativeId(id), by=account.name)
    return record_out(service.get(id))


@router.post("/initiatives/{id}/restore", summary="Khôi phục hồ sơ đã thu hồi")
def restore(id: Id, service: Records, account: Head) -> RecordOut:
    service.filer.restore(InitiativeId(id), by=account.name)
    return record_out(service.get(id))


@router.get("/initiatives/{id}/matches", summary="Các hồ sơ gần với hồ sơ này")
def matches(id: Id, service: Service, top: Annotated[int, Query(ge=1, le=64)] = 10) -> ScreeningOut:
    record = service.get(id)
    return screening_out(record.code or record.title, service.matches(record.id, top=top))


def _subtree(service: Deduplicator, unit_id: int | None) -> tuple[UnitId, ...]:
    """The unit and all below it; a unit that is not in the tree holds nothing but itself."""
    if unit_id is None:
        return ()
    id = UnitId(unit_id)
    return tuple(service.units().subtree(id)) or (id,)


def _tagged(record: RecordOut, response: Response) -> RecordOut:
    response.headers["ETag"] = f'"{record["version"]}"'
    return record
