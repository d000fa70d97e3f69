"""Records and pairs out: .xlsx as offices expect it, .csv that Excel opens rightly, .jsonl.

Text is always written as text, so that a cell beginning with = + - @ is never a formula; in CSV
such a cell is led by an apostrophe. Memory stays constant whatever the number of rows.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter

from dedup.errors import BadFile
from dedup.files.jsonl import record_json
from dedup.files.labels import LABELS
from dedup.initiatives import PartialDate, Submission

CELL_LIMIT = 32_767  # characters Excel keeps in a cell
ROW_LIMIT = 1_048_576
WIDE = frozenset({"title", "situation", "description", "novelty", "effect"})


def write_records(path: Path, records: Iterable[Submission]) -> int:
    """Records to .xlsx, .csv or .jsonl by the file's ending; returns how many. Raises BadFile."""
    if path.suffix == ".jsonl":
        return _write_jsonl(path, map(record_json, records))
    return _write(path, map(_labelled, records), sheet="Sáng kiến")


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], *, sheet: str) -> int:
    """Any rows of equal keys, the keys as headings; returns how many. Raises BadFile."""
    if path.suffix == ".jsonl":
        return _write_jsonl(path, rows)
    return _write(path, rows, sheet=sheet)


def _write(path: Path, rows: Iterable[Mapping[str, Any]], *, sheet: str) -> int:
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv}
    if path.suffix not in writers:
        raise BadFile(reason=f"Không ghi được dạng «{path.suffix}»; dùng .xlsx, .csv hoặc .jsonl.")
    try:
        return writers[path.suffix](path, rows, sheet)
    except OSError as error:
        raise BadFile(reason=f"Không ghi được {path.name}: {error.strerror}.") from error


def _write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as target:
        for row in rows:
            target.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            count += 1
    return count


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]], sheet: str) -> int:
    """UTF-8 with BOM and «;»: what Excel with Vietnamese settings opens by a double click."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        for row in rows:
            if count == 0:
                writer.writerow(row.keys())
            writer.writerow([_inert(value) for value in row.values()])
            count += 1
    return count


def _inert(value: Any) -> Any:
    risky = isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{value}" if risky else value


def _write_xlsx(path: Path, rows: Iterable[Mapping[str, Any]], sheet: str) -> int:
    first, rows = _peeked(rows)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    target = book.add_worksheet(sheet[:31])
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
    }
    _lay_out(target, list(first))
    for column, name in enumerate(first):
        target.write_string(0, column, name, formats["head"])
    count = 0
    for count, row in enumerate(rows, start=1):
        if count >= ROW_LIMIT:
            raise BadFile(reason="Quá 1.048.575 dòng; xin xuất ra .jsonl hoặc .csv.")
        for column, value in enumerate(row.values()):
            _write_cell(target, count, column, value, formats)
    target.autofilter(0, 0, max(1, count), max(0, len(first) - 1))
    book.close()
    return count


def _lay_out(target: Any, names: list[str]) -> None:
    target.freeze_panes(1, 2)
    target.set_landscape()
    target.set_paper(9)  # A4
    target.fit_to_pages(1, 0)
    target.repeat_rows(0)
    wide = {LABELS[name] for name in WIDE}
    for column, name in enumerate(names):
        target.set_column(column, column, 50 if name in wide else 18)


def _write_cell(target: Any, row: int, column: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        target.write_string(row, column, "Có" if value else "Không", formats["text"])
    elif isinstance(value, int | float):
        number = formats["number"] if isinstance(value, int) else None
        target.write_number(row, column, value, number)
    elif isinstance(value, date):
        target.write_datetime(row, column, value, formats["date"])
    else:
        target.write_string(row, column, str(value)[:CELL_LIMIT], formats["text"])


def _peeked(rows: Iterable[Mapping[str, Any]]) -> tuple[list[str], Iterator[Mapping[str, Any]]]:
    stream = iter(rows)
    first = next(stream, None)
    return ([], iter(())) if first is None else (list(first), chain([first], stream))


def _labelled(record: Submission) -> dict[str, Any]:
    return {label: _shown(record, name) for name, label in LABELS.items()}


def _shown(record: Submission, name: str) -> Any:
    value = getattr(record, name)
    if name == "authors":
        return "; ".join(author.name for author in value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, PartialDate):
        return value.earliest() if value.earliest() == value.latest() else str(value)
    return value
