"""The facade: one object with every job on it, over whatever implementations it was given.

Entry points (HTTP, command line) hold one ``Deduplicator`` and translate to and from its calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedup.errors import AmbiguousCode, InitiativeNotFound
from dedup.headway import Headway, headway
from dedup.initiatives import (
    Band,
    Cluster,
    ClusterId,
    Decision,
    Evidence,
    Initiative,
    InitiativeId,
    Pair,
    Submission,
    Suggestion,
    Thresholds,
    UnitId,
)
from dedup.jobs.deciding import Decider
from dedup.jobs.embedding import catch_up, embed_missing, lacking
from dedup.jobs.filing import Filer, get_one
from dedup.jobs.following import LiveIndex, Shelf
from dedup.jobs.importing import Importer
from dedup.jobs.rescanning import Rescanner, seen_upto
from dedup.jobs.running import Jobs, LifeOf
from dedup.jobs.screening import Screener, Screening, load_comparables
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import Act
from dedup.ports import (
    Clock,
    Embedder,
    InitiativeFilter,
    OpenUnit,
    Progress,
    Scorer,
    SuggestionFilter,
)
from dedup.units import UnitTree


@dataclass(frozen=True, slots=True, kw_only=True)
class PairView:
    """Everything a person needs to conclude on a pair; ``seen`` goes back with the verdict."""

    left: Initiative
    right: Initiative
    suggestion: Suggestion | None
    evidence: tuple[Evidence, ...]
    live: Decision | None
    history: tuple[Decision, ...]

    @property
    def seen(self) -> tuple[str, str]:
        return self.left.fingerprint, self.right.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    records: int
    withdrawn: int
    vectors: int
    suggestions: Mapping[Band, int]
    decisions: int
    clusters: int
    families: int
    change_no: int
    last_rescan: Mapping[str, Any]
    rescanned: bool  # by one that wrote its suggestions
    changed_since_rescan: int


class Deduplicator:
    """The jobs on their ports. Everything is synchronous and safe to call from several threads."""

    def __init__(
        self,
        open_unit: OpenUnit,
        clock: Clock,
        *,
        embedder: Embedder,
        scorer: Scorer,
        shelf: Shelf,
        thresholds: Thresholds,
        floor: float,
        owner: Mapping[str, Any],
        life_of: LifeOf,
    ) -> None:
        self.open_unit = open_unit
        self.clock = clock
        self.embedder = embedder
        self.scorer = scorer
        self.thresholds = thresholds
        self.live = LiveIndex(open_unit, embedder.model_id, shelf)
        self.jobs = Jobs(open_unit, clock, owner=owner, life_of=life_of)
        self.screener = Screener(open_unit, embedder, scorer, self.live, thresholds)
        self.filer = Filer(open_unit, clock, self.screener)
        self.importer = Importer(open_unit, clock)
        self.decider = Decider(open_unit, clock)
        self.rescanner = Rescanner(
            open_unit,
            clock,
            embedder=embedder,
            scorer=scorer,
            live=self.live,
            jobs=self.jobs,
            thresholds=thresholds,
            floor=floor,
        )

    def screen(self, submission: Submission, *, top: int = 10) -> Screening:
        """The likely earlier tellings of a submission; writes nothing."""
        return self.screener.screen(submission, top=top)

    def matches(
        self, id: InitiativeId, *, top: int = 10, lowest: Band = Band.POSSIBLE
    ) -> Screening:
        """The same for a filed record, itself left out."""
        record = self.get(id)
        return self.screener.screen_many([record], top=top, exclude=id, lowest=lowest)[0]

    def get(self, id: int) -> Initiative:
        """Raises InitiativeNotFound."""
        with self.open_unit() as unit:
            return get_one(unit, id)

    def find(self, reference: str) -> Initiative:
        """The record named as on the command line: ``code``, ``unit:code`` or ``#id``.

        A code names the live record before those withdrawn under it, which ``#id`` tells apart.
        Raises InitiativeNotFound, AmbiguousCode (with the ids).
        """
        found = self.named(reference)
        if not found:
            raise InitiativeNotFound(f"Không có hồ sơ mang mã «{reference}».", code=reference)
        if len(found) > 1:
            raise AmbiguousCode(code=reference, ids=[record.id for record in found])
        return found[0]

    def named(self, reference: str) -> Sequence[Initiative]:
        """Every record so named; those withdrawn only where no live one is."""
        number = re.fullmatch(r"#([0-9]{1,18})", reference)
        with self.open_unit() as unit:
            if number:
                return unit.initiatives.get([int(number[1])])
            found = unit.initiatives.by_code(reference)
            if not found and ":" in reference:
                name, _, code = reference.rpartition(":")
                found = unit.initiatives.by_code(code, unit=name)
        return [record for record in found if not record.withdrawn] or found

    def page(
        self, where: InitiativeFilter, *, after: int = 0, limit: int = 50
    ) -> Sequence[Initiative]:
        with self.open_unit() as unit:
            return unit.initiatives.page(where, after=after, limit=limit)

    def suggestions(
        self,
        where: SuggestionFilter,
        *,
        after: tuple[float, int, int] | None = None,
        limit: int = 50,
    ) -> Sequence[Suggestion]:
        with self.open_unit() as unit:
            return unit.suggestions.page(where, after=after, limit=limit)

    def view(self, pair: Pair) -> PairView:
        """Two records side by side with why (or why not) they resemble; any pair may be asked."""
        ids = np.array([pair.left, pair.right], dtype=np.int64)
        with self.open_unit() as unit:
            left, right = get_one(unit, pair.left), get_one(unit, pair.right)
            records, known = load_comparables(unit, self.embedder.model_id, ids)
            suggestion = unit.suggestions.get(pair)
            history = unit.decisions.history(pair)
        both = len(known) == len(ids)
        return PairView(
            left=left,
            right=right,
            suggestion=suggestion,
            evidence=self.scorer.explain(records, 0, 1) if both else (),
            live=next((decision for decision in history if decision.live), None),
            history=tuple(history),
        )

    def cluster(self, id: ClusterId) -> Cluster | None:
        with self.open_unit() as unit:
            return unit.clusters.get(id)

    def units(self) -> UnitTree:
        with self.open_unit() as unit:
            return UnitTree.of(unit.units.all())

    def assign_unit(self, typed: str, id: UnitId, *, by: str = PROGRAM) -> int:
        """Remember a name as typed as an alias of a unit, for every record that carries it."""
        with self.open_unit() as unit:
            unit.units.remember_alias(id, typed)
            at = self.clock()
            count = unit.units.assign(typed, id, at=at)
            tell(unit, Act.ASSIGN_UNIT, f"units/{id}", by=by, at=at, typed=typed, records=count)
            unit.commit()
            return count

    def reindex(self, tell: Progress = lambda _: None) -> int:
        """Embed what is missing and rebuild the index from stored vectors; returns its size."""
        embed_missing(self.open_unit, self.embedder, tell)
        return len(self.live.rebuild())

    def lacking(self) -> int:
        """Records that another model has vectors for and this one has not; see ``reindex``."""
        with self.open_unit() as unit:
            return lacking(unit, self.embedder.model_id)

    def warm(self) -> int:
        """Bring the index up before the first search; returns its size. Raises IndexModelMismatch."""
        if not self.live.ready:
            catch_up(self.open_unit, self.embedder)
        return len(self.live.current())

    def headway(self, name: str) -> Headway:
        """How far the reading of suspected pairs has come, for a person of that name."""
        with self.open_unit() as unit:
            left, right, _ = unit.suggestions.links(0.0)
            decided = unit.decisions.all_live()
            ids = [id for said in decided for id in said.pair.ids]
            known = np.concatenate([left, right, np.array(ids, dtype=np.int64)])
            return headway(
                list(map(Pair.of, left.tolist(), right.tolist())),
                decided,
                unit.clusters.all(),
                unit.initiatives.benefits(known),
                name=name,
                now=self.clock(),
            )

    def status(self) -> Status:
        with self.open_unit() as unit:
            records = unit.initiatives.count()
            last = unit.runs.latest("rescan", state="done")
            seen = seen_upto(unit)
            clusters = unit.clusters.all()
            return Status(
                records=records,
                withdrawn=unit.initiatives.count(include_withdrawn=True) - records,
                vectors=unit.vectors.count(self.embedder.model_id),
                suggestions=unit.suggestions.counts(),
                decisions=len(unit.decisions.live_pairs()[0]),
                clusters=len(clusters),
                families=sum(cluster.family for cluster in clusters),
                change_no=unit.initiatives.latest_change(),
                last_rescan=dict(last.report) if last else {},
                rescanned=seen is not None,
                changed_since_rescan=len(unit.initiatives.changes_since(seen or 0).ids),
            )
