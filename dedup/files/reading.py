"""The one door to tabular files: sheets by name, rows by the numbers that Excel shows."""

from __future__ import annotations

from pathlib import Path

from dedup.errors import BadFile
from dedup.files.csvfile import read_csv
from dedup.files.formats import Format, sniff
from dedup.files.table import Sheet, Table
from dedup.files.workbook import read_sheet, workbook_sheets


def sheets(path: Path) -> tuple[Sheet, ...]:
    """The worksheets of a workbook; a CSV or JSON file has one without a name."""
    kind = sniff(path)
    if kind in {Format.XLSX, Format.XLS}:
        return workbook_sheets(path, kind)
    return (Sheet(""),)


def read_table(path: Path, *, sheet: str | None = None) -> Table:
    """A sheet (the first visible one by default) or a CSV file; raises BadFile."""
    kind = sniff(path)
    if kind is Format.CSV:
        return read_csv(path)
    if kind in {Format.JSONL, Format.JSON}:
        raise BadFile(reason="Tệp JSON không phải bảng tính; xin nhập bằng lệnh import.")
    return read_sheet(path, kind, sheet=sheet or _first_visible(path, kind))


def _first_visible(path: Path, kind: Format) -> str:
    known = workbook_sheets(path, kind)
    if not known:
        raise BadFile(reason="Tệp Excel không có trang tính nào; xin kiểm tra lại tệp.")
    return next((each.name for each in known if each.visible), known[0].name)
