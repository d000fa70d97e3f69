"""``/log``: who did what and when, newest first; nothing in it can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.cursors import ID_LIMIT
from api.gate import Head
from api.pages import words
from api.pages.rendering import page
from api.state import Records
from dedup.files.labels import LABELS
from dedup.initiatives import Verdict
from dedup.people import Deed, Role

router = APIRouter()
A_PAGE = 50
# Things that have a page of their own, whatever their number.
_PAGES = {"imports": "/imports", "runs": "/status"}


@dataclass(frozen=True, slots=True)
class Line:
    """A deed in words, with the address of the thing where it has a page."""

    deed: Deed
    thing: str
    address: str
    detail: str


@router.get("/log")
def log(
    request: Request,
    service: Records,
    _: Head,
    before: Annotated[int | None, Query(ge=1, le=ID_LIMIT)] = None,
) -> Response:
    with service.open_unit() as unit:
        deeds = unit.log.page(before=before, limit=A_PAGE + 1)
    lines = [_line(deed) for deed in deeds[:A_PAGE]]
    onwards = f"/log?before={lines[-1].deed.id}" if len(deeds) > A_PAGE else None
    return page(request, "log.html", {"lines": lines, "next": onwards, "first": before})


def _line(deed: Deed) -> Line:
    kind, _, rest = deed.of.partition("/")
    numbers = " – ".join(f"#{part}" if part.isdecimal() else part for part in rest.split("/"))
    return Line(
        deed,
        thing=f"{words.THINGS.get(kind, kind)} {numbers}".strip(),
        address=f"/{deed.of}" if kind in {"pairs", "initiatives"} else _PAGES.get(kind, ""),
        detail="; ".join(
            f"{words.DETAILS.get(name, name)}: {_fields(value) if name == 'fields' else _said(value)}"
            for name, value in deed.detail.items()
            if value not in ("", False, [])
        ),
    )


def _fields(names: Sequence[str]) -> str:
    return ", ".join(LABELS.get(name, "cột khác") for name in names)


def _said(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(map(_said, value))
    if isinstance(value, bool):
        return "có" if value else "không"
    if value in {*Verdict}:
        return words.VERDICTS[Verdict(value)]
    if value in {*Role}:
        return words.ROLES[Role(value)]
    return "không" if value is None else str(value)
