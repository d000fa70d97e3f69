"""An audit: a random sample of the pairs that were retrieved but not flagged, for people to judge.

What they say of it tells how many duplicates the machine misses among the pairs it looks at. Some come
from the scores just below the threshold, where most misses lie, as many from those far below, where
most pairs lie. A reviewer is shown neither score nor stratum: the question is that of any pair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

from dedup.initiatives import Pair, Thresholds
from dedup.jobs.retrieving import Retrieval, Retrieved
from dedup.jobs.running import Jobs, Watch
from dedup.ports import Clock, OpenUnit, Run, Scorer, UnitOfWork
from dedup.scoring.bands import Stratum
from dedup.scoring.shares import Share

KIND = "audit"
AUDIT_NOTE = "audit"
MOST_DRAWN = 1_000  # more than anybody judges
# Where the strata part, as shares of the threshold.
EDGES = (0.0, 0.2, 0.6, 1.0)
# Parts of a stratum's range that are counted, for previews of lower thresholds.
PARTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Of one range of scores: how many pairs there were in equal parts of it, and those drawn."""

    low: float
    high: float
    counts: tuple[int, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One sample; it holds for the score and the threshold it was drawn under."""

    at: str  # ISO
    scorer_version: str
    possible: float
    strata: tuple[Drawn, ...]

    @classmethod
    def latest(cls, unit: UnitOfWork) -> Self | None:
        kept = unit.notes.get(AUDIT_NOTE)
        if kept is None:
            return None
        plain: dict[str, Any] = json.loads(kept)
        return cls(**{**plain, "strata": tuple(map(_read, plain["strata"]))})

    @property
    def pairs(self) -> list[Pair]:
        """In an order that tells nothing of the strata."""
        return sorted(pair for drawn in self.strata for pair in drawn.pairs)

    def said(self, labels: Mapping[Pair, bool | None]) -> list[Stratum]:
        """The strata with what people said of their pairs; None is neither one nor the other."""
        return [
            Stratum(drawn.low, drawn.high, drawn.counts, _share(drawn.pairs, labels))
            for drawn in self.strata
        ]


class Auditor:
    def __init__(
        self,
        open_unit: OpenUnit,
        clock: Clock,
        *,
        scorer: Scorer,
        retrieval: Retrieval,
        jobs: Jobs,
        thresholds: Thresholds,
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._scorer = scorer
        self._retrieval = retrieval
        self._jobs = jobs
        self._thresholds = thresholds

    def start(self, count: int, *, by: str) -> Run:
        """Register the drawing of ``count`` pairs; raises JobRunning."""
        return self._jobs.start(KIND, {"count": count}, by=by)

    def carry_out(self, run: Run, watch: Watch | None = None) -> Mapping[str, Any]:
        """Draw the sample in place of the one before; raises JobCancelled, JobLost."""
        with self._jobs.running(run, watch) as progressing:
            tell = progressing.stage("score", 1.0)
            pairs = self._retrieval.scored(self._scorer, tell=tell)
            audit = self._drawn(pairs, run)
            with self._open_unit() as unit:
                progressing.hold(unit)
                unit.notes.set(AUDIT_NOTE, json.dumps(asdict(audit)), at=self._clock())
                unit.commit()
            unflagged = sum(sum(drawn.counts) for drawn in audit.strata)
            progressing.report |= {"unflagged": unflagged, "drawn": len(audit.pairs)}
            return progressing.report

    def latest(self) -> Audit | None:
        with self._open_unit() as unit:
            return Audit.latest(unit)

    def _drawn(self, pairs: Retrieved, run: Run) -> Audit:
        """The run's number is the seed: the same run over the same archive draws the same pairs."""
        random, count = np.random.default_rng(run.id), int(run.options["count"])
        possible = self._thresholds.possible
        edges = [share * possible for share in EDGES]
        strata = len(edges) - 1
        return Audit(
            at=self._clock().isoformat(),
            scorer_version=self._scorer.version,
            possible=possible,
            strata=tuple(
                _stratum(pairs, low, high, (count + i) // strata, random)
                for i, (low, high) in enumerate(pairwise(edges))
            ),
        )


def _stratum(
    pairs: Retrieved, low: float, high: float, count: int, random: np.random.Generator
) -> Drawn:
    chance = pairs.probabilities[0]
    here = np.flatnonzero((chance >= low) & (chance < high) & ~pairs.same_text)
    counts = np.histogram(chance[here], bins=PARTS, range=(low, high))[0]
    chosen = random.permutation(here)[:count]
    return Drawn(
        low=low,
        high=high,
        counts=tuple(counts.tolist()),
        pairs=tuple(Pair.of(int(pairs.left[i]), int(pairs.right[i])) for i in chosen),
    )


def _share(pairs: Sequence[Pair], labels: Mapping[Pair, bool | None]) -> Share:
    known = [label for pair in pairs if (label := labels.get(pair)) is not None]
    return Share(sum(known), len(known))


def _read(plain: Mapping[str, Any]) -> Drawn:
    return Drawn(
        low=plain["low"],
        high=plain["high"],
        counts=tuple(plain["counts"]),
        pairs=tuple(Pair.of(pair["left"], pair["right"]) for pair in plain["pairs"]),
    )
