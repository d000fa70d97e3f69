"""Vectors in SQL: float16 bytes, one row of a record and model, valid for one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, func, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dedup.errors import InitiativeNotFound
from dedup.ports import Ids, Vectorised, Vectors
from dedup.store.bulk import insert_columns
from dedup.store.rows import chunks, id_array
from dedup.store.session import Session
from dedup.store.tables import LIVE, initiatives, vectors

_t, _v = initiatives.c, vectors.c
STORED = np.dtype("<f2")
BATCH = 2_000


class SqlVectors:
    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, model_id: str, vectorised: Vectorised, *, told: bool = True) -> None:
        self._session.lock()
        for start in range(0, len(vectorised.ids), BATCH):
            part = slice(start, start + BATCH)
            ids = vectorised.ids[part].tolist()
            texts = self._texts(ids)
            kept = [i for i, id in enumerate(ids) if id in texts]
            columns = {
                "model_id": [model_id] * len(kept),
                "initiative_id": [ids[i] for i in kept],
                "fingerprint": [texts[ids[i]] for i in kept],
                "title": [row.tobytes() for row in vectorised.titles[part].astype(STORED)[kept]],
                "content": [
                    row.tobytes() for row in vectorised.contents[part].astype(STORED)[kept]
                ],
            }
            if told:
                self._tell_followers(model_id, texts)
            insert_columns(self._session.write, self._upsert(), columns)

    def get(self, model_id: str, ids: Ids) -> Vectorised:
        rows: list[Any] = []
        for part in chunks(np.unique(ids).tolist()):
            query = _present(model_id, live=False).where(_v.initiative_id.in_(part))
            rows += self._session.read.execute(query.order_by(_v.initiative_id)).all()
        return _vectorised(rows)

    def missing(self, model_id: str, *, after: int = 0, limit: int = 2_000) -> Ids:
        has = and_(
            _v.initiative_id == _t.id,
            _v.model_id == model_id,
            _v.fingerprint == _t.fingerprint,
        )
        query = (
            select(_t.id)
            .where(LIVE, _t.id > after, not_(select(1).where(has).exists()))
            .order_by(_t.id)
            .limit(limit)
        )
        return id_array(self._session.read.execute(query).scalars().all())

    def load(self, model_id: str, *, batch: int = 20_000) -> Iterator[Vectorised]:
        query = _present(model_id).order_by(_v.initiative_id).limit(batch)
        after = 0
        while rows := self._session.read.execute(query.where(_v.initiative_id > after)).all():
            yield _vectorised(rows)
            after = rows[-1].initiative_id

    def count(self, model_id: str) -> int:
        query = _present(model_id).with_only_columns(func.count())
        return int(self._session.read.execute(query).scalar_one())

    def models(self) -> list[str]:
        query = select(_v.model_id).distinct().order_by(_v.model_id)
        return list(self._session.read.execute(query).scalars())

    def _texts(self, ids: Sequence[int]) -> dict[int, str]:
        """Fingerprints by id, without texts that changed since this unit read them to embed."""
        known = select(_t.id, _t.fingerprint, _t.change_no).where(_t.id.in_(ids))
        rows = self._session.read.execute(known).all()
        unknown = set(ids) - {row.id for row in rows}
        if unknown:
            raise InitiativeNotFound(id=min(unknown))
        return {row.id: row.fingerprint for row in rows if not self._session.is_news(row.change_no)}

    def _tell_followers(self, model_id: str, texts: dict[int, str]) -> None:
        """A record that had no vector for its text was in no index: it counts as changed."""
        has = select(_v.initiative_id).where(
            _v.model_id == model_id,
            _v.initiative_id.in_(list(texts)),
            _v.fingerprint == _t.fingerprint,
            _v.initiative_id == _t.id,
        )
        new = and_(_t.id.in_(list(texts)), not_(has.exists()))
        mine = self._session.taken_change_no
        if mine is not None:
            new = and_(new, _t.change_no != mine)
        ids = self._session.read.execute(select(_t.id).where(new)).scalars().all()
        if ids:
            bumped = update(initiatives).where(_t.id.in_(ids))
            self._session.write.execute(bumped.values(change_no=self._session.change_no()))

    def _upsert(self) -> Any:
        insert = sqlite.insert if self._session.sqlite else postgresql.insert
        new = insert(vectors)
        return new.on_conflict_do_update(
            index_elements=["model_id", "initiative_id"],
            set_={name: new.excluded[name] for name in ("fingerprint", "title", "content")},
        )


def _present(model_id: str, *, live: bool = True) -> Select[Any]:
    """Vectors that belong to the record's present text."""
    same_text = and_(_t.id == _v.initiative_id, _t.fingerprint == _v.fingerprint)
    joined = vectors.join(initiatives, same_text)
    query = select(_v.initiative_id, _v.title, _v.content).select_from(joined)
    query = query.where(_v.model_id == model_id)
    return query.where(LIVE) if live else query


def _vectorised(rows: Sequence[Any]) -> Vectorised:
    return Vectorised(
        ids=id_array([row.initiative_id for row in rows]),
        titles=_matrix([row.title for row in rows]),
        contents=_matrix([row.content for row in rows]),
    )


def _matrix(parts: Sequence[bytes]) -> Vectors:
    """Float32 (n, dim) of n rows of bytes."""
    if not parts:
        return np.zeros((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(parts), dtype=STORED)
    return joined.reshape(len(parts), -1).astype(np.float32)
