"""Decisions in SQL: appended under the write lock, superseded in order, never edited.

Appends are serialised: of two reviewers who decide one pair at once, the later one supersedes the
earlier. A withdrawal (verdict None) is the pair's live row but settles nothing: ``live`` and
``history`` show it, the sets (``all_live``, ``live_pairs``, ``touching``) leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, insert, or_, select, update

from dedup.initiatives import Decision, DecisionId, InitiativeId, Pair
from dedup.ports import Ids, NewDecision
from dedup.store.rows import chunks, decision_of, id_array
from dedup.store.session import Session
from dedup.store.tables import IN_FORCE, decision_groups, decisions, suggestions

_d = decisions.c
_SETTLED = and_(IN_FORCE, _d.verdict.is_not(None))
_SUGGESTED = and_(
    suggestions.c.left_id == bindparam("of_left"), suggestions.c.right_id == bindparam("of_right")
)
PAGE = 5_000


class SqlDecisions:
    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self, new: Sequence[NewDecision], *, at: datetime, group: str | None = None
    ) -> list[Decision]:
        if not new:
            return []
        self._session.lock()
        group_id = None if group is None else self._new_group(group, at)
        live = self._live_ids([one.pair for one in new])
        superseded = list(live.values())
        rows: dict[int, dict[str, Any]] = {}
        for id, one in enumerate(new, start=self._session.next_id(_d.id)):
            before = live.get(one.pair)
            if before in rows:  # the same pair again: the later word stands
                rows[before]["live"] = False
            rows[id] = {**_row(one, at), "id": id, "supersedes": before, "group_id": group_id}
            live[one.pair] = id
        self._write(list(rows.values()), superseded)
        self._mark({one.pair: one.verdict is not None for one in new})
        self._put_back([one.pair for one in new if one.verdict is None], at)
        return self._by_ids(list(rows))

    def live(self, pair: Pair) -> Decision | None:
        found = self._decisions(select(decisions).where(_of(pair), IN_FORCE))
        return found[0] if found else None

    def history(self, pair: Pair) -> list[Decision]:
        return self._decisions(select(decisions).where(_of(pair)).order_by(_d.id))

    def of_group(self, group_id: int) -> list[Decision]:
        return self._decisions(select(decisions).where(_d.group_id == group_id).order_by(_d.id))

    def all_live(self) -> list[Decision]:
        return self._decisions(select(decisions).where(_SETTLED).order_by(_d.id))

    def live_pairs(self) -> tuple[Ids, Ids]:
        query = select(_d.left_id, _d.right_id).where(_SETTLED).order_by(_d.left_id, _d.right_id)
        rows = self._session.read.execute(query).all()
        return id_array([row.left_id for row in rows]), id_array([row.right_id for row in rows])

    def touching(self, ids: Sequence[InitiativeId]) -> list[Decision]:
        found: dict[DecisionId, Decision] = {}
        for part in chunks(sorted(set(ids))):
            either = or_(_d.left_id.in_(part), _d.right_id.in_(part))
            rows = self._decisions(select(decisions).where(_SETTLED, either))
            found.update((decision.id, decision) for decision in rows)
        return [found[id] for id in sorted(found)]

    def expire(self, ids: Sequence[DecisionId]) -> None:
        self._session.lock()
        for part in chunks(sorted(set(ids))):
            expiring = self._decisions(select(decisions).where(_d.id.in_(part), IN_FORCE))
            expired = update(decisions).where(_d.id.in_(part), IN_FORCE)
            self._session.write.execute(expired.values(live=False, expired_by_change=True))
            self._mark({decision.pair: False for decision in expiring})

    def iterate(self) -> Iterator[Decision]:
        after = 0
        query = select(decisions).order_by(_d.id).limit(PAGE)
        while part := self._decisions(query.where(_d.id > after)):
            yield from part
            after = part[-1].id

    def _live_ids(self, pairs: Sequence[Pair]) -> dict[Pair, int]:
        wanted, found = set(pairs), {}
        for part in chunks(sorted({pair.left for pair in pairs})):
            query = select(_d.id, _d.left_id, _d.right_id).where(IN_FORCE, _d.left_id.in_(part))
            for id, left, right in self._session.read.execute(query):
                found[Pair(left, right)] = id
        return {pair: id for pair, id in found.items() if pair in wanted}

    def _write(self, rows: Sequence[dict[str, Any]], superseded: Sequence[int]) -> None:
        for part in chunks(superseded):
            ended = update(decisions).where(_d.id.in_(part)).values(live=False)
            self._session.write.execute(ended)
        self._session.write.execute(insert(decisions), rows)

    def _mark(self, pairs: Mapping[Pair, bool]) -> None:
        """Take the pairs' suggestions out of the queue, or put them back."""
        marked = update(suggestions).where(_SUGGESTED).values(decided=bindparam("is_decided"))
        rows = [{**_suggested(pair), "is_decided": decided} for pair, decided in pairs.items()]
        if rows:
            self._session.write.execute(marked, rows)

    def _put_back(self, pairs: Sequence[Pair], at: datetime) -> None:
        """A re-scan under way took these pairs for decided: they count as written now."""
        written = update(suggestions).where(_SUGGESTED).values(written_at=at)
        if pairs:
            self._session.write.execute(written, [_suggested(pair) for pair in pairs])

    def _new_group(self, name: str, at: datetime) -> int:
        id = self._session.next_id(decision_groups.c.id)
        row = {"id": id, "name": name, "at": at}
        self._session.write.execute(insert(decision_groups), row)
        return id

    def _by_ids(self, ids: Sequence[int]) -> list[Decision]:
        found: list[Decision] = []
        for part in chunks(ids):
            found += self._decisions(select(decisions).where(_d.id.in_(part)).order_by(_d.id))
        return found

    def _decisions(self, query: Select[Any]) -> list[Decision]:
        return [decision_of(row) for row in self._session.read.execute(query)]


def _suggested(pair: Pair) -> dict[str, int]:
    return {"of_left": pair.left, "of_right": pair.right}


def _of(pair: Pair) -> Any:
    return and_(_d.left_id == pair.left, _d.right_id == pair.right)


def _row(new: NewDecision, at: datetime) -> dict[str, Any]:
    return {
        "left_id": new.pair.left,
        "right_id": new.pair.right,
        "verdict": new.verdict.value if new.verdict else None,
        "reason": new.reason,
        "note": new.note,
        "reviewer": new.reviewer,
        "decided_at": at,
        "left_fingerprint": new.left_fingerprint,
        "right_fingerprint": new.right_fingerprint,
        "live": True,
    }
