"""What a row of a returned file says, put over its record: where it says nothing, the record stands."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from dedup import text
from dedup.initiatives import Author, Flag, PartialDate, Submission

_DETAILS = tuple(f.name for f in dataclasses.fields(Author) if f.name not in {"name", "main"})
_FOLLOWING = frozenset({"unit_id", "benefit_vnd", "flags", "raw"})  # from the other fields or whole
_FIELDS = frozenset(f.name for f in dataclasses.fields(Submission)) - _FOLLOWING


def amended(before: Submission, row: Submission, given: AbstractSet[str]) -> Submission:
    """The record's text with the fields that the row gave; ``raw`` of such a row has its blanks too."""
    changes: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS & given}
    if "benefit_raw" in changes:
        changes["benefit_vnd"] = row.benefit_vnd
    if "year" in given:
        changes["first_applied_on"] = _dated(before.first_applied_on, row.first_applied_on)
    if "authors" in changes:
        changes["authors"] = _with_details(row.authors, before.authors, given)
    kept = {name: getattr(before, name) for name in _FIELDS | {"benefit_vnd"}}
    return Submission(
        **(kept | changes),
        flags=_flags(before, row, {*given, *changes}),
        raw={k: v for k, v in {**before.raw, **row.raw}.items() if row.raw.get(k) != ""},
    )


def _dated(before: PartialDate | None, year: PartialDate | None) -> PartialDate | None:
    """A column of years takes no day from a date whose own column is not in the file."""
    if before and (year is None or before.iso.startswith(year.iso)):
        return before
    return year


def _with_details(
    authors: Sequence[Author], before: Sequence[Author], given: AbstractSet[str]
) -> tuple[Author, ...]:
    """The authors, with what is known of them and has no column in the file."""
    known = {text.name_key(author.name): author for author in before}
    absent = [name for name in _DETAILS if f"authors.{name}" not in given]
    return tuple(
        dataclasses.replace(
            author,
            **{
                name: getattr(known[key], name)
                for name in absent
                if getattr(author, name) in (None, "")
            },
        )
        if (key := text.name_key(author.name)) in known
        else author
        for author in authors
    )


def _flags(before: Submission, row: Submission, said: AbstractSet[str]) -> tuple[Flag, ...]:
    """Remarks go with the fields they are on."""
    kept = [flag for flag in before.flags if flag.field and flag.field not in said]
    new = [flag for flag in row.flags if not flag.field or flag.field in said]
    return tuple(dict.fromkeys((*kept, *new)))
