"""Adapting the shipped model to an office: trained on in its own records, compared, kept beside the old.

A version is proposed only where the model in force is no better: on the hand-written check set of the
package, on verdicts held out, and at finding a record's content by its title among records held out. Of
the trained rows as much is taken as these allow (Wortsman et al., CVPR 2022: fine-tuned weights drawn
back towards the original keep what it knew). A person takes it into use, or goes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.embedding.adapting import Lessons, adapted
from dedup.embedding.checking import Figures, checked, vectors
from dedup.embedding.static import StaticEmbedder
from dedup.embedding.table import Table
from dedup.embedding.versions import ORIGINAL, ModelVersions
from dedup.initiatives import Decision
from dedup.jobs.embedding import embed_missing
from dedup.jobs.running import Jobs, Watch
from dedup.jobs.telling import tell as log
from dedup.people import Act
from dedup.ports import Clock, OpenUnit, Progress, Run, UnitOfWork
from dedup.scoring.learning import hanging_together

KIND = "adapt"
# With fewer records that have a content the rows would learn them by heart.
LEAST_RECORDS = 1_000
# Records kept from training, to be found by their titles; one in ten of a small archive.
HELD_RECORDS, HELD_SHARE = 2_000, 10
# A quarter of the verdicts is kept from training; with fewer of each side they say nothing and teach nothing.
HELD_VERDICTS, LEAST_VERDICTS = 4, 10
SHARES = (1.0, 0.5, 0.25)
_READ_AT_ONCE = 5_000
# Batches: half of a hundred thousand records once, three thousand twelve times. On a synthetic archive
# twice as many took more from the check set than they gave.
_SEED, _STEPS = 7, 80
# What some two hundred pairs cannot tell from chance; a figure lower by more is worse.
ROOM = 0.005
Text = tuple[str, str]  # title, content
_LOST = 1e-6  # rounding between two ways to sum


@dataclass(frozen=True, slots=True)
class Judged:
    """Texts of both records of judged pairs, and whether they are one initiative."""

    left: Sequence[Text]
    right: Sequence[Text]
    same: NDArray[np.bool_]

    def where(self, mask: NDArray[np.bool_]) -> Judged:
        kept = np.flatnonzero(mask).tolist()
        return Judged([self.left[i] for i in kept], [self.right[i] for i in kept], self.same[mask])

    @property
    def enough(self) -> bool:
        return min(int(self.same.sum()), int((~self.same).sum())) >= LEAST_VERDICTS


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from and what is held out to measure on: records, and judged pairs."""

    records: Sequence[Text]
    held: Sequence[Text]
    taught: Judged
    taught_held: Judged

    def counts(self) -> dict[str, int]:
        return {
            "records": len(self.records),
            "records_held_out": len(self.held),
            "verdicts": len(self.taught.same),
            "verdicts_held_out": len(self.taught_held.same),
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """``verdicts`` is the AUC on those held out, None where they are too few."""

    check: Figures
    verdicts: float | None
    own_content: float  # how often a title held out finds its own content first

    def no_worse_than(self, other: Measured) -> bool:
        return (
            self.check.average_precision >= other.check.average_precision - ROOM
            and self.check.auc >= other.check.auc - ROOM
            and (self.verdicts or 0) >= (other.verdicts or 0) - ROOM
            and self.own_content > other.own_content
        )

    def plain(self) -> dict[str, float | None]:
        return {
            "check_average_precision": self.check.average_precision,
            "check_auc": self.check.auc,
            "verdicts_auc": self.verdicts,
            "own_content": self.own_content,
        }


class Adaptation:
    def __init__(
        self, open_unit: OpenUnit, clock: Clock, *, versions: ModelVersions, jobs: Jobs
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._jobs = jobs
        self.versions = versions

    def start(self, *, by: str) -> Run:
        """Register the run; raises JobRunning."""
        return self._jobs.start(KIND, {}, by=by)

    def carry_out(self, run: Run, watch: Watch | None = None) -> Mapping[str, Any]:
        """Train and compare; returns the report.

        Its ``outcome``: "too_few" records, the model in force "kept", or "adapted" as ``number``.
        Raises JobCancelled, JobLost.
        """
        with self._jobs.running(run, watch) as progressing:
            report = progressing.report
            material = self._read(progressing.stage("records", 0.1))
            report |= {"in_force": self.versions.in_force(), **material.counts()}
            if report["records"] < LEAST_RECORDS:
                report["outcome"] = "too_few"
                return report
            trained = self._trained(material, progressing.stage("adapt", 0.6))
            report |= self._compared(trained, material, progressing.stage("measure", 0.3))
            return report

    def adopt(self, number: int | None, *, by: str, tell: Progress) -> int:
        """Embed the archive by a version, the latest unless told, then put it in force; resumable.

        Raises NothingAdapted, InvalidInput.
        """
        number = self.versions.adoptable(number)
        embed_missing(self._open_unit, self.versions.load(number), tell)
        at = self._clock()
        self.versions.adopt(number, by=by, at=at)
        self._log(Act.ADOPT, number, by=by, at=at)
        return number

    def roll_back(self, *, by: str, tell: Progress) -> int:
        """Put what was in force before in force again, its vectors completed. Raises NothingBefore."""
        left, at = self.versions.in_force(), self._clock()
        number = self.versions.roll_back(by=by, at=at)
        self._log(Act.ROLL_BACK, left, by=by, at=at)
        embed_missing(self._open_unit, self.versions.load(), tell)
        return number

    def _log(self, act: Act, number: int, *, by: str, at: datetime) -> None:
        with self._open_unit() as unit:
            log(unit, act, f"models/{number}", by=by, at=at)
            unit.commit()

    def _read(self, tell: Progress) -> Material:
        """Records that have a content, and judged pairs, those held out apart."""
        with self._open_unit() as unit:
            texts = dict(_texts(unit, tell))
            decisions = [
                decision
                for decision in unit.decisions.all_live()
                if _label(decision) is not None and set(decision.pair.ids) <= texts.keys()
            ]
        told = [text for text in texts.values() if text[1].strip()]
        every = max(HELD_SHARE, len(told) // HELD_RECORDS)
        learned = [text for at, text in enumerate(told) if at % every]
        return Material(learned, told[::every], *_judged(decisions, texts))

    def _trained(self, material: Material, tell: Progress) -> Table:
        tokens = self.versions.load(ORIGINAL).tokens
        taught = material.taught
        left, right = (
            tokens([" . ".join(t) for t in side]) for side in (taught.left, taught.right)
        )
        pairs = list(zip(left, right, strict=True))
        lessons = Lessons(
            tokens([title for title, _ in material.records]),
            tokens([content for _, content in material.records]),
            same=[pair for pair, same in zip(pairs, taught.same, strict=True) if same],
            other=[pair for pair, same in zip(pairs, taught.same, strict=True) if not same],
        )
        return adapted(self.versions.table(), lessons, seed=_SEED, steps=_STEPS, tell=tell)

    def _compared(self, trained: Table, material: Material, tell: Progress) -> dict[str, Any]:
        before = _measured(self.versions.load(), material)
        original = self.versions.table()
        tried = {}
        for done, share in enumerate(SHARES, start=1):
            draft = self.versions.draft(original.towards(trained, share))
            tried[share] = after = _measured(draft, material)
            tell(done / len(SHARES))
            if after.no_worse_than(before):
                told = {"outcome": "adapted", "number": self.versions.keep(), "share": share}
                return {**told, "before": before.plain(), "after": after.plain()}
        self.versions.drop()
        return {"outcome": "kept", "before": before.plain(), "after": tried[SHARES[0]].plain()}


def _texts(unit: UnitOfWork, tell: Progress) -> Iterator[tuple[int, Text]]:
    done, total = 0, max(1, unit.initiatives.count())
    ids, titles, contents = unit.initiatives.texts_after(0, _READ_AT_ONCE)
    while len(ids):
        yield from zip(ids.tolist(), zip(titles, contents, strict=True), strict=True)
        done += len(ids)
        tell(min(1.0, done / total))
        ids, titles, contents = unit.initiatives.texts_after(int(ids[-1]), _READ_AT_ONCE)


def _label(decision: Decision) -> bool | None:
    return decision.verdict.teaches if decision.verdict is not None else None


def _judged(decisions: Sequence[Decision], texts: Mapping[int, Text]) -> tuple[Judged, Judged]:
    """Pairs to learn from and pairs held out; pairs that hang together stay together."""
    ends = np.array([d.pair.ids for d in decisions], dtype=np.int64).reshape(-1, 2)
    every = Judged(
        [texts[left] for left, _ in ends.tolist()],
        [texts[right] for _, right in ends.tolist()],
        np.array([bool(_label(d)) for d in decisions], dtype=np.bool_),
    )
    out = hanging_together(*ends.T) % HELD_VERDICTS == 0
    learned, held = every.where(~out), every.where(out)
    if learned.enough and held.enough:
        return learned, held
    nothing = every.where(np.zeros_like(out))
    return nothing, nothing


def _measured(embedder: StaticEmbedder, material: Material) -> Measured:
    titles = embedder.embed([title for title, _ in material.held])
    contents = embedder.embed([content for _, content in material.held])
    similar = titles @ contents.T
    own = similar.diagonal()[:, None]
    held = material.taught_held
    return Measured(
        check=checked(embedder),
        verdicts=_auc(embedder, held) if held.enough else None,
        own_content=float(((similar > own + _LOST).sum(axis=1) == 0).mean()),
    )


def _auc(embedder: StaticEmbedder, judged: Judged) -> float:
    left, right = (
        vectors(embedder, [title for title, _ in side], [content for _, content in side])
        for side in (judged.left, judged.right)
    )
    return Figures.of(judged.same, (left * right).sum(axis=1)).auc
