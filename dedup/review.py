"""Rules of review: which filing is earlier, who represents a group, which verdicts contradict. Pure.

Kept here: "not duplicate" is a cannot-link. A chain of live verdicts that join must never connect
two records that a live verdict keeps apart; the one who would make it so is told both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from dedup.initiatives import Initiative, InitiativeId, Pair, Submission, Verdict

LATEST = date(9999, 12, 31)


class Earlier(StrEnum):
    """Which of two filings has priority, as far as their dates tell."""

    THIS = "this"
    OTHER = "other"
    UNKNOWN = "unknown"


def earlier_of(this: Submission, other: Submission) -> Earlier:
    """By the earlier of filing and first application; by upload only where one has neither.

    Dates of different precision decide only when their periods do not overlap.
    """
    mine, yours = _priority(this), _priority(other)
    if mine and yours:
        return _compared(mine, yours)
    if this.uploaded_at and other.uploaded_at and this.uploaded_at != other.uploaded_at:
        return Earlier.THIS if this.uploaded_at < other.uploaded_at else Earlier.OTHER
    return Earlier.UNKNOWN


def precedes(other: Initiative, this: Submission, *, id: InitiativeId | None) -> bool:
    """Whether the other counts as filed before this one; where dates do not tell, the smaller id.

    ``id`` is this one's; what has none yet comes after all that is filed.
    """
    earlier = earlier_of(this, other)
    if earlier is not Earlier.UNKNOWN:
        return earlier is Earlier.OTHER
    return id is None or other.id < id


def representative(members: Sequence[Initiative]) -> tuple[InitiativeId, str]:
    """The record that stands for a group, and the rule that chose it (domain.md §3.4).

    Valid dossier, then earliest filing or application, then earliest recognition, then the most
    complete, then the earliest upload; the last word is the smaller id.
    """
    left = list(members)
    for name, key in REPRESENTATIVE_RULES:
        best = min(key(member) for member in left)
        narrowed = [member for member in left if key(member) == best]
        if len(narrowed) == 1:
            return narrowed[0].id, name
        left = narrowed
    return min(member.id for member in left), "mã nhỏ nhất"


def contradictions(
    pair: Pair, verdict: Verdict, live: Iterable[tuple[Pair, Verdict]]
) -> list[Pair]:
    """Pairs whose live verdicts the new one would contradict; empty when it fits.

    The pair's own live verdict is set aside: the new one supersedes it.
    """
    others = [(known, said) for known, said in live if known != pair]
    joins = [known for known, said in others if said.joins]
    if verdict.separates:
        return _chain(pair.left, pair.right, joins)
    if not verdict.joins:
        return []
    together = _reached(pair.left, joins) | _reached(pair.right, joins)
    apart = [known for known, said in others if said.separates]
    return [p for p in apart if p.left in together and p.right in together]


def _priority(record: Submission) -> tuple[date, date] | None:
    dates = [d for d in (record.filed_on, record.first_applied_on) if d]
    if not dates:
        return None
    return min((d.earliest(), d.latest()) for d in dates)


def _compared(mine: tuple[date, date], yours: tuple[date, date]) -> Earlier:
    if mine[1] < yours[0]:
        return Earlier.THIS
    return Earlier.OTHER if yours[1] < mine[0] else Earlier.UNKNOWN


def _invalid(member: Initiative) -> int:
    return sum(flag.code.startswith("HL") for flag in member.flags)


def _filed(member: Initiative) -> date:
    priority = member.priority_on
    return priority.earliest() if priority else LATEST


def _recognised(member: Initiative) -> date:
    return member.recognised_on.earliest() if member.recognised_on else LATEST


def _missing(member: Initiative) -> int:
    fields = (member.content, member.effect, member.authors, member.unit, member.benefit_raw)
    return sum(not value for value in fields)


def _uploaded(member: Initiative) -> datetime:
    return member.uploaded_at or datetime(9999, 12, 31, tzinfo=UTC)


REPRESENTATIVE_RULES: tuple[tuple[str, Callable[[Initiative], Any]], ...] = (
    ("hồ sơ hợp lệ", _invalid),
    ("nộp đơn hoặc áp dụng sớm nhất", _filed),
    ("quyết định công nhận sớm nhất", _recognised),
    ("hồ sơ đầy đủ nhất", _missing),
    ("cập nhật sớm nhất", _uploaded),
)


def _neighbours(joins: Sequence[Pair]) -> dict[int, list[int]]:
    graph: dict[int, list[int]] = {}
    for pair in joins:
        graph.setdefault(pair.left, []).append(pair.right)
        graph.setdefault(pair.right, []).append(pair.left)
    return graph


def _reached(start: int, joins: Sequence[Pair]) -> set[int]:
    return set(_parents(start, joins))


def _parents(start: int, joins: Sequence[Pair]) -> dict[int, int]:
    """Breadth-first: each record reached, and the one it was reached from."""
    graph, parents, queue = _neighbours(joins), {start: start}, deque([start])
    while queue:
        node = queue.popleft()
        for neighbour in graph.get(node, ()):
            if neighbour not in parents:
                parents[neighbour] = node
                queue.append(neighbour)
    return parents


def _chain(start: int, end: int, joins: Sequence[Pair]) -> list[Pair]:
    parents = _parents(start, joins)
    if end not in parents:
        return []
    path, node = [], end
    while node != start:
        path.append(Pair.of(node, parents[node]))
        node = parents[node]
    return path[::-1]
