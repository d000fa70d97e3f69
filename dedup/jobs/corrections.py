"""Rows on their way in: new records, corrections of known ones, rows that say nothing new or come too late.

A row that came back with a key was written from one version of one record of one archive. It is put
over that version alone; whatever else it meets is told for the row, and the row is left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from dedup.errors import (
    Conflict,
    DedupError,
    Forbidden,
    InitiativeNotFound,
    InvalidInput,
    StaleVersion,
)
from dedup.initiatives import Initiative, RowKey, SourceRow, Submission
from dedup.jobs.amending import amended
from dedup.jobs.records import repaired
from dedup.ports import UnitOfWork

ARCHIVE_NOTE = "archive_id"  # the note that names this archive, written when it is first opened


class Row(Protocol):
    """A row that can be stored; of a returned file with the ``key`` of what it corrects.

    ``given`` are the fields that such a row speaks of; any other stays as its record has it.
    """

    @property
    def source(self) -> SourceRow: ...
    @property
    def submission(self) -> Submission: ...
    @property
    def key(self) -> RowKey | None: ...
    @property
    def given(self) -> AbstractSet[str]: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be taken, and what stands against it."""

    row: int
    error: DedupError


@dataclass(frozen=True, slots=True)
class Correction:
    row: int
    before: Initiative
    text: Submission  # repaired


@dataclass(slots=True)
class Judged:
    new: list[Row] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def archive_of(unit: UnitOfWork) -> str:
    return unit.notes.get(ARCHIVE_NOTE) or ""


def judge(unit: UnitOfWork, rows: Sequence[Row]) -> Judged:
    """The rows by what they would do to the archive as the unit sees it."""
    archive = archive_of(unit)
    known = {r.id: r for r in unit.initiatives.get(row.key.id for row in rows if row.key)}
    judged = Judged()
    for row in rows:
        number = row.source.row
        if row.key is None:
            judged.new.append(row)
            continue
        try:
            before = _base(row.key, known.get(row.key.id), archive)
            text = amended(before, repaired(row.submission), row.given)
            _keep_secret(before, text)
        except DedupError as error:
            judged.refusals.append(Refusal(number, error))
            continue
        if says_the_same(text, before):
            judged.unchanged.append(number)
        else:
            judged.corrections.append(Correction(number, before, text))
    return judged


def says_the_same(one: Submission, other: Submission) -> bool:
    """Whether two texts are one; remarks on them, and the node of a unit's name, follow from the text."""
    names = {f.name for f in dataclasses.fields(Submission)} - {"flags", "unit_id"}
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _keep_secret(before: Initiative, text: Submission) -> None:
    """A file tells no role: the mark of a technology secret is taken off on the record alone."""
    if before.secret and not text.secret:
        raise Forbidden(
            f"Dòng này bỏ dấu bí mật công nghệ của hồ sơ #{before.id}; tệp không được bỏ dấu ấy: "
            "xin ghi lại «Có» rồi nhập lại dòng, hoặc nhờ tổ trưởng bỏ dấu trên chính hồ sơ."
        )


def _base(key: RowKey, record: Initiative | None, archive: str) -> Initiative:
    """The version that a key's row was written from, if it is the one that stands."""
    if key.archive != archive:
        raise InvalidInput(
            "Khóa của dòng này thuộc kho khác; nếu đây là hồ sơ mới của kho này, xin xóa ô khóa."
        )
    if record is None:
        raise InitiativeNotFound(f"Kho không có hồ sơ #{key.id} mà khóa của dòng này nêu.")
    if record.withdrawn:
        raise Conflict(f"Hồ sơ #{key.id} đã bị thu hồi; xin khôi phục hồ sơ rồi nhập lại dòng này.")
    if record.version != key.version:
        raise StaleVersion(
            f"Hồ sơ #{key.id} nay ở phiên bản {record.version}, dòng này viết từ phiên bản "
            f"{key.version} nên không ghi đè; xin xem lại hồ sơ rồi sửa trên bản mới."
        )
    return record
