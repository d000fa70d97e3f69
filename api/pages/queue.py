"""``/``: suspected pairs, most likely first, by level and kind of resemblance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.cursors import after, cursor_of
from api.pages.comparing import chips
from api.pages.rendering import page
from api.pages.saving import Saved, saved_in
from api.pages.trail import AskedTrail
from api.state import Records
from dedup.initiatives import Band, Initiative, Suggestion
from dedup.ports import UnitOfWork

router = APIRouter()
# A screenful or two; a hundred thousand records make thousands of pairs, nobody reads them at once.
A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Item:
    """One suspected pair in the list."""

    suggestion: Suggestion
    left: Initiative
    right: Initiative
    supporting: list[str]
    opposing: list[str]


@router.get("/")
def queue(
    request: Request,
    service: Records,
    trail: AskedTrail,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    saved: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    where = trail.filter()
    with service.open_unit() as unit:
        found = unit.suggestions.page(where, after=after(cursor), limit=A_PAGE + 1)
        counts = unit.suggestions.counts()
        items = _items(unit, found[:A_PAGE])
    more = cursor_of(items[-1].suggestion) if len(found) > A_PAGE else None
    said: Saved | None = saved_in(service, saved)
    waiting = sum(count for band, count in counts.items() if band is not Band.CLEAR)
    return page(
        request,
        "queue.html",
        {
            "items": items,
            "trail": trail,
            "counts": counts,
            "waiting": waiting,
            "next": trail.queue(cursor=more) if more else None,
            "first": trail.queue() if cursor else None,
            "saved": said,
        },
    )


def _items(unit: UnitOfWork, found: Sequence[Suggestion]) -> list[Item]:
    ids = {id for s in found for id in (s.pair.left, s.pair.right)}
    records = {record.id: record for record in unit.initiatives.get(sorted(ids))}
    return [
        _item(s, records[s.pair.left], records[s.pair.right])
        for s in found
        if s.pair.left in records and s.pair.right in records
    ]


def _item(suggestion: Suggestion, left: Initiative, right: Initiative) -> Item:
    return Item(suggestion, left, right, *chips(suggestion, left, right))
