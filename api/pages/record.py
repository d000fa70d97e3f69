"""``/initiatives/{id}``: one record, its earlier versions, its pairs, and the way to a pair missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.cursors import ID_LIMIT
from api.errors import status_of
from api.pages.fields import FIELDS, in_words
from api.pages.rendering import page, shown
from api.records import CONTENT, HIDDEN
from api.state import Records, Service
from dedup.errors import DedupError, InvalidInput, NotFound
from dedup.initiatives import Band, Decision, Initiative, Pair, Submission, Suggestion
from dedup.jobs.screening import Match
from dedup.ports import SuggestionFilter, UnitOfWork
from dedup.service import Deduplicator
from dedup.validity import MESSAGES

router = APIRouter(prefix="/initiatives")
Id = Annotated[int, Path(ge=1, le=ID_LIMIT)]
# A record in a large family has hundreds; the likeliest come first, the queue holds them all.
PAIRS = 50
NEAREST = 10


@dataclass(frozen=True, slots=True)
class Known:
    """A pair of this record: what the machine says of it, and what a person has said."""

    pair: Pair
    other: Initiative
    suggestion: Suggestion | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: who replaced a version and when, and what the fields it changed said before."""

    version: int
    by: str
    at: datetime
    before: tuple[tuple[str, str], ...]


@router.get("/{id}")
def show(request: Request, id: Id, service: Records) -> Response:
    return _shown(request, service, id)


@router.get("/{id}/nearest")
def nearest(request: Request, id: Id, service: Service) -> Response:
    """The nearest of all, whatever their level: where to look for a pair the machine missed."""
    found = service.matches(service.get(id).id, top=NEAREST, lowest=Band.CLEAR).matches
    return _shown(request, service, id, near=found)


@router.get("/{id}/compare")
def compare(
    request: Request,
    id: Id,
    service: Records,
    other: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Any two records may be compared and concluded on, suggested or not."""
    named = shown(other).strip()
    try:
        if not named:
            raise InvalidInput("Xin ghi mã hoặc số của hồ sơ muốn so, ví dụ «#12».")
        pair = Pair.of(id, service.find(named).id)
    except (InvalidInput, NotFound) as error:
        return _shown(request, service, id, other=named, error=error)
    return RedirectResponse(f"/pairs/{pair.left}/{pair.right}", status_code=303)


def _shown(
    request: Request,
    service: Deduplicator,
    id: int,
    *,
    near: Sequence[Match] | None = None,
    other: str = "",
    error: DedupError | None = None,
) -> Response:
    record = service.get(id)
    with service.open_unit() as unit:
        context = {
            "record": record,
            "rows": _rows(record),
            "remarks": [MESSAGES[f.code][1] for f in record.flags if f.code in MESSAGES],
            "pairs": _pairs(unit, record),
            "group": unit.clusters.of(record.id),
            "changes": _changes(record, unit.initiatives.history(record.id)),
            "near": near,
            "other": other,
            "error": error.message if error else None,
        }
    return page(request, "record.html", context, status_code=status_of(error) if error else 200)


def _rows(record: Submission) -> list[tuple[str, str]]:
    """A technology secret shows its title and effect only; the title is the page's heading."""
    values = in_words(record) | {"title": ""}
    if record.secret:
        values |= dict.fromkeys(CONTENT, "") | {"description": HIDDEN}
    return [(label, values[name]) for label, name in FIELDS if values[name]]


def _pairs(unit: UnitOfWork, record: Initiative) -> list[Known]:
    where = SuggestionFilter(initiative_id=record.id, decided=None)
    suggested = {s.pair: s for s in unit.suggestions.page(where, limit=PAIRS)}
    decided = {d.pair: d for d in unit.decisions.touching([record.id])}
    pairs = list(dict.fromkeys([*suggested, *decided]))
    others = [pair.right if pair.left == record.id else pair.left for pair in pairs]
    records = {other.id: other for other in unit.initiatives.get(others)}
    return [
        Known(pair, records[other], suggested.get(pair), decided.get(pair))
        for pair, other in zip(pairs, others, strict=True)
    ]


def _changes(
    record: Initiative, history: Sequence[tuple[int, str, datetime, Submission]]
) -> list[Change]:
    """Newest first; what was a technology secret, or is one now, is not told of older versions."""
    changes = []
    after: Submission = record
    for version, by, at, before in history:
        secret = record.secret or before.secret
        then, now = in_words(before), in_words(after)
        told = _hidden(then) if secret else then
        said = tuple((label, told[name]) for label, name in FIELDS if then[name] != now[name])
        changes.append(Change(version, by, at, said))
        after = before
    return changes


def _hidden(values: dict[str, str]) -> dict[str, str]:
    return values | {name: HIDDEN for name in CONTENT if values[name]}
