"""The synthetic archive: records as an office holds them, and the truth about them beside it.

Ordinary filings have a concept each that no other ordinary filing has, and titles all different;
planted groups (`kinds.KINDS`) stand among them in random order. The truth is complete up to what
chance makes alike: every pair inside a planted group is listed, nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from random import Random

from dedup.synthetic.filings import reentered
from dedup.synthetic.ideas import draw_idea
from dedup.synthetic.kinds import KINDS, Kind
from dedup.synthetic.making import Draft, Maker, Record
from dedup.synthetic.vocabulary import Concept, Vocabulary, coprime, load_vocabulary

# Groups wait here in random order, so that members stand far apart; bounded for streaming.
_SHUFFLED = 5_000
# Every kind is planted at least this often, once the archive has room for it.
_AT_LEAST = 3
_ROOM_FOR_ALL = 300
# Rows of a reloaded file: offices send from a handful to some hundred at once.
_BLOCK = (3, 60)


@dataclass(frozen=True, slots=True)
class TruthPair:
    """Two codes, the planted kind (D1..D11, N1..N6), and 1 for a duplicate or 0 for none."""

    left: str
    right: str
    kind: str
    label: int


@dataclass(frozen=True, slots=True)
class Archive:
    records: list[Record]
    truth: list[TruthPair]


Row = tuple[Record, list[TruthPair]]


def make_archive(n: int, *, seed: int, vocabulary: str = "main") -> Archive:
    """`n` records and the truth; the same arguments give the same archive, byte for byte.

    From 300 records on every kind is planted at least three times. `vocabulary` is "main" or
    "held_out": the two share no family, object or sentence. Raises `ValueError` for a negative
    `n` or an unknown vocabulary.
    """
    archive = Archive([], [])
    for record, truth in iter_archive(n, seed=seed, vocabulary=vocabulary):
        archive.records.append(record)
        archive.truth.extend(truth)
    return archive


def iter_archive(n: int, *, seed: int, vocabulary: str = "main") -> Iterator[Row]:
    """The same archive one record at a time: each comes with the pairs it completes.

    Holds some thousand records and one number per title, whatever `n`.
    """
    if n < 0:
        raise ValueError(f"an archive cannot have {n} records")
    rng = Random(f"{seed}/{vocabulary}")
    return _numbered(_shuffled(rng, _groups(rng, n, smaller_union(load_vocabulary(vocabulary), n))))


def smaller_union(vocabulary: Vocabulary, n: int) -> Vocabulary:
    """The vocabulary with as many towns as `n` records fill: some filings for every company."""
    towns = vocabulary.frames["towns"]
    # Of the order of 70 companies a town; about ten filings each until the towns are used up.
    count = min(len(towns), 5 + n // 700)
    return replace(vocabulary, frames={**vocabulary.frames, "towns": towns[:count]})


@dataclass(slots=True)
class _Group:
    """Members that stand in the truth together; None for an ordinary filing."""

    kind: Kind | None
    codes: list[str] = field(default_factory=list)


# Rows that stay together in the archive's order: one filing, or a block of a file.
_Rows = list[tuple[Record, _Group]]


def _numbered(segments: Iterator[_Rows]) -> Iterator[Row]:
    """Gives every record its code, in the archive's order, and closes the truth about it."""
    serial = 0
    for rows in segments:
        for record, group in rows:
            serial += 1
            code = f"CT-{record['uploaded_at'][:4]}-{serial:06d}"
            group.codes.append(code)
            yield {"id": code, **record}, _completed(group)


def _completed(group: _Group) -> list[TruthPair]:
    if group.kind is None:
        return []
    *earlier, code = group.codes
    return [TruthPair(left, code, group.kind.code, group.kind.label) for left in earlier]


def _shuffled(rng: Random, segments: Iterator[_Rows]) -> Iterator[_Rows]:
    waiting: list[_Rows] = []
    for segment in segments:
        waiting.append(segment)
        if len(waiting) > _SHUFFLED:
            at = rng.randrange(len(waiting))
            waiting[at], waiting[-1] = waiting[-1], waiting[at]
            yield waiting.pop()
    rng.shuffle(waiting)
    yield from waiting


def _groups(rng: Random, n: int, vocabulary: Vocabulary) -> Iterator[_Rows]:
    """All rows of the archive in segments, `n` rows in all."""
    source = _Source(rng, vocabulary)
    plan = _plan(rng, n)
    planted = sum(_rows(kind, size) for kind, size in plan)
    # One planted group every so many ordinary filings: spread evenly over the archive.
    left = n - planted
    for number, (kind, size) in enumerate(plan):
        ordinary = left // (len(plan) - number + 1)
        left -= ordinary
        yield from source.ordinary(ordinary)
        yield from source.planted(kind, size)
    yield from source.ordinary(left)


def _plan(rng: Random, n: int) -> list[tuple[Kind, int]]:
    """The planted groups and their sizes, in random order."""
    plan: list[tuple[Kind, int]] = []
    least = _AT_LEAST if n >= _ROOM_FOR_ALL else 0
    for kind in KINDS:
        extra = max(least, round(kind.share * n))
        while extra > 0:
            size = rng.choice(kind.sizes) if kind.make else min(extra, rng.randrange(*_BLOCK))
            size = min(size, extra + 1) if kind.make else size
            plan.append((kind, size))
            extra -= size - 1 if kind.make else size
    rng.shuffle(plan)
    return plan


def _rows(kind: Kind, size: int) -> int:
    return size if kind.make else 2 * size


class _Source:
    """Ordinary filings and planted groups, each on a concept of its own."""

    def __init__(self, rng: Random, vocabulary: Vocabulary) -> None:
        self._maker = Maker(rng, vocabulary)
        self._rng = rng
        self._vocabulary = vocabulary
        self._step = coprime(vocabulary.size, rng.randrange(vocabulary.size))
        self._number = 0
        self._titles: set[int] = set()

    def ordinary(self, count: int) -> Iterator[_Rows]:
        for _ in range(count):
            yield [(self._maker.record(self._draft()), _Group(None))]

    def planted(self, kind: Kind, size: int) -> Iterator[_Rows]:
        if kind.make is None:
            yield from self._reload(kind, size)
            return
        group = _Group(kind)
        for draft in kind.make(self._maker, self._draft(), size):
            yield [(self._maker.record(draft), group)]

    def _reload(self, kind: Kind, size: int) -> Iterator[_Rows]:
        """D10: the rows of one file, and the same rows again in the same order."""
        drafts = [self._draft() for _ in range(size)]
        days = self._rng.randrange(20, 200)
        rows = [(self._maker.record(draft), _Group(kind)) for draft in drafts]
        again: _Rows = []
        for draft, (record, group) in zip(drafts, rows, strict=True):
            uploaded = reentered(self._rng, draft.filing, days=days).uploaded
            again.append(({**record, "uploaded_at": uploaded.isoformat()}, group))
        yield rows
        yield again

    def _draft(self) -> Draft:
        """A filing on a concept nobody has had, with a title nobody has had."""
        while True:
            idea = draw_idea(self._rng, self._next_concept())
            if self._maker.claim(idea):
                break
        while True:
            draft = self._maker.draft(idea)
            mark = _mark(draft.texts["title"])
            if mark not in self._titles:
                self._titles.add(mark)
                return draft

    def _next_concept(self) -> Concept:
        self._number += 1
        return self._vocabulary.concept(self._number, step=self._step)


def _mark(title: str) -> int:
    """A number for a title, its case aside; the same in every run, unlike `hash`."""
    return int.from_bytes(blake2b(title.lower().encode(), digest_size=8).digest(), "big")
