"""The union tree as a file: code, name, aliases (separated by «;»), parent (its code)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dedup import text
from dedup.errors import BadFile
from dedup.files.cells import cell_text
from dedup.files.reading import read_table

HEADINGS = {
    "code": ("code", "ma", "ma don vi"),
    "name": ("name", "ten", "ten don vi", "don vi"),
    "aliases": ("aliases", "ten khac", "cac ten khac"),
    "parent": ("parent", "cap tren", "ma cap tren", "don vi cap tren"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit by codes; ``parent`` is the code of another row, or empty at a root."""

    row: int
    code: str
    name: str
    aliases: tuple[str, ...]
    parent: str


def read_units(path: Path) -> list[UnitRow]:
    """The rows, parents before children; raises BadFile with the row at fault."""
    table = iter(read_table(path).rows)
    _, heading = next(table, (0, ()))
    columns = _columns([cell_text(cell) for cell in heading])
    rows = [_unit(number, [cell_text(cell) for cell in cells], columns) for number, cells in table]
    return _parents_first([row for row in rows if row.code or row.name])


def _columns(heading: list[str]) -> dict[str, int]:
    words = [text.fold(cell) for cell in heading]
    found = {
        name: next((i for i, word in enumerate(words) if word in known), -1)
        for name, known in HEADINGS.items()
    }
    if found["code"] < 0 or found["name"] < 0:
        raise BadFile(reason="Tệp đơn vị cần có cột «code» (Mã) và «name» (Tên).", row=1)
    return found


def _unit(number: int, cells: list[str], columns: dict[str, int]) -> UnitRow:
    def cell(name: str) -> str:
        at = columns[name]
        return text.repair(cells[at]).text.strip() if 0 <= at < len(cells) else ""

    aliases = tuple(part.strip() for part in cell("aliases").split(";") if part.strip())
    return UnitRow(
        row=number, code=cell("code"), name=cell("name"), aliases=aliases, parent=cell("parent")
    )


def _parents_first(rows: list[UnitRow]) -> list[UnitRow]:
    """Each unit after its parent; raises BadFile for an unknown parent, a cycle, a repeated code."""
    by_code = {row.code: row for row in rows}
    for row in rows:
        if not row.code or not row.name:
            raise BadFile(f"Dòng {row.row}: thiếu mã hoặc tên đơn vị.", row=row.row)
        if by_code[row.code] is not row:
            raise BadFile(f"Dòng {row.row}: mã «{row.code}» bị lặp.", row=row.row)
        if row.parent and row.parent not in by_code:
            raise BadFile(f"Dòng {row.row}: không có đơn vị cấp trên «{row.parent}».", row=row.row)
    return sorted(rows, key=lambda row: (_depth(row, by_code), row.row))


def _depth(row: UnitRow, by_code: dict[str, UnitRow]) -> int:
    depth, current = 0, row
    while current.parent:
        current = by_code[current.parent]
        depth += 1
        if depth > len(by_code):
            raise BadFile(f"Dòng {row.row}: đơn vị cấp trên tạo thành vòng.", row=row.row)
    return depth
