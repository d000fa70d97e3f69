"""Every page under one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import check, pair, queue, status

router = APIRouter()
for _part in (queue, pair, check, status):
    router.include_router(_part.router)
