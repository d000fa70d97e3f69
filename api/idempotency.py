"""The same request again gives the same answer: ``Idempotency-Key`` on writes, kept in the database.

A key is claimed before the work and carries the answer after it, so that of two requests at once
one works and the other is told so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from api.gate import SignedIn
from api.state import Records
from dedup.errors import Conflict, IdempotencyMismatch
from dedup.ports import UnitOfWork
from dedup.service import Deduplicator

Answer = TypeVar("Answer")
# The longest a write takes, twice over; a claim older than this is of a process that died.
CLAIMED_FOR = timedelta(seconds=60)
# A client that repeats a request does so within hours; a holiday's weekend is the most to wait for.
KEPT_FOR = timedelta(days=7)
KIND = "idempotency:"


class Once:
    """Does a write once for its key; without a key the write is simply done."""

    def __init__(self, service: Deduplicator, place: str, key: str | None) -> None:
        self._service = service
        self._place = place
        self._note = f"{KIND}{_digest(key)}" if key else None

    def __call__(self, asked: BaseModel, work: Callable[[], Answer]) -> Answer:
        """The answer to ``asked``; raises IdempotencyMismatch where the key was for another one."""
        if self._note is None:
            return work()
        digest = _digest([self._place, asked.model_dump(mode="json", exclude_unset=True)])
        before = self._claim(digest)
        if before is not None:
            known: Answer = before["answer"]
            return known
        try:
            answer = work()
        except BaseException:
            self._keep("")
            raise
        self._keep(json.dumps({"asked": digest, "answer": answer}))
        return answer

    def _claim(self, digest: str) -> dict[str, Any] | None:
        with self._service.open_unit() as unit:
            unit.lock()
            before = self._known(unit, digest)
            if before is None:
                now = self._service.clock()
                unit.notes.forget(KIND, before=now - KEPT_FOR)
                self._set(unit, json.dumps({"asked": digest, "claimed": now.isoformat()}))
            unit.commit()
        return before

    def _known(self, unit: UnitOfWork, digest: str) -> dict[str, Any] | None:
        before: dict[str, Any] = json.loads(unit.notes.get(self._note or "") or "{}")
        if before and before["asked"] != digest:
            raise IdempotencyMismatch
        if "claimed" in before and self._fresh(before["claimed"]):
            raise Conflict("Yêu cầu mang khóa này đang được thực hiện; xin chờ rồi hỏi lại.")
        return before if "answer" in before else None

    def _fresh(self, claimed: str) -> bool:
        return self._service.clock() - datetime.fromisoformat(claimed) < CLAIMED_FOR

    def _keep(self, value: str) -> None:
        with self._service.open_unit() as unit:
            self._set(unit, value)
            unit.commit()

    def _set(self, unit: UnitOfWork, value: str) -> None:
        unit.notes.set(self._note or "", value, at=self._service.clock())


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


async def _once(
    request: Request,
    service: Records,
    account: SignedIn,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)
    ] = None,
) -> Once:
    return Once(service, f"{account.id} {request.method} {request.url.path}", key)


OnlyOnce = Annotated[Once, Depends(_once)]
