"""Which column is which field: proposed from the headings, remembered by them, changed by people."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from dedup.errors import BadFile
from dedup.files.header import Header
from dedup.files.labels import KEY_COLUMN, LABELS, NOTE_COLUMN
from dedup.files.synonyms import TITLE_FALLBACK, Meaning, heading, meaning
from dedup.files.table import column_number

Columns = Mapping[str, tuple[int, ...]]  # field → its columns, from the left

DETAILS = ("birth_year", "phone", "email", "job", "share")
FIELDS = frozenset(LABELS) - {"benefit_vnd"} | {
    "benefit_raw",
    "attachments",
    "year",
    *(f"authors.{name}" for name in DETAILS),
}
# Long texts and names may be spread over several columns; any other field has one.
SEVERAL = frozenset({"situation", "description", "novelty", "effect", "authors", "attachments"})


def propose(header: Header) -> dict[str, str]:
    """Label → field for the columns that are understood; the rest stay in the raw row."""
    meant = {i: found for i in range(len(header.labels)) if (found := _meaning(header, i))}
    fields = {i: _field(found, meant) for i, found in meant.items()}
    chosen = {
        i: name
        for i, name in fields.items()
        if name in SEVERAL or i == _best([j for j in fields if fields[j] == name], meant)
    }
    return {header.labels[i]: name for i, name in chosen.items() if name}


def columns_of(header: Header, mapping: Mapping[str, str]) -> Columns:
    """The columns of each field; keys are labels or Excel's letters. Raises BadFile."""
    columns: dict[str, list[int]] = {}
    for key, name in mapping.items():
        if not name:
            continue
        if name not in FIELDS:
            raise BadFile(
                reason=f"Không có trường «{name}»; các trường: {', '.join(sorted(FIELDS))}."
            )
        columns.setdefault(name, []).append(_column(header, key))
    if "title" not in columns:
        raise BadFile(reason="Chưa có cột nào là «Tên sáng kiến»; xin chọn cột cho trường «title».")
    return {name: tuple(sorted(found)) for name, found in columns.items()}


def overridden(proposed: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """The proposal with a person's changes; "" takes a column out, a single field moves."""
    wanted = {heading(key) for key in changes}
    moved = {name for name in changes.values() if name not in SEVERAL}
    kept = {
        key: name
        for key, name in proposed.items()
        if heading(key) not in wanted and name not in moved
    }
    return kept | dict(changes)


def header_key(header: Header) -> str:
    """Equal for files with the same headings in the same columns, however they are dressed.

    The columns that a returned file was given do not count: it is the same office's form.
    """
    own = (label for label in header.labels if label not in {KEY_COLUMN, NOTE_COLUMN})
    words = "|".join(map(heading, own)).rstrip("|")
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def _meaning(header: Header, column: int) -> Meaning | None:
    """By the lowest heading where it says all, else by the whole label with those above it."""
    leaf, label = header.leaves[column], header.labels[column]
    found = [each for each in (meaning(leaf), meaning(label)) if each]
    return max(found, key=lambda each: each.rank, default=None)


def _field(found: Meaning, meant: Mapping[int, Meaning]) -> str:
    """ "Nội dung sáng kiến" is the title only where no other column is."""
    if found.words != TITLE_FALLBACK:
        return found.field
    others = any(m.field == "title" and m.words != TITLE_FALLBACK for m in meant.values())
    return "description" if others else "title"


def _best(columns: list[int], meant: Mapping[int, Meaning]) -> int:
    return max(columns, key=lambda i: (*meant[i].rank, meant[i].coverage, -i))


def _column(header: Header, key: str) -> int:
    known = {label: i for i, label in enumerate(header.labels) if label}
    folded = {heading(label): i for label, i in reversed(known.items())}
    found = known.get(key, folded.get(heading(key)))
    if found is not None:
        return found
    if key.isascii() and key.isalpha() and key.isupper() and len(key) <= 3:
        return column_number(key)
    raise BadFile(reason=f"Bảng không có cột «{key}»; các cột: {', '.join(known)}.", column=key)
