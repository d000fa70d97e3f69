"""Screening: a submission against the archive. Writes nothing.

normalise → fingerprint → embed → retrieve wide → load candidates in one query → compare and score →
band → sort → matches with evidence, which filing is earlier, and where the two units stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from dedup import text
from dedup.initiatives import (
    Band,
    Evidence,
    Initiative,
    InitiativeId,
    Relation,
    Score,
    Submission,
    Thresholds,
)
from dedup.jobs.following import LiveIndex
from dedup.jobs.records import repaired, with_unit
from dedup.ports import Comparables, Embedder, Ids, OpenUnit, Scorer, Scores, UnitOfWork, Vectors
from dedup.representation import as_stored, combine
from dedup.review import Earlier, earlier_of, precedes
from dedup.units import UnitTree

# Retrieve wide, score narrow: enough that a retelling ranked far down by the vectors alone is still
# scored. A second look costs over a millisecond, so one check, for which a person waits, looks at fewer.
WIDE, AT_ONCE = 64, 24
# Against a record's stored words, weights below this are noise for a reader.
LEAST_WEIGHT = 0.05


class Standing(StrEnum):
    """Where the other filing stands; novelty is judged within the deciding unit."""

    SAME_UNIT = "same_unit"
    SAME_BRANCH = "same_branch"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    initiative: Initiative
    score: Score
    band: Band
    similarity: float
    earlier: Earlier
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Is it new? Asked against earlier filings alone, each answer its own, most likely first.

    In law novelty is that of the deciding unit; what was seen elsewhere is a question of counting
    and credit. Where no unit is named, nothing is said of it.
    """

    in_unit: tuple[Match, ...] | None
    elsewhere: tuple[Match, ...]

    @classmethod
    def of(
        cls, this: Submission, flagged: Sequence[Match], *, id: InitiativeId | None = None
    ) -> Self:
        earlier = [match for match in flagged if precedes(match.initiative, this, id=id)]
        here = tuple(m for m in earlier if m.standing is Standing.SAME_UNIT)
        named = this.unit_id is not None or bool(this.unit)
        return cls(
            in_unit=here if named else None,
            elsewhere=tuple(m for m in earlier if m.standing is not Standing.SAME_UNIT),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The likely earlier tellings of one submission, most likely first."""

    matches: tuple[Match, ...]
    novelty: Novelty
    model_id: str
    scorer_version: str

    @property
    def best(self) -> Band:
        return max((match.band for match in self.matches), key=lambda b: b.rank, default=Band.CLEAR)


@dataclass(frozen=True, slots=True)
class Query:
    """A submission with its vectors, ready to be compared."""

    submission: Submission
    title: Vectors  # (1, dim)
    content: Vectors  # (1, dim)


class Screener:
    def __init__(
        self,
        open_unit: OpenUnit,
        embedder: Embedder,
        scorer: Scorer,
        live: LiveIndex,
        thresholds: Thresholds,
    ) -> None:
        self._open_unit = open_unit
        self._embedder = embedder
        self._scorer = scorer
        self._live = live
        self._thresholds = thresholds

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    def screen(
        self, submission: Submission, *, top: int = 10, exclude: InitiativeId | None = None
    ) -> Screening:
        """The ``top`` most likely matches in band POSSIBLE or above; raises InvalidInput."""
        return self.screen_many([submission], top=top, exclude=exclude, wide=AT_ONCE)[0]

    def screen_many(
        self,
        submissions: Sequence[Submission],
        *,
        top: int = 10,
        exclude: InitiativeId | None = None,
        lowest: Band = Band.POSSIBLE,
        wide: int = WIDE,
    ) -> list[Screening]:
        """Screenings in the order given; ``lowest`` CLEAR shows the nearest whatever their score."""
        queries = self.embed([repaired(submission) for submission in submissions])
        rows = np.concatenate([combine(query.title, query.content) for query in queries])
        hits = self._live.current().search(rows, max(wide, top + 1))
        with self._open_unit() as unit:
            tree = _tree(unit, submissions)
            found = [hit.ids for hit in hits]
            return [
                self._compared(unit, tree, query, ids, top=top, exclude=exclude, lowest=lowest)
                for query, ids in zip(queries, found, strict=True)
            ]

    def embed(self, submissions: Sequence[Submission]) -> list[Query]:
        """Submissions with their vectors, rounded as stored; one call of the embedder for all."""
        texts = [s.title for s in submissions] + [s.content for s in submissions]
        rows = as_stored(self._embedder.embed(texts))
        middle = len(submissions)
        return [
            Query(submission, rows[i : i + 1], rows[middle + i : middle + i + 1])
            for i, submission in enumerate(submissions)
        ]

    def _compared(
        self,
        unit: UnitOfWork,
        tree: UnitTree,
        query: Query,
        found: Ids,
        *,
        top: int,
        exclude: InitiativeId | None,
        lowest: Band,
    ) -> Screening:
        ids = _with_equal_texts(unit, query.submission, found)
        ids = ids[ids != exclude] if exclude is not None else ids
        records, ids = load_comparables(unit, self._embedder.model_id, ids, first=query)
        scores = self._scorer.score(records, *_one_against(len(ids)))
        similarities = (
            combine(records.title_vectors, records.content_vectors)
            @ (combine(query.title, query.content)[0])
        )
        bands = [
            self._thresholds.band(float(p), same_text=bool(s))
            for p, s in zip(scores.probability, scores.same_text, strict=True)
        ]
        order = sorted(
            (i for i, band in enumerate(bands) if band.rank >= lowest.rank),
            key=lambda i: (-bands[i].rank, -float(scores.probability[i]), int(ids[i])),
        )
        flagged = [i for i in order if bands[i] is not Band.CLEAR]
        wanted = order[: max(top, len(flagged))]  # what is flagged answers, shown or not
        submission = with_unit(tree, query.submission)
        matches = tuple(
            Match(
                initiative=initiative,
                score=score_at(scores, i),
                band=bands[i],
                similarity=float(similarities[i + 1]),
                earlier=earlier_of(submission, initiative),
                standing=standing(tree, submission, initiative),
            )
            for i, initiative in zip(
                wanted, unit.initiatives.get(int(ids[i]) for i in wanted), strict=True
            )
        )
        return Screening(
            matches=matches[:top],
            novelty=Novelty.of(submission, matches[: len(flagged)], id=exclude),
            model_id=self._embedder.model_id,
            scorer_version=self._scorer.version,
        )


def _tree(unit: UnitOfWork, submissions: Sequence[Submission]) -> UnitTree:
    """The union tree, read where a submission names its unit: some thousand units take 50 ms."""
    named = any(s.unit or s.unit_id is not None for s in submissions)
    return UnitTree.of(unit.units.all() if named else ())


def load_comparables(
    unit: UnitOfWork, model_id: str, ids: Ids, *, first: Query | None = None
) -> tuple[Comparables, Ids]:
    """Columns of the records ``ids`` that have vectors, ascending; row 0 is ``first`` if given."""
    stored = unit.vectors.get(model_id, ids)
    titles, contents, effects = unit.initiatives.comparable_texts(stored.ids)
    title_rows, content_rows = stored.titles, stored.contents
    if first is not None:
        titles, contents = [first.submission.title, *titles], [first.submission.content, *contents]
        effects = [first.submission.effect, *effects]
        title_rows = _under(first.title, title_rows)
        content_rows = _under(first.content, content_rows)
    return Comparables(titles, contents, effects, title_rows, content_rows), stored.ids


def score_at(scores: Scores, i: int) -> Score:
    """The score of pair ``i`` with the evidence that weighs in it, strongest first."""
    weights = scores.weights[i]
    order = np.argsort(-np.abs(weights), kind="stable")
    evidence = tuple(
        Evidence(code=scores.codes[j], weight=float(weights[j]))
        for j in order
        if abs(weights[j]) >= LEAST_WEIGHT
    )
    return Score(
        value=float(scores.probability[i]),
        evidence=evidence,
        same_text=bool(scores.same_text[i]),
        relation=Relation(scores.relations[i]),
    )


def standing(tree: UnitTree, one: Submission, other: Submission) -> Standing:
    """Same unit, same parent union, or elsewhere; by the tree, or by the name as typed."""
    if one.unit_id is not None and other.unit_id is not None:
        if one.unit_id == other.unit_id:
            return Standing.SAME_UNIT
        near = tree.same_branch(one.unit_id, other.unit_id)
        return Standing.SAME_BRANCH if near else Standing.ELSEWHERE
    same = bool(one.unit) and text.canonical(one.unit) == text.canonical(other.unit)
    return Standing.SAME_UNIT if same else Standing.ELSEWHERE


def _with_equal_texts(unit: UnitOfWork, submission: Submission, found: Ids) -> Ids:
    exact = unit.initiatives.by_fingerprint(text.fingerprint(submission.title, submission.content))
    folded = unit.initiatives.by_fingerprint(
        text.folded_fingerprint(submission.title, submission.content), folded=True
    )
    keys = np.array([*exact[:WIDE], *folded[:WIDE]], dtype=np.int64)
    return np.union1d(found, keys)


def _under(first: Vectors, rows: Vectors) -> Vectors:
    return np.concatenate([first, rows]) if len(rows) else first


def _one_against(count: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(count, dtype=np.intp), np.arange(1, count + 1, dtype=np.intp)
