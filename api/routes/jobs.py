"""``/imports``, ``/rescans``, ``/units``: work on the whole archive."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, UploadFile

from api.schemas import ConfirmIn, RescanIn, UndoImportIn
from api.state import Holder, Records
from api.uploads import Uploads
from dedup import intake
from dedup.initiatives import ImportId, RunId
from dedup.jobs.rescanning import RescanOptions
from dedup.ports import ImportRecord, Run

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**62)]


@router.post("/imports", status_code=202, summary="Tải tệp lên, xem trước ánh xạ; chưa ghi gì")
def upload(
    holder: Holder,
    file: Annotated[UploadFile, File()],
    sheet: Annotated[str | None, Form(max_length=200)] = None,
    header_row: Annotated[int | None, Form(ge=1, le=2**31)] = None,
    by: Annotated[str, Form(max_length=200)] = "",
) -> dict[str, Any]:
    wanted = intake.Wanted(sheet=sheet, header_row=header_row)
    staged = Uploads(holder.application).stage(file, wanted, by=by)
    return {"import": import_out(staged.record), "preview": intake.preview_json(staged.preview)}


@router.post("/imports/{id}/confirm", status_code=202, summary="Nhập với ánh xạ đã xem")
def confirm(id: Id, asked: ConfirmIn, holder: Holder) -> dict[str, Any]:
    uploads = Uploads(holder.application)
    record = holder.service.importer.get(ImportId(id))
    wanted = intake.Wanted(
        sheet=asked.sheet, header_row=asked.header_row, mapping=dict(asked.mapping)
    )
    path = uploads.staged_file(record)
    holder.later(lambda: uploads.carry_out(record, path, wanted, by=asked.by))
    return import_out(record)


@router.get("/imports/{id}", summary="Tình trạng một lần nhập")
def read_import(id: Id, service: Records) -> dict[str, Any]:
    return import_out(service.importer.get(ImportId(id)))


@router.get("/imports", summary="Các lần nhập")
def imports(service: Records) -> dict[str, Any]:
    return {"items": [import_out(record) for record in service.importer.latest()]}


@router.post("/imports/{id}/undo", summary="Thu hồi trọn một lần nhập")
def undo_import(id: Id, asked: UndoImportIn, service: Records) -> dict[str, Any]:
    count = service.importer.undo(ImportId(id), by=asked.by, force=asked.force)
    return {"withdrawn": count}


@router.post("/rescans", status_code=202, summary="Bắt đầu quét lại")
def rescan(asked: RescanIn, holder: Holder) -> dict[str, Any]:
    options = RescanOptions(incremental=asked.incremental, dry_run=asked.dry_run)
    return run_out(holder.rescan(options))


@router.get("/rescans/{id}", summary="Tiến độ một lần quét")
def read_rescan(id: Id, service: Records) -> dict[str, Any]:
    return run_out(service.jobs.get(RunId(id)))


@router.post("/rescans/{id}/cancel", status_code=202, summary="Yêu cầu dừng một lần quét")
def cancel(id: Id, service: Records) -> dict[str, Any]:
    service.jobs.cancel(RunId(id))
    return run_out(service.jobs.get(RunId(id)))


@router.get("/units", summary="Cây đơn vị")
def units(service: Records) -> dict[str, Any]:
    tree = service.units()
    return {
        "items": [
            {
                "id": unit.id,
                "code": unit.code,
                "name": unit.name,
                "aliases": list(unit.aliases),
                "parent_id": unit.parent_id,
            }
            for unit in tree.by_id.values()
        ]
    }


def import_out(record: ImportRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "file": record.file,
        "sheet": record.sheet,
        "state": record.state,
        "mapping": dict(record.mapping),
        "by": record.by,
        "at": record.at.isoformat(),
        "report": dict(record.report),
    }


def run_out(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "state": run.state,
        "stage": run.stage,
        "progress": round(run.progress, 4),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "report": dict(run.report),
        "error": run.error,
    }
