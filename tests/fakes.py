"""Small honest stand-ins for the ports, and a workplace put together from them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Evidence, Relation, Thresholds
from dedup.jobs.following import Shelf
from dedup.jobs.running import Life
from dedup.ports import Comparables, Embedder, OpenUnit, Scores, VectorIndex, Vectors
from dedup.representation import unit_rows
from dedup.service import Deduplicator
from dedup.store.memory import MemoryStore
from dedup.text import canonical
from index import ExactIndex


class WordEmbedder:
    """Each word adds one signed coordinate of 64; words decide, order does not."""

    model_id = "words-64"
    dim = 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in canonical(text).split():
                code = zlib.crc32(word.encode())
                row[code % self.dim] += 1.0 if code & 64 else -1.0
        return unit_rows(rows)


class OverlapScorer:
    """The share of common words of title and content (Jaccard) as the probability."""

    version = "overlap-1"

    def score(
        self,
        records: Comparables,
        left: NDArray[np.intp],
        right: NDArray[np.intp],
        *,
        least: float = 0.0,
    ) -> Scores:
        texts = [
            canonical(f"{title} {content}")
            for title, content in zip(records.titles, records.contents, strict=True)
        ]
        shares = [_jaccard(texts[i], texts[j]) for i, j in zip(left, right, strict=True)]
        same = [texts[i] == texts[j] for i, j in zip(left, right, strict=True)]
        probability = np.array(shares, dtype=np.float32)
        return Scores(
            probability=probability,
            same_text=np.array(same, dtype=bool),
            relations=[Relation.SAME_TEXT if s else Relation.EDITED_COPY for s in same],
            codes=("R3",),
            weights=probability[:, None],
        )

    def explain(self, records: Comparables, left: int, right: int) -> tuple[Evidence, ...]:
        scores = self.score(records, np.array([left]), np.array([right]))
        return (Evidence(code="R3", weight=float(scores.weights[0, 0])),)


class MemoryShelf:
    """Keeps the rows of the last snapshot; an index loaded from it is a fresh one."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.saved: tuple[str, int] | None = None

    def empty(self, expected_rows: int) -> VectorIndex:
        return ExactIndex(self.dim)

    def outgrown(self, index: VectorIndex) -> bool:
        return False

    def load(self, model_id: str) -> tuple[VectorIndex, int] | None:
        return None

    def save(self, index: VectorIndex, model_id: str, change_no: int) -> None:
        self.saved = (model_id, change_no)


@dataclass
class PlainPasswords:
    """Kept as they are, with the cost before them; counts how often one was looked at."""

    cost: str = "1"
    asked: int = 0
    meanwhile: Callable[[], None] = lambda: None

    def hashed(self, password: str) -> str:
        return f"{self.cost}:{password}"

    def fits(self, hash: str | None, password: str) -> bool:
        self.asked += 1
        self.meanwhile()
        return hash is not None and hash.partition(":")[2] == password

    def outdated(self, hash: str) -> bool:
        return not hash.startswith(f"{self.cost}:")


@dataclass
class SteppingClock:
    """A second later each time it is asked."""

    now: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    step: timedelta = timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@dataclass
class Workplace:
    """The jobs over a store in memory; ``dead`` owners are gone, of those ``elsewhere`` none knows."""

    open_unit: OpenUnit = field(default_factory=lambda: MemoryStore().unit)
    clock: SteppingClock = field(default_factory=SteppingClock)
    dead: set[int] = field(default_factory=set)
    elsewhere: set[int] = field(default_factory=set)

    def service(
        self, *, pid: int = 1, embedder: Embedder | None = None, shelf: Shelf | None = None
    ) -> Deduplicator:
        """A process of its own on the same store."""
        embedder = embedder or WordEmbedder()
        return Deduplicator(
            self.open_unit,
            self.clock,
            embedder=embedder,
            scorer=OverlapScorer(),
            shelf=shelf or MemoryShelf(embedder.dim),
            thresholds=Thresholds(possible=0.4, likely=0.7),
            floor=0.3,
            owner={"pid": pid},
            life_of=self._life_of,
        )

    def _life_of(self, owner: Mapping[str, Any]) -> Life:
        if owner["pid"] in self.dead:
            return Life.DEAD
        return Life.UNKNOWN if owner["pid"] in self.elsewhere else Life.ALIVE


def _jaccard(one: str, other: str) -> float:
    mine, yours = set(one.split()), set(other.split())
    return len(mine & yours) / max(1, len(mine | yours))
