"""``/help``: what the levels mean, what the machine cannot see, keys, verdicts and their criteria."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.pages.rendering import page
from api.state import Records

router = APIRouter()


@router.get("/help")
def help_page(request: Request, service: Records) -> Response:
    return page(request, "help.html", {"thresholds": service.thresholds})
