"""``/imports``, ``/rescans``, ``/units``: work on the whole archive."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Response, UploadFile
from pydantic import Json

from api.cursors import ID_LIMIT
from api.gate import Reviewer, may_force
from api.idempotency import OnlyOnce
from api.schemas import ConfirmIn, RescanIn, UndoImportIn
from api.state import Holder, Records
from api.worklog import (
    ImportOut,
    ImportsOut,
    PreviewOut,
    RunOut,
    UndoneOut,
    UnitsOut,
    import_out,
    preview_out,
    run_out,
    unit_out,
)
from dedup import intake
from dedup.initiatives import ImportId, RunId
from dedup.jobs.rescanning import RescanOptions

router = APIRouter(prefix="/api/v1")
Id = Annotated[int, Path(ge=1, le=ID_LIMIT)]


@router.post("/imports", status_code=202, summary="Tải tệp lên, xem trước ánh xạ; chưa ghi gì")
def upload(
    holder: Holder,
    response: Response,
    file: Annotated[UploadFile, File(description=".xlsx .xls .xlsm .csv .jsonl")],
    account: Reviewer,
    sheet: Annotated[str | None, Form(max_length=200)] = None,
    header_row: Annotated[int | None, Form(ge=1, le=2**31)] = None,
    mapping: Annotated[
        Json[dict[str, str]] | None, Form(description='JSON {"tiêu đề cột": "trường"}')
    ] = None,
) -> PreviewOut:
    wanted = intake.Wanted(sheet=sheet or None, header_row=header_row, mapping=mapping or {})
    staged = holder.uploads.stage(file, wanted, by=account.name)
    response.headers["Location"] = f"/api/v1/imports/{staged.record.id}"
    return preview_out(staged)


@router.post("/imports/{id}/confirm", status_code=202, summary="Nhập với ánh xạ đã xem")
def confirm(
    id: Id, asked: ConfirmIn, holder: Holder, once: OnlyOnce, account: Reviewer
) -> ImportOut:
    record = holder.service.importer.get(ImportId(id))

    def work() -> ImportOut:
        path = holder.uploads.claim(record)
        holder.later(lambda: holder.uploads.carry_out(record, path, asked.mapping, by=account.name))
        return import_out(record)

    return once(asked, work)


@router.get("/imports", summary="Các lần nhập, mới trước")
def imports(service: Records) -> ImportsOut:
    return {"items": [import_out(record) for record in service.importer.latest()]}


@router.get("/imports/{id}", summary="Tình trạng một lần nhập")
def read_import(id: Id, service: Records) -> ImportOut:
    return import_out(service.importer.get(ImportId(id)))


@router.post("/imports/{id}/undo", summary="Thu hồi trọn một lần nhập")
def undo_import(
    id: Id, asked: UndoImportIn, service: Records, once: OnlyOnce, account: Reviewer
) -> UndoneOut:
    force = may_force(account, asked.force)

    def work() -> UndoneOut:
        undone = service.importer.undo(ImportId(id), by=account.name, force=force)
        return {"withdrawn": undone.withdrawn, "restored": undone.restored}

    return once(asked, work)


@router.post("/rescans", status_code=202, summary="Bắt đầu quét lại")
def rescan(
    asked: RescanIn, holder: Holder, once: OnlyOnce, response: Response, account: Reviewer
) -> RunOut:
    options = RescanOptions(incremental=asked.incremental, dry_run=asked.dry_run)
    run = once(asked, lambda: run_out(holder.rescan(options, by=account.name)))
    response.headers["Location"] = f"/api/v1/rescans/{run['id']}"
    return run


@router.get("/rescans/{id}", summary="Tiến độ một lần quét")
def read_rescan(id: Id, service: Records) -> RunOut:
    return run_out(service.jobs.get(RunId(id)))


@router.post("/rescans/{id}/cancel", status_code=202, summary="Yêu cầu dừng một lần quét")
def cancel(id: Id, service: Records, account: Reviewer) -> RunOut:
    service.jobs.cancel(RunId(id), by=account.name)
    return run_out(service.jobs.get(RunId(id)))


@router.get("/units", summary="Cây đơn vị")
def units(service: Records) -> UnitsOut:
    return {"items": [unit_out(unit) for unit in service.units().by_id.values()]}
