"""The office's own file back, with a column "Lỗi/Cảnh báo" and, hidden, the keys of its rows.

A copy by openpyxl keeps the office's formatting up to ``KEPT`` rows; beyond, a plain sheet is written.
A corrected copy that comes back updates the records its keys name.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import xlsxwriter
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from dedup.errors import BadFile
from dedup.files.cells import cell_text
from dedup.files.formats import Format, sniff
from dedup.files.labels import KEY_COLUMN, NOTE_COLUMN
from dedup.files.reading import read_table
from dedup.files.rows import Problem
from dedup.files.table import Cell

# Contract: the copy that keeps formatting is made up to this many rows; openpyxl holds some 50 times
# a sheet's size in memory.
KEPT = 20_000
CELL_LIMIT = 32_767  # characters Excel keeps in a cell


def write_returned(
    source: Path,
    out: Path,
    *,
    sheet: str,
    header_row: int,
    problems: Sequence[Problem],
    keys: Mapping[int, str],
) -> None:
    """Write the copy; ``keys`` of Excel rows stand over those the file has. Raises BadFile."""
    notes: dict[int, list[str]] = {}
    for problem in problems:
        notes.setdefault(problem.row, []).append(f"[{problem.code}] {problem.message}")
    told = {row: "; ".join(lines) for row, lines in notes.items()}
    try:
        if sniff(source) is Format.CSV:
            _csv_copy(source, out, header_row, told, keys)
        elif not _formatted(source, out, sheet, header_row, told, keys):
            _plain_copy(source, out, sheet, header_row, told, keys)
    except OSError as error:
        raise BadFile(reason=f"Không ghi được {out.name}: {error.strerror or error}.") from error


def _formatted(
    source: Path,
    out: Path,
    sheet: str,
    header_row: int,
    told: Mapping[int, str],
    keys: Mapping[int, str],
) -> bool:
    """Write the copy that keeps formatting; False where openpyxl cannot, or it would be too much."""
    if sniff(source) is not Format.XLSX:
        return False
    try:
        if not _is_small(source, sheet):
            return False
        _formatted_copy(source, out, sheet, header_row, told, keys)
    except _ODD:
        return False
    return True


# What openpyxl raises on workbooks that Excel and calamine read: odd styles, names, validations.
_ODD = (BadZipFile, InvalidFileException, LookupError, ValueError, TypeError, AttributeError)


def _is_small(source: Path, sheet: str) -> bool:
    book = openpyxl.load_workbook(source, read_only=True)
    try:
        return int(book[sheet].max_row or KEPT + 1) <= KEPT
    finally:
        book.close()


def _formatted_copy(
    source: Path,
    out: Path,
    sheet: str,
    header_row: int,
    told: Mapping[int, str],
    keys: Mapping[int, str],
) -> None:
    book = openpyxl.load_workbook(source, keep_vba=source.suffix.lower() == ".xlsm")
    target = book[sheet]
    heads = {str(cell.value): cell.column for cell in target[header_row] if cell.value}
    width = target.max_column
    note = heads.get(NOTE_COLUMN) or width + 1
    key = heads.get(KEY_COLUMN) or max(width, note) + 1
    for column, name in ((note, NOTE_COLUMN), (key, KEY_COLUMN)):
        target.cell(header_row, column, name).font = Font(bold=True)
    for row in range(header_row + 1, target.max_row + 1):
        target.cell(row, note).value = None  # given to cell() itself, None would change nothing
    for row, line in told.items():
        cell = target.cell(row, note)
        cell.value, cell.data_type = line, "s"
        cell.alignment, cell.font = Alignment(wrap_text=True, vertical="top"), Font(color="C00000")
    for row, value in keys.items():
        target.cell(row, key, value)
    target.column_dimensions[get_column_letter(note)].width = 50
    target.column_dimensions[get_column_letter(key)].hidden = True
    book.save(out)


def _plain_copy(
    source: Path,
    out: Path,
    sheet: str,
    header_row: int,
    told: Mapping[int, str],
    keys: Mapping[int, str],
) -> None:
    table = read_table(source, sheet=sheet)
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    target = book.add_worksheet((table.sheet or "DS")[:31])
    places: tuple[int, int] | None = None
    for number, cells in table.rows:
        if number == header_row:
            places = _places([cell_text(cell) for cell in cells], len(cells))
        for column, cell in enumerate(cells):
            if places is None or column != places[0]:
                _write(target, number - 1, column, cell, day)
        for column, value in _marks(number, header_row, places, told, keys):
            target.write_string(number - 1, column, value[:CELL_LIMIT])
    if places:
        target.set_column(places[1], places[1], 10, None, {"hidden": True})
    book.close()


def _write(target: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    """A cell as what it was: text is never taken for a formula."""
    if isinstance(cell, bool | int | float):
        target.write(row, column, cell)
    elif isinstance(cell, date):
        target.write_datetime(row, column, cell, day)
    elif cell != "":
        target.write_string(row, column, cell_text(cell)[:CELL_LIMIT])


def _csv_copy(
    source: Path, out: Path, header_row: int, told: Mapping[int, str], keys: Mapping[int, str]
) -> None:
    places: tuple[int, int] | None = None
    width = max((len(cells) for _, cells in read_table(source).rows), default=0)
    with out.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        for number, cells in read_table(source).rows:
            texts = [cell_text(cell) for cell in cells]
            if number == header_row:
                places = _places(texts, width)
            if places and number >= header_row:
                texts += [""] * (max(places) + 1 - len(texts))
                texts[places[0]] = ""
            for column, value in _marks(number, header_row, places, told, keys):
                texts[column] = value
            writer.writerow(texts)


def _places(heads: Sequence[str], width: int) -> tuple[int, int]:
    """Columns (from 0) of the note and of the key: those a returned file has, or new ones."""
    note = heads.index(NOTE_COLUMN) if NOTE_COLUMN in heads else width
    key = heads.index(KEY_COLUMN) if KEY_COLUMN in heads else max(width, note + 1)
    return note, key


def _marks(
    number: int,
    header_row: int,
    places: tuple[int, int] | None,
    told: Mapping[int, str],
    keys: Mapping[int, str],
) -> list[tuple[int, str]]:
    if places is None:
        return []
    if number == header_row:
        return [(places[0], NOTE_COLUMN), (places[1], KEY_COLUMN)]
    marks = [(places[0], told[number])] if number in told else []
    return marks + ([(places[1], keys[number])] if number in keys else [])
