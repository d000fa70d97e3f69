"""A submission made ready for the archive: repaired, within limits, fingerprinted."""

from __future__ import annotations

import dataclasses
from typing import Any

from dedup import text
from dedup.errors import EmptyText, TextTooLong
from dedup.initiatives import TEXT_LIMIT, TITLE_LIMIT, ImportId, SourceRow, Submission
from dedup.ports import NewRecord
from dedup.units import UnitTree

TEXT_FIELDS = ("title", "situation", "description", "novelty", "effect")
SHORT_FIELDS = ("code", "unit", "kind", "field", "benefit_raw", "decision_no", "decision_level")
SHORT_LIMIT = 1_000


def repaired(submission: Submission) -> Submission:
    """The submission with its texts repaired (charset, NFC, invisible characters) and checked.

    Raises EmptyText without a title, TextTooLong over ``TITLE_LIMIT``, ``TEXT_LIMIT`` or
    ``SHORT_LIMIT`` characters.
    """
    _check_lengths(submission)
    clean: dict[str, Any] = {
        name: text.repair(getattr(submission, name)).text for name in (*TEXT_FIELDS, *SHORT_FIELDS)
    }
    if not text.canonical(clean["title"]):
        raise EmptyText
    return dataclasses.replace(submission, **clean)


def new_record(
    submission: Submission, *, import_id: ImportId | None = None, source: SourceRow | None = None
) -> NewRecord:
    """A repaired submission with the keys it is found by."""
    return NewRecord(
        submission=submission,
        fingerprint=text.fingerprint(submission.title, submission.content),
        folded_fingerprint=text.folded_fingerprint(submission.title, submission.content),
        search_key=text.search_key(f"{submission.code} {submission.title} {submission.unit}"),
        import_id=import_id,
        source=source,
    )


def with_unit(tree: UnitTree, submission: Submission) -> Submission:
    """The submission with the tree's node for its unit as typed, where the name is clear."""
    if submission.unit_id is not None or not submission.unit:
        return submission
    return dataclasses.replace(submission, unit_id=tree.match(submission.unit))


def _check_lengths(submission: Submission) -> None:
    limits = {"title": TITLE_LIMIT, **dict.fromkeys(SHORT_FIELDS, SHORT_LIMIT)}
    for name in (*TEXT_FIELDS, *SHORT_FIELDS):
        limit = limits.get(name, TEXT_LIMIT)
        if len(getattr(submission, name)) > limit:
            raise TextTooLong(
                f"Trường «{name}» dài quá {limit} ký tự; xin rút gọn hoặc đính kèm thành tệp.",
                field=name,
                limit=limit,
            )
