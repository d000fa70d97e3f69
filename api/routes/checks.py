"""``/checks`` and ``/initiatives``: screen, file, read, edit, withdraw."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.idempotency import Key, once
from api.records import match_out, record_out, screening_out
from api.schemas import ByIn, CheckIn, ChecksIn, EditIn, SubmissionIn, plain_dump
from api.state import Records, Service
from dedup.initiatives import InitiativeId, UnitId
from dedup.jobs.filing import Filed
from dedup.ports import InitiativeFilter

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post("/checks", summary="Đối chiếu một hồ sơ, không ghi gì")
def check(asked: CheckIn, service: Service) -> JSONResponse:
    return JSONResponse(screening_out(service.screen(asked.submission(), top=asked.top)))


@router.post("/checks/batch", summary="Đối chiếu nhiều hồ sơ, không ghi gì")
def check_many(asked: ChecksIn, service: Service) -> JSONResponse:
    submissions = [item.submission() for item in asked.submissions]
    screenings = service.screener.screen_many(submissions, top=asked.top)
    return JSONResponse({"results": [screening_out(screening) for screening in screenings]})


@router.post("/initiatives", status_code=201, summary="Nộp hồ sơ: ghi hồ sơ, véc-tơ, gợi ý")
def file(asked: SubmissionIn, service: Service, key: Key = None) -> dict[str, Any]:
    return once(
        service,
        key,
        plain_dump(asked),
        lambda: _filed_out(service.filer.file(asked.submission())),
    )


@router.get("/initiatives", summary="Tìm hồ sơ theo từ, đơn vị, lĩnh vực")
def find(
    service: Records,
    text: Annotated[str, Query(max_length=500)] = "",
    unit_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    field: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Limit = 50,
) -> dict[str, Any]:
    units = tuple(service.units().subtree(UnitId(unit_id))) or (UnitId(unit_id),) if unit_id else ()
    where = InitiativeFilter(text=text, unit_ids=units, field=field)
    records = service.page(where, after=after, limit=limit)
    return {
        "items": [record_out(record) for record in records],
        "next": records[-1].id if len(records) == limit else None,
    }


@router.get("/initiatives/{id}", summary="Một hồ sơ")
def read(id: Id, service: Records) -> dict[str, Any]:
    return record_out(service.get(id))


@router.patch("/initiatives/{id}", summary="Sửa hồ sơ; bản cũ được giữ")
def edit(id: Id, asked: EditIn, service: Service) -> dict[str, Any]:
    before = service.get(id)
    changed = asked.over(before)
    filed = service.filer.edit(before.id, changed, expected_version=asked.version, by=asked.by)
    return _filed_out(filed)


@router.post("/initiatives/{id}/withdraw", summary="Thu hồi (ẩn) hồ sơ")
def withdraw(id: Id, asked: ByIn, service: Records) -> dict[str, Any]:
    service.filer.withdraw(InitiativeId(id), by=asked.by)
    return record_out(service.get(id))


@router.post("/initiatives/{id}/restore", summary="Khôi phục hồ sơ đã thu hồi")
def restore(id: Id, asked: ByIn, service: Records) -> dict[str, Any]:
    service.filer.restore(InitiativeId(id), by=asked.by)
    return record_out(service.get(id))


@router.get("/initiatives/{id}/matches", summary="Các hồ sơ gần với hồ sơ này")
def matches(
    id: Id, service: Service, top: Annotated[int, Query(ge=1, le=64)] = 10
) -> dict[str, Any]:
    return screening_out(service.matches(InitiativeId(id), top=top))


def _filed_out(filed: Filed) -> dict[str, Any]:
    matches = [match_out(match) for match in filed.screening.matches]
    return {"initiative": record_out(filed.initiative), "matches": matches}
