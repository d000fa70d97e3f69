"""Rows of an office sheet to submissions: what is no record is left out, what is wrong is told.

Left out: blank rows, column numbers, repeated headings, totals, group headings (they give the rows
below their unit), the signature block. A row without a title under a merged one brings a further
author of the record above.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dedup import text
from dedup.errors import BadFile
from dedup.files.cells import cell_text
from dedup.files.fields import field_values
from dedup.files.header import Header, is_number_row
from dedup.files.mapping import Columns
from dedup.files.synonyms import heading
from dedup.files.table import Cell, Merge, Row, Table
from dedup.initiatives import TITLE_LIMIT, Author, InitiativeId, SourceRow, Submission

KEY_COLUMN = "Khóa dòng (không sửa)"
NOTE_COLUMN = "Lỗi/Cảnh báo"
_SAME = {"nhu tren", "nt", "n t", "tuong tu", "do"}
_TOTAL = re.compile(r"^(tong cong|tong so|tong|cong|cong cong)( |$|:)")
_SIGNATURE = re.compile(
    r"^(nguoi lap|tm |thu truong|chu tich|giam doc|noi nhan|truong ban|ky ten|nguoi tong hop)"
)
_GROUP = re.compile(r"^(?:[ivx]{1,5}|[a-h]|\d{1,2})[.)]?$", re.IGNORECASE)


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
    """A row read. ``submission`` is None where it cannot be stored; ``key`` names what it corrects."""

    source: SourceRow
    submission: Submission | None
    problems: tuple[Problem, ...] = ()
    key: InitiativeId | None = None


@dataclass(slots=True)
class _Context:
    """What rows further up say about those below."""

    header: Header
    columns: Columns
    money_unit: int | None
    group: str = ""
    above: dict[str, str] = dataclasses.field(default_factory=dict)


def parse_rows(table: Table, header: Header, columns: Columns) -> Iterator[ParsedRow]:
    """Every record below the header, in order."""
    context = _Context(header, columns, _money_unit(header, columns))
    waiting: ParsedRow | None = None
    for number, cells in _filled(table.rows, table.merges):
        if number <= header.last:
            continue
        texts = [cell_text(cell).strip() for cell in cells]
        if _is_signature(texts):
            break
        if _is_no_record(texts, context):
            continue
        if waiting and (author := _further_author(texts, columns)):
            waiting = _with_author(waiting, author)
            continue
        if waiting:
            yield waiting
        waiting = _parsed(number, cells, texts, context, table)
    if waiting:
        yield waiting


def _filled(rows: Iterable[Row], merges: Sequence[Merge]) -> Iterator[Row]:
    """Rows with vertically merged cells filled down from their first one."""
    tall = [merge for merge in merges if merge.bottom > merge.top]
    held: dict[tuple[int, int], Cell] = {}
    for number, cells in rows:
        open_ = [merge for merge in tall if merge.top <= number <= merge.bottom]
        if not open_:
            yield number, cells
            continue
        filled = list(cells)
        for merge in open_:
            if merge.left < len(filled):
                if number == merge.top:
                    held[merge.top, merge.left] = filled[merge.left]
                else:
                    filled[merge.left] = held.get((merge.top, merge.left), "")
        yield number, tuple(filled)


def _is_no_record(texts: Sequence[str], context: _Context) -> bool:
    named = [cell for cell in texts if cell]
    if not named or is_number_row(texts):
        return True
    first = text.fold(named[0])
    if _TOTAL.match(first) or (len(named) > 1 and _TOTAL.match(text.fold(named[1]))):
        return True
    if _repeats_heading(texts, context.header):
        return True
    return _is_group(named, texts, context)


def _repeats_heading(texts: Sequence[str], header: Header) -> bool:
    wanted = {heading(name) for name in header.labels if name}
    named = [heading(cell) for cell in texts if cell]
    return len(named) > 1 and all(any(n and n in name for name in wanted) for n in named)


def _is_group(named: Sequence[str], texts: Sequence[str], context: _Context) -> bool:
    """A heading among the rows: "II | Công ty B", or a unit's name alone over merged columns."""
    numbered = len(named) == 2 and bool(_GROUP.match(named[0])) and not named[0].isdigit()
    alone = len(set(named)) == 1 and len(texts) > 2 and _names_a_unit(named[0])
    if not (numbered or alone):
        return False
    context.group = text.repair(named[-1]).text
    context.above.pop("unit", None)
    return True


def _names_a_unit(cell: str) -> bool:
    units = r"^(?:[ivx\d]+[.)]\s*)?(cdcs|cong doan|cong ty|cty|tong cong ty|xi nghiep|nha may)\b"
    return bool(re.match(units, text.fold(cell)))


def _is_signature(texts: Sequence[str]) -> bool:
    named = [text.fold(cell) for cell in texts if cell]
    return 0 < len(named) <= 3 and any(_SIGNATURE.match(f"{cell} ") for cell in named)


def _cell(texts: Sequence[str], columns: Columns, field: str) -> str:
    return "\n".join(texts[at] for at in columns.get(field, ()) if at < len(texts) and texts[at])


def _money_unit(header: Header, columns: Columns) -> int | None:
    """đồng per unit of a bare number: what the column's own heading says, else the title lines."""
    own = (text.header_unit(header.labels[at]) for at in columns.get("benefit_raw", ()))
    return next((unit for unit in own if unit is not None), header.money)


def _further_author(texts: Sequence[str], columns: Columns) -> str:
    """The author of a row that has nothing else of its own."""
    author = _cell(texts, columns, "authors")
    own = [_cell(texts, columns, name) for name in ("title", "code", "description", "benefit_raw")]
    return author if author and not any(own) else ""


def _with_author(row: ParsedRow, author: str) -> ParsedRow:
    if row.submission is None:
        return row
    names = tuple(Author(name=name) for name in text.split_authors(author))
    whole = dataclasses.replace(row.submission, authors=row.submission.authors + names)
    return dataclasses.replace(row, submission=whole)


def _parsed(
    number: int, cells: Sequence[Cell], texts: Sequence[str], context: _Context, table: Table
) -> ParsedRow:
    header = context.header
    source = SourceRow(file=table.name, sheet=table.sheet, row=number)
    by_field = _by_field(cells, texts, context)
    raw = {name: cell for name, cell in zip(header.labels, texts, strict=False) if name and cell}
    problems = _remarks(number, header, table)
    try:
        values, flags = field_values(by_field, money_unit=context.money_unit)
        submission = Submission(**values, flags=flags, raw=raw)
    except BadFile as error:
        problem = Problem(number, "HL00", "error", error.reason, error.column or "")
        return ParsedRow(source, None, (*problems, problem))
    if fault := _title_fault(number, submission.title):
        return ParsedRow(source, None, (*problems, fault))
    return ParsedRow(source, submission, problems, _row_key(texts, header))


def _title_fault(number: int, title: str) -> Problem | None:
    if not text.canonical(title):
        return Problem(number, "HL01", "error", "Thiếu tên sáng kiến; xin bổ sung.", "title")
    if len(title) > TITLE_LIMIT:
        told = f"Tên dài quá {TITLE_LIMIT} ký tự; xin rút gọn, phần còn lại ghi vào nội dung."
        return Problem(number, "HL01", "error", told, "title")
    return None


def _by_field(cells: Sequence[Cell], texts: Sequence[str], context: _Context) -> dict[str, Cell]:
    """Cells under their fields; "như trên" and an empty unit take what stands above."""
    found: dict[str, Cell] = {}
    for field, columns in context.columns.items():
        written = _cell(texts, context.columns, field)
        if written and heading(written) not in _SAME and written not in {'"', "''", "”"}:
            single = len(columns) == 1 and columns[0] < len(cells)
            found[field] = cells[columns[0]] if single else written
            context.above[field] = written
        elif written or field == "unit":
            found[field] = context.above.get(field, "")
    if not found.get("unit"):
        found["unit"] = context.group or context.header.unit
    return found


def _remarks(number: int, header: Header, table: Table) -> tuple[Problem, ...]:
    told = {"uncached": "ô công thức chưa có kết quả; mở tệp bằng Excel rồi lưu lại"}
    return tuple(
        Problem(number, "formula", "warning", f"{header.labels[column]}: {told.get(what, what)}")
        for (row, column), what in table.remarks.items()
        if row == number and column < len(header.labels)
    )


def _row_key(texts: Sequence[str], header: Header) -> InitiativeId | None:
    if KEY_COLUMN not in header.labels:
        return None
    at = header.labels.index(KEY_COLUMN)
    value = texts[at] if at < len(texts) else ""
    return InitiativeId(int(value)) if value.isdigit() else None
