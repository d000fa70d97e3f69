"""Excel workbooks (.xlsx, .xlsm, .xls) read by calamine, behind the limits of ``zipguard``."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from dedup.errors import BadFile
from dedup.files.formats import LOCKED, Format
from dedup.files.table import Merge, Row, Sheet, Table
from dedup.files.zipguard import SheetScan, guard_archive, scan_sheet

XLS_LIMIT = 256 << 20  # bytes; a full .xls sheet (65,536 rows) stays well below


def workbook_sheets(path: Path, kind: Format) -> tuple[Sheet, ...]:
    """The worksheets in workbook order; chart and macro sheets are left out."""
    with _opened(path, kind) as book:
        return _worksheets(book)


def read_sheet(path: Path, kind: Format, *, sheet: str) -> Table:
    """One worksheet as a table; raises BadFile where there is none of that name."""
    with _opened(path, kind) as book:
        known = [each.name for each in _worksheets(book)]
        if sheet not in known:
            raise BadFile(
                reason=f"Không có sheet «{sheet}»; tệp có: {', '.join(f'«{n}»' for n in known)}."
            )
        scan = _scan(path, sheet) if kind is Format.XLSX else SheetScan()
        content = book.get_sheet_by_name(sheet)
        return Table(
            name=path.name,
            sheet=sheet,
            rows=_rows(content),
            merges=_merges(content),
            remarks=scan.remarks,
        )


def _worksheets(book: CalamineWorkbook) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(meta.name, meta.visible == SheetVisibleEnum.Visible)
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet
    )


@contextmanager
def _opened(path: Path, kind: Format) -> Iterator[CalamineWorkbook]:
    """The workbook, its faults told as BadFile with what to do."""
    with _readable():
        if kind is Format.XLSX:
            guard_archive(path)
        elif path.stat().st_size > XLS_LIMIT:
            raise BadFile(reason="Tệp .xls lớn bất thường; xin lưu lại thành .xlsx rồi nhập lại.")
        with load_workbook(path) as book:
            yield book


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise BadFile(reason=LOCKED) from error
    except _FAULTS as error:
        raise BadFile(reason=f"{_DAMAGED} (Chi tiết: {error})") from error
    except BaseException as error:  # a panic of the Rust reader derives from BaseException alone
        if type(error).__name__ != "PanicException":
            raise
        raise BadFile(reason=_DAMAGED) from error


# What the readers of zip, deflate and XML raise on damaged bytes, found by damaging them.
_FAULTS = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_DAMAGED = (
    "Tệp Excel bị hỏng, không đọc được; xin mở bằng Excel (chọn sửa chữa), lưu lại rồi nhập lại."
)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows as Excel numbers them; the reader drops empty columns on the left, put back here."""
    start = sheet.start
    pad = ("",) * (start[1] if start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, (*pad, *cells)


def _merges(sheet: CalamineSheet) -> tuple[Merge, ...]:
    return tuple(
        Merge(top=top + 1, left=left, bottom=bottom + 1, right=right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def _scan(path: Path, sheet: str) -> SheetScan:
    """Nothing is parsed that was not scanned: the limits would not hold for it."""
    part = _sheet_part(path, sheet)
    if part is None:
        raise BadFile(reason=_DAMAGED)
    return scan_sheet(path, part)


def _sheet_part(path: Path, sheet: str) -> str | None:
    """The zip entry that holds a sheet, by the workbook's own relations."""
    with zipfile.ZipFile(path) as archive:
        names = {name.lower().lstrip("/"): name for name in archive.namelist()}
        book = next(name for name in sorted(names) if name.endswith("workbook.xml"))
        folder = posixpath.dirname(book)
        with archive.open(names[book]) as part:
            relation = _relation_of(part, sheet)
        links = names.get(f"{folder}/_rels/workbook.xml.rels")
        target = None
        if links and relation:
            with archive.open(links) as part:
                target = _target(part, relation)
        if target is None:
            return None
        inside = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return names.get(posixpath.normpath(inside).lower())


def _relation_of(book: IO[bytes], sheet: str) -> str | None:
    for _, element in ElementTree.iterparse(book):  # noqa: S314 - expat bounds entity expansion
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            return next((v for k, v in element.items() if k.endswith("}id")), None)
    return None


def _target(links: IO[bytes], relation: str) -> str | None:
    for _, element in ElementTree.iterparse(links):  # noqa: S314 - expat bounds entity expansion
        if element.get("Id") == relation:
            return element.get("Target")
    return None
