"""Every page under one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import check, imports, pair, queue, status

router = APIRouter()
for _part in (queue, pair, check, imports, status):
    router.include_router(_part.router)
