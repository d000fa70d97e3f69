"""Cells under their fields to values: repaired, parsed, flagged where unsure; never a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dedup import text
from dedup.files.cells import cell_text
from dedup.files.jsonl import moment
from dedup.files.table import Cell
from dedup.initiatives import Attachment, Author, Flag, PartialDate

TEXTS = (
    "code",
    "title",
    "situation",
    "description",
    "novelty",
    "effect",
    "kind",
    "field",
    "unit",
    "decision_no",
    "decision_level",
)
DATES = ("filed_on", "first_applied_on", "recognised_on")
# Marks of a cell that merely has no value; telling them would bury what matters.
SILENT = frozenset({"blank"})
_YES = frozenset({"co", "x", "yes", "true", "1", "dung"})
_SHARE = re.compile(r"\(?\s*(\d{1,3}(?:[.,]\d+)?)\s*%\s*\)?")
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?E\+?\d+$", re.IGNORECASE)


def field_values(
    cells: Mapping[str, Cell], *, money_unit: int | None
) -> tuple[dict[str, Any], tuple[Flag, ...]]:
    """Values for ``Submission`` and the flags raised on the way."""
    flags: list[Flag] = []
    values: dict[str, Any] = {name: _text(cells, name, flags) for name in TEXTS}
    values |= {name: _date(cells.get(name, ""), name, flags) for name in DATES}
    if values["first_applied_on"] is None and cells.get("year"):
        values["first_applied_on"] = _date(cells["year"], "first_applied_on", flags)
    values["authors"] = _authors(cells)
    values |= _benefit(cells.get("benefit_raw", ""), money_unit, flags)
    values["uploaded_at"] = _timestamp(cells.get("uploaded_at", ""), flags)
    values["secret"] = text.fold(cell_text(cells.get("secret", ""))) in _YES
    names = cell_text(cells.get("attachments", "")).split(";")
    values["attachments"] = tuple(Attachment(name=n.strip()) for n in names if n.strip())
    return values, tuple(flags)


def _text(cells: Mapping[str, Cell], name: str, flags: list[Flag]) -> str:
    written = cell_text(cells.get(name, ""))
    repaired = text.repair(written)
    if repaired.charset is not None:
        told = f"đã chuyển mã {repaired.charset.name} sang Unicode"
        flags.append(Flag(code="HL12", field=name, detail=told))
    elif repaired.suspect:
        flags.append(Flag(code="HL12", field=name, detail="nghi lỗi phông chữ, xin kiểm tra"))
    if name in {"title", "description"} and (keys := text.unfinished_typing(repaired.text)):
        flags.append(Flag(code="typing", field=name, detail=f"nghi gõ dở ({keys})"))
    if _SCIENTIFIC.match(repaired.text.strip()):
        flags.append(Flag(code="scientific", field=name, detail=repaired.text.strip()))
    return repaired.text.strip()


def _date(cell: Cell, name: str, flags: list[Flag]) -> PartialDate | None:
    parsed = text.parse_date(cell)
    _note(flags, parsed.flags, name, cell)
    return PartialDate(parsed.value) if parsed.value else None


def _timestamp(cell: Cell, flags: list[Flag]) -> Any:
    parsed = text.parse_timestamp(cell)
    _note(flags, parsed.flags, "uploaded_at", cell)
    return moment(parsed.value) if parsed.value else None


def _benefit(cell: Cell, money_unit: int | None, flags: list[Flag]) -> dict[str, Any]:
    money = text.parse_money(cell, header_unit=money_unit)
    _note(flags, money.flags, "benefit_raw", cell)
    return {"benefit_raw": cell_text(cell).strip(), "benefit_vnd": money.amount}


def _note(flags: list[Flag], codes: tuple[str, ...], name: str, cell: Cell) -> None:
    shown = f"«{cell_text(cell)[:100]}»"
    flags += [Flag(code=c, field=name, detail=f"{c} {shown}") for c in codes if c not in SILENT]


def _authors(cells: Mapping[str, Cell]) -> tuple[Author, ...]:
    """Names of one cell, with their shares; a single author also takes the row's own details."""
    names = text.split_authors(cell_text(cells.get("authors", "")))
    authors = [_author(name) for name in names]
    if len(authors) != 1:
        return tuple(authors)
    detail = {key.removeprefix("authors."): cell for key, cell in cells.items() if "." in key}
    return (_with_details(authors[0], detail),)


def _author(written: str) -> Author:
    share = _SHARE.search(written)
    name = _SHARE.sub("", written).strip(" -:,()")
    return Author(name=name, share=float(share[1].replace(",", ".")) if share else None)


def _with_details(author: Author, detail: Mapping[str, Cell]) -> Author:
    year = re.search(r"\b(19|20)\d\d\b", cell_text(detail.get("birth_year", "")))
    share = re.search(r"\d+(?:[.,]\d+)?", cell_text(detail.get("share", "")))
    return Author(
        name=author.name,
        birth_year=int(year[0]) if year else None,
        phone=cell_text(detail.get("phone", "")),
        email=cell_text(detail.get("email", "")),
        job=cell_text(detail.get("job", "")),
        share=float(share[0].replace(",", ".")) if share else author.share,
        main=True,
    )
