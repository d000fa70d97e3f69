"""A file on its way in: what it would give, before anything is written; then every row of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from dedup.errors import BadFile
from dedup.files import mapping as mappings
from dedup.files.formats import Format, sniff
from dedup.files.header import LOOK, Header, find_header
from dedup.files.jsonl import read_objects, submission_of
from dedup.files.reading import read_table, sheets
from dedup.files.rows import ParsedRow, Problem, parse_rows, row_faults
from dedup.files.table import Row, Table
from dedup.initiatives import SourceRow

Remembered = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks of a file: a sheet, the header's row, and columns mapped by hand."""

    sheet: str | None = None
    header_row: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with its header known; ``rows`` can be walked once."""

    sheet: str
    header: Header | None  # None: JSON lines, whose keys are the fields
    mapping: Mapping[str, str]  # label -> field
    rows: Iterable[ParsedRow]

    @property
    def header_key(self) -> str:
        return mappings.header_key(self.header) if self.header else "jsonl"


def open_rows(
    path: Path, wanted: Wanted, *, remembered: Mapping[str, str] | None = None, name: str = ""
) -> Opened:
    """The file's rows under the proposed, remembered or chosen mapping; raises BadFile."""
    shown = name or path.name
    if sniff(path) in {Format.JSONL, Format.JSON}:
        return Opened("", None, {}, _json_rows(path, shown))
    table, header = _headed(path, wanted, shown)
    mapping = mappings.overridden(remembered or mappings.propose(header), wanted.mapping)
    columns = mappings.columns_of(header, mapping)
    return Opened(table.sheet, header, mapping, parse_rows(table, header, columns))


def header_key(path: Path, wanted: Wanted) -> str:
    """The key under which a mapping of this file's headings would be remembered."""
    if sniff(path) in {Format.JSONL, Format.JSON}:
        return "jsonl"
    return mappings.header_key(_headed(path, wanted, path.name)[1])


def digest(path: Path, sheet: str) -> str:
    """blake2b-256 of the bytes and the sheet's name: what makes two imports the same."""
    hashed = hashlib.blake2b(digest_size=32)
    with path.open("rb") as source:
        while part := source.read(1 << 20):
            hashed.update(part)
    hashed.update(b"\x00" + sheet.encode("utf-8", "replace"))
    return hashed.hexdigest()


def _headed(path: Path, wanted: Wanted, name: str) -> tuple[Table, Header]:
    """The sheet asked for; else the first visible one that has a table's head."""
    if wanted.sheet is not None:
        return _head_of(path, wanted.sheet, wanted, name)
    refusal: BadFile | None = None
    for sheet in (each for each in sheets(path) if each.visible):
        try:
            return _head_of(path, sheet.name or None, wanted, name)
        except BadFile as error:
            refusal = refusal or error
    raise refusal or BadFile(reason="Tệp không có trang tính nào hiện ra; xin kiểm tra lại tệp.")


def _head_of(path: Path, sheet: str | None, wanted: Wanted, name: str) -> tuple[Table, Header]:
    table = read_table(path, sheet=sheet)
    rows = iter(table.rows)
    top: list[Row] = list(islice(rows, max(LOOK, (wanted.header_row or 0) + 1)))
    if not top:
        raise BadFile(reason=f"Trang «{table.sheet}» không có dòng nào; xin kiểm tra lại tệp.")
    header = find_header(top, table.merges, header_row=wanted.header_row)
    whole = Table(name, table.sheet, chain(top, rows), table.merges, table.remarks)
    return whole, header


def _json_rows(path: Path, name: str) -> Iterator[ParsedRow]:
    for line, row in read_objects(path):
        source = SourceRow(file=name, sheet="", row=line)
        try:
            submission = submission_of(row)
        except BadFile as error:
            told = Problem(line, "HL00", "error", error.reason or error.message, error.column or "")
            yield ParsedRow(source, None, (told,))
            continue
        faults = row_faults(line, submission)
        yield ParsedRow(source, None if faults else submission, faults)
