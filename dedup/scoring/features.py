"""What two records have in common, as numbers: one row a pair, the same from either side.

Every feature rises as the texts come nearer. NaN means "cannot be said" (no content, no common
alphabet); the model answers it with a value of its own. Unit, year and benefit are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from dedup.ports import Comparables, TokenEmbedder, Vectors
from dedup.scoring.background import Background
from dedup.scoring.columns import Columns, columns, typed_without_marks
from dedup.scoring.rest import REST_NAMES, rest_meanings
from dedup.scoring.words import Floats, Rows, Sets

NAMES = (
    "title_meaning",  # cosine of the title vectors
    "content_meaning",  # cosine of the content vectors
    "cross_meaning",  # the better cosine of one's title with the other's content
    "title_words",  # weighted Jaccard of title words and word pairs
    "title_cover",  # share of the shorter title that stands in the other
    "content_words",
    "content_cover",
    "passages",  # share of the shorter content's five-word runs that stand in the other
    "masked",  # Jaccard of three-word runs once names and figures are set aside
    "title_letters",  # share of letters in common in order, of the titles; forgives slips of typing
    "letters",  # … of title and content together
    "figures",  # identifying figures of the titles: 1 the same, 0 nothing to compare, -1 conflict
    "unlinked",  # 1, or 0 where one side alone says that it follows or replicates another filing
    "distinctive",  # weight of the shared words, in units of one rare word, log1p
    *REST_NAMES,  # NaN until ``with_rests`` looks again
)
_FIRST_OVERLAP, _FIRST_REST = 3, len(NAMES) - len(REST_NAMES)
# Pairs compared at once: the gathered vector rows of one block stay within a few MB.
_BLOCK = 4_096
# Letters compared one by one: cost grows with their square, and the beginning tells.
_LETTERS = 1_000
_FEW = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """Features of m pairs, and what else of them a reader of the score needs; all (m,) but ``x``."""

    x: Floats  # (m, len(NAMES))
    same_text: NDArray[np.bool_]
    same_title: NDArray[np.bool_]
    words: Floats  # of the shorter record
    follows: NDArray[np.bool_]  # one side, not both, speaks of itself as a later stage
    replicates: NDArray[np.bool_]  # … as applying another's work
    records: Columns
    one: Rows  # row numbers into ``records``
    other: Rows


def compare(records: Comparables, left: Rows, right: Rows, *, background: Background) -> Compared:
    """Compare the pairs (left[i], right[i]) of row numbers into ``records``."""
    rows, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    one, other = place[: len(left)], place[len(left) :]
    titles = [records.titles[i] for i in rows]
    contents = [records.contents[i] for i in rows]
    plain = columns(titles, contents, background=background)
    bare = typed_without_marks(titles, contents)
    mixed = bare[one] ^ bare[other]
    x = np.full((len(left), len(NAMES)), np.nan, dtype=np.float32)
    x[:, :_FIRST_OVERLAP] = _meanings(records, left, right)
    x[mixed, :_FIRST_OVERLAP] = np.nan
    _fill(x, ~mixed, plain, one, other)
    if mixed.any():
        _fill_unaccented(x, mixed, titles, contents, one, other, background=background)
    return Compared(
        x=x,
        same_text=(plain.text[one] == plain.text[other]) & (plain.words[one] > 0),
        same_title=(plain.title[one] == plain.title[other]) & (plain.words[one] > 0),
        words=np.minimum(plain.words[one], plain.words[other]),
        follows=plain.follows[one] ^ plain.follows[other],
        replicates=plain.replicates[one] ^ plain.replicates[other],
        records=plain,
        one=one,
        other=other,
    )


def with_rests(compared: Compared, which: NDArray[np.bool_], *, embedder: TokenEmbedder) -> Floats:
    """The features with the columns of ``dedup.scoring.rest`` filled for the pairs marked."""
    x = compared.x.copy()
    x[which, _FIRST_REST:] = rest_meanings(
        compared.records.title_forms,
        compared.records.content_forms,
        compared.one[which],
        compared.other[which],
        embedder=embedder,
    )
    # Vectors of a text typed without marks say nothing.
    x[np.isnan(x[:, 0]), _FIRST_REST:] = np.nan
    return x


def _fill(
    out: NDArray[np.float32], where: NDArray[np.bool_], of: Columns, one: Rows, other: Rows
) -> None:
    for block in _blocks(np.flatnonzero(where)):
        out[block, _FIRST_OVERLAP:_FIRST_REST] = _overlaps(of, one[block], other[block])


def _fill_unaccented(
    out: Floats,
    where: NDArray[np.bool_],
    titles: Sequence[str],
    contents: Sequence[str],
    one: Rows,
    other: Rows,
    *,
    background: Background,
) -> None:
    """Overlaps of the marked pairs in the form both sides share, over their records alone."""
    rows, place = np.unique(np.concatenate([one[where], other[where]]), return_inverse=True)
    folded = columns(
        [titles[i] for i in rows],
        [contents[i] for i in rows],
        background=background,
        unaccented=True,
    )
    middle = len(place) // 2
    part = out[where]
    _fill(part, np.ones(middle, dtype=np.bool_), folded, place[:middle], place[middle:])
    out[where] = part


def _overlaps(of: Columns, one: Rows, other: Rows) -> Floats:
    title, content = of.titles.shared(one, other), of.contents.shared(one, other)
    return np.column_stack(
        [
            _jaccard(of.titles, title, one, other),
            _cover(of.titles, title, one, other),
            _jaccard(of.contents, content, one, other),
            _cover(of.contents, content, one, other),
            _cover(of.passages, of.passages.shared(one, other), one, other),
            _jaccard(of.masked, of.masked.shared(one, other), one, other),
            *_letters(of, one, other),
            _agreement(of.figures, one, other),
            ~_one_sided(of, one, other),
            np.log1p(title + content),
        ]
    )


def _letters(of: Columns, one: Rows, other: Rows) -> tuple[Floats, Floats]:
    """Normalised insert-and-delete likeness of the canonical texts (rapidfuzz, bit-parallel)."""
    titles = [form[:_LETTERS] for form in of.title_forms]
    texts = [f"{t} {c}"[:_LETTERS] for t, c in zip(titles, of.content_forms, strict=True)]
    return _alike(titles, one, other), _alike(texts, one, other)


def _alike(texts: Sequence[str], one: Rows, other: Rows) -> Floats:
    lefts, rights = [texts[i] for i in one], [texts[i] for i in other]
    # Starting threads takes longer than comparing the candidates of one screening.
    workers = -1 if len(lefts) > _FEW else 1
    return process.cpdist(
        lefts, rights, scorer=Indel.normalized_similarity, dtype=np.float32, workers=workers
    )


def _meanings(records: Comparables, left: Rows, right: Rows) -> Floats:
    out = np.empty((len(left), 3), dtype=np.float32)
    for block in _blocks(np.arange(len(left))):
        out[block] = _meanings_of(
            records.title_vectors[left[block]],
            records.content_vectors[left[block]],
            records.title_vectors[right[block]],
            records.content_vectors[right[block]],
        )
    return out


def _meanings_of(
    title: Vectors, content: Vectors, other_title: Vectors, other_content: Vectors
) -> Floats:
    crossed = np.maximum(_cosine(title, other_content), _cosine(content, other_title))
    return np.column_stack(
        [
            _or_missing(_cosine(title, other_title), _filled(title) & _filled(other_title)),
            _or_missing(_cosine(content, other_content), _filled(content) & _filled(other_content)),
            _or_missing(crossed, _filled(content) | _filled(other_content)),
        ]
    )


def _cosine(one: Vectors, other: Vectors) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", one, other), dtype=np.float32)


def _filled(rows: Vectors) -> NDArray[np.bool_]:
    return np.asarray(rows.any(axis=1))


def _or_missing(values: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.where(known, values, np.float32(np.nan))


def _jaccard(of: Sets, shared: Floats, one: Rows, other: Rows) -> Floats:
    return _ratio(shared, of.mass[one] + of.mass[other] - shared, of, one, other)


def _cover(of: Sets, shared: Floats, one: Rows, other: Rows) -> Floats:
    return _ratio(shared, np.minimum(of.mass[one], of.mass[other]), of, one, other)


def _ratio(part: Floats, whole: Floats, of: Sets, one: Rows, other: Rows) -> Floats:
    """Within [0, 1]; missing where either side has no words at all."""
    known = (of.mass[one] > 0) & (of.mass[other] > 0)
    ratio = np.divide(part, whole, out=np.full_like(part, np.nan), where=known)
    return np.minimum(ratio, 1.0)


def _agreement(of: Sets, one: Rows, other: Rows) -> Floats:
    """1 equal figures, -1 either has figures that the other lacks, 0 otherwise."""
    shared = of.shared(one, other)
    alone = np.minimum(of.mass[one], of.mass[other]) - shared
    equal = (of.mass[one] == of.mass[other]) & (alone <= 0) & (shared > 0)
    return np.where(alone > 0, -1, np.where(equal, 1, 0)).astype(np.float32)


def _one_sided(of: Columns, one: Rows, other: Rows) -> NDArray[np.bool_]:
    apart = of.follows[one] ^ of.follows[other] | of.replicates[one] ^ of.replicates[other]
    return np.asarray(apart)


def _blocks(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(rows), _BLOCK):
        yield rows[start : start + _BLOCK]
