"""Learning from verdicts: a version of the score is proposed, compared and kept; people adopt it.

verdicts in force → features of their pairs → re-weigh, held to the shipped score → compare with the
version in force on verdicts neither has seen → groups more and fewer → suspected slips → report.
Nothing changes for a reviewer until a person adopts the version (``dedup.jobs.versions``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Decision, Thresholds, Verdict
from dedup.jobs.clustering import grouped
from dedup.jobs.judged import Judged, judged, lessons_of, teaches
from dedup.jobs.retrieving import Retrieval, Retrieved
from dedup.jobs.running import Jobs, Progressing, Watch
from dedup.jobs.telling import PROGRAM
from dedup.jobs.versions import SHIPPED, Versions
from dedup.ports import OpenUnit, Run, UnitOfWork
from dedup.scoring import PairScorer
from dedup.scoring.curves import Model, probability
from dedup.scoring.learning import (
    Floats,
    Learned,
    Lessons,
    Measured,
    doubtful,
    held_out_log_odds,
    learn,
    log_odds,
    measured,
)
from dedup.scoring.shares import Share

KIND = "learn"
# Suspected slips named in a report: what a person looks through in one sitting.
SUSPECTS = 50


class Learner:
    def __init__(
        self,
        open_unit: OpenUnit,
        *,
        shipped: PairScorer,
        versions: Versions,
        retrieval: Retrieval,
        jobs: Jobs,
        thresholds: Thresholds,
    ) -> None:
        self._open_unit = open_unit
        self._shipped = shipped
        self.versions = versions
        self._retrieval = retrieval
        self._jobs = jobs
        self._thresholds = thresholds

    def news(self) -> int:
        """Verdicts in force that teach, and that were not there when it last learned, whatever came of it."""
        upto = max((version.upto for version in self.versions.ours()), default=0)
        with self._open_unit() as unit:
            last = unit.runs.latest(KIND, state="done")
            if last is not None and last.report.get("base") == self.versions.base:
                upto = max(upto, int(last.report["seen"]))
            return sum(d.id > upto and teaches(d) for d in unit.decisions.all_live())

    def awaits_restart(self, running: str) -> bool:
        """Whether people put another version in force than the one that scores (its version)."""
        model = self.versions.model_in_force() or self._shipped.model
        return self._shipped.with_model(model).version != running

    def start(self, *, by: str = PROGRAM) -> Run:
        """Register the run; raises JobRunning."""
        return self._jobs.start(KIND, {}, by=by)

    def carry_out(self, run: Run, watch: Watch | None = None) -> Mapping[str, Any]:
        """Propose a version where held-out verdicts speak for one; returns the report.

        Its ``outcome``: "too_few" verdicts, the present score "kept", or "learned". Raises
        JobCancelled, JobLost.
        """
        with self._jobs.running(run, watch) as progressing:
            self._learn(progressing)
            return progressing.report

    def _learn(self, progressing: Progressing) -> None:
        report = progressing.report
        tell = progressing.stage("verdicts", 0.2)
        with self._open_unit() as unit:
            seen = max((d.id for d in unit.decisions.all_live()), default=0)
        taught, lessons, equal, same_content = self._read()
        report |= {
            "base": self.versions.base,
            "seen": seen,
            "in_force": self.versions.number_in_force(),
            "positive": int(lessons.y.sum()),
            "negative": int((~lessons.y).sum()),
            "equal_texts": len(equal.decisions),
            "suspects": _slips_of_equal(equal),
        }
        tell(1.0)
        if not lessons.enough:
            report["outcome"] = "too_few"
            return
        tell = progressing.stage("learn", 0.3)
        learned = learn(self._shipped.model, lessons)
        report |= self._compared(learned, taught, lessons)
        report["suspects"] = [*report["suspects"], *_slips(taught, learned)][:SUSPECTS]
        report["replications"] = asdict(self._flagged(learned.model, same_content))
        tell(1.0)
        if report["outcome"] == "learned":
            self._propose(progressing, learned, taught)

    def _read(self) -> tuple[Judged, Lessons, Judged, Judged]:
        """What teaches with its lessons; equal texts, which teach nothing; replications."""
        with self._open_unit() as unit:
            live = unit.decisions.all_live()
            taught = self._judged(unit, [d for d in live if teaches(d)])
            replications = [d for d in live if d.verdict is Verdict.NHAN_RONG]
            same_content = self._judged(unit, replications)
            unlike = taught.where(~taught.same_text)
            return unlike, lessons_of(unit, unlike), taught.where(taught.same_text), same_content

    def _judged(self, unit: UnitOfWork, decisions: Sequence[Decision]) -> Judged:
        return judged(unit, decisions, scorer=self._shipped, model_id=self.versions.model_id)

    def _compared(self, learned: Learned, taught: Judged, lessons: Lessons) -> dict[str, Any]:
        before = self._measured(self._in_force(taught, lessons), lessons)
        after = self._measured(learned.held_out, lessons)
        better = after.log_loss < before.log_loss and after.as_calibrated_as(before)
        return {
            "outcome": "learned" if better else "kept",
            "method": learned.method,
            "before": asdict(before),
            "after": asdict(after),
        }

    def _in_force(self, taught: Judged, lessons: Lessons) -> Floats:
        """What the version in force says, learned anew without the verdicts it is compared on."""
        number = self.versions.number_in_force()
        if number == SHIPPED:
            return log_odds(self._shipped.model, lessons.x)
        version = self.versions.ledger().versions[number - 1]
        seen = taught.numbers <= version.upto
        return held_out_log_odds(self._shipped.model, lessons, version.method, seen=seen)

    def _measured(self, log_odds: Floats, lessons: Lessons) -> Measured:
        bands = self._thresholds
        return measured(log_odds, lessons.y, possible=bands.possible, likely=bands.likely)

    def _flagged(self, model: Model, pairs: Judged) -> Share:
        chance = probability(log_odds(model, pairs.x).astype(np.float32))
        flagged = (chance >= self._thresholds.possible) | pairs.same_text
        return Share(int(flagged.sum()), len(flagged))

    def _propose(self, progressing: Progressing, learned: Learned, taught: Judged) -> None:
        report = progressing.report
        report |= self._regrouped(learned.model, progressing)
        with self._open_unit() as unit:
            progressing.hold(unit)
            version = self.versions.propose(
                unit,
                learned.model,
                method=learned.method,
                upto=int(taught.numbers.max()),
                verdicts=len(taught.decisions),
                report={key: value for key, value in report.items() if key != "suspects"},
            )
            unit.commit()
        report["version"] = version.number

    def _regrouped(self, learned: Model, progressing: Progressing) -> dict[str, int]:
        """How many groups the archive would have that it has not, and how many it would lose."""
        current = self.versions.model_in_force() or self._shipped.model
        pairs = self._retrieval.scored(
            *(self._shipped.with_model(model) for model in (current, learned)),
            tell=progressing.stage("score", 0.5),
        )
        before, after = (self._groups(pairs, chance) for chance in pairs.probabilities)
        return {"groups_more": _not_in(after, before), "groups_fewer": _not_in(before, after)}

    def _groups(self, pairs: Retrieved, chance: NDArray[np.float32]) -> list[tuple[int, ...]]:
        flagged = (chance >= self._thresholds.possible) | pairs.same_text
        links = (pairs.left[flagged], pairs.right[flagged], chance[flagged])
        with self._open_unit() as unit:
            groups = grouped(unit, *links, thresholds=self._thresholds)
        return [group.members for group in groups if not group.family]


def _not_in(groups: Sequence[tuple[int, ...]], others: Sequence[tuple[int, ...]]) -> int:
    """Groups of which no two members stand together in any of the others."""
    place = {member: i for i, members in enumerate(others) for member in members}
    known = [[place[member] for member in members if member in place] for members in groups]
    return sum(len(places) == len(set(places)) for places in known)


def _slips_of_equal(equal: Judged) -> list[dict[str, Any]]:
    """Verdicts that one text is two initiatives."""
    return [_slip(decision, 1.0) for decision in equal.where(~equal.joined).decisions]


def _slips(taught: Judged, learned: Learned) -> list[dict[str, Any]]:
    chance = probability(learned.held_out.astype(np.float32))
    rows = doubtful(learned.held_out, taught.joined)
    return [_slip(taught.decisions[i], float(chance[i])) for i in rows.tolist()]


def _slip(decision: Decision, chance: float) -> dict[str, Any]:
    return {
        "left": decision.pair.left,
        "right": decision.pair.right,
        "verdict": decision.verdict,
        "by": decision.reviewer,
        "probability": round(chance, 4),
    }
