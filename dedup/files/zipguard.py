"""Limits on a zipped workbook, held before a parser sees it: size, cells and text once unpacked.

A sheet is scanned as bytes, not parsed: the parser used afterwards lays cells out as a dense grid,
so two cells in far corners would ask for terabytes. Reading each part to its end through ``zipfile``
also proves that the sizes in the zip directory are true (length and CRC are checked there).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dedup.errors import BadFile
from dedup.files.table import TOTAL_TEXT_LIMIT, UNCACHED, column_number

UNPACKED_LIMIT = (
    1_500 << 20
)  # bytes; 101,816 rows of 12 columns are 150 MB, Excel's last row 1.5 GB
RATIO_LIMIT = 200  # unpacked to packed; full sheets reach 10-30, deflate at its utmost 1,032
RATIO_FROM = 100 << 20  # bytes below which the ratio does no harm
ENTRIES_LIMIT = 10_000
GRID_LIMIT = 30_000_000  # cells laid out densely, about 1 GB
CELL_LIMIT = 16 << 20  # bytes of XML; Excel's own cell ends at 32,767 characters
CHUNK = 1 << 20

# Attribute lists are bounded so that no crafted one makes the search quadratic.
_ROW = re.compile(rb"<(?:\w{1,20}:)?row(?=[\s/>])(?:[^>]{0,400}?\sr=[\"'](\d{1,9}))?")
_CELL = re.compile(
    rb"<(?:\w{1,20}:)?c(?=[\s>])(?:[^>]{0,400}?\sr=[\"']([A-Z]{1,3})\d)?[^>]{0,400}(?<!/)>"
)
_FORMULA = rb"<(?:\w{1,20}:)?f(?:\s[^>]{0,400})?(?:/>|>[^<]*</(?:\w{1,20}:)?f>)"
_AT = rb"[^>]{0,400}?\sr=[\"']([A-Z]{1,3})(\d{1,9})[^>]{0,400}(?<!/)>"
_UNCACHED = re.compile(  # an empty text (t="str") is a result, a missing value is not
    rb"<(?:\w{1,20}:)?c(?![^>]{0,400}\st=[\"']str)"
    + _AT
    + _FORMULA
    + rb"(?:<(?:\w{1,20}:)?v\s*/>|<(?:\w{1,20}:)?v></|</)"
)
_ERROR = re.compile(
    rb"<(?:\w{1,20}:)?c(?=[^>]{0,400}\st=[\"']e[\"'])" + _AT + rb"(?:" + _FORMULA + rb")?"
    rb"<(?:\w{1,20}:)?v>(#[^<]{1,20})<"
)
_SHARED_CELL = re.compile(rb"\st=[\"']s[\"'][^>]{0,400}>\s*<(?:\w{1,20}:)?v>(\d{1,9})<")
_SHARED = re.compile(rb"<(?:\w{1,20}:)?si(?=[\s/>])")
_ROOT = re.compile(rb"<(\w{1,20}:)?(?:worksheet|sst)[\s>]")


@dataclass(slots=True)
class SheetScan:
    """What a sheet's XML holds: the grid it spans and the cells whose values cannot be trusted."""

    height: int = 0
    width: int = 0
    cells: int = 0
    remarks: dict[tuple[int, int], str] = field(default_factory=dict)


def guard_archive(path: Path) -> None:
    """Raise BadFile where the zip directory tells of more than a workbook ever holds."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    bomb = unpacked > RATIO_FROM and unpacked / packed > RATIO_LIMIT
    if len(entries) > ENTRIES_LIMIT or unpacked > UNPACKED_LIMIT or bomb:
        raise BadFile(
            reason=f"Tệp Excel khi giải nén lên tới {unpacked >> 20:,} MB, lớn bất thường".replace(
                ",", "."
            )
            + "; xin chép riêng bảng sáng kiến sang tệp mới (dán giá trị) rồi nhập lại."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile(reason="Tệp nén có mật khẩu; xin bỏ mật khẩu rồi nhập lại.")


def scan_sheet(path: Path, part: str) -> SheetScan:
    """Scan one worksheet part and the texts it shares; raises BadFile beyond the limits."""
    with zipfile.ZipFile(path) as archive:
        scan = _scan_cells(archive, part)
        if scan.height * scan.width > GRID_LIMIT:
            raise BadFile(
                reason=f"Bảng trải tới {scan.height} dòng × {scan.width} cột; xin xóa các dòng, cột "
                "thừa ở xa bảng (Ctrl+End để thấy ô cuối) rồi lưu và nhập lại."
            )
        _guard_shared_text(archive, part, cells=scan.cells)
    return scan


def _scan_cells(archive: zipfile.ZipFile, part: str) -> SheetScan:
    """Exact where cells and rows carry their references, an upper bound where a writer left them out."""
    scan, rows, columns = SheetScan(), _Extent(), _Extent()
    for chunk in _chunks(archive, part, before=b"c"):
        rows.take(_ROW.findall(chunk), number=int)
        found = _CELL.findall(chunk)
        scan.cells += len(found)
        columns.take(found, number=lambda letters: column_number(letters.decode()) + 1)
        if columns.loose:
            columns.widen(chunk)
        scan.remarks.update(_remarks(chunk))
    scan.height = rows.last + rows.loose
    scan.width = columns.last + columns.widest
    return scan


@dataclass(slots=True)
class _Extent:
    """How far references reach, and how many elements came without one."""

    last: int = 0
    loose: int = 0
    widest: int = 0
    _open: int = 0

    def take(self, references: list[bytes], *, number: Callable[[bytes], int]) -> None:
        self.loose += references.count(b"")
        distinct = set(references) - {b""}
        self.last = max(self.last, max(map(number, distinct), default=0))

    def widen(self, chunk: bytes) -> None:
        """Count the cells of each row; a row may run on from the chunk before."""
        carried, *whole = (len(_CELL.findall(stretch)) for stretch in _ROW.split(chunk)[::2])
        self._open = whole[-1] if whole else self._open + carried
        self.widest = max(self.widest, self._open, carried, *whole)


def _remarks(chunk: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b"f>" in chunk or b"<f" in chunk:
        for letters, row in _UNCACHED.findall(chunk):
            yield (int(row), column_number(letters.decode())), UNCACHED
    if b">#" in chunk:
        for letters, row, error in _ERROR.findall(chunk):
            yield (int(row), column_number(letters.decode())), error.decode("ascii", "replace")


def _guard_shared_text(archive: zipfile.ZipFile, part: str, *, cells: int) -> None:
    """A shared text is copied into every cell that names it: one long text makes a bomb of a small file."""
    lengths = _shared_lengths(archive)
    if not lengths or max(lengths) * cells <= TOTAL_TEXT_LIMIT:
        return
    total = 0
    for chunk in _chunks(archive, part, before=b"c"):
        numbers = map(int, _SHARED_CELL.findall(chunk))
        total += sum(lengths[number] for number in numbers if number < len(lengths))
        if total > TOTAL_TEXT_LIMIT:
            raise BadFile(
                reason="Bảng chứa hơn 2 GB chữ (ô rất dài lặp lại nhiều lần); "
                "xin chuyển phần nội dung dài thành tệp đính kèm rồi nhập lại."
            )


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    lengths: list[int] = []
    for name in archive.namelist():
        if name.lower().endswith("sharedstrings.xml"):
            for chunk in _chunks(archive, name, before=b"si"):
                lengths.extend(map(len, _SHARED.split(chunk)[1:]))
    return lengths


def _chunks(archive: zipfile.ZipFile, part: str, *, before: bytes) -> Iterator[bytes]:
    """A part in pieces of about 1 MB, split before an element ``before`` so that none is torn."""
    rest, token = b"", b""
    with archive.open(part) as file:
        while block := file.read(CHUNK):
            rest += block
            token = token or _opening(rest, before)
            at = rest.rfind(token)
            if at > 0:
                yield rest[:at]
                rest = rest[at:]
            if len(rest) > CELL_LIMIT:
                raise BadFile(
                    reason=f"Có ô dài hơn {CELL_LIMIT >> 20} MB; xin rút gọn nội dung hoặc "
                    "chuyển thành tệp đính kèm rồi nhập lại."
                )
    yield rest


def _opening(head: bytes, element: bytes) -> bytes:
    """How the writer opens an element: some give all of theirs a prefix, as in ``<x:c``."""
    root = _ROOT.search(head)
    return b"<" + ((root and root[1]) or b"") + element
