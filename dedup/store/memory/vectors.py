"""Vectors in memory, rounded to float16 as the databases round them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.errors import InitiativeNotFound
from dedup.ports import Ids, Vectorised, Vectors
from dedup.store.memory.state import MemorySession, Record, Vector
from dedup.store.rows import id_array


class MemoryVectors:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def put(self, model_id: str, vectorised: Vectorised, *, told: bool = True) -> None:
        state = self._session.write()
        unknown = set(vectorised.ids.tolist()) - set(state.records)
        if unknown:
            raise InitiativeNotFound(id=min(unknown))
        rows = zip(vectorised.ids.tolist(), vectorised.titles, vectorised.contents, strict=True)
        for id, title, content in rows:
            record = state.records[id]
            if self._session.is_news(record.change_no):
                continue
            if told and not self._has(model_id, record):
                state.records[id] = dataclasses.replace(record, change_no=self._session.change_no())
            text = record.initiative.fingerprint
            state.vectors[model_id, id] = Vector(
                text, title.astype(np.float16), content.astype(np.float16)
            )

    def get(self, model_id: str, ids: Ids) -> Vectorised:
        records = self._session.state.records
        return self._of(model_id, (records[id] for id in np.unique(ids).tolist() if id in records))

    def missing(self, model_id: str, *, after: int = 0, limit: int = 2_000) -> Ids:
        live = [r for r in self._session.state.live() if r.initiative.id > after]
        return id_array([r.initiative.id for r in live if not self._has(model_id, r)][:limit])

    def load(self, model_id: str, *, batch: int = 20_000) -> Iterator[Vectorised]:
        have = [r for r in self._session.state.live() if self._has(model_id, r)]
        for start in range(0, len(have), batch):
            yield self._of(model_id, have[start : start + batch])

    def count(self, model_id: str) -> int:
        return sum(self._has(model_id, r) for r in self._session.state.live())

    def models(self) -> list[str]:
        return sorted({model_id for model_id, _ in self._session.state.vectors})

    def _has(self, model_id: str, record: Record) -> bool:
        vector = self._session.state.vectors.get((model_id, record.initiative.id))
        return vector is not None and vector.fingerprint == record.initiative.fingerprint

    def _of(self, model_id: str, records: Iterable[Record]) -> Vectorised:
        ids = [r.initiative.id for r in records if self._has(model_id, r)]
        found = [self._session.state.vectors[model_id, id] for id in ids]
        return Vectorised(
            ids=id_array(ids),
            titles=_stacked([v.title for v in found]),
            contents=_stacked([v.content for v in found]),
        )


def _stacked(rows: Sequence[NDArray[np.float16]]) -> Vectors:
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), dtype=np.float32)
