"""``/status``: the archive in numbers, its last re-scan, the one that runs, a button for the next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.errors import status_of
from api.gate import Reviewer, SignedIn
from api.pages.rendering import page
from api.state import Holder, Records
from dedup.errors import JobRunning
from dedup.initiatives import RunId
from dedup.jobs.rescanning import KIND, RescanOptions
from dedup.people import Account
from dedup.service import Deduplicator

router = APIRouter()


@router.get("/status")
def status(
    request: Request,
    service: Records,
    account: SignedIn,
    auto: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    return _shown(request, service, account, auto=bool(auto))


@router.post("/rescans")
def rescan(
    request: Request,
    holder: Holder,
    account: Reviewer,
    incremental: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    try:
        holder.rescan(RescanOptions(incremental=bool(incremental)), by=account.name)
    except JobRunning as error:
        return _shown(request, holder.service, account, error=error)
    return RedirectResponse("/status?auto=1", status_code=303)


@router.post("/rescans/{id}/cancel")
def cancel(
    id: Annotated[int, Path(ge=1, le=2**62)], service: Records, account: Reviewer
) -> Response:
    service.jobs.cancel(RunId(id), by=account.name)
    return RedirectResponse("/status?auto=1", status_code=303)


def _shown(
    request: Request,
    service: Deduplicator,
    account: Account,
    *,
    auto: bool = False,
    error: JobRunning | None = None,
) -> Response:
    with service.open_unit() as unit:
        running = unit.runs.latest(KIND, state="running")
        latest = unit.runs.latest(KIND)
        done = unit.runs.latest(KIND, state="done")
    context = {
        "status": service.status(),
        # Not while the page asks every three seconds: it reads every suspected pair.
        "headway": None if auto else service.headway(account.name),
        "running": running,
        "latest": latest,
        "done": done,
        "auto": auto and running is not None,
        "now": service.clock(),
        "model_id": service.embedder.model_id,
        "scorer_version": service.scorer.version,
        "error": error.message if error else None,
    }
    return page(request, "status.html", context, status_code=status_of(error) if error else 200)
