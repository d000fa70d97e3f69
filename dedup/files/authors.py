"""Authors of a row: names of one cell with shares and roles, and their details in other columns."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from dedup import text
from dedup.files.cells import cell_text
from dedup.files.table import Cell
from dedup.initiatives import Author

_SHARE = re.compile(r"[(:–-]?\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%\s*\)?")
_BORN = re.compile(r"\(?\s*(?:sn|sinh năm|năm sinh)\s*:?\s*((?:19|20)\d\d)\s*\)?", re.IGNORECASE)
_MAIN = re.compile(r"\(?\s*(?:chủ nhiệm|tác giả chính|chủ trì)\s*\)?", re.IGNORECASE)
_EMPTY = re.compile(r"\(\s*[,;]?\s*\)")
_MORE = re.compile(r"[(%:\d]|chủ nhiệm|tác giả|chủ trì", re.IGNORECASE)
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_COMMA = re.compile(r"(\d),(\d{1,2})\s*%")  # a comma in a share cuts no name off
_CUT = re.compile(r"[;\n]")


def authors_of(cells: Mapping[str, Cell]) -> tuple[Author, ...]:
    """The authors of a row's cells (field → cell); details count where there is one for each."""
    authors = _named(cell_text(cells.get("authors", "")))
    if not authors or not any(key in cells for key in _DETAILS):
        return authors
    details = {
        key.removeprefix("authors."): _parts(cell, len(authors))
        for key, cell in cells.items()
        if key.startswith("authors.")
    }
    return tuple(_detailed(author, details, i) for i, author in enumerate(authors))


def joined(above: Sequence[Author], further: Sequence[Author]) -> tuple[Author, ...]:
    """Authors of one record from several rows, each name once."""
    known = {text.name_key(author.name) for author in above}
    return (*above, *(author for author in further if text.name_key(author.name) not in known))


@lru_cache(maxsize=1 << 12)  # rows of one group of authors often follow each other
def _named(cell: str) -> tuple[Author, ...]:
    found = (_author(name) for name in text.split_authors(_COMMA.sub(r"\1.\2%", cell)))
    return tuple(author for author in found if author.name)


def _author(written: str) -> Author:
    if not _MORE.search(written):
        return Author(name=written)
    share, born = _SHARE.search(written), _BORN.search(written)
    main = bool(_MAIN.search(written))
    name = written
    for pattern in (_SHARE, _BORN, _MAIN, _EMPTY):
        name = pattern.sub(" ", name)
    return Author(
        name=" ".join(name.split()).strip(" -–:,;"),
        share=_percent(share[1]) if share else None,
        birth_year=int(born[1]) if born else None,
        main=main,
    )


def _parts(cell: Cell, count: int) -> list[Cell]:
    """One detail an author, or none: a single number under three names belongs to nobody."""
    if count == 1:
        return [cell]
    parts: list[Cell] = [part.strip() for part in _CUT.split(cell_text(cell)) if part.strip()]
    return parts if len(parts) == count else []


def _detailed(author: Author, details: Mapping[str, list[Cell]], at: int) -> Author:
    given: dict[str, Any] = {
        name: value
        for name, parts in details.items()
        if parts and (value := _READ[name](parts[at])) not in (None, "")
    }
    return dataclasses.replace(author, **given) if given else author


def _birth_year(cell: Cell) -> int | None:
    year = _YEAR.search(cell_text(cell))
    return int(year[0]) if year else None


def _share(cell: Cell) -> float | None:
    """Percent; a number up to 1 is a cell that Excel shows as percent."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _percent(str(cell * 100 if 0 <= cell <= 1 else cell))
    number = re.search(r"\d+(?:[.,]\d+)?", cell_text(cell))
    return _percent(number[0]) if number else None


def _percent(number: str) -> float | None:
    value = round(float(number.replace(",", ".")), 2)
    return value if 0 <= value <= 100 else None


def _repaired(cell: Cell) -> str:
    return text.repair_text(cell_text(cell))


_READ = {
    "birth_year": _birth_year,
    "share": _share,
    "phone": _repaired,
    "email": _repaired,
    "job": _repaired,
}
_DETAILS = tuple(f"authors.{name}" for name in _READ)
