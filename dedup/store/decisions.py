"""Decisions in SQL: appended under the write lock, superseded in order, never edited.

Appends are serialised: of two reviewers who decide one pair at once, the later one supersedes the
earlier. A withdrawal (verdict None) is the pair's live row but settles nothing: ``live`` and
``history`` show it, the sets (``all_live``, ``live_pairs``, ``touching``) leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, insert, or_, select, update

from dedup.initiatives import Decision, DecisionId, InitiativeId, Pair
from dedup.ports import Ids, NewDecision
from dedup.store.rows import chunks, decision_of, id_array
from dedup.store.session import Session
from dedup.store.tables import IN_FORCE, decision_groups, decisions, suggestions

_d = decisions.c
_SETTLED = and_(IN_FORCE, _d.verdict.is_not(None))
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
        first = self._session.next_id(_d.id)
        ids = [self._append(first + i, one, at, group_id) for i, one in enumerate(new)]
        return self._by_ids(ids)

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
            for decision in expiring:
                self._mark(decision.pair, decided=False)

    def iterate(self) -> Iterator[Decision]:
        after = 0
        query = select(decisions).order_by(_d.id).limit(PAGE)
        while part := self._decisions(query.where(_d.id > after)):
            yield from part
            after = part[-1].id

    def _append(self, id: int, new: NewDecision, at: datetime, group_id: int | None) -> int:
        connection = self._session.write
        superseded = (
            update(decisions).where(_of(new.pair), IN_FORCE).values(live=False).returning(_d.id)
        )
        row = {
            "id": id,
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
            "supersedes": connection.execute(superseded).scalar(),
            "group_id": group_id,
        }
        connection.execute(insert(decisions), row)
        self._mark(new.pair, decided=new.verdict is not None)
        return id

    def _mark(self, pair: Pair, *, decided: bool) -> None:
        """Take the pair's suggestion out of the queue, or put it back."""
        s = suggestions.c
        marked = update(suggestions).where(s.left_id == pair.left, s.right_id == pair.right)
        self._session.write.execute(marked.values(decided=decided))

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


def _of(pair: Pair) -> Any:
    return and_(_d.left_id == pair.left, _d.right_id == pair.right)
