"""Cells under their fields to values: repaired, parsed, flagged where unsure; never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from dedup import text
from dedup.files.authors import authors_of
from dedup.files.cells import cell_text
from dedup.files.jsonl import moment
from dedup.files.table import Cell
from dedup.initiatives import Attachment, Flag, Kind, PartialDate
from dedup.text.repair import is_clean

TEXTS = frozenset(
    (
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
)
DATES = frozenset(("filed_on", "first_applied_on", "recognised_on"))
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
    """Values for ``Submission`` of the fields that have a cell, and the flags raised on the way."""
    flags: list[Flag] = []
    values: dict[str, Any] = {
        name: _text(cell, name, flags) for name, cell in cells.items() if name in TEXTS
    }
    values |= {name: _date(cell, name, flags) for name, cell in cells.items() if name in DATES}
    if values.get("first_applied_on") is None and "year" in cells:
        values["first_applied_on"] = _date(cells["year"], "first_applied_on", flags)
    for name, read in _READ.items():
        if name in cells:
            values |= read(cells[name], flags)
    values |= _benefit(cells.get("benefit_raw", ""), money_unit, flags)
    values["authors"] = authors_of(cells)
    return {"title": "", **values}, tuple(flags)


def _text(cell: Cell, name: str, flags: list[Flag]) -> str:
    written = cell_text(cell).strip()
    value = written if is_clean(written) else _repaired(written, name, flags)
    if name == "title" and (keys := _unfinished(value)):
        flags.append(Flag(code="unfinished_typing", field=name, detail=keys))
    if len(value) < 20 and _SCIENTIFIC.match(value):
        flags.append(Flag(code="scientific", field=name, detail=value))
    return _kind(value) if name == "kind" else value


def _repaired(written: str, name: str, flags: list[Flag]) -> str:
    repaired = text.repair(written)
    if repaired.charset is not None:
        flags.append(Flag(code="HL12", field=name, detail=repaired.charset.value))
    elif repaired.suspect:
        flags.append(Flag(code="HL12", field=name, detail=repaired.text[:SEEN]))
    return repaired.text


def _unfinished(title: str) -> str:
    """The input method that seems to have been off; never where most words carry their marks."""
    words = title.split()
    if 2 * sum(not word.isascii() for word in words) > len(words):
        return ""
    return text.unfinished_typing(title) or ""


def _date(cell: Cell, name: str, flags: list[Flag]) -> PartialDate | None:
    iso, codes = _parsed_date(cell)
    _note(flags, codes, name, cell)
    return iso


@lru_cache(maxsize=1 << 14, typed=True)  # a sheet holds few different days
def _parsed_date(cell: Cell) -> tuple[PartialDate | None, tuple[str, ...]]:
    parsed = text.parse_date(cell)
    return PartialDate(parsed.value) if parsed.value else None, parsed.flags


def _timestamp(cell: Cell, flags: list[Flag]) -> dict[str, Any]:
    parsed = text.parse_timestamp(cell)
    _note(flags, parsed.flags, "uploaded_at", cell)
    return {"uploaded_at": moment(parsed.value) if parsed.value else None}


def _benefit(cell: Cell, money_unit: int | None, flags: list[Flag]) -> dict[str, Any]:
    written, amount, codes = _parsed_benefit(cell, money_unit)
    _note(flags, codes, "benefit_raw", cell)
    return {"benefit_raw": written, "benefit_vnd": amount}


@lru_cache(maxsize=1 << 14, typed=True)
def _parsed_benefit(cell: Cell, money_unit: int | None) -> tuple[str, int | None, tuple[str, ...]]:
    money = text.parse_money(cell, header_unit=money_unit)
    return text.repair_text(cell_text(cell)).strip(), money.amount, money.flags


def _note(flags: list[Flag], codes: tuple[str, ...], name: str, cell: Cell) -> None:
    seen = cell_text(cell)[:SEEN]
    flags += [Flag(code=code, field=name, detail=seen) for code in codes if code not in SILENT]


def _attachments(cell: Cell, _: list[Flag]) -> dict[str, Any]:
    names = re.split(r"[;\n]", text.repair_text(cell_text(cell)))
    return {"attachments": tuple(Attachment(name=n.strip()) for n in names if n.strip())}


def _secret(cell: Cell, flags: list[Flag]) -> dict[str, Any]:
    said = text.fold(cell_text(cell)).strip(" .")
    if said not in _YES | _NO:
        flags.append(Flag(code="unparsed", field="secret", detail=cell_text(cell)[:SEEN]))
    return {"secret": said in _YES}


def _kind(written: str) -> str:
    """The kind's code where the cell names one; any other wording stays as written."""
    folded = text.fold(written)
    return next((kind.value for words, kind in _KINDS if words in folded), written)


_READ: dict[str, Callable[[Cell, list[Flag]], dict[str, Any]]] = {
    "uploaded_at": _timestamp,
    "secret": _secret,
    "attachments": _attachments,
}
