"""Pairs that people concluded on, as the score sees them: what there is to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Decision
from dedup.jobs.screening import load_comparables
from dedup.ports import UnitOfWork
from dedup.scoring import PairScorer
from dedup.scoring.learning import Lessons, hanging_together

PAIRS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Judged:
    """Decisions (m,) with the features (m, f) of their pairs, and whether the texts are equal (m,)."""

    decisions: Sequence[Decision]
    x: NDArray[np.float32]
    same_text: NDArray[np.bool_]

    def where(self, mask: NDArray[np.bool_]) -> Judged:
        kept = [d for d, here in zip(self.decisions, mask, strict=True) if here]
        return Judged(kept, self.x[mask], self.same_text[mask])

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether the verdict counts the two as one initiative."""
        return np.array([d.verdict is not None and d.verdict.joins for d in self.decisions], bool)

    @property
    def numbers(self) -> NDArray[np.int64]:
        return np.array([d.id for d in self.decisions], dtype=np.int64)


def teaches(decision: Decision) -> bool:
    return decision.verdict is not None and decision.verdict.teaches is not None


def judged(
    unit: UnitOfWork, decisions: Sequence[Decision], *, scorer: PairScorer, model_id: str
) -> Judged:
    """The decisions whose records have vectors, with what the scorer looks at."""
    parts = [
        _part(unit, decisions[start : start + PAIRS_AT_ONCE], scorer=scorer, model_id=model_id)
        for start in range(0, max(1, len(decisions)), PAIRS_AT_ONCE)
    ]
    return Judged(
        [decision for part in parts for decision in part.decisions],
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.same_text for part in parts]),
    )


def lessons_of(unit: UnitOfWork, taught: Judged) -> Lessons:
    """Pairs of one group of the archive, or linked by verdicts, are held out together."""
    stands = {member: c.representative for c in unit.clusters.all() for member in c.members}
    ends = _ends([[stands.get(id, id) for id in d.pair.ids] for d in taught.decisions])
    return Lessons.of(taught.x, taught.joined, hanging_together(*ends.T))


def _part(
    unit: UnitOfWork, decisions: Sequence[Decision], *, scorer: PairScorer, model_id: str
) -> Judged:
    ends = _ends([d.pair.ids for d in decisions])
    records, ids = load_comparables(unit, model_id, np.unique(ends))
    known = np.isin(ends[:, 0], ids) & np.isin(ends[:, 1], ids)
    left, right = np.searchsorted(ids, ends[known]).T
    kept = [d for d, here in zip(decisions, known, strict=True) if here]
    return Judged(kept, *scorer.features(records, left, right))


def _ends(pairs: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
