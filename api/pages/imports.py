"""``/imports``: bring an office's file in: choose it, look at what was understood, confirm, take back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.cursors import ID_LIMIT
from api.errors import status_of
from api.gate import Reviewer, may_force
from api.pages.rendering import page
from api.state import Holder, Records
from dedup import files, intake
from dedup.errors import Conflict, DedupError, Forbidden, InvalidInput
from dedup.initiatives import ImportId
from dedup.service import Deduplicator

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=ID_LIMIT)]
FIELDS: Mapping[str, str] = {
    **{name: label for name, label in files.LABELS.items() if name != "benefit_vnd"},
    "benefit_raw": "Giá trị làm lợi",
    "year": "Năm",
    "attachments": "Tệp đính kèm",
    "authors.job": "Chức danh tác giả",
    "authors.share": "Tỷ lệ đóng góp (%)",
    "authors.birth_year": "Năm sinh tác giả",
    "authors.phone": "Điện thoại tác giả",
    "authors.email": "Thư điện tử tác giả",
}
# More is read in the file itself, where it can be mended.
PROBLEMS_SHOWN = 50
IMPORTS_SHOWN = 30


class Confirmed(BaseModel):
    """The mapping as a person left it: one field a heading, "" for a column left out."""

    heading: list[str] = Field([], max_length=1_000)
    field: list[str] = Field([], max_length=1_000)

    def mapping(self) -> dict[str, str]:
        """Raises InvalidInput where no column is the title."""
        mapping = dict(zip(self.heading, self.field, strict=False))
        if mapping and "title" not in mapping.values():
            raise InvalidInput(
                "Chưa có cột nào là «Tên sáng kiến»; xin quay lại trang trước và chọn cột."
            )
        return mapping


class Withdrawn(BaseModel):
    force: bool = False


@router.get("/imports")
def imports(
    request: Request, service: Records, sent: Annotated[int, Query(ge=0, le=ID_LIMIT)] = 0
) -> Response:
    return _listed(request, service, sent=sent)


@router.post("/imports")
def upload(
    request: Request,
    holder: Holder,
    file: Annotated[UploadFile, File()],
    account: Reviewer,
    sheet: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    try:
        staged = holder.uploads.stage(file, intake.Wanted(sheet=sheet or None), by=account.name)
    except InvalidInput as error:
        return _listed(request, holder.service, error=error)
    context = {
        "record": staged.record,
        "preview": staged.preview,
        "fields": FIELDS,
        "problems": staged.preview.problems[:PROBLEMS_SHOWN],
    }
    return page(request, "preview.html", context)


@router.post("/imports/{id}/confirm")
def confirm(
    id: Id, holder: Holder, said: Annotated[Confirmed, Form()], account: Reviewer
) -> Response:
    record, changes = holder.service.importer.get(ImportId(id)), said.mapping()
    with suppress(Conflict):  # clicked twice: the first click's import is followed
        taken = holder.uploads.claim(record)
        holder.later(lambda: holder.uploads.carry_out(record, taken, changes, by=account.name))
    return RedirectResponse(f"/imports?sent={id}", status_code=303)


@router.post("/imports/{id}/undo")
def undo(
    request: Request,
    id: Id,
    service: Records,
    said: Annotated[Withdrawn, Form()],
    account: Reviewer,
) -> Response:
    try:
        force = may_force(account, said.force)
        service.importer.undo(ImportId(id), by=account.name, force=force)
    except (Conflict, Forbidden) as error:
        return _listed(request, service, error=error)
    return RedirectResponse("/imports", status_code=303)


def _listed(
    request: Request,
    service: Deduplicator,
    *,
    sent: int = 0,
    error: DedupError | None = None,
) -> Response:
    records = service.importer.latest(IMPORTS_SHOWN)
    context: dict[str, Any] = {
        "records": records,
        "sent": next((record for record in records if record.id == sent), None),
        "error": error.message if error else None,
        "pairs": error.data.get("pairs", ()) if error else (),
    }
    return page(request, "imports.html", context, status_code=status_of(error) if error else 200)
