"""``/thresholds``: how often each band was right, what is missed, and what other thresholds would do."""

from __future__ import annotations

from math import isfinite
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.errors import status_of
from api.gate import Head
from api.pages.rendering import page
from api.state import Holder
from dedup.errors import DedupError, InvalidInput, JobRunning
from dedup.jobs.auditing import KIND, MOST_DRAWN
from dedup.scoring.bands import Estimate
from dedup.scoring.shares import Share

router = APIRouter()
NOT_KNOWN = "chưa biết"


@router.get("/thresholds")
def thresholds(
    request: Request, holder: Holder, at: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    try:
        return _shown(request, holder, typed=at, asked=_threshold(at))
    except InvalidInput as error:
        return _shown(request, holder, typed=at, error=error)


@router.post("/audits")
def audit(
    request: Request,
    holder: Holder,
    account: Head,
    count: Annotated[int, Form(ge=2, le=MOST_DRAWN)],
) -> Response:
    try:
        holder.audit(count, by=account.name)
    except JobRunning as error:
        return _shown(request, holder, error=error)
    return RedirectResponse("/thresholds", status_code=303)


def percent(known: Share | Estimate) -> str:
    """ "93 % (88–96 %)"; of a number that is not known, its upper bound where there is one."""
    if isfinite(known.value):
        bounds = f"{100 * known.low:.0f}–{100 * known.high:.0f}"
        return f"{100 * known.value:.0f}\u00a0% ({bounds}\u00a0%)"
    if known.high < 1:
        return f"{NOT_KNOWN} (nhiều nhất {100 * known.high:.0f}\u00a0%)"
    return NOT_KNOWN


def number(known: Estimate) -> str:
    """ "20 (5–82)"."""
    if not isfinite(known.value):
        return NOT_KNOWN
    return f"{known.value:.0f} ({known.low:.0f}–{known.high:.0f})"


def decimal(value: float) -> str:
    """0.25 → "0,25"."""
    return f"{value:g}".replace(".", ",")


def _threshold(typed: str) -> float | None:
    """A probability as it is typed, with a comma or a point; raises InvalidInput."""
    if not typed.strip():
        return None
    try:
        value = float(typed.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise InvalidInput("Ngưỡng là một số lớn hơn 0 và không quá 1, như 0,4.")
    return value


def _shown(
    request: Request,
    holder: Holder,
    *,
    typed: str = "",
    asked: float | None = None,
    error: DedupError | None = None,
) -> Response:
    figures = holder.application.monitor.figures(asked=asked)
    with holder.service.open_unit() as unit:
        drawing = unit.runs.latest(KIND, state="running")
        template = unit.initiatives.get([figures.family.record] if figures.family else [])
    context = {
        "figures": figures,
        "typed": typed,
        "asked": asked,
        "drawing": drawing,
        "template": template[0] if template else None,
        "awaits_restart": holder.application.learner.awaits_restart(figures.scorer_version),
        "audit_limit": MOST_DRAWN,
        "percent": percent,
        "number": number,
        "decimal": decimal,
        "error": error.message if error else None,
    }
    return page(request, "thresholds.html", context, status_code=status_of(error) if error else 200)
