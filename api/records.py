"""What goes out: records without personal fields, matches, suggestions, decisions."""

from __future__ import annotations

from typing import Any

from dedup.initiatives import Decision, Evidence, Initiative, Suggestion
from dedup.jobs.screening import Match, Screening
from dedup.service import PairView

PERSONAL = ("birth_year", "phone", "email")
HIDDEN = "Bí mật công nghệ: chỉ hiện tên và hiệu quả."


def record_out(record: Initiative) -> dict[str, Any]:
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
        "flags": [{"code": f.code, "field": f.field, "detail": f.detail} for f in record.flags],
        "fingerprint": record.fingerprint,
        "version": record.version,
        "withdrawn": record.withdrawn,
        "import_id": record.import_id,
    }


def screening_out(screening: Screening) -> dict[str, Any]:
    return {
        "best": screening.best,
        "matches": [match_out(match) for match in screening.matches],
        "model_id": screening.model_id,
        "scorer_version": screening.scorer_version,
    }


def match_out(match: Match) -> dict[str, Any]:
    other = match.initiative
    return {
        "id": other.id,
        "code": other.code,
        "title": other.title,
        "unit": other.unit,
        "score": round(match.score.value, 4),
        "band": match.band,
        "relation": match.score.relation,
        "similarity": round(match.similarity, 4),
        "earlier": match.earlier,
        "standing": match.standing,
        "evidence": evidence_out(match.score.evidence),
    }


def evidence_out(evidence: tuple[Evidence, ...]) -> list[dict[str, Any]]:
    return [
        {
            "code": item.code,
            "weight": round(item.weight, 3),
            "detail": item.detail,
            "spans": [
                {"field": s.field, "left": list(s.left), "right": list(s.right)} for s in item.spans
            ],
        }
        for item in evidence
    ]


def suggestion_out(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "left": suggestion.pair.left,
        "right": suggestion.pair.right,
        "score": round(suggestion.score, 4),
        "band": suggestion.band,
        "relation": suggestion.relation,
        "similarity": round(suggestion.similarity, 4),
        "evidence": evidence_out(suggestion.evidence),
        "cluster_id": suggestion.cluster_id,
        "model_id": suggestion.model_id,
        "scorer_version": suggestion.scorer_version,
    }


def decision_out(decision: Decision) -> dict[str, Any]:
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


def view_out(view: PairView) -> dict[str, Any]:
    return {
        "left": record_out(view.left),
        "right": record_out(view.right),
        "suggestion": suggestion_out(view.suggestion) if view.suggestion else None,
        "evidence": evidence_out(view.evidence),
        "seen": list(view.seen),
        "live": decision_out(view.live) if view.live else None,
        "history": [decision_out(decision) for decision in view.history],
    }


def _text(value: object) -> str | None:
    return str(value) if value else None
