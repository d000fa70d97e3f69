"""Every page under one router."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import check, imports, pair, people, queue, signing, status

router = APIRouter()
for _part in (signing, queue, pair, check, imports, status, people):
    router.include_router(_part.router)
