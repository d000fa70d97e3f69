"""An archive of known truth on any store, its score moved off at will, and people who say what is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dedup import files
from dedup.embedding.lexical import LexicalEmbedder
from dedup.initiatives import Pair, Suggestion, Thresholds, Verdict
from dedup.jobs.auditing import Auditor
from dedup.jobs.deciding import Opinion
from dedup.jobs.learning import Learner
from dedup.jobs.monitoring import Monitor
from dedup.jobs.records import new_record, repaired
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.retrieving import Retrieval
from dedup.jobs.running import Life
from dedup.jobs.versions import Versions
from dedup.ports import SuggestionFilter
from dedup.scoring import PairScorer, load_scorer
from dedup.scoring.curves import Model
from dedup.service import Deduplicator
from dedup.synthetic import make_archive
from tests.conftest import AnyStore
from tests.fakes import MemoryShelf, SteppingClock

EMBEDDER = LexicalEmbedder()
FITTED = load_scorer(EMBEDDER.model_id, embedder=EMBEDDER)
ARCHIVE = make_archive(1_200, seed=5)
FLOOR = 0.55


def moved(scorer: PairScorer, log_odds: float) -> PairScorer:
    """The scorer with every pair that much likelier."""
    first = scorer.model.first
    return scorer.with_model(Model(replace(first, constant=first.constant + log_odds)))


@dataclass
class Office:
    """An archive of known truth whose score is far too sure; people say what the truth is."""

    store: AnyStore
    shipped: PairScorer

    def __post_init__(self) -> None:
        self.clock = SteppingClock()
        self.versions = Versions(
            self.store.unit, self.clock, base=self.shipped.digest, model_id=EMBEDDER.model_id
        )
        learned = self.versions.model_in_force()
        self.service = Deduplicator(
            self.store.unit,
            self.clock,
            embedder=EMBEDDER,
            scorer=self.shipped.with_model(learned) if learned else self.shipped,
            shelf=MemoryShelf(EMBEDDER.dim),
            thresholds=Thresholds(),
            floor=FLOOR,
            owner={"pid": 1},
            life_of=lambda _: Life.ALIVE,
        )
        self.retrieval = Retrieval(
            self.store.unit,
            model_id=EMBEDDER.model_id,
            live=self.service.live,
            floor=FLOOR,
            thresholds=self.service.thresholds,
        )
        self.learner = Learner(
            self.store.unit,
            shipped=self.shipped,
            versions=self.versions,
            retrieval=self.retrieval,
            jobs=self.service.jobs,
            thresholds=self.service.thresholds,
        )
        self.auditor = Auditor(
            self.store.unit,
            self.clock,
            scorer=self.service.scorer,
            retrieval=self.retrieval,
            jobs=self.service.jobs,
            thresholds=self.service.thresholds,
        )
        self.monitor = Monitor(
            self.store.unit,
            self.clock,
            scorer_version=self.service.scorer.version,
            thresholds=self.service.thresholds,
        )

    def filled(self) -> Office:
        records = [files.submission_of(record) for record in ARCHIVE.records]
        with self.store.unit() as unit:
            unit.initiatives.add([new_record(repaired(r)) for r in records], at=self.clock())
            unit.commit()
        self.service.rescanner.carry_out(self.service.rescanner.start(RescanOptions()))
        return self

    def say(self, opinions: list[Opinion]) -> None:
        self.service.decider.decide_all(opinions)

    def flagged(self) -> list[Suggestion]:
        with self.store.unit() as unit:
            return list(unit.suggestions.iterate(SuggestionFilter(decided=None)))

    def unflagged(self) -> list[Pair]:
        """Pairs near each other that are in no band."""
        pairs = self.retrieval.scored(self.service.scorer, tell=lambda _: None)
        low = pairs.probabilities[0] < self.service.thresholds.possible
        ends = zip(pairs.left[low].tolist(), pairs.right[low].tolist(), strict=True)
        return [Pair.of(one, other) for one, other in ends]

    def audit(self, count: int) -> Mapping[str, Any]:
        return self.auditor.carry_out(self.auditor.start(count, by="Lan"))

    def learn(self) -> Mapping[str, Any]:
        return self.learner.carry_out(self.learner.start())

    def reopened(self) -> Office:
        return Office(self.store, self.shipped)


def truth() -> list[Opinion]:
    """What people conclude on the planted pairs, and on neighbours that are no pair."""
    numbers = {str(record["id"]): i for i, record in enumerate(ARCHIVE.records, start=1)}
    known = {Pair.of(numbers[t.left], numbers[t.right]): bool(t.label) for t in ARCHIVE.truth}
    spoken = []
    for pair, same in sorted(known.items()):
        verdict = Verdict.TRUNG if same else Verdict.CUNG_CHU_DE
        spoken.append(Opinion(pair=pair, verdict=verdict, by="Lan"))
    strangers = np.random.default_rng(1).permutation(len(numbers))[:120].reshape(-1, 2) + 1
    for one, other in strangers.tolist():
        if Pair.of(one, other) not in known:
            verdict = Verdict.CUNG_CHU_DE
            spoken.append(Opinion(pair=Pair.of(one, other), verdict=verdict, by="Minh"))
    return spoken
