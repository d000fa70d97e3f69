"""Suggestions in SQL: upserted, never over a decision; the queue read by score with keyset cursors."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import and_, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dedup.initiatives import Band, InitiativeId, Pair, Suggestion
from dedup.ports import Flagged, Ids, SuggestionFilter
from dedup.store.bulk import insert_columns
from dedup.store.rows import chunks, id_array, suggestion_columns, suggestion_of
from dedup.store.session import Session
from dedup.store.strands import SMALL_UNIT, UNDECIDED, Cursor, beyond, strands_of
from dedup.store.tables import (
    IN_FORCE,
    OPEN,
    cluster_members,
    decisions,
    initiatives,
    suggestions,
)

_s, _d = suggestions.c, decisions.c
_KEY = ("left_id", "right_id")
BATCH = 2_000  # pairs a statement: their 4,000 ends fit one more
PORTION = 5_000  # rows a query of ``iterate``

_left_member, _right_member = cluster_members.alias("lm"), cluster_members.alias("rm")
_JOINED = suggestions.outerjoin(_left_member, _left_member.c.initiative_id == _s.left_id).outerjoin(
    _right_member, _right_member.c.initiative_id == _s.right_id
)
_SHARED_CLUSTER = case(
    (_left_member.c.cluster_id == _right_member.c.cluster_id, _left_member.c.cluster_id)
).label("cluster_id")
_WHOLE = select(suggestions, _SHARED_CLUSTER).select_from(_JOINED)


class SqlSuggestions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def upsert(self, suggestions: Sequence[Suggestion], *, at: datetime) -> int:
        self._session.lock()
        written = 0
        for start in range(0, len(suggestions), BATCH):
            part = suggestions[start : start + BATCH]
            settled, withdrawn = self._settled(part), self._withdrawn(part)
            new = [s for s in part if s.pair not in settled and withdrawn.isdisjoint(s.pair.ids)]
            insert_columns(self._session.write, self._statement(), suggestion_columns(new, at))
            written += len(new)
        return written

    def get(self, pair: Pair) -> Suggestion | None:
        query = _WHOLE.where(OPEN, _s.left_id == pair.left, _s.right_id == pair.right)
        row = self._session.read.execute(query).first()
        return suggestion_of(row) if row else None

    def page(
        self,
        where: SuggestionFilter,
        *,
        after: tuple[float, int, int] | None = None,
        limit: int = 50,
    ) -> list[Suggestion]:
        return [suggestion_of(row) for row in islice(self._rows(where, after, limit), limit)]

    def iterate(self, where: SuggestionFilter) -> Iterator[Suggestion]:
        return map(suggestion_of, self._rows(where, None, PORTION))

    def links(self, min_score: float) -> tuple[Ids, Ids, NDArray[np.float32]]:
        query = select(_s.left_id, _s.right_id, _s.score).where(OPEN, UNDECIDED)
        query = query.where(_s.score >= min_score).order_by(_s.left_id, _s.right_id)
        rows = self._session.read.execute(query).all()
        left, right, score = zip(*rows, strict=True) if rows else ((), (), ())
        return id_array(left), id_array(right), np.array(score, dtype=np.float32)

    def retire(self, *, before: datetime, touching: Ids | None = None) -> int:
        old = and_(UNDECIDED, _s.written_at < before)
        if touching is None:
            return self._retire(old)
        return sum(self._retire(and_(old, side)) for side in _touching(touching.tolist()))

    def retire_touching(self, ids: Sequence[InitiativeId]) -> int:
        return sum(self._retire(side) for side in _touching(ids))

    def counts(self) -> Mapping[Band, int]:
        query = (
            select(_s.band, func.count().label("pairs")).where(OPEN, UNDECIDED).group_by(_s.band)
        )
        found = {row.band: row.pairs for row in self._session.read.execute(query)}
        return {band: found.get(band.value, 0) for band in Band}

    def flagged(self) -> Flagged:
        columns = (_s.left_id, _s.right_id, _s.score, _s.band, _s.decided, _s.scorer_version)
        query = select(*columns).where(OPEN).order_by(_s.left_id, _s.right_id)
        rows = self._session.read.execute(query).all()
        left, right, score, band, decided, version = zip(*rows, strict=True) if rows else [()] * 6
        return Flagged(
            id_array(left),
            id_array(right),
            np.array(score, dtype=np.float64),
            np.array([name == Band.SAME_TEXT for name in band], dtype=np.bool_),
            np.array(decided, dtype=np.bool_),
            version,
        )

    def _rows(self, where: SuggestionFilter, after: Cursor | None, portion: int) -> Iterator[Any]:
        """Rows best first: each strand is one run of an index in that order, merged as they come."""
        unit_ids = self._ids_of_small_unit(where)
        strands = [
            self._strand(part, after, portion) for part in strands_of(where, unit_ids=unit_ids)
        ]
        return heapq.merge(*strands, key=_rank)

    def _strand(self, conditions: list[Any], after: Cursor | None, portion: int) -> Iterator[Any]:
        query = _WHOLE.where(*conditions).order_by(_s.score.desc(), _s.left_id, _s.right_id)
        query = query.limit(portion)
        while True:
            portion_query = query if after is None else query.where(beyond(*after))
            rows = self._session.read.execute(portion_query).all()
            yield from rows
            if len(rows) < portion:
                return
            after = (rows[-1].score, rows[-1].left_id, rows[-1].right_id)

    def _ids_of_small_unit(self, where: SuggestionFilter) -> list[int] | None:
        if where.unit_id is None:
            return None
        query = select(initiatives.c.id).where(initiatives.c.unit_id == where.unit_id)
        ids = self._session.read.execute(query.limit(SMALL_UNIT + 1)).scalars().all()
        return list(ids) if len(ids) <= SMALL_UNIT else None

    def _settled(self, part: Sequence[Suggestion]) -> set[Pair]:
        """Pairs among these with a live verdict; the lock keeps that true until commit."""
        lefts = sorted({s.pair.left for s in part})
        settled = select(_d.left_id, _d.right_id).where(IN_FORCE, _d.verdict.is_not(None))
        rows = self._session.read.execute(settled.where(_d.left_id.in_(lefts)))
        return {Pair(row.left_id, row.right_id) for row in rows}

    def _withdrawn(self, part: Sequence[Suggestion]) -> set[int]:
        """Records among these that were withdrawn, perhaps since the pairs were found."""
        ends = sorted({id for s in part for id in s.pair.ids})
        query = select(initiatives.c.id).where(initiatives.c.id.in_(ends), initiatives.c.withdrawn)
        return set(self._session.read.execute(query).scalars())

    def _statement(self) -> Any:
        insert = sqlite.insert if self._session.sqlite else postgresql.insert
        new = insert(suggestions)
        columns = [column.name for column in suggestions.c if column.name not in _KEY]
        return new.on_conflict_do_update(
            index_elements=list(_KEY), set_={name: new.excluded[name] for name in columns}
        )

    def _retire(self, condition: Any) -> int:
        retired = update(suggestions).where(OPEN, condition)
        return int(self._session.lock().execute(retired.values(state="retired")).rowcount)


def _rank(row: Any) -> Cursor:
    return -row.score, row.left_id, row.right_id


def _touching(ids: Sequence[int]) -> Iterator[Any]:
    for part in chunks(sorted(set(ids))):
        yield _s.left_id.in_(part)
        yield _s.right_id.in_(part)
