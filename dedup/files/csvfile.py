"""CSV as Excel saves it: any of `,` `;` tab, quotes and line breaks inside cells, four encodings."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from dedup.errors import BadFile
from dedup.files.encoding import detect_encoding
from dedup.files.table import Row, Table
from dedup.initiatives import TEXT_LIMIT

DELIMITERS = (";", "\t", ",")  # on a tie the rarer in running text wins
LINE_LIMIT = 4 * TEXT_LIMIT  # characters; several long fields may share one line
_SAMPLE = 200  # records looked at to tell the delimiter


def read_csv(path: Path) -> Table:
    """A CSV file as a table; rows are numbered as Excel numbers them when it opens the file."""
    encoding = detect_encoding(path)
    return Table(name=path.name, sheet="", rows=_rows(path, encoding, _delimiter(path, encoding)))


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        for number, cells in enumerate(_records(file, delimiter), start=1):
            yield number, tuple(cells)


def _records(file: TextIO, delimiter: str) -> Iterator[list[str]]:
    """Records with the first ``sep=;`` line left out; faults become BadFile with their row."""
    csv.field_size_limit(TEXT_LIMIT)  # the module has one limit for the whole process
    reader = csv.reader(_lines(file), delimiter=delimiter)
    number = 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise BadFile(row=number + 1, reason=_fault(number + 1, str(error))) from error
        except UnicodeDecodeError as error:
            raise BadFile(row=number + 1, reason=_broken(number + 1)) from error
        if record is None:
            return
        if number or not _is_directive(record, delimiter):
            number += 1
            yield record


def _is_directive(record: list[str], delimiter: str) -> bool:
    return record in ([f"sep={delimiter}"], ["sep=", ""])


def _lines(file: TextIO) -> Iterator[str]:
    for number in range(1, 1 << 62):
        line = file.readline(LINE_LIMIT + 1)
        if not line:
            return
        if len(line) > LINE_LIMIT:
            raise BadFile(
                row=number,
                reason=f"Dòng {number} dài hơn {LINE_LIMIT // 1_000_000} triệu ký tự; "
                "xin kiểm tra dấu ngoặc kép và dấu xuống dòng của tệp CSV.",
            )
        yield line.replace("\0", "")


def _fault(row: int, detail: str) -> str:
    if "field larger" in detail:
        return (
            f"Dòng {row}: có ô dài hơn {TEXT_LIMIT // 1_000_000} triệu ký tự, thường do thiếu "
            "dấu ngoặc kép đóng; xin kiểm tra dòng này rồi nhập lại."
        )
    return f"Dòng {row}: không đọc được dòng CSV này ({detail}); xin sửa rồi nhập lại."


def _broken(row: int) -> str:
    return (
        f"Dòng {row}: có ký tự không thuộc bảng mã của tệp; xin mở tệp gốc bằng Excel, "
        "lưu lại kiểu «CSV UTF-8» rồi nhập lại."
    )


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts most records of the sample into one same number of cells."""
    return max(DELIMITERS, key=lambda each: _regularity(path, encoding, each))


def _regularity(path: Path, encoding: str, delimiter: str) -> tuple[int, int]:
    with path.open(encoding=encoding, newline="") as file:
        try:
            widths = Counter(len(r) for r in islice(_records(file, delimiter), _SAMPLE))
        except BadFile:
            return (0, 0)
    several = {width: count for width, count in widths.items() if width > 1}
    width, count = max(several.items(), key=lambda item: item[1] * item[0], default=(0, 0))
    return (count * width, width)
