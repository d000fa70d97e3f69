"""The same request again gives the same answer: ``Idempotency-Key`` on writes, kept in the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header

from dedup.errors import IdempotencyMismatch
from dedup.service import Deduplicator

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


def once(
    service: Deduplicator, key: str | None, asked: Any, work: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The answer to ``asked``, worked out once for a key. Raises IdempotencyMismatch.

    Without a key the work is simply done.
    """
    if key is None:
        return work()
    name = "idempotency:" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    with service.open_unit() as unit:
        known = unit.notes.get(name)
    if known is not None:
        before = json.loads(known)
        if before["asked"] != digest:
            raise IdempotencyMismatch
        answer: dict[str, Any] = before["answer"]
        return answer
    answer = work()
    with service.open_unit() as unit:
        unit.notes.set(name, json.dumps({"asked": digest, "answer": answer}), at=service.clock())
        unit.commit()
    return answer
