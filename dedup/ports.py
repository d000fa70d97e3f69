"""The shapes the jobs depend on; every implementation is named in ``dedup.bootstrap`` alone.

Kept here: a suggestion never overwrites a decision, a decision is appended and superseded but never
edited, a unit of work rolls back unless committed. Rows of vectors are float32 unit rows (n, dim);
a zero row stands for a text with nothing in it. Standard library and NumPy types only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import (
    Band,
    Cluster,
    ClusterId,
    Decision,
    DecisionId,
    Evidence,
    ImportId,
    Initiative,
    InitiativeId,
    Pair,
    Relation,
    RunId,
    SourceRow,
    Submission,
    Suggestion,
    Unit,
    UnitId,
    Verdict,
)
from dedup.people_ports import LogRepository, PeopleRepository

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Progress = Callable[[float], None]


class Embedder(Protocol):
    """Texts to unit rows; deterministic and independent of batch size."""

    @property
    def model_id(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 (len(texts), dim), unit rows; a blank text gives a zero row."""


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder that adds up the rows of a text's tokens, each of one word, a part, or several."""

    @property
    def rows(self) -> Vectors:
        """float32 (tokens, dim): what each token adds; its length is the token's weight."""

    def spans(self, texts: Sequence[str]) -> list[Ids]:
        """int64 (t, 3) a text of words parted by single spaces: token, its first and last word."""


class Hits(Protocol):
    """Best first, ties by the smaller id, no padding."""

    @property
    def ids(self) -> Ids: ...
    @property
    def similarities(self) -> Vectors: ...


class SimilarPairs(Protocol):
    """left < right, sorted by (left, right); ``crowded`` ids had more partners than were kept."""

    @property
    def left(self) -> Ids: ...
    @property
    def right(self) -> Ids: ...
    @property
    def similarity(self) -> Vectors: ...
    @property
    def crowded(self) -> Ids: ...


class VectorIndex(Protocol):
    """Ids and unit rows; similarity is the inner product, higher is closer."""

    def __len__(self) -> int: ...
    def __contains__(self, id: int) -> bool: ...
    @property
    def dim(self) -> int: ...
    def add(self, ids: Ids, vectors: Vectors) -> None: ...
    def remove(self, ids: Ids) -> int: ...
    def search(self, vectors: Vectors, k: int, *, exclude: Ids | None = None) -> Sequence[Hits]: ...
    def pairs_above(
        self,
        threshold: float,
        *,
        per_row: int | None = None,
        on_progress: Progress | None = None,
    ) -> SimilarPairs: ...


@dataclass(frozen=True, slots=True)
class Comparables:
    """Columns of what is compared: row i of every column is one record. Personal fields never enter."""

    titles: Sequence[str]  # as stored
    contents: Sequence[str]
    effects: Sequence[str]
    title_vectors: Vectors  # (n, dim)
    content_vectors: Vectors  # (n, dim); zero rows where there is no content

    def __len__(self) -> int:
        return len(self.titles)


@dataclass(frozen=True, slots=True)
class Scores:
    """Of m pairs: probability float32 (m,), same_text bool (m,), relation codes (m,), weights (m, f).

    ``codes[j]`` names column j of ``weights``; each row of weights adds up to the log-odds.
    """

    probability: NDArray[np.float32]
    same_text: NDArray[np.bool_]
    relations: Sequence[Relation]
    codes: tuple[str, ...]
    weights: NDArray[np.float32]


class Scorer(Protocol):
    """Comparison and score; symmetric, deterministic, bounded."""

    @property
    def version(self) -> str: ...
    def score(
        self,
        records: Comparables,
        left: NDArray[np.intp],
        right: NDArray[np.intp],
        *,
        least: float = 0.0,
    ) -> Scores:
        """Score the pairs (left[i], right[i]) of row numbers into ``records``.

        A score below ``least`` may be a cheap one: it says that the exact one is not worth its time.
        """

    def explain(self, records: Comparables, left: int, right: int) -> tuple[Evidence, ...]:
        """Evidence of one pair with matched spans, offsets into the ORIGINAL texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectorised:
    """Stored vectors of ``ids``: float32 (n, dim) each, as they were rounded for storage."""

    ids: Ids
    titles: Vectors
    contents: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeFilter:
    text: str = ""  # words, with or without marks
    unit_ids: tuple[UnitId, ...] = ()
    field: str = ""
    import_id: ImportId | None = None
    include_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A submission ready to be stored."""

    submission: Submission
    fingerprint: str
    folded_fingerprint: str
    search_key: str  # folded title and unit, for search without marks
    import_id: ImportId | None = None
    source: SourceRow | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Records changed after a number: ids ascending, whether each is live, and the latest number."""

    ids: Ids
    live: NDArray[np.bool_]
    change_no: int


class InitiativeRepository(Protocol):
    """Records. Every write takes the next change number in the same transaction."""

    def add(self, records: Sequence[NewRecord], *, at: datetime) -> list[InitiativeId]: ...
    def get(self, ids: Iterable[int]) -> list[Initiative]:
        """In the order asked, unknown ids left out; withdrawn ones included."""

    def by_code(self, code: str, *, unit: str | None = None) -> list[Initiative]:
        """Live ones first, then withdrawn; ``unit`` as typed, or a node's code, name or alias."""

    def by_fingerprint(self, fingerprint: str, *, folded: bool = False) -> list[InitiativeId]:
        """Live ones, ascending."""

    def update(
        self,
        id: InitiativeId,
        record: NewRecord,
        *,
        expected_version: int,
        by: str,
        at: datetime,
        import_id: ImportId | None = None,
    ) -> Initiative:
        """Keep the old version in the history; import and source stay. Raises StaleVersion.

        ``import_id`` is the import whose row corrects the record.
        """

    def history(self, id: InitiativeId) -> list[tuple[int, str, datetime, Submission]]:
        """Earlier versions, newest first: (version, by, replaced at, text)."""

    def replaced_by(self, import_id: ImportId) -> list[tuple[InitiativeId, int, Submission]]:
        """What an import's corrections replaced, by id: (record, version, text)."""

    def set_withdrawn(
        self, ids: Sequence[InitiativeId], withdrawn: bool, *, by: str, at: datetime
    ) -> int: ...
    def of_import(self, import_id: ImportId) -> list[InitiativeId]: ...
    def page(
        self, where: InitiativeFilter, *, after: int = 0, limit: int = 50
    ) -> list[Initiative]: ...
    def count(self, *, include_withdrawn: bool = False) -> int: ...
    def live_ids(self) -> Ids: ...
    def iterate(self, *, batch: int = 5_000) -> Iterator[list[Initiative]]: ...
    def comparable_texts(self, ids: Ids) -> tuple[list[str], list[str], list[str]]:
        """Titles, contents and effects of ``ids``, in their order; the bulk path of a re-scan."""

    def fingerprints(self, ids: Ids) -> dict[int, str]: ...
    def benefits(self, ids: Ids) -> dict[int, int | None]:
        """Đồng for one year, of the live ones among ``ids``."""

    def equal_texts(self, *, folded: bool = False) -> tuple[Ids, Ids]:
        """Live records of one (folded) fingerprint, as a star: each group's lowest id with each other."""

    def texts_after(self, id: int, limit: int) -> tuple[Ids, list[str], list[str]]:
        """Ids, titles and contents of live records with id above ``id``, ascending."""

    def latest_change(self) -> int: ...
    def changes_since(self, change_no: int) -> Changes: ...


class VectorRepository(Protocol):
    """Vectors by model, stored as float16; a vector belongs to the text whose fingerprint it carries."""

    def put(self, model_id: str, vectorised: Vectorised, *, told: bool = True) -> None:
        """Left out: those whose text another changed since this unit read the texts it embedded.

        ``told``: a record that had none for its text counts as changed, for those who follow.
        """

    def get(self, model_id: str, ids: Ids) -> Vectorised:
        """Those of ``ids`` that have one for their present text, ascending by id."""

    def missing(self, model_id: str, *, after: int = 0, limit: int = 2_000) -> Ids:
        """Live ids without a vector for their present text, ascending."""

    def load(self, model_id: str, *, batch: int = 20_000) -> Iterator[Vectorised]:
        """Every live record's vectors, ascending by id."""

    def count(self, model_id: str) -> int:
        """Live records with a vector for their present text."""

    def models(self) -> list[str]:
        """Models that any vector is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFilter:
    bands: tuple[Band, ...] = (Band.POSSIBLE, Band.LIKELY, Band.SAME_TEXT)
    relations: tuple[Relation, ...] = ()
    unit_id: UnitId | None = None
    initiative_id: InitiativeId | None = None
    min_score: float = 0.0
    decided: bool | None = False  # False: only undecided; True: only decided; None: both


@dataclass(frozen=True, slots=True)
class Flagged:
    """Columns of open suggestions, sorted by pair, decided or not; all (m,)."""

    left: Ids
    right: Ids
    score: NDArray[np.float64]
    same_text: NDArray[np.bool_]  # by their band
    decided: NDArray[np.bool_]
    versions: Sequence[str]  # of the scorer that gave the score


class SuggestionRepository(Protocol):
    """Ordered by score, best first; ties by pair."""

    def upsert(self, suggestions: Sequence[Suggestion], *, at: datetime) -> int:
        """Write those whose pair has no live decision and no withdrawn end; returns how many.

        A pair that an undo puts back into the queue counts as written then.
        """

    def get(self, pair: Pair) -> Suggestion | None: ...
    def page(
        self,
        where: SuggestionFilter,
        *,
        after: tuple[float, int, int] | None = None,
        limit: int = 50,
    ) -> list[Suggestion]:
        """``after`` = (score, left, right) of the last one seen."""

    def iterate(self, where: SuggestionFilter) -> Iterator[Suggestion]: ...
    def links(self, min_score: float) -> tuple[Ids, Ids, NDArray[np.float32]]:
        """Undecided open pairs at or above ``min_score``: left, right, score (for clustering)."""

    def retire(self, *, before: datetime, touching: Ids | None = None) -> int:
        """Retire undecided ones last written before a moment (only those touching ``touching``)."""

    def retire_touching(self, ids: Sequence[InitiativeId]) -> int:
        """Retire all that touch ``ids``, decided ones too: their records are hidden or changed."""

    def counts(self) -> Mapping[Band, int]: ...
    def flagged(self) -> Flagged:
        """All open ones without their evidence: what figures are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    pair: Pair
    verdict: Verdict | None
    reason: str
    note: str
    reviewer: str
    left_fingerprint: str
    right_fingerprint: str


class DecisionRepository(Protocol):
    def append(
        self, decisions: Sequence[NewDecision], *, at: datetime, group: str | None = None
    ) -> list[Decision]:
        """Each supersedes its pair's live one; a group name makes one group row that names them."""

    def live(self, pair: Pair) -> Decision | None:
        """The pair's latest word, an undo (verdict None) included; the sets below leave undos out."""

    def history(self, pair: Pair) -> list[Decision]:
        """Oldest first."""

    def of_group(self, group_id: int) -> list[Decision]: ...
    def all_live(self) -> list[Decision]: ...
    def live_pairs(self) -> tuple[Ids, Ids]: ...
    def touching(self, ids: Sequence[InitiativeId]) -> list[Decision]:
        """Live ones that rest on any of ``ids``."""

    def expire(self, ids: Sequence[DecisionId]) -> None:
        """Live ones whose text changed: kept and shown, no longer live."""

    def iterate(self) -> Iterator[Decision]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    id: ImportId
    file: str
    sheet: str
    digest: str  # blake2b of bytes and sheet
    state: str  # "staged", "done", "undone", "failed"
    rows: int
    warnings: int
    mapping: Mapping[str, str]
    by: str
    at: datetime
    report: Mapping[str, Any]


class ImportRepository(Protocol):
    def add(self, record: ImportRecord) -> ImportId:
        """The id given is ignored; one is made."""

    def get(self, id: ImportId) -> ImportRecord:
        """Raises ImportNotFound."""

    def by_digest(self, digest: str) -> ImportRecord | None:
        """The import of these bytes and sheet that is "done", or None."""

    def set_state(
        self, id: ImportId, state: str, *, report: Mapping[str, Any] | None = None
    ) -> None: ...
    def page(self, limit: int = 100) -> list[ImportRecord]: ...
    def remembered_mapping(self, header_key: str) -> Mapping[str, str] | None: ...
    def remember_mapping(self, header_key: str, mapping: Mapping[str, str]) -> None: ...


class UnitRepository(Protocol):
    def add(self, units: Sequence[Unit]) -> list[UnitId]:
        """Ids given are ignored; parents must be ids already stored."""

    def all(self) -> list[Unit]: ...
    def remember_alias(self, id: UnitId, alias: str) -> None: ...
    def unmatched(self, limit: int = 200) -> list[tuple[str, int]]:
        """Unit names as typed that match no node, with their record counts, most first."""

    def assign(self, typed: str, id: UnitId, *, at: datetime) -> int:
        """Give every record typed so this unit; returns how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A long job (re-scan, import, re-embedding): its state, checkpoint and progress."""

    id: RunId
    kind: str
    state: str  # "running", "done", "failed", "cancelled"
    options: Mapping[str, Any]
    checkpoint: Mapping[str, Any]
    progress: float  # 0-1
    stage: str
    started_at: datetime
    heartbeat_at: datetime
    finished_at: datetime | None
    report: Mapping[str, Any]
    error: str


class RunRepository(Protocol):
    """Single-flight: one running job of a kind, held by a partial unique index.

    A run that ended is never written to again: a beat of it, or another end, raises JobLost.
    """

    def start(self, kind: str, options: Mapping[str, Any], *, at: datetime) -> Run:
        """Raises JobRunning where one of the kind is running."""

    def beat(
        self,
        id: RunId,
        *,
        progress: float,
        stage: str,
        at: datetime,
        checkpoint: Mapping[str, Any] | None = None,
    ) -> bool:
        """Returns False where a cancel was asked for."""

    def finish(
        self,
        id: RunId,
        state: str,
        *,
        at: datetime,
        report: Mapping[str, Any] | None = None,
        error: str = "",
    ) -> None: ...
    def ask_cancel(self, id: RunId) -> None: ...
    def get(self, id: RunId) -> Run:
        """Raises JobNotFound."""

    def latest(self, kind: str, *, state: str | None = None) -> Run | None: ...


class ClusterRepository(Protocol):
    def replace(self, clusters: Sequence[Cluster], *, at: datetime) -> None: ...
    def get(self, id: ClusterId) -> Cluster | None: ...
    def of(self, initiative_id: InitiativeId) -> Cluster | None: ...
    def all(self) -> list[Cluster]: ...
    def next_id(self) -> ClusterId: ...


class NoteRepository(Protocol):
    """Small named values: idempotency keys, settings changed by people, the scorer in force."""

    def get(self, key: str) -> str | None: ...
    def set(self, key: str, value: str, *, at: datetime) -> None: ...
    def forget(self, prefix: str, *, before: datetime) -> None:
        """Drop those whose key begins so and that were last set before a moment."""


class UnitOfWork(Protocol):
    """Repositories over one transaction: rolls back unless committed."""

    @property
    def initiatives(self) -> InitiativeRepository: ...
    @property
    def vectors(self) -> VectorRepository: ...
    @property
    def suggestions(self) -> SuggestionRepository: ...
    @property
    def decisions(self) -> DecisionRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def units(self) -> UnitRepository: ...
    @property
    def runs(self) -> RunRepository: ...
    @property
    def clusters(self) -> ClusterRepository: ...
    @property
    def notes(self) -> NoteRepository: ...
    @property
    def people(self) -> PeopleRepository: ...
    @property
    def log(self) -> LogRepository: ...
    def lock(self) -> None:
        """Take the write lock now: what is read from here on stays true until commit.

        Writes take it by themselves; ask for it before reading what a write will rest on.
        """

    def commit(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


Clock = Callable[[], datetime]  # aware, UTC
OpenUnit = Callable[[], UnitOfWork]
