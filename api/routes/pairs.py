"""``/suggestions``, ``/clusters``, ``/pairs``: what the machine says, and what people say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.cursors import ID_LIMIT, after, cursor_of
from api.gate import Reviewer
from api.idempotency import OnlyOnce
from api.records import (
    ClusterOut,
    DecisionOut,
    DecisionsOut,
    SuggestionsOut,
    ViewOut,
    cluster_out,
    decision_out,
    suggestion_out,
    view_out,
)
from api.schemas import DecisionIn
from api.state import Records
from dedup.errors import InvalidInput, NotFound
from dedup.initiatives import Band, ClusterId, Decision, InitiativeId, Pair, Relation, UnitId
from dedup.jobs.deciding import Opinion
from dedup.people import Account
from dedup.ports import SuggestionFilter
from dedup.service import Deduplicator

router = APIRouter(prefix="/api/v1")
Id = Annotated[int, Path(ge=1, le=ID_LIMIT)]
Known = Annotated[int | None, Query(ge=1, le=ID_LIMIT)]


async def named_pair(left: Id, right: Id) -> Pair:
    """One address a pair: ``seen`` and the answer speak of left and right."""
    if left > right:
        raise InvalidInput(
            f"Xin ghi hồ sơ có số nhỏ hơn trước: /pairs/{right}/{left}.", left=right, right=left
        )
    return Pair.of(left, right)


Named = Annotated[Pair, Depends(named_pair)]


@router.get("/suggestions", summary="Các cặp nghi trùng, khả năng cao trước")
def suggestions(
    service: Records,
    band: Annotated[list[Band] | None, Query()] = None,
    relation: Annotated[list[Relation] | None, Query()] = None,
    unit_id: Known = None,
    initiative_id: Known = None,
    min_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
    decided: Annotated[bool | None, Query(description="Bỏ trống: chưa kết luận.")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SuggestionsOut:
    where = SuggestionFilter(
        bands=tuple(band) if band else SuggestionFilter().bands,
        relations=tuple(relation or ()),
        unit_id=UnitId(unit_id) if unit_id else None,
        initiative_id=InitiativeId(initiative_id) if initiative_id else None,
        min_score=min_score,
        decided=decided,
    )
    found = service.suggestions(where, after=after(cursor), limit=limit)
    with service.open_unit() as unit:
        wanted = sorted({id for s in found for id in (s.pair.left, s.pair.right)})
        known = {record.id: record for record in unit.initiatives.get(wanted)}
    return {
        "items": [suggestion_out(s, known[s.pair.left], known[s.pair.right]) for s in found],
        "next": cursor_of(found[-1]) if len(found) == limit else None,
    }


@router.get("/clusters/{id}", summary="Một nhóm nghi trùng")
def cluster(id: Id, service: Records) -> ClusterOut:
    found = service.cluster(ClusterId(id))
    if found is None:
        raise NotFound("Không có nhóm này; có thể lần quét sau đã gom lại.", id=id)
    with service.open_unit() as unit:
        return cluster_out(found, unit.initiatives.get(found.members))


@router.get("/pairs/{left}/{right}", summary="Hai hồ sơ cạnh nhau, vì sao giống và khác")
def view(pair: Named, service: Records) -> ViewOut:
    return view_out(service.view(pair))


@router.get("/pairs/{left}/{right}/decisions", summary="Mọi kết luận về cặp, cũ trước")
def history(pair: Named, service: Records) -> DecisionsOut:
    for id in (pair.left, pair.right):
        service.get(id)
    return {"items": [decision_out(decision) for decision in service.decider.history(pair)]}


@router.post(
    "/pairs/{left}/{right}/decisions",
    status_code=201,
    summary="Ghi kết luận; «verdict»: null hoàn tác",
)
def decide(
    pair: Named, asked: DecisionIn, service: Records, once: OnlyOnce, account: Reviewer
) -> DecisionOut:
    return once(asked, lambda: decision_out(_said(service, pair, asked, account)))


def _said(service: Deduplicator, pair: Pair, asked: DecisionIn, account: Account) -> Decision:
    if asked.verdict is None:
        return service.decider.undo(pair, by=account.name, note=asked.note, home=account.unit_id)
    opinion = Opinion(
        pair=pair,
        verdict=asked.verdict,
        by=account.name,
        reason=asked.reason,
        note=asked.note,
        seen=asked.seen,
        home=account.unit_id,
    )
    return service.decider.decide(opinion)
