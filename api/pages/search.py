"""``/search``: any record found by words, with or without marks, or by its code."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.cursors import after_record, record_cursor
from api.pages.rendering import page, shown
from api.state import Records
from dedup.ports import InitiativeFilter

router = APIRouter()
A_PAGE = 25


@router.get("/search")
def search(
    request: Request,
    service: Records,
    q: Annotated[str, Query(max_length=500)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Those the words name by code or number stand before those that hold the words."""
    text, place = shown(q).strip(), after_record(cursor)
    named = service.named(text) if text and not place else ()
    words = "" if text.startswith("#") else text
    where = InitiativeFilter(text=words)
    found = service.page(where, after=place, limit=A_PAGE + 1) if words else ()
    known = {record.id for record in named}
    more = {"q": text, "cursor": record_cursor(found[A_PAGE - 1])} if len(found) > A_PAGE else None
    context = {
        "q": text,
        "named": named,
        "found": [record for record in found[:A_PAGE] if record.id not in known],
        "first": f"/search?{urlencode({'q': text})}" if place else None,
        "next": f"/search?{urlencode(more)}" if more else None,
    }
    return page(request, "search.html", context)
