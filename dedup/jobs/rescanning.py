"""Re-scan: every pair of the archive worth a look, or only those of what changed since the last one.

embed what has no vector → self-join → drop decided pairs → score in bulk → upsert suggestions →
retire stale ones → clusters → report. Vectors are stored batch by batch and everything after them
is computed anew and written idempotently, so a run that was killed anywhere ends with the same
result when it is started again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Band, Pair, Relation, Suggestion, Thresholds
from dedup.jobs.arranging import side_by_side
from dedup.jobs.clustering import PER_RECORD, regroup
from dedup.jobs.embedding import embed_missing
from dedup.jobs.following import LiveIndex
from dedup.jobs.running import Jobs, Progressing, Watch
from dedup.jobs.screening import load_comparables, score_at
from dedup.jobs.telling import PROGRAM
from dedup.ports import (
    Changes,
    Clock,
    Embedder,
    Ids,
    OpenUnit,
    Progress,
    Run,
    Scorer,
    UnitOfWork,
    Vectors,
)
from dedup.representation import combine

KIND = "rescan"
# Pairs scored at once: some 15,000 records' texts and vectors, about 100 MB.
PAIRS_AT_ONCE = 65_536
# Pairs that a first look at their words puts lower are dropped: seven in ten of those retrieved from a
# synthetic archive, and of its duplicates that a second look would raise to POSSIBLE, four in a thousand.
# One check for which a person waits looks again at all its candidates.
WORTH_A_LOOK = 0.1
# Changed records searched at once.
SEARCHED_AT_ONCE = 2_000
# The change up to which the suggestions stand, written in one with the groups that rest on them.
SEEN_NOTE = "rescanned_upto"


def seen_upto(unit: UnitOfWork) -> int | None:
    """The latest change that a re-scan has seen; None where none was ever done."""
    noted = unit.notes.get(SEEN_NOTE)
    return None if noted is None else int(noted)


def least_worth(thresholds: Thresholds) -> float:
    """The first look's probability from which a pair of the archive is looked at again."""
    return min(WORTH_A_LOOK, thresholds.possible)


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanOptions:
    incremental: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outset:
    """Where the archive stands when a re-scan begins to look for pairs."""

    at: datetime  # what was suggested before and is not found again is retired
    upto: int  # the latest change it sees
    changes: Changes | None  # since the last re-scan; None: all pairs are looked for


@dataclass(frozen=True, slots=True)
class Pairs:
    left: Ids
    right: Ids
    similarity: Vectors

    def __len__(self) -> int:
        return len(self.left)

    def batches(self, size: int) -> Iterator[Pairs]:
        for i in range(0, len(self), size):
            part = slice(i, i + size)
            yield Pairs(self.left[part], self.right[part], self.similarity[part])

    def where(self, mask: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.left[mask], self.right[mask], self.similarity[mask])

    def arranged(self) -> Pairs:
        """In an order in which a batch touches few records."""
        order = side_by_side(self.left, self.right)
        return Pairs(self.left[order], self.right[order], self.similarity[order])


class Rescanner:
    def __init__(
        self,
        open_unit: OpenUnit,
        clock: Clock,
        *,
        embedder: Embedder,
        scorer: Scorer,
        live: LiveIndex,
        jobs: Jobs,
        thresholds: Thresholds,
        floor: float,
    ) -> None:
        self._open_unit = open_unit
        self._clock = clock
        self._embedder = embedder
        self._scorer = scorer
        self._live = live
        self._jobs = jobs
        self._thresholds = thresholds
        self._floor = floor

    def start(self, options: RescanOptions, *, by: str = PROGRAM) -> Run:
        """Register the run; one that a dead process left is ended first. Raises JobRunning."""
        return self._jobs.start(KIND, asdict(options), by=by)

    def carry_out(self, run: Run, watch: Watch | None = None) -> Mapping[str, Any]:
        """Do the run's work; raises JobCancelled, JobLost. Returns its report."""
        options = RescanOptions(
            incremental=bool(run.options.get("incremental")),
            dry_run=bool(run.options.get("dry_run")),
        )
        with self._jobs.running(run, watch) as progressing:
            self._scan(progressing, options)
            return progressing.report

    def _scan(self, progressing: Progressing, options: RescanOptions) -> None:
        report = progressing.report
        report["embedded"] = embed_missing(
            self._open_unit, self._embedder, progressing.stage("embed", 0.35)
        )
        outset = self._outset(options)
        changes = outset.changes
        changed = None if changes is None else changes.ids[changes.live]
        pairs, crowded = self._joined(changed, progressing.stage("join", 0.25))
        report |= {"pairs": len(pairs), "crowded": len(crowded), "incremental": changed is not None}
        report["suggestions"] = self._score_and_write(pairs, progressing, write=not options.dry_run)
        if options.dry_run:
            report["dry_run"] = True
            return
        tell = progressing.stage("group", 0.05)
        with self._open_unit() as unit:
            progressing.hold(unit)
            report["retired"] = unit.suggestions.retire(
                before=outset.at, touching=None if changes is None else changes.ids
            )
            report |= regroup(unit, self._thresholds, at=self._clock())
            unit.notes.set(SEEN_NOTE, str(outset.upto), at=self._clock())
            unit.commit()
        report["change_no"] = outset.upto
        self._live.save()
        tell(1.0)

    def _outset(self, options: RescanOptions) -> Outset:
        """Read once all is embedded, which itself counts as a change, and before any pair is looked for.

        What comes later is news to the next re-scan; so is what was not embedded yet. Under the
        lock, so that whatever was suggested before this moment can be seen.
        """
        with self._open_unit() as unit:
            unit.lock()
            upto, seen = unit.initiatives.latest_change(), seen_upto(unit)
            changes = None
            if options.incremental and seen is not None:
                changes = unit.initiatives.changes_since(seen)
            return Outset(self._clock(), upto, changes)

    def _joined(self, changed: Ids | None, tell: Progress) -> tuple[Pairs, Ids]:
        index = self._live.current()
        if changed is None:
            found = index.pairs_above(self._floor, per_row=PER_RECORD, on_progress=tell)
            pairs, crowded = Pairs(found.left, found.right, found.similarity), found.crowded
        else:
            pairs, crowded = self._searched(changed, tell), np.empty(0, dtype=np.int64)
        tell(1.0)
        with self._open_unit() as unit:
            pairs = _with_equal_texts(unit, pairs, changed)
            return _undecided(unit, pairs), crowded

    def _searched(self, changed: Ids, tell: Progress) -> Pairs:
        parts = [Pairs(*_no_pairs())]
        for i in range(0, len(changed), SEARCHED_AT_ONCE):
            tell(i / len(changed))
            parts.append(self._neighbours(changed[i : i + SEARCHED_AT_ONCE]))
        return _unique(_concatenated(parts))

    def _neighbours(self, ids: Ids) -> Pairs:
        with self._open_unit() as unit:
            stored = unit.vectors.get(self._embedder.model_id, ids)
        rows = combine(stored.titles, stored.contents)
        hits = self._live.current().search(rows, PER_RECORD, exclude=stored.ids)
        counts = [len(hit.ids) for hit in hits]
        own = np.repeat(stored.ids, counts)
        other = np.concatenate([hit.ids for hit in hits]) if hits else own
        similarity = (
            np.concatenate([hit.similarities for hit in hits])
            if hits
            else np.empty(0, dtype=np.float32)
        )
        pairs = Pairs(np.minimum(own, other), np.maximum(own, other), similarity)
        return pairs.where(similarity >= self._floor)

    def _score_and_write(
        self, pairs: Pairs, progressing: Progressing, *, write: bool
    ) -> dict[str, int]:
        tell = progressing.stage("score", 0.35)
        counts = dict.fromkeys((band.value for band in Band if band is not Band.CLEAR), 0)
        for i, batch in enumerate(pairs.arranged().batches(PAIRS_AT_ONCE)):
            tell(i * PAIRS_AT_ONCE / len(pairs))
            with self._open_unit() as unit:
                suggestions = self._suggestions(unit, batch, progressing)
                for suggestion in suggestions:
                    counts[suggestion.band] += 1
                if write:
                    progressing.hold(unit)
                    unit.suggestions.upsert(suggestions, at=self._clock())
                    unit.commit()
        tell(1.0)
        return counts

    def _suggestions(
        self, unit: UnitOfWork, pairs: Pairs, progressing: Progressing
    ) -> list[Suggestion]:
        wanted = np.union1d(pairs.left, pairs.right)
        records, ids = load_comparables(unit, self._embedder.model_id, wanted)
        known = np.isin(pairs.left, ids) & np.isin(pairs.right, ids)
        pairs = pairs.where(known)
        scores = self._scorer.score(
            records,
            np.searchsorted(ids, pairs.left),
            np.searchsorted(ids, pairs.right),
            least=least_worth(self._thresholds),
        )
        fingerprints = unit.initiatives.fingerprints(ids)
        queued = (scores.probability >= self._thresholds.possible) | scores.same_text
        made = []
        for i in np.flatnonzero(queued):
            pair = Pair.of(int(pairs.left[i]), int(pairs.right[i]))
            score = score_at(scores, int(i))
            made.append(
                Suggestion(
                    pair=pair,
                    score=score.value,
                    band=self._thresholds.band(score.value, same_text=score.same_text),
                    relation=Relation(score.relation),
                    similarity=float(pairs.similarity[i]),
                    evidence=score.evidence,
                    model_id=self._embedder.model_id,
                    scorer_version=self._scorer.version,
                    left_fingerprint=fingerprints[pair.left],
                    right_fingerprint=fingerprints[pair.right],
                    run_id=progressing.id,
                )
            )
        return made


def _no_pairs() -> tuple[Ids, Ids, Vectors]:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)


def _concatenated(parts: list[Pairs]) -> Pairs:
    return Pairs(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.similarity for part in parts]),
    )


def _unique(pairs: Pairs) -> Pairs:
    """Each pair once, with its best similarity, sorted by (left, right)."""
    order = np.lexsort((-pairs.similarity, pairs.right, pairs.left))
    pairs = Pairs(pairs.left[order], pairs.right[order], pairs.similarity[order])
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (pairs.left[1:] != pairs.left[:-1]) | (pairs.right[1:] != pairs.right[:-1])
    return pairs.where(first)


def _with_equal_texts(unit: UnitOfWork, pairs: Pairs, changed: Ids | None) -> Pairs:
    """Pairs of equal (folded) texts too: their vectors may be far apart when marks were dropped."""
    parts = [pairs]
    for folded in (False, True):
        left, right = unit.initiatives.equal_texts(folded=folded)
        if changed is not None:
            mask = np.isin(left, changed) | np.isin(right, changed)
            left, right = left[mask], right[mask]
        parts.append(Pairs(left, right, np.zeros(len(left), dtype=np.float32)))
    return _unique(_concatenated(parts))


def _undecided(unit: UnitOfWork, pairs: Pairs) -> Pairs:
    left, right = unit.decisions.live_pairs()
    if not len(left):
        return pairs
    top = int(max(pairs.right.max(initial=0), right.max(initial=0))) + 1
    return pairs.where(~np.isin(pairs.left * top + pairs.right, left * top + right))
