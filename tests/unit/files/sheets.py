"""Sheets as offices make them, built for the tests of the files room."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from dedup.files import Opened, ParsedRow, Wanted, open_rows

Merges = Sequence[tuple[int, int, int, int]]  # rows and columns from 0: top, left, bottom, right


def workbook(
    path: Path,
    rows: Iterable[Sequence[Any]],
    *,
    merges: Merges = (),
    name: str = "DS",
    more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> Path:
    """An .xlsx with one sheet (and ``more`` after it); "" leaves a cell out."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    kept = [list(row) for row in rows]
    for title, content in {name: kept, **(more or {})}.items():
        sheet = book.add_worksheet(title)
        for row, cells in enumerate(content):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, day)
        if title == name:
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, kept[top][left])
    book.close()
    return path


def _write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell)
    elif isinstance(cell, bool | int | float):
        sheet.write(row, column, cell)
    else:
        sheet.write_datetime(row, column, cell, day)


def opened(path: Path, **wanted: Any) -> Opened:
    return open_rows(path, Wanted(**wanted))


def parsed(path: Path, **wanted: Any) -> list[ParsedRow]:
    return list(opened(path, **wanted).rows)


def titles(rows: Iterable[ParsedRow]) -> list[tuple[int, str]]:
    """(Excel row, title) of the rows that can be stored."""
    return [(row.source.row, row.submission.title) for row in rows if row.submission]
