"""Every page under one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import (
    check,
    export,
    help,
    imports,
    log,
    pair,
    people,
    queue,
    record,
    search,
    signing,
    status,
    thresholds,
)

router = APIRouter()
for _part in (
    *(signing, queue, export, pair, search, record, check, imports),
    *(status, thresholds, people, log, help),
):
    router.include_router(_part.router)
