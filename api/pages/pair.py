"""``/pairs/{left}/{right}``: two records side by side, and a person's word on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from api.errors import status_of
from api.gate import Reviewer, SignedIn
from api.pages.comparing import compared
from api.pages.rendering import page
from api.pages.saving import name_of, saved_in
from api.pages.trail import AskedTrail, Sent, Trail
from api.state import Records
from dedup.errors import Conflict, DedupError, InvalidInput, OwnCase, PairNotFound, StaleSuggestion
from dedup.initiatives import Band, Pair, Verdict
from dedup.jobs.deciding import Opinion
from dedup.jobs.screening import standing
from dedup.people import Account, own_case
from dedup.service import Deduplicator

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**62)]


class Said(Sent):
    """The verdict form as it was sent; kept so that a refused one need not be typed again."""

    verdict: str = Field("", max_length=40)
    reason: str = Field("", max_length=1_000)
    note: str = Field("", max_length=10_000)
    seen_left: str = Field("", max_length=200)
    seen_right: str = Field("", max_length=200)


@router.get("/pairs/{left}/{right}")
def show(
    request: Request,
    left: Id,
    right: Id,
    service: Records,
    trail: AskedTrail,
    account: SignedIn,
    saved: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    context = _context(service, Pair.of(left, right), trail, account)
    return page(request, "pair.html", {**context, "saved": saved_in(service, saved)})


@router.post("/pairs/{left}/{right}/decisions")
def decide(
    request: Request,
    left: Id,
    right: Id,
    service: Records,
    said: Annotated[Said, Form()],
    account: Reviewer,
) -> Response:
    pair, trail = Pair.of(left, right), said.trail()
    following = _next(service, pair, trail)
    try:
        service.decider.decide(_opinion(pair, said, account))
    except (Conflict, InvalidInput, OwnCase) as error:
        context = _context(service, pair, trail, account)
        return _refused(request, context, said, error)
    return RedirectResponse(_onwards(trail, following, pair), status_code=303)


@router.post("/pairs/{left}/{right}/undo")
def undo(
    request: Request,
    left: Id,
    right: Id,
    service: Records,
    sent: Annotated[Sent, Form()],
    account: Reviewer,
) -> Response:
    pair, trail = Pair.of(left, right), sent.trail()
    try:
        service.decider.undo(pair, by=account.name, home=account.unit_id)
    except (OwnCase, PairNotFound) as error:
        context = _context(service, pair, trail, account)
        return _refused(request, context, Said(), error)
    return RedirectResponse(_onwards(trail, pair, pair), status_code=303)


def _context(service: Deduplicator, pair: Pair, trail: Trail, account: Account) -> dict[str, Any]:
    view, tree = service.view(pair), service.units()
    with service.open_unit() as unit:
        counts = unit.suggestions.counts()
    return {
        "comparison": compared(view, service.thresholds),
        "standing": standing(tree, view.left, view.right),
        "own_case": own_case(tree, account.unit_id, view.left, view.right),
        "pair": pair,
        "trail": trail,
        "said": Said(),
        "saved": None,
        "error": None,
        "against": (),
        "waiting": sum(count for band, count in counts.items() if band is not Band.CLEAR),
    }


def _refused(
    request: Request, context: Mapping[str, Any], said: Said, error: DedupError
) -> Response:
    """The page again, with what was typed; after a change of text the verdict is asked anew."""
    if isinstance(error, StaleSuggestion):
        said = said.model_copy(update={"verdict": ""})
    again = {"said": said, "error": error.message, "against": error.data.get("against", ())}
    return page(request, "pair.html", {**context, **again}, status_code=status_of(error))


def _opinion(pair: Pair, said: Said, account: Account) -> Opinion:
    if said.verdict not in {*Verdict}:
        raise InvalidInput("Chưa chọn kết luận; xin chọn một trong chín kết luận.")
    return Opinion(
        pair=pair,
        verdict=Verdict(said.verdict),
        by=account.name,
        reason=said.reason.strip(),
        note=said.note.strip(),
        seen=(said.seen_left, said.seen_right),
        home=account.unit_id,
    )


def _next(service: Deduplicator, pair: Pair, trail: Trail) -> Pair | None:
    """The pair after this one in the reviewer's queue, from its beginning when it was the last."""
    where = trail.filter()
    with service.open_unit() as unit:
        here = unit.suggestions.get(pair)
        place = (here.score, pair.left, pair.right) if here else None
        found = [
            *(unit.suggestions.page(where, after=place, limit=1) if place else ()),
            *unit.suggestions.page(where, limit=2),
        ]
    return next((s.pair for s in found if s.pair != pair), None)


def _onwards(trail: Trail, following: Pair | None, pair: Pair) -> str:
    saved = name_of(pair)
    address = trail.pair(following, saved=saved) if following else trail.queue(saved=saved)
    return f"{address}#main"  # past the navigation, for those who work by keyboard
