"""Suggestions and decisions in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dedup.errors import NotFound
from dedup.initiatives import Band, Decision, DecisionId, InitiativeId, Pair, Suggestion
from dedup.ports import Flagged, Ids, NewDecision, SuggestionFilter
from dedup.store.columns import to_utc
from dedup.store.memory.state import KeptSuggestion, MemorySession, State, next_id
from dedup.store.rows import id_array


class MemorySuggestions:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def upsert(self, suggestions: Sequence[Suggestion], *, at: datetime) -> int:
        state = self._session.write()
        settled = _settled(state)
        withdrawn = {id for id, r in state.records.items() if r.initiative.withdrawn}
        new = [s for s in suggestions if s.pair not in settled and withdrawn.isdisjoint(s.pair.ids)]
        for suggestion in new:
            _check(state, suggestion.pair)
            if suggestion.run_id is not None and suggestion.run_id not in state.runs:
                raise NotFound
            state.suggestions[suggestion.pair] = KeptSuggestion(suggestion, to_utc(at))
        return len(new)

    def get(self, pair: Pair) -> Suggestion | None:
        kept = self._session.state.suggestions.get(pair)
        return self._shown(kept.suggestion) if kept and kept.open else None

    def page(
        self,
        where: SuggestionFilter,
        *,
        after: tuple[float, int, int] | None = None,
        limit: int = 50,
    ) -> list[Suggestion]:
        found = [self._shown(s) for s in self._matching(where)]
        if after is not None:
            seen = (-after[0], *after[1:])
            found = [s for s in found if _rank(s) > seen]
        return found[:limit]

    def iterate(self, where: SuggestionFilter) -> Iterator[Suggestion]:
        yield from [self._shown(s) for s in self._matching(where)]

    def links(self, min_score: float) -> tuple[Ids, Ids, NDArray[np.float32]]:
        open_ones = [s for s in self._queued() if s.score >= min_score]
        ordered = sorted(open_ones, key=lambda s: s.pair)
        return (
            id_array([s.pair.left for s in ordered]),
            id_array([s.pair.right for s in ordered]),
            np.array([s.score for s in ordered], dtype=np.float32),
        )

    def retire(self, *, before: datetime, touching: Ids | None = None) -> int:
        kept, moment = self._session.state.suggestions, to_utc(before)
        old = [s for s in self._queued() if kept[s.pair].written_at < moment]
        if touching is None:
            return self._retire(old)
        ids = set(touching.tolist())
        return self._retire([s for s in old if _touches(s.pair, ids)])

    def retire_touching(self, ids: Sequence[InitiativeId]) -> int:
        return self._retire([s for s in self._open() if _touches(s.pair, set(ids))])

    def counts(self) -> Mapping[Band, int]:
        bands = [s.band for s in self._queued()]
        return {band: bands.count(band) for band in Band}

    def flagged(self) -> Flagged:
        settled = _settled(self._session.state)
        ordered = sorted(self._open(), key=lambda s: s.pair)
        return Flagged(
            id_array([s.pair.left for s in ordered]),
            id_array([s.pair.right for s in ordered]),
            np.array([s.score for s in ordered], dtype=np.float64),
            np.array([s.band is Band.SAME_TEXT for s in ordered], dtype=np.bool_),
            np.array([s.pair in settled for s in ordered], dtype=np.bool_),
            [s.scorer_version for s in ordered],
        )

    def _queued(self) -> list[Suggestion]:
        settled = _settled(self._session.state)
        return [s for s in self._open() if s.pair not in settled]

    def _open(self) -> list[Suggestion]:
        return [kept.suggestion for kept in self._session.state.suggestions.values() if kept.open]

    def _matching(self, where: SuggestionFilter) -> list[Suggestion]:
        settled = _settled(self._session.state)
        found = [
            s
            for s in self._open()
            if s.band in where.bands
            and (not where.relations or s.relation in where.relations)
            and s.score >= where.min_score
            and where.decided in {None, s.pair in settled}
            and where.initiative_id in {None, s.pair.left, s.pair.right}
            and where.unit_id in {None, *self._units_of(s.pair)}
        ]
        return sorted(found, key=_rank)

    def _units_of(self, pair: Pair) -> set[int | None]:
        records = self._session.state.records
        return {records[id].initiative.unit_id for id in (pair.left, pair.right)}

    def _shown(self, suggestion: Suggestion) -> Suggestion:
        pair = suggestion.pair
        shared = [
            c.id
            for c in self._session.state.clusters.values()
            if pair.left in c.members and pair.right in c.members
        ]
        return dataclasses.replace(suggestion, cluster_id=shared[0] if shared else None)

    def _retire(self, suggestions: Sequence[Suggestion]) -> int:
        kept = self._session.write().suggestions
        for s in suggestions:
            kept[s.pair] = dataclasses.replace(kept[s.pair], open=False)
        return len(suggestions)


class MemoryDecisions:
    def __init__(self, session: MemorySession) -> None:
        self._session = session

    def append(
        self, new: Sequence[NewDecision], *, at: datetime, group: str | None = None
    ) -> list[Decision]:
        if not new:
            return []
        state = self._session.write()
        group_id = None if group is None else next_id(state.groups)
        if group_id is not None:
            state.groups[group_id] = group or ""
        ids = [self._append(one, at, group_id).id for one in new]
        return [state.decisions[id] for id in ids]

    def live(self, pair: Pair) -> Decision | None:
        return next((d for d in self._all() if d.pair == pair and d.live), None)

    def history(self, pair: Pair) -> list[Decision]:
        return [d for d in self._all() if d.pair == pair]

    def of_group(self, group_id: int) -> list[Decision]:
        return [d for d in self._all() if d.group_id == group_id]

    def all_live(self) -> list[Decision]:
        return [d for d in self._all() if d.live and d.verdict is not None]

    def live_pairs(self) -> tuple[Ids, Ids]:
        pairs = sorted(d.pair for d in self.all_live())
        return id_array([pair.left for pair in pairs]), id_array([pair.right for pair in pairs])

    def touching(self, ids: Sequence[InitiativeId]) -> list[Decision]:
        return [d for d in self.all_live() if _touches(d.pair, set(ids))]

    def expire(self, ids: Sequence[DecisionId]) -> None:
        decisions = self._session.write().decisions
        for id in ids:
            if id in decisions and decisions[id].live:
                decisions[id] = dataclasses.replace(
                    decisions[id], live=False, expired_by_change=True
                )

    def iterate(self) -> Iterator[Decision]:
        yield from self._all()

    def _all(self) -> list[Decision]:
        return list(self._session.state.decisions.values())

    def _append(self, new: NewDecision, at: datetime, group_id: int | None) -> Decision:
        state = self._session.write()
        _check(state, new.pair)
        before = self.live(new.pair)
        if before is not None:
            state.decisions[before.id] = dataclasses.replace(before, live=False)
        decision = Decision(
            **{f.name: getattr(new, f.name) for f in dataclasses.fields(NewDecision)},
            id=DecisionId(next_id(state.decisions)),
            decided_at=to_utc(at),
            supersedes=before.id if before else None,
            group_id=group_id,
        )
        state.decisions[decision.id] = decision
        suggested = state.suggestions.get(new.pair)
        if suggested is not None and new.verdict is None:
            state.suggestions[new.pair] = dataclasses.replace(suggested, written_at=to_utc(at))
        return decision


def _settled(state: State) -> set[Pair]:
    return {d.pair for d in state.decisions.values() if d.live and d.verdict is not None}


def _rank(suggestion: Suggestion) -> tuple[float, int, int]:
    return -suggestion.score, suggestion.pair.left, suggestion.pair.right


def _touches(pair: Pair, ids: set[InitiativeId] | set[int]) -> bool:
    return pair.left in ids or pair.right in ids


def _check(state: State, pair: Pair) -> None:
    if pair.left not in state.records or pair.right not in state.records:
        raise NotFound
