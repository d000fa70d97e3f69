"""Keys of rows that came back: each of one row only."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

from dedup.files.rows import ParsedRow, key_problem
from dedup.initiatives import InitiativeId


def keyed_once(rows: Sequence[ParsedRow]) -> list[ParsedRow]:
    """The rows, those that name one record together refused: none of them can be told to be it."""
    naming: dict[InitiativeId, list[int]] = defaultdict(list)
    for row in rows:
        if row.key:
            naming[row.key.id].append(row.source.row)
    return [_refused(row, naming[row.key.id]) if row.key else row for row in rows]


def _refused(row: ParsedRow, numbers: Sequence[int]) -> ParsedRow:
    if len(numbers) == 1:
        return row
    told = key_problem(
        row.source.row,
        f"Các dòng {', '.join(map(str, numbers))} cùng mang khóa của một hồ sơ; xin giữ khóa ở đúng "
        "dòng của hồ sơ đó và xóa khóa ở dòng thêm mới.",
    )
    return dataclasses.replace(row, submission=None, problems=(*row.problems, told))
