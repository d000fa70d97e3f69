"""``/suggestions``, ``/clusters``, ``/pairs``: what the machine says, and what people say."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.idempotency import Key, once
from api.records import decision_out, suggestion_out, view_out
from api.schemas import DecisionIn, plain_dump
from api.state import Records
from dedup.errors import InvalidInput, NotFound
from dedup.initiatives import (
    Band,
    ClusterId,
    Decision,
    InitiativeId,
    Pair,
    Relation,
    Suggestion,
    UnitId,
)
from dedup.jobs.deciding import Opinion
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**62)]
Known = Annotated[int | None, Query(ge=1, le=2**62)]


@router.get("/suggestions", summary="Các cặp nghi trùng, khả năng cao trước")
def suggestions(
    service: Records,
    band: Annotated[list[Band] | None, Query()] = None,
    relation: Annotated[list[Relation] | None, Query()] = None,
    unit_id: Known = None,
    initiative_id: Known = None,
    min_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
    decided: bool | None = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    where = SuggestionFilter(
        bands=tuple(band) if band else SuggestionFilter().bands,
        relations=tuple(relation or ()),
        unit_id=UnitId(unit_id) if unit_id else None,
        initiative_id=InitiativeId(initiative_id) if initiative_id else None,
        min_score=min_score,
        decided=decided,
    )
    found = service.suggestions(where, after=after(cursor), limit=limit)
    return {
        "items": [suggestion_out(suggestion) for suggestion in found],
        "next": cursor_of(found[-1]) if len(found) == limit else None,
    }


@router.get("/clusters/{id}", summary="Một nhóm nghi trùng")
def cluster(id: Id, service: Records) -> dict[str, Any]:
    found = service.cluster(ClusterId(id))
    if found is None:
        raise NotFound("Không có nhóm này; có thể lần quét sau đã gom lại.", id=id)
    return {
        "id": found.id,
        "members": list(found.members),
        "representative": found.representative,
        "representative_rule": found.representative_rule,
        "family": found.family,
        "weakest": found.weakest,
    }


@router.get("/pairs/{left}/{right}", summary="Hai hồ sơ cạnh nhau, vì sao giống và khác")
def view(left: Id, right: Id, service: Records) -> dict[str, Any]:
    return view_out(service.view(Pair.of(left, right)))


@router.get("/pairs/{left}/{right}/decisions", summary="Mọi kết luận về cặp, cũ trước")
def history(left: Id, right: Id, service: Records) -> dict[str, Any]:
    pair = Pair.of(left, right)
    service.get(pair.left), service.get(pair.right)
    return {"items": [decision_out(decision) for decision in service.decider.history(pair)]}


@router.post(
    "/pairs/{left}/{right}/decisions", status_code=201, summary="Ghi hoặc hoàn tác kết luận"
)
def decide(
    left: Id, right: Id, asked: DecisionIn, service: Records, key: Key = None
) -> dict[str, Any]:
    pair = Pair.of(left, right)
    request = {"left": pair.left, "right": pair.right, **plain_dump(asked)}
    return once(service, key, request, lambda: decision_out(_said(service, pair, asked)))


def after(cursor: str | None) -> tuple[float, int, int] | None:
    """The place a cursor names; raises InvalidInput for one we did not make."""
    if cursor is None:
        return None
    try:
        score, left, right = json.loads(base64.urlsafe_b64decode(cursor))
        return float(score), int(left), int(right)
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput("Con trỏ trang không hợp lệ; xin tải lại từ đầu.") from error


def cursor_of(suggestion: Suggestion) -> str:
    place = [suggestion.score, suggestion.pair.left, suggestion.pair.right]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _said(service: Deduplicator, pair: Pair, asked: DecisionIn) -> Decision:
    if asked.verdict is None:
        return service.decider.undo(pair, by=asked.by, note=asked.note)
    opinion = Opinion(
        pair=pair,
        verdict=asked.verdict,
        by=asked.by,
        reason=asked.reason,
        note=asked.note,
        seen=asked.seen,
    )
    return service.decider.decide(opinion)
