"""Cells under their fields to values: repaired, parsed, flagged where unsure; never a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dedup import text
from dedup.files.authors import authors_of
from dedup.files.cells import cell_text
from dedup.files.jsonl import moment
from dedup.files.table import Cell
from dedup.initiatives import Attachment, Flag, Kind, PartialDate

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
_YES = frozenset({"co", "x", "yes", "true", "1", "dung", "✓", "v"})
_NO = frozenset({"", "khong", "k", "no", "false", "0", "-"})
_KINDS = (  # the longer wording first: "tiến bộ kỹ thuật" contains "kỹ thuật"
    ("tien bo ky thuat", Kind.APPLIED_PROGRESS),
    ("quan ly", Kind.MANAGERIAL),
    ("tac nghiep", Kind.WORKING),
    ("de tai", Kind.TOPIC),
    ("ky thuat", Kind.TECHNICAL),
)
SEEN = 100  # characters of a cell shown in a flag
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
    values["kind"] = _kind(values["kind"])
    values["authors"] = authors_of(cells)
    values |= _benefit(cells.get("benefit_raw", ""), money_unit, flags)
    values["uploaded_at"] = _timestamp(cells.get("uploaded_at", ""), flags)
    values["secret"] = _secret(cells.get("secret", ""), flags)
    names = re.split(r"[;\n]", text.repair_text(cell_text(cells.get("attachments", ""))))
    values["attachments"] = tuple(Attachment(name=n.strip()) for n in names if n.strip())
    return values, tuple(flags)


def _text(cells: Mapping[str, Cell], name: str, flags: list[Flag]) -> str:
    written = cell_text(cells.get(name, ""))
    repaired = text.repair(written)
    if repaired.charset is not None:
        flags.append(Flag(code="HL12", field=name, detail=repaired.charset.value))
    elif repaired.suspect:
        flags.append(Flag(code="HL12", field=name, detail=repaired.text[:SEEN]))
    if name == "title" and (keys := text.unfinished_typing(repaired.text)):
        flags.append(Flag(code="unfinished_typing", field=name, detail=str(keys)))
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
    written = text.repair_text(cell_text(cell)).strip()
    return {"benefit_raw": written, "benefit_vnd": money.amount}


def _note(flags: list[Flag], codes: tuple[str, ...], name: str, cell: Cell) -> None:
    seen = cell_text(cell)[:SEEN]
    flags += [Flag(code=code, field=name, detail=seen) for code in codes if code not in SILENT]


def _secret(cell: Cell, flags: list[Flag]) -> bool:
    said = text.fold(cell_text(cell)).strip(" .")
    if said not in _YES | _NO:
        flags.append(Flag(code="unparsed", field="secret", detail=cell_text(cell)[:SEEN]))
    return said in _YES


def _kind(written: str) -> str:
    """The kind's code where the cell names one; any other wording stays as written."""
    folded = text.fold(written)
    return next((kind.value for words, kind in _KINDS if words in folded), written)
