"""Vectors for the records that have none for their present text; resumable, batch by batch."""

from __future__ import annotations

from dedup.ports import Embedder, OpenUnit, Progress, Vectorised
from dedup.representation import as_stored

# A commit every few seconds on an office PC: little is lost to a kill, little is spent on commits.
BATCH = 2_000


def embed_missing(open_unit: OpenUnit, embedder: Embedder, tell: Progress) -> int:
    """Embed and store every missing vector; returns how many records were embedded."""
    done = 0
    with open_unit() as unit:
        total = unit.initiatives.count() - unit.vectors.count(embedder.model_id)
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
            )
            unit.commit()
        after = int(ids[-1])
        done += len(ids)
        tell(min(1.0, done / max(total, done)))
