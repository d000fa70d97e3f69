"""Verdicts: recorded, superseded, undone; never edited, never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedup.errors import (
    Conflict,
    ContradictoryDecision,
    InvalidInput,
    OwnCase,
    PairNotFound,
    StaleSuggestion,
)
from dedup.initiatives import Decision, Initiative, InitiativeId, Pair, UnitId, Verdict
from dedup.jobs.filing import get_one
from dedup.jobs.telling import tell
from dedup.people import Act, own_case
from dedup.ports import Clock, NewDecision, OpenUnit, UnitOfWork
from dedup.review import contradictions
from dedup.units import UnitTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a person says of a pair, and the texts seen when saying it (fingerprints, left first)."""

    pair: Pair
    verdict: Verdict
    by: str
    reason: str = ""
    note: str = ""
    seen: tuple[str, str] | None = None  # None: the present texts are taken as seen
    home: UnitId | None = None  # the unit of who says it; None: of none in particular


class Decider:
    def __init__(self, open_unit: OpenUnit, clock: Clock) -> None:
        self._open_unit = open_unit
        self._clock = clock

    def decide(self, opinion: Opinion) -> Decision:
        """Record one verdict; raises InitiativeNotFound, InvalidInput without a person's name.

        Raises OwnCase, and Conflict: on a withdrawn record, StaleSuggestion, ContradictoryDecision.
        """
        return self.decide_all([opinion])[0]

    def decide_all(
        self, opinions: Sequence[Opinion], *, group: str | None = None, dry_run: bool = False
    ) -> list[Decision]:
        """Record many as one unit of work: all or none; ``group`` makes one undo of them."""
        with self._open_unit() as unit:
            unit.lock()
            new = [_checked(unit, opinion) for opinion in opinions]
            _refuse_contradictions(unit, new)
            decisions = unit.decisions.append(new, at=self._clock(), group=group)
            self._tell(unit, decisions)
            if not dry_run:
                unit.commit()
            return decisions

    def undo(self, pair: Pair, *, by: str, note: str = "", home: UnitId | None = None) -> Decision:
        """Withdraw the pair's live verdict by a new row; raises PairNotFound where there is none.

        Raises InvalidInput without a person's name, OwnCase.
        """
        by = _person(by, "hoàn tác")
        with self._open_unit() as unit:
            unit.lock()
            live = unit.decisions.live(pair)
            if live is None or live.verdict is None:
                raise PairNotFound("Cặp này chưa có kết luận nào để hoàn tác.", pair=pair)
            _refuse_own_case(unit, home, *unit.initiatives.get(pair.ids))
            undone = unit.decisions.append([_withdrawn(live, by, note)], at=self._clock())
            self._tell(unit, undone)
            unit.commit()
            return undone[0]

    def undo_group(self, group_id: int, *, by: str, note: str = "") -> list[Decision]:
        """Withdraw every verdict of a group that is still live; raises InvalidInput likewise."""
        by = _person(by, "hoàn tác")
        with self._open_unit() as unit:
            unit.lock()
            live = [d for d in unit.decisions.of_group(group_id) if d.live and d.verdict]
            undone = unit.decisions.append(
                [_withdrawn(d, by, note) for d in live], at=self._clock()
            )
            self._tell(unit, undone)
            unit.commit()
            return undone

    def history(self, pair: Pair) -> list[Decision]:
        """Every verdict on the pair, oldest first."""
        with self._open_unit() as unit:
            return unit.decisions.history(pair)

    def _tell(self, unit: UnitOfWork, decisions: Sequence[Decision]) -> None:
        for said in decisions:
            act = Act.UNDO if said.verdict is None else Act.DECIDE
            of = f"pairs/{said.pair.left}/{said.pair.right}"
            facts = {"verdict": said.verdict} if said.verdict else {}
            tell(unit, act, of, by=said.reviewer, at=said.decided_at, **facts)


def _checked(unit: UnitOfWork, opinion: Opinion) -> NewDecision:
    by = _person(opinion.by, "kết luận")
    left, right = (get_one(unit, id) for id in opinion.pair.ids)
    _refuse_withdrawn(left, right)
    _refuse_own_case(unit, opinion.home, left, right)
    _refuse_stale(opinion, left, right)
    return NewDecision(
        pair=opinion.pair,
        verdict=opinion.verdict,
        reason=opinion.reason,
        note=opinion.note,
        reviewer=by,
        left_fingerprint=left.fingerprint,
        right_fingerprint=right.fingerprint,
    )


def _person(by: str, act: str) -> str:
    if not by.strip():
        raise InvalidInput(f"Thiếu tên người {act}; xin ghi rõ.")
    return by.strip()


def _refuse_own_case(
    unit: UnitOfWork, home: UnitId | None, left: Initiative, right: Initiative
) -> None:
    if home is not None and own_case(UnitTree.of(unit.units.all()), home, left, right):
        raise OwnCase(pair=Pair.of(left.id, right.id))


def _refuse_withdrawn(*records: Initiative) -> None:
    withdrawn = [record.id for record in records if record.withdrawn]
    if withdrawn:
        raise Conflict(
            f"Hồ sơ {', '.join(f'#{id}' for id in withdrawn)} đã bị thu hồi; xin khôi phục rồi kết luận.",
            withdrawn=withdrawn,
        )


def _refuse_contradictions(unit: UnitOfWork, new: Sequence[NewDecision]) -> None:
    """Each verdict against the live ones around it and against those before it in the same batch."""
    pending: dict[Pair, Verdict] = {}
    for decision in new:
        if decision.verdict is None:
            continue
        known = _around(unit, decision.pair, pending) | pending
        against = contradictions(decision.pair, decision.verdict, known.items())
        if against:
            raise ContradictoryDecision(
                f"Kết luận «{decision.verdict}» cho cặp {_named(decision.pair)} trái với kết luận "
                f"của {', '.join(map(_named, against))}; xin xem lại các cặp này trước.",
                pair=decision.pair,
                against=against,
            )
        pending[decision.pair] = decision.verdict


def _around(unit: UnitOfWork, pair: Pair, pending: Mapping[Pair, Verdict]) -> dict[Pair, Verdict]:
    """Live verdicts on the records that chains of joining verdicts connect with the pair."""
    known: dict[Pair, Verdict] = {}
    seen: set[InitiativeId] = set()
    frontier = {pair.left, pair.right}
    while frontier:
        seen |= frontier
        found = {d.pair: d.verdict for d in unit.decisions.touching(sorted(frontier)) if d.verdict}
        known |= found
        joined = [p for p, verdict in (found | dict(pending)).items() if verdict.joins]
        frontier = {id for p in joined for id in (p.left, p.right)} - seen
    return known


def _named(pair: Pair) -> str:
    return f"#{pair.left}–#{pair.right}"


def _refuse_stale(opinion: Opinion, left: Initiative, right: Initiative) -> None:
    if opinion.seen is None:
        return
    now = (left.fingerprint, right.fingerprint)
    changed = [
        record.id
        for record, seen, present in zip((left, right), opinion.seen, now, strict=True)
        if seen != present
    ]
    if changed:
        raise StaleSuggestion(changed=changed, now=now)


def _withdrawn(live: Decision, by: str, note: str) -> NewDecision:
    return NewDecision(
        pair=live.pair,
        verdict=None,
        reason="hoàn tác",
        note=note,
        reviewer=by,
        left_fingerprint=live.left_fingerprint,
        right_fingerprint=live.right_fingerprint,
    )
