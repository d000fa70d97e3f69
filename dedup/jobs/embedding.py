"""Vectors for the records that have none for their present text; resumable, batch by batch.

Several models' vectors lie side by side. A model is served only once it covers what any other does;
until then it is prepared beside the one in force, whose followers hear nothing of it.
"""

from __future__ import annotations

from dedup.errors import IndexModelMismatch
from dedup.ports import Embedder, OpenUnit, Progress, UnitOfWork, Vectorised
from dedup.representation import as_stored

# A commit every few seconds on an office PC: little is lost to a kill, little is spent on commits.
BATCH = 2_000


def embed_missing(open_unit: OpenUnit, embedder: Embedder, tell: Progress) -> int:
    """Embed and store every missing vector; returns how many records were embedded."""
    done = 0
    with open_unit() as unit:
        total = unit.initiatives.count() - unit.vectors.count(embedder.model_id)
        served = lacking(unit, embedder.model_id) <= BATCH
    after = 0
    while True:
        with open_unit() as unit:
            ids = unit.vectors.missing(embedder.model_id, after=after, limit=BATCH)
            if not len(ids):
                tell(1.0)
                return done
            titles, contents, _ = unit.initiatives.comparable_texts(ids)
            rows = as_stored(embedder.embed([*titles, *contents]))
            unit.vectors.put(
                embedder.model_id,
                Vectorised(ids=ids, titles=rows[: len(ids)], contents=rows[len(ids) :]),
                told=served,
            )
            unit.commit()
        after = int(ids[-1])
        done += len(ids)
        tell(min(1.0, done / max(total, done)))


def lacking(unit: UnitOfWork, model_id: str) -> int:
    """How many records another model has vectors for beyond this one's; 0 where this one may serve."""
    others = [unit.vectors.count(other) for other in unit.vectors.models() if other != model_id]
    return max(0, max(others, default=0) - unit.vectors.count(model_id)) if others else 0


def refuse_lacking(unit: UnitOfWork, model_id: str) -> None:
    """Raises IndexModelMismatch where a search would miss what another model's would find."""
    behind = lacking(unit, model_id)
    if behind:
        raise IndexModelMismatch(
            f"Mô hình «{model_id}» còn thiếu véc-tơ của {behind} hồ sơ so với mô hình đang dùng. Hãy chạy "
            "«sangkien reindex» với SANGKIEN_MODEL này (làm tiếp được nếu bị ngắt), rồi mở lại.",
            model_id=model_id,
            lacking=behind,
        )


def catch_up(open_unit: OpenUnit, embedder: Embedder) -> None:
    """Embed what was filed under another model since this one was prepared; more than a batch is refused."""
    with open_unit() as unit:
        behind = lacking(unit, embedder.model_id)
        if behind > BATCH:
            refuse_lacking(unit, embedder.model_id)
    if behind:
        embed_missing(open_unit, embedder, lambda _: None)
