"""Rows and dataclasses: how a record, a suggestion and a decision lie in their tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import (
    Attachment,
    Author,
    Band,
    Decision,
    DecisionId,
    Evidence,
    Flag,
    ImportId,
    Initiative,
    InitiativeId,
    Pair,
    PartialDate,
    Relation,
    SourceRow,
    Span,
    Submission,
    Suggestion,
    UnitId,
    Verdict,
)
from dedup.ports import NewRecord

Row = Any  # a SQLAlchemy row, read by attribute

_PLAIN = (
    *("code", "title", "situation", "description", "novelty", "effect", "kind", "field", "unit"),
    *("unit_id", "benefit_raw", "benefit_vnd", "uploaded_at", "decision_no", "decision_level"),
    "secret",
)
_DATES = ("filed_on", "first_applied_on", "recognised_on")
_LISTS: Mapping[str, type[Any]] = {"authors": Author, "attachments": Attachment, "flags": Flag}
_FIELDS = {kind: tuple(f.name for f in dataclasses.fields(kind)) for kind in _LISTS.values()}


def record_columns(record: NewRecord) -> dict[str, Any]:
    """The columns of a record that its text decides."""
    return {
        **submission_columns(record.submission),
        "fingerprint": record.fingerprint,
        "folded_fingerprint": record.folded_fingerprint,
        "search_key": record.search_key,
    }


def submission_columns(submission: Submission) -> dict[str, Any]:
    columns = {name: getattr(submission, name) for name in _PLAIN}
    for name in _DATES:
        date = getattr(submission, name)
        columns[name] = date.iso if date else None
    for name, kind in _LISTS.items():
        columns[name] = [_as_dict(item, kind) for item in getattr(submission, name)]
    columns["raw"] = dict(submission.raw)
    return columns


def source_columns(source: SourceRow | None) -> dict[str, Any]:
    if source is None:
        return {"source_file": None, "source_sheet": None, "source_row": None}
    return {"source_file": source.file, "source_sheet": source.sheet, "source_row": source.row}


def submission_of(columns: Mapping[str, Any]) -> Submission:
    return Submission(**_submission_fields(columns))


def initiative_of(row: Row) -> Initiative:
    columns = row._mapping
    source = None
    if columns["source_row"] is not None:
        source = SourceRow(
            file=columns["source_file"], sheet=columns["source_sheet"], row=columns["source_row"]
        )
    return Initiative(
        **_submission_fields(columns),
        id=InitiativeId(columns["id"]),
        fingerprint=columns["fingerprint"],
        version=columns["version"],
        withdrawn=columns["withdrawn"],
        import_id=None if columns["import_id"] is None else ImportId(columns["import_id"]),
        source=source,
    )


def stored_version(submission: Submission) -> dict[str, Any]:
    """A whole submission as one JSON document, for the history."""
    columns = submission_columns(submission)
    if submission.uploaded_at:
        columns["uploaded_at"] = submission.uploaded_at.isoformat()
    return columns


def read_version(document: Mapping[str, Any]) -> Submission:
    uploaded = document["uploaded_at"]
    moment = datetime.fromisoformat(uploaded) if uploaded else None
    return submission_of({**document, "uploaded_at": moment})


def suggestion_columns(suggestion: Suggestion, at: datetime) -> dict[str, Any]:
    return {
        "left_id": suggestion.pair.left,
        "right_id": suggestion.pair.right,
        "score": float(suggestion.score),
        "band": suggestion.band.value,
        "relation": suggestion.relation.value,
        "state": "open",
        "decided": False,
        "similarity": float(suggestion.similarity),
        "model_id": suggestion.model_id,
        "scorer_version": suggestion.scorer_version,
        "left_fingerprint": suggestion.left_fingerprint,
        "right_fingerprint": suggestion.right_fingerprint,
        "run_id": suggestion.run_id,
        "written_at": at,
        "evidence": [_evidence_row(item) for item in suggestion.evidence],
    }


def suggestion_of(row: Row) -> Suggestion:
    """A suggestion; its cluster is that of both records, none where they differ."""
    return Suggestion(
        pair=Pair(row.left_id, row.right_id),
        score=row.score,
        band=Band(row.band),
        relation=Relation(row.relation),
        similarity=row.similarity,
        evidence=tuple(_evidence(item) for item in row.evidence),
        model_id=row.model_id,
        scorer_version=row.scorer_version,
        left_fingerprint=row.left_fingerprint,
        right_fingerprint=row.right_fingerprint,
        run_id=row.run_id,
        cluster_id=row.cluster_id,
    )


def decision_of(row: Row) -> Decision:
    return Decision(
        id=DecisionId(row.id),
        pair=Pair(row.left_id, row.right_id),
        verdict=None if row.verdict is None else Verdict(row.verdict),
        reason=row.reason,
        note=row.note,
        reviewer=row.reviewer,
        decided_at=row.decided_at,
        left_fingerprint=row.left_fingerprint,
        right_fingerprint=row.right_fingerprint,
        live=row.live,
        expired_by_change=row.expired_by_change,
        supersedes=row.supersedes,
        group_id=row.group_id,
    )


def content_of(situation: str, description: str, novelty: str) -> str:
    """As ``Submission.content``, without the cost of building a record."""
    return "\n".join(part for part in (situation, description, novelty) if part)


def id_array(ids: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(ids, dtype=np.int64).reshape(-1)


def chunks(values: Sequence[int], size: int = 5_000) -> Iterator[Sequence[int]]:
    """Ids in portions: SQLite binds at most 32,766 values a statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _submission_fields(columns: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: columns[name] for name in _PLAIN}
    if fields["unit_id"] is not None:
        fields["unit_id"] = UnitId(fields["unit_id"])
    for name in _DATES:
        fields[name] = PartialDate(columns[name]) if columns[name] else None
    for name, kind in _LISTS.items():
        fields[name] = tuple(kind(**item) for item in columns[name])
    fields["raw"] = columns["raw"]
    return fields


def _as_dict(item: Any, kind: type[Any]) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _FIELDS[kind]}


def _evidence_row(evidence: Evidence) -> list[Any]:
    spans = [[span.field, *span.left, *span.right] for span in evidence.spans]
    return [evidence.code, float(evidence.weight), evidence.detail, spans]


def _evidence(row: Sequence[Any]) -> Evidence:
    code, weight, detail, spans = row
    return Evidence(
        code=code,
        weight=weight,
        detail=detail,
        spans=tuple(Span(field=field, left=(a, b), right=(c, d)) for field, a, b, c, d in spans),
    )
