"""Pairs as a re-scan brings them up, scored by one score or several: for previews. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Thresholds
from dedup.jobs.arranging import side_by_side
from dedup.jobs.clustering import PER_RECORD
from dedup.jobs.following import LiveIndex
from dedup.jobs.rescanning import PAIRS_AT_ONCE, least_worth
from dedup.jobs.screening import load_comparables
from dedup.ports import Ids, OpenUnit, Progress, Scorer


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Undecided pairs of live records (m,), what each score says of them, and whose texts are equal."""

    left: Ids
    right: Ids
    probabilities: tuple[NDArray[np.float32], ...]
    same_text: NDArray[np.bool_]


class Retrieval:
    """The pairs that a re-scan of one embedder's index looks at."""

    def __init__(
        self,
        open_unit: OpenUnit,
        *,
        model_id: str,
        live: LiveIndex,
        floor: float,
        thresholds: Thresholds,
    ) -> None:
        self._open_unit = open_unit
        self._model_id = model_id
        self._live = live
        self._floor = floor
        self._least = least_worth(thresholds)

    def scored(self, *scorers: Scorer, tell: Progress) -> Retrieved:
        """All of them, scored by each; a batch at a time, which holds some thousand records."""
        found = self._live.current().pairs_above(
            self._floor, per_row=PER_RECORD, on_progress=lambda part: tell(part / 4)
        )
        left, right = self._undecided(found.left, found.right)
        order = side_by_side(left, right)
        left, right = left[order], right[order]
        parts = []
        for start in range(0, len(left), PAIRS_AT_ONCE):
            tell(1 / 4 + 3 / 4 * start / len(left))
            batch = slice(start, start + PAIRS_AT_ONCE)
            parts.append(self._scored(scorers, left[batch], right[batch]))
        tell(1.0)
        return _joined(parts, len(scorers))

    def _undecided(self, left: Ids, right: Ids) -> tuple[Ids, Ids]:
        with self._open_unit() as unit:
            decided = unit.decisions.live_pairs()
        top = max(int(ids.max(initial=0)) for ids in (right, decided[1])) + 1
        kept = ~np.isin(left * top + right, decided[0] * top + decided[1])
        return left[kept], right[kept]

    def _scored(self, scorers: Sequence[Scorer], left: Ids, right: Ids) -> Retrieved:
        with self._open_unit() as unit:
            records, ids = load_comparables(unit, self._model_id, np.union1d(left, right))
        known = np.isin(left, ids) & np.isin(right, ids)
        left, right = left[known], right[known]
        places = np.searchsorted(ids, left), np.searchsorted(ids, right)
        scores = [scorer.score(records, *places, least=self._least) for scorer in scorers]
        return Retrieved(left, right, tuple(s.probability for s in scores), scores[0].same_text)


def _joined(parts: Sequence[Retrieved], scorers: int) -> Retrieved:
    nothing = np.empty(0, dtype=np.int64)
    none = np.empty(0, dtype=np.float32)
    empty = Retrieved(nothing, nothing, (none,) * scorers, none.astype(np.bool_))
    whole = [*parts, empty]
    return Retrieved(
        np.concatenate([part.left for part in whole]),
        np.concatenate([part.right for part in whole]),
        tuple(np.concatenate([part.probabilities[i] for part in whole]) for i in range(scorers)),
        np.concatenate([part.same_text for part in whole]),
    )
