"""Which column is which field: proposed from the headings, changed by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dedup.errors import BadFile
from dedup.files.labels import LABELS
from dedup.files.synonyms import TITLE_FALLBACK, Meaning, heading, meaning
from dedup.files.table import column_number

DETAILS = ("birth_year", "phone", "email", "job", "share")
FIELDS = frozenset(LABELS) - {"benefit_vnd"} | {
    "benefit_raw",
    "attachments",
    "year",
    *(f"authors.{name}" for name in DETAILS),
}
# Long texts and names may be spread over several columns; any other field has one.
SEVERAL = frozenset({"situation", "description", "novelty", "effect", "authors", "attachments"})


def propose(leaves: Sequence[str], names: Sequence[str]) -> tuple[str | None, ...]:
    """The field of each column, None where it is not understood.

    ``leaves`` are the lowest headings alone, ``names`` the same with those above them.
    """
    both = enumerate(zip(leaves, names, strict=True))
    meant = {i: found for i, (leaf, name) in both if (found := _meaning(leaf, name))}
    fields = {i: _field(found, meant) for i, found in meant.items()}
    return tuple(_settled(i, fields, meant) if fields.get(i) else None for i in range(len(names)))


def changed(
    names: Sequence[str], fields: Sequence[str | None], changes: Mapping[str, str]
) -> tuple[str | None, ...]:
    """The fields after a person's changes: a single field moves, "" takes a column out.

    Keys are headings or Excel's letters. Raises BadFile for one that does not exist, and where no
    column would be the title.
    """
    wanted = {_column(names, key): _known(name) for key, name in changes.items()}
    moved = {name for name in wanted.values() if name and name not in SEVERAL}
    kept = [None if name in moved else name for name in fields]
    result = tuple(wanted.get(i, name) or None for i, name in enumerate(kept))
    if "title" not in result:
        raise BadFile(reason="Chưa có cột nào là «Tên sáng kiến»; xin chọn cột cho trường «title».")
    return result


def _meaning(leaf: str, name: str) -> Meaning | None:
    """By the lowest heading where it says all, else by the whole with those above it."""
    found = [each for each in (meaning(leaf), meaning(name)) if each]
    return max(found, key=lambda each: each.rank, default=None)


def _field(found: Meaning, meant: Mapping[int, Meaning]) -> str:
    """ "Nội dung sáng kiến" is the title only where no other column is."""
    if found.words != TITLE_FALLBACK:
        return found.field
    others = any(m.field == "title" and m.words != TITLE_FALLBACK for m in meant.values())
    return "description" if others else "title"


def _settled(column: int, fields: Mapping[int, str], meant: Mapping[int, Meaning]) -> str | None:
    """Of the columns that claim one field the clearest heading wins, then the leftmost."""
    name = fields[column]
    rivals = [i for i in fields if fields[i] == name]
    best = max(rivals, key=lambda i: (*meant[i].rank, meant[i].coverage, -i))
    return name if name in SEVERAL or column == best else None


def _known(name: str) -> str:
    if name and name not in FIELDS:
        raise BadFile(reason=f"Không có trường «{name}»; các trường: {', '.join(sorted(FIELDS))}.")
    return name


def _column(names: Sequence[str], key: str) -> int:
    words = [heading(name) for name in names]
    if key in names:
        return names.index(key)
    if heading(key) and heading(key) in words:
        return words.index(heading(key))
    if key.isascii() and key.isupper() and key.isalpha() and column_number(key) < len(names):
        return column_number(key)
    known = ", ".join(f"«{name}»" for name in names if name)
    raise BadFile(reason=f"Bảng không có cột «{key}»; các cột: {known}.", column=key)
