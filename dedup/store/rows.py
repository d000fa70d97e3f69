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


def record_columns(records: Sequence[NewRecord]) -> dict[str, list[Any]]:
    """The columns of records that their texts decide."""
    columns = submission_columns([record.submission for record in records])
    for name in ("fingerprint", "folded_fingerprint", "search_key"):
        columns[name] = [getattr(record, name) for record in records]
    return columns


def submission_columns(submissions: Sequence[Submission]) -> dict[str, list[Any]]:
    columns = {name: [getattr(one, name) for one in submissions] for name in _PLAIN}
    for name in _DATES:
        dates = (getattr(one, name) for one in submissions)
        columns[name] = [date.iso if date else None for date in dates]
    for name, kind in _LISTS.items():
        lists = (getattr(one, name) for one in submissions)
        columns[name] = [[_as_dict(item, kind) for item in items] for items in lists]
    columns["raw"] = [
        one.raw if isinstance(one.raw, dict) else dict(one.raw) for one in submissions
    ]
    return columns


def source_columns(sources: Sequence[SourceRow | None]) -> dict[str, list[Any]]:
    return {
        "source_file": [source.file if source else None for source in sources],
        "source_sheet": [source.sheet if source else None for source in sources],
        "source_row": [source.row if source else None for source in sources],
    }


def only(columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The one row of columns of length one."""
    return {name: values[0] for name, values in columns.items()}


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
    columns = only(submission_columns([submission]))
    if submission.uploaded_at:
        columns["uploaded_at"] = submission.uploaded_at.isoformat()
    return columns


def read_version(document: Mapping[str, Any]) -> Submission:
    uploaded = document["uploaded_at"]
    moment = datetime.fromisoformat(uploaded) if uploaded else None
    return submission_of({**document, "uploaded_at": moment})


def suggestion_columns(suggestions: Sequence[Suggestion], at: datetime) -> dict[str, list[Any]]:
    count = len(suggestions)
    columns: dict[str, list[Any]] = {
        "left_id": [s.pair.left for s in suggestions],
        "right_id": [s.pair.right for s in suggestions],
        "score": [float(s.score) for s in suggestions],
        "band": [s.band.value for s in suggestions],
        "relation": [s.relation.value for s in suggestions],
        "state": ["open"] * count,
        "decided": [False] * count,
        "similarity": [float(s.similarity) for s in suggestions],
        "written_at": [at] * count,
        "evidence": [[_evidence_row(item) for item in s.evidence] for s in suggestions],
    }
    for name in ("model_id", "scorer_version", "left_fingerprint", "right_fingerprint", "run_id"):
        columns[name] = [getattr(s, name) for s in suggestions]
    return columns


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
