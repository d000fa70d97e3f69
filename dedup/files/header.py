"""The head of an office table: found by its words, under title lines, over one row or several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup import text
from dedup.errors import BadFile
from dedup.files.cells import cell_text
from dedup.files.labels import KEY_COLUMN
from dedup.files.synonyms import heading, meaning
from dedup.files.table import Merge, Row, column_letters

LOOK = 60  # rows searched; offices write 3-8 title lines, cover notes a few more
LONGEST = 200  # characters of a heading; longer cells are notes or data
SEPARATOR = " – "  # between a heading and the one below it
ENOUGH = 0.5  # a heading row's score: two fields named in half of their words
WIDEST = 300  # columns looked at

Grid = Mapping[int, Sequence[str]]

_ORDINAL = frozenset({"stt", "tt", "so tt", "so thu tu"})
_NUMBER_CELL = re.compile(r"\s*[(\[]?\s*(?:\d{1,2}|[A-Za-z])\s*[)\]]?(?:\s*=.*)?\s*", re.DOTALL)
_UNIT_LINE = re.compile(r"\s*(?:tên\s+)?đơn vị(?:\s+báo cáo)?\s*:\s*(?P<name>\S.*)", re.IGNORECASE)
_UNIT_WORDS = re.compile(
    r"(?:cong doan|cdcs|cd|ldld|lien doan lao dong|cong ty|tong cong ty|cty|nha may|truong) \w"
)
_NOT_UNIT = re.compile(r"sang kien|danh sach|tong hop|bao cao|bieu |phu luc|dvt|don vi tinh")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the head stands, what each column is called, and what the title lines say."""

    first: int  # rows as Excel numbers them
    lowest: int  # the row of the lowest headings
    last: int  # with a row of column numbers below them
    labels: tuple[str, ...]  # one a column, unique, "" where there is none
    leaves: tuple[str, ...]  # the lowest heading alone
    unit: str = ""  # the unit named above the table
    money: int | None = None  # what "ĐVT: triệu đồng" multiplies by

    @property
    def ordinal(self) -> int | None:
        """The column of running numbers, if any."""
        found = (i for i, leaf in enumerate(self.leaves) if heading(leaf) in _ORDINAL)
        return next(found, None)

    @property
    def key(self) -> int | None:
        """The column of row keys, in a returned file."""
        return next((i for i, leaf in enumerate(self.leaves) if leaf == KEY_COLUMN), None)


def find_header(
    rows: Sequence[Row], merges: Sequence[Merge] = (), *, header_row: int | None = None
) -> Header:
    """The head among a table's first rows; raises BadFile where there is none."""
    plain = {number: _texts(cells) for number, cells in rows[:LOOK]}
    grid = _filled(plain, merges)
    best = header_row or max(grid, key=lambda n: (_score(grid[n]), -n), default=0)
    if best not in grid or (header_row is None and _score(grid[best]) < ENOUGH):
        raise BadFile(reason=_missing(header_row), row=header_row)
    first, last = _extent(best, merges)
    if first == last and _is_second_row(plain.get(last + 1, ()), plain[last]):
        grid = _spread(grid, last)
        last += 1
    leaves, labels = _named(grid, first, last)
    lowest = last
    if is_number_row(plain.get(last + 1, ())):
        last += 1
    above = [plain[n] for n in sorted(plain) if n < first]
    return Header(first, lowest, last, labels, leaves, _unit_above(above), _money_above(above))


def is_number_row(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3)=(1)+(2), or A B C."""
    said = [cell for cell in cells if cell and not cell.isspace()]
    return len(said) >= 3 and all(map(_NUMBER_CELL.fullmatch, said)) and _rises(said)


def _rises(cells: Sequence[str]) -> bool:
    numbers = [int(found[0]) for cell in cells if (found := re.search(r"\d+", cell))]
    return numbers == sorted(set(numbers))


def _missing(header_row: int | None) -> str:
    where = f"Dòng {header_row}" if header_row else f"{LOOK} dòng đầu của bảng"
    return (
        f"{where} không có tiêu đề cột nhận ra được; bảng cần một cột «Tên sáng kiến» "
        "(hoặc «Tên giải pháp», «Tên đề tài»). Xin sửa tiêu đề, hoặc chỉ rõ dòng tiêu đề và trang tính."
    )


def _texts(cells: Sequence[object]) -> tuple[str, ...]:
    return tuple(cell_text(cell) for cell in cells[:WIDEST])  # type: ignore[arg-type]


def _filled(grid: Grid, merges: Sequence[Merge]) -> dict[int, list[str]]:
    """Merged cells all show what the first of them holds."""
    filled = {number: list(cells) for number, cells in grid.items()}
    for merge in merges:
        value = _at(grid.get(merge.top, ()), merge.left)
        for number in range(merge.top, min(merge.bottom, merge.top + LOOK) + 1):
            row = filled.get(number, [])
            row[merge.left : merge.right + 1] = [value] * len(row[merge.left : merge.right + 1])
    return filled


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _score(cells: Sequence[str]) -> float:
    """Fields that a row names, each by the share of its heading; nothing without a title."""
    best: dict[str, float] = {}
    for cell in dict.fromkeys(cells):
        found = meaning(cell) if cell.strip() and len(cell) <= LONGEST else None
        if found:
            weight = 1.5 if found.whole else found.coverage
            best[found.field] = max(best.get(found.field, 0.0), weight)
    if "title" not in best or (len(best) == 1 and best["title"] < 1):
        return 0.0
    return sum(best.values())


def _extent(row: int, merges: Sequence[Merge]) -> tuple[int, int]:
    """The rows that cells merged downwards tie to the best one."""
    tied = [m for m in merges if m.top <= row <= m.bottom and m.bottom > m.top]
    return min((m.top for m in tied), default=row), max((m.bottom for m in tied), default=row)


def _is_second_row(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Short words standing under a blank of the row above, and nothing under its title."""
    said = [i for i, cell in enumerate(cells) if cell.strip()]
    titles = [i for i, cell in enumerate(above) if (m := meaning(cell)) and m.field == "title"]
    if not said or said[0] == 0 or set(said) & set(titles) or is_number_row(cells):
        return False
    words = all(len(cells[i]) <= 60 and not cells[i].strip()[:1].isdigit() for i in said)
    return words and any(not _at(above, i).strip() for i in said)


def _spread(grid: dict[int, list[str]], row: int) -> dict[int, list[str]]:
    """Where cells were not merged: a heading reaches over the blanks to its right that have a word below."""
    upper, lower = list(grid[row]), grid[row + 1]
    for column in range(1, len(upper)):
        if not upper[column].strip() and _at(lower, column).strip():
            upper[column] = upper[column - 1]
    return {**grid, row: upper}


def _named(grid: Grid, first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(lowest heading, whole label) of every column; equal labels are told apart by number."""
    rows = [grid[number] for number in range(first, last + 1) if number in grid]
    leaves, labels, seen = [], [], Counter[str]()
    for column in range(max(map(len, rows))):
        said = [" ".join(text.repair_text(_at(row, column)).split()) for row in rows]
        parts = list(dict.fromkeys(part for part in said if part))
        label = SEPARATOR.join(parts)
        seen[label] += 1
        leaves.append(parts[-1] if parts else "")
        labels.append(f"{label} ({seen[label]})" if label and seen[label] > 1 else label)
    return tuple(leaves), tuple(labels)


def _unit_above(lines: Sequence[Sequence[str]]) -> str:
    """The unit that reports: named outright, else the last union or company of the title lines."""
    said = [
        part.strip()
        for cells in lines
        for cell in cells
        for part in text.repair_text(cell).split("\n")
    ]
    for part in said:
        outright = _UNIT_LINE.fullmatch(part)
        if outright and not _NOT_UNIT.search(heading(part)):
            return outright["name"]
    named = [
        part
        for part in said
        if len(part) <= LONGEST
        and _UNIT_WORDS.match(heading(part))
        and not _NOT_UNIT.search(heading(part))
    ]
    return named[-1] if named else ""


def _money_above(lines: Sequence[Sequence[str]]) -> int | None:
    cells = (cell for row in lines for cell in row if cell.strip() and len(cell) <= LONGEST)
    return next((unit for cell in cells if (unit := text.header_unit(cell))), None)


def label_of(header: Header, column: int) -> str:
    """A column's label, or Excel's letter where it has none."""
    return _at(header.labels, column) or column_letters(column)
