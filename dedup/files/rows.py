"""Rows of an office sheet to submissions: what is no record is left out, what is wrong is told.

Left out: blank rows, column numbers, repeated headings, totals, group headings (they give the rows
below their unit), the signature block. A row that only brings another author, or stands beside a
title merged downwards, joins the record above.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dedup import text
from dedup.files.authors import authors_of, joined
from dedup.files.cells import cell_text
from dedup.files.fields import field_values
from dedup.files.header import Header, label_of
from dedup.files.labels import KEY_COLUMN, NOTE_COLUMN
from dedup.files.mapping import Columns
from dedup.files.merging import Spans, filled_down
from dedup.files.rowkinds import RowKind, RowKinds, is_ditto, names_a_unit
from dedup.files.table import UNCACHED, Cell, Table
from dedup.initiatives import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    Flag,
    RowKey,
    SourceRow,
    Submission,
)

SHORT_LIMIT = 1_000  # characters of a code, unit, field …: longer ones stand in the wrong column
_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}\s+[^\W\d_]{2,}")  # no noise is three words
_LIMITS = {
    "title": TITLE_LIMIT,
    **dict.fromkeys(("situation", "description", "novelty", "effect"), TEXT_LIMIT),
    **dict.fromkeys(
        ("code", "unit", "kind", "field", "benefit_raw", "decision_no", "decision_level"),
        SHORT_LIMIT,
    ),
}
_LEAD = re.compile(r"\s*(?:[IVX]{1,5}|[A-Ha-h]|\d{1,2})\s*[.)/]\s*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: level "error" keeps it out, "warning" does not."""

    row: int
    code: str
    level: str
    message: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row read. ``submission`` is None where it cannot be stored; ``key`` names what it corrects.

    ``given`` are the fields of which a row with a key itself says something: what its file has no
    column for, what it takes from rows above and what the file lost says nothing of the record.
    """

    source: SourceRow
    submission: Submission | None
    problems: tuple[Problem, ...] = ()
    key: RowKey | None = None
    given: frozenset[str] = frozenset()

    def speaks_of(self, field: str) -> bool:
        return self.key is None or not field or field in self.given


@dataclass(frozen=True, slots=True)
class _Reading:
    """One row at hand: the cells as read (merged ones filled down) and as stripped texts."""

    number: int
    cells: Sequence[Cell]
    texts: Sequence[str]


def parse_rows(table: Table, header: Header, columns: Columns) -> Iterator[ParsedRow]:
    """Every record below the header, in order; each is held until the row after it is known."""
    spans = Spans.of(table.merges, columns["title"][0])
    kinds = RowKinds(header, columns, spans)
    parser = _Parser(table, header, columns)
    waiting: ParsedRow | None = None
    for number, cells in filled_down(table.rows, table.merges):
        if number <= header.last:
            continue
        row = _Reading(number, cells, _texts(cells))
        kind = kinds.of(number, row.texts)
        if kind is RowKind.GROUP:
            parser.enter_group(row)
        elif kind is RowKind.AUTHOR and waiting:
            waiting = parser.with_author(waiting, row)
        elif kind in {RowKind.RECORD, RowKind.AUTHOR}:
            if waiting:
                yield waiting
            waiting = parser.record(row)
    if waiting:
        yield waiting


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.strip() if isinstance(cell, str) else cell_text(cell) for cell in cells]


class _Parser:
    """Rows to records, with what rows further up say about those below."""

    def __init__(self, table: Table, header: Header, columns: Columns) -> None:
        self._table, self._header, self._columns = table, header, columns
        self._money_unit = _money_unit(header, columns)
        self._remarks: dict[int, list[tuple[int, str]]] = {}
        for (number, column), what in table.remarks.items():
            self._remarks.setdefault(number, []).append((column, what))
        self._key_at = header.key
        self._ours = {i for i, n in enumerate(header.leaves) if n in {KEY_COLUMN, NOTE_COLUMN}}
        self._group = ""
        self._above: dict[str, Cell] = {}

    def enter_group(self, row: _Reading) -> None:
        """A unit's heading holds for the rows below; a heading of another kind changes nothing."""
        words = [cell for cell in row.texts if cell and not cell.replace(".", "").isdigit()]
        if names_a_unit(words[-1]):
            self._group = _LEAD.sub("", text.repair_text(words[-1]), count=1)
            self._above.pop("unit", None)

    def with_author(self, waiting: ParsedRow, row: _Reading) -> ParsedRow:
        if waiting.submission is None:
            return waiting
        further = authors_of(self._own(row))
        authors = joined(waiting.submission.authors, further)
        if authors == waiting.submission.authors:
            return waiting
        flags = (*waiting.submission.flags, Flag(code="joined_rows", field="authors"))
        whole = dataclasses.replace(waiting.submission, authors=authors, flags=flags)
        return dataclasses.replace(waiting, submission=whole)

    def record(self, row: _Reading) -> ParsedRow:
        source = SourceRow(file=self._table.name, sheet=self._table.sheet, row=row.number)
        cells, carried = self._carried(row)
        values, flags = field_values(cells, money_unit=self._money_unit)
        flags = (*flags, *carried, *self._formula_flags(row.number))
        key, faults = self._key(row)
        raw = self._raw(row)
        if key:  # what was cleared is told apart from what has no column
            raw = dict.fromkeys(self._labels(), "") | raw
        submission = Submission(**values, flags=flags, raw=raw)
        if faults := (*faults, *row_faults(row.number, submission)):
            return ParsedRow(source, None, faults, key)
        given = self._given(row, submission) if key else frozenset[str]()
        return ParsedRow(source, submission, (), key, given)

    def _own(self, row: _Reading) -> dict[str, Cell]:
        """The row's cells under their fields; several columns of one field are joined by lines."""
        own: dict[str, Cell] = {}
        for name, columns in self._columns.items():
            filled = [i for i in columns if i < len(row.texts) and row.texts[i]]
            if len(filled) == 1:
                own[name] = row.cells[filled[0]]
            elif filled:
                own[name] = "\n".join(row.texts[i] for i in filled)
        return own

    def _carried(self, row: _Reading) -> tuple[dict[str, Cell], list[Flag]]:
        """The row's cells, with "như trên" and a blank unit taken from further up."""
        own = self._own(row)
        ditto = {n for n, cell in own.items() if _is_ditto(cell)}
        cells = {name: cell for name, cell in own.items() if name not in ditto}
        cells |= {name: self._above[name] for name in ditto if name in self._above}
        flags = [Flag(code="carried", field=name) for name in sorted(ditto) if name in cells]
        self._above.update(cells)
        if "unit" not in cells:
            flags += self._place(cells)
        return cells, flags

    def _place(self, cells: dict[str, Cell]) -> list[Flag]:
        """A blank unit: the row above's, the group's, or that of the title lines."""
        above, given = self._above.get("unit"), self._group or self._header.unit
        if not above and not given:
            return []
        cells["unit"] = above or given
        if above or self._group:
            return [Flag(code="carried" if above else "from_group", field="unit")]
        return []

    def _given(self, row: _Reading, submission: Submission) -> frozenset[str]:
        """The fields a row with a key speaks of; a blank unit says as little as "như trên"."""
        own = self._own(row)
        given = set(self._columns) - {n for n, cell in own.items() if _is_ditto(cell)}
        given -= {flag.field for flag in submission.flags if _is_lost(flag)}
        if "unit" not in own:
            given.discard("unit")
        if "first_applied_on" in self._columns:
            given.discard("year")
        elif "year" in given:
            given.add("first_applied_on")
        return frozenset(given)

    def _labels(self) -> Iterator[str]:
        columns = (i for i in range(len(self._header.labels)) if i not in self._ours)
        return (label_of(self._header, i) for i in columns)

    def _raw(self, row: _Reading) -> dict[str, str]:
        return {
            label_of(self._header, i): cell if isinstance(cell, str) else row.texts[i]
            for i, cell in enumerate(row.cells)
            if row.texts[i] and i not in self._ours
        }

    def _formula_flags(self, number: int) -> list[Flag]:
        names = {i: name for name, columns in self._columns.items() for i in columns}
        return [
            Flag(
                code=UNCACHED if what == UNCACHED else "cell_error",
                field=names.get(column, ""),
                detail=label_of(self._header, column) + ("" if what == UNCACHED else f" {what}"),
            )
            for column, what in self._remarks.get(number, ())
        ]

    def _key(self, row: _Reading) -> tuple[RowKey | None, tuple[Problem, ...]]:
        """The record the row corrects; what stands there and is no key is a fault, never ignored."""
        at = self._key_at
        value = row.texts[at] if at is not None and at < len(row.texts) else ""
        try:
            return (RowKey.read(value) if value else None), ()
        except ValueError:
            return None, (key_problem(row.number, UNREADABLE_KEY),)


UNREADABLE_KEY = (
    f"Ô «{KEY_COLUMN}» đã bị sửa nên không rõ dòng này thuộc hồ sơ nào; xin chép lại khóa từ tệp trả "
    "về, hoặc xóa ô này nếu đây là hồ sơ mới."
)


def key_problem(row: int, message: str) -> Problem:
    """What is wrong with the key of a row that came back: it keeps the row out."""
    return Problem(row, "row_key", "error", message, KEY_COLUMN)


def _is_ditto(cell: Cell) -> bool:
    return isinstance(cell, str) and is_ditto(cell)


def _is_lost(flag: Flag) -> bool:
    """Whether a cell held something that the file does not say; a secret's mark must be plain."""
    lost = {UNCACHED, "cell_error"}
    return flag.code in lost or (flag.code == "unparsed" and flag.field == "secret")


def _money_unit(header: Header, columns: Columns) -> int | None:
    """đồng per unit of a bare number: what the column's own heading says, else the title lines."""
    own = (text.header_unit(header.labels[at]) for at in columns.get("benefit_raw", ()))
    return next((unit for unit in own if unit is not None), header.money)


def row_faults(number: int, submission: Submission) -> tuple[Problem, ...]:
    """What keeps a row out of the archive."""
    if not _WORDS.search(submission.title) and not text.canonical(submission.title):
        return (Problem(number, "HL01", "error", "Thiếu tên sáng kiến; xin bổ sung.", "title"),)
    return tuple(
        Problem(
            number,
            "too_long",
            "error",
            f"Ô dài quá {limit:,} ký tự; xin rút gọn hoặc gửi thành tệp đính kèm.".replace(
                ",", "."
            ),
            name,
        )
        for name, limit in _LIMITS.items()
        if len(getattr(submission, name)) > limit
    )
