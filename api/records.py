"""What goes out: records without personal fields, matches, suggestions, decisions, jobs.

The shapes are typed dictionaries: they are checked here, and they are the API's documentation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from typing_extensions import TypedDict

from dedup.initiatives import (
    Band,
    Cluster,
    Decision,
    Evidence,
    Initiative,
    Pair,
    Relation,
    Suggestion,
    Verdict,
)
from dedup.jobs.filing import Filed
from dedup.jobs.screening import Match, Novelty, Screening, Standing
from dedup.review import Earlier
from dedup.scoring import record_evidence
from dedup.service import PairView

HIDDEN = "Bí mật công nghệ: chỉ hiện tên và hiệu quả."
CONTENT = frozenset({"situation", "description", "novelty"})
# Reasons whose sentence speaks of titles alone; any other may quote the content.
_OF_TITLES = frozenset({"PRIOR", "R1", "R2", "C1", "C2"})


class AuthorOut(TypedDict):
    name: str
    job: str
    share: float | None
    main: bool


class FlagOut(TypedDict):
    code: str
    field: str
    detail: str


class RecordOut(TypedDict):
    id: int
    code: str
    title: str
    situation: str
    description: str
    novelty: str
    effect: str
    kind: str
    field: str
    authors: list[AuthorOut]
    unit: str
    unit_id: int | None
    benefit_raw: str
    benefit_vnd: int | None
    filed_on: str | None
    first_applied_on: str | None
    recognised_on: str | None
    uploaded_at: str | None
    decision_no: str
    decision_level: str
    secret: bool
    flags: list[FlagOut]
    fingerprint: str
    version: int
    withdrawn: bool
    import_id: int | None


class SpanOut(TypedDict):
    field: str
    left: tuple[int, int]
    right: tuple[int, int]


class EvidenceOut(TypedDict):
    code: str
    weight: float
    detail: str
    spans: list[SpanOut]


class MatchOut(TypedDict):
    id: int
    code: str
    title: str
    unit: str
    score: float
    band: Band
    relation: Relation
    similarity: float
    earlier: Earlier
    standing: Standing
    evidence: list[EvidenceOut]


class AnswerOut(TypedDict):
    """Whether an earlier filing near it was seen; null where it cannot be said."""

    seen: bool | None
    best: Band
    ids: list[int]


class NoveltyOut(TypedDict):
    """Asked against earlier filings alone; novelty is that of the unit, elsewhere is a question."""

    in_unit: AnswerOut
    elsewhere: AnswerOut


class ScreeningOut(TypedDict):
    query: str
    best: Band
    matches: list[MatchOut]
    novelty: NoveltyOut
    model_id: str
    scorer_version: str


class ScreeningsOut(TypedDict):
    results: list[ScreeningOut]


class FiledOut(TypedDict):
    initiative: RecordOut
    matches: list[MatchOut]
    novelty: NoveltyOut


class RecordsOut(TypedDict):
    items: list[RecordOut]
    next: str | None


class NamedOut(TypedDict):
    id: int
    code: str
    title: str
    unit: str


class SuggestionOut(TypedDict):
    left: NamedOut
    right: NamedOut
    score: float
    band: Band
    relation: Relation
    similarity: float
    evidence: list[EvidenceOut]
    cluster_id: int | None
    model_id: str
    scorer_version: str


class SuggestionsOut(TypedDict):
    items: list[SuggestionOut]
    next: str | None


class DecisionOut(TypedDict):
    id: int
    left: int
    right: int
    verdict: Verdict | None
    reason: str
    note: str
    by: str
    decided_at: str
    live: bool
    expired_by_change: bool
    supersedes: int | None
    group_id: int | None


class DecisionsOut(TypedDict):
    items: list[DecisionOut]


class ViewOut(TypedDict):
    left: RecordOut
    right: RecordOut
    suggestion: SuggestionOut | None
    evidence: list[EvidenceOut]
    seen: tuple[str, str]
    live: DecisionOut | None
    history: list[DecisionOut]


class ClusterOut(TypedDict):
    id: int
    members: list[NamedOut]
    representative: int
    representative_rule: str
    family: bool
    weakest: float


def record_out(record: Initiative) -> RecordOut:
    """A record; a technology secret shows its title and effect only."""
    secret = record.secret
    return {
        "id": record.id,
        "code": record.code,
        "title": record.title,
        "situation": "" if secret else record.situation,
        "description": HIDDEN if secret else record.description,
        "novelty": "" if secret else record.novelty,
        "effect": record.effect,
        "kind": record.kind,
        "field": record.field,
        "authors": [
            {"name": a.name, "job": a.job, "share": a.share, "main": a.main} for a in record.authors
        ],
        "unit": record.unit,
        "unit_id": record.unit_id,
        "benefit_raw": record.benefit_raw,
        "benefit_vnd": record.benefit_vnd,
        "filed_on": _text(record.filed_on),
        "first_applied_on": _text(record.first_applied_on),
        "recognised_on": _text(record.recognised_on),
        "uploaded_at": record.uploaded_at.isoformat() if record.uploaded_at else None,
        "decision_no": record.decision_no,
        "decision_level": record.decision_level,
        "secret": secret,
        "flags": [
            {
                "code": f.code,
                "field": f.field,
                "detail": "" if secret and f.field in CONTENT else f.detail,
            }
            for f in record.flags
        ],
        "fingerprint": record.fingerprint,
        "version": record.version,
        "withdrawn": record.withdrawn,
        "import_id": record.import_id,
    }


def named_out(record: Initiative) -> NamedOut:
    return {"id": record.id, "code": record.code, "title": record.title, "unit": record.unit}


def screening_out(query: str, screening: Screening) -> ScreeningOut:
    """``query`` is the office's code of what was asked, or its title where it has none."""
    return {
        "query": query,
        "best": screening.best,
        "matches": [match_out(match) for match in screening.matches],
        "novelty": novelty_out(screening.novelty),
        "model_id": screening.model_id,
        "scorer_version": screening.scorer_version,
    }


def filed_out(filed: Filed) -> FiledOut:
    return {
        "initiative": record_out(filed.initiative),
        "matches": [match_out(match) for match in filed.screening.matches],
        "novelty": novelty_out(filed.screening.novelty),
    }


def novelty_out(novelty: Novelty) -> NoveltyOut:
    return {"in_unit": _answer(novelty.in_unit), "elsewhere": _answer(novelty.elsewhere)}


def match_out(match: Match) -> MatchOut:
    return {
        **named_out(match.initiative),
        "score": round(match.score.value, 4),
        "band": match.band,
        "relation": match.score.relation,
        "similarity": round(match.similarity, 4),
        "earlier": match.earlier,
        "standing": match.standing,
        "evidence": evidence_out(discreet(match.score.evidence, match.initiative)),
    }


def discreet(evidence: Iterable[Evidence], *records: Initiative) -> tuple[Evidence, ...]:
    """The evidence as it may be shown: of a technology secret no words and no places of its content.

    Not on the other side either: what is marked there is what the secret says too.
    """
    if not any(record.secret for record in records):
        return tuple(evidence)
    return tuple(
        dataclasses.replace(
            item,
            detail=item.detail if item.code in _OF_TITLES else "",
            spans=tuple(span for span in item.spans if span.field == "title"),
        )
        for item in evidence
    )


def evidence_out(evidence: Iterable[Evidence]) -> list[EvidenceOut]:
    return [
        {
            "code": item.code,
            "weight": round(item.weight, 3),
            "detail": item.detail,
            "spans": [{"field": s.field, "left": s.left, "right": s.right} for s in item.spans],
        }
        for item in evidence
    ]


def suggestion_out(suggestion: Suggestion, left: Initiative, right: Initiative) -> SuggestionOut:
    return {
        "left": named_out(left),
        "right": named_out(right),
        "score": round(suggestion.score, 4),
        "band": suggestion.band,
        "relation": suggestion.relation,
        "similarity": round(suggestion.similarity, 4),
        "evidence": evidence_out(discreet(suggestion.evidence, left, right)),
        "cluster_id": suggestion.cluster_id,
        "model_id": suggestion.model_id,
        "scorer_version": suggestion.scorer_version,
    }


def decision_out(decision: Decision) -> DecisionOut:
    return {
        "id": decision.id,
        "left": decision.pair.left,
        "right": decision.pair.right,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "note": decision.note,
        "by": decision.reviewer,
        "decided_at": decision.decided_at.isoformat(),
        "live": decision.live,
        "expired_by_change": decision.expired_by_change,
        "supersedes": decision.supersedes,
        "group_id": decision.group_id,
    }


def view_out(view: PairView) -> ViewOut:
    left, right, machine = view.left, view.right, view.suggestion
    evidence = (*discreet(view.evidence, left, right), *record_evidence(left, right))
    return {
        "left": record_out(left),
        "right": record_out(right),
        "suggestion": suggestion_out(machine, left, right) if machine else None,
        "evidence": evidence_out(evidence),
        "seen": view.seen,
        "live": decision_out(view.live) if view.live else None,
        "history": [decision_out(decision) for decision in view.history],
    }


def cluster_out(cluster: Cluster, members: Iterable[Initiative]) -> ClusterOut:
    return {
        "id": cluster.id,
        "members": [named_out(member) for member in members],
        "representative": cluster.representative,
        "representative_rule": cluster.representative_rule,
        "family": cluster.family,
        "weakest": cluster.weakest,
    }


def plain(value: Any) -> Any:
    """What an error carries, as JSON: pairs as two ids, the rest as it is or as text."""
    if isinstance(value, Pair):
        return [int(value.left), int(value.right)]
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, int | float | bool):
        return value
    return str(value).encode("utf-8", "replace").decode()


def _answer(matches: Sequence[Match] | None) -> AnswerOut:
    return {
        "seen": None if matches is None else bool(matches),
        "best": matches[0].band if matches else Band.CLEAR,
        "ids": [match.initiative.id for match in matches or ()],
    }


def _text(value: object) -> str | None:
    return str(value) if value else None
