"""The second look at a pair in doubt: what two texts do *not* share, compared in meaning.

Two tellings of one idea put the same things in other words; a look-alike keeps the words and changes
the thing. Both leave a rest once the common wording is taken out, and only in the first does the
other text hold what the rest means. Word pairs stand for notions here, as most Vietnamese words
have two syllables; each looks for its nearest in the other text (late interaction: Khattab &
Zaharia, SIGIR 2020). Costs a few tenths of a millisecond a pair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from dedup.ports import Embedder, Vectors
from dedup.scoring.words import Floats, Rows
from dedup.text import fold_canonical
from dedup.text.spelling import is_syllable

REST_NAMES = (
    "rest_meaning",  # cosine of what either record says in words that the other does not have
    "title_rest_meaning",  # … of the titles alone
    "rest_found",  # mean likeness of each unshared word pair to the nearest in the other record
    "title_found",  # … of each word pair of a title that the other record does not have
    "title_kept",  # 1 less the share of the shorter title that both sides changed, slips apart
)
WORD_LIMIT = 400  # words of a record looked at: likeness of pairs costs words times words
# A rest of fewer words, or of a smaller share of its text, is slips and trimmings: its meaning says
# nothing of the two. Look-alikes that change the one thing that matters change a quarter or more.
_LEAST, _LEAST_SHARE = 3, 0.12
# One slip makes another word of nearly every word this short.
_SHORT = 2
_DIGIT = re.compile(r"\d")
_BATCH = 2_048  # pairs whose word pairs' vectors are held at once: some 100 MB at most in practice

Notion = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """A canonical record: words of its title and of all of it, word pairs, words without marks."""

    title: tuple[str, ...]
    whole: tuple[str, ...]
    notions: frozenset[Notion]
    words: frozenset[str]
    bare: frozenset[str]
    odd: tuple[str, ...]  # words, without marks, that are no Vietnamese syllables; short ones apart
    long: tuple[str, ...]  # words without marks, short ones apart

    @classmethod
    def of(cls, title: str, content: str) -> Said:
        head = tuple(title.split()[:WORD_LIMIT])
        whole = (*head, *content.split())[:WORD_LIMIT]
        words = frozenset(whole)
        bare = frozenset(map(_bare, words))
        odd = [b for w in words if _is_odd(w) and len(b := _bare(w)) > _SHORT]
        long = [b for b in bare if len(b) > _SHORT]
        return cls(head, whole, frozenset(pairwise(whole)), words, bare, tuple(odd), tuple(long))

    def slipped(self, word: str) -> bool:
        """Whether ``word`` is one of these words but for its marks or one slip of the finger.

        One letter makes another word of most syllables, so one side must be no syllable at all.
        """
        if word in self.words:
            return False
        bare = _bare(word)
        near = self.long if _is_odd(word) else self.odd
        return bare in self.bare or _one_slip(bare, near)


def rest_meanings(
    titles: Sequence[str],
    contents: Sequence[str],
    one: Rows,
    other: Rows,
    *,
    embedder: Embedder,
    notions: Embedder | None = None,
) -> Floats:
    """float32 (m, len(REST_NAMES)) of pairs of row numbers into canonical texts.

    ``notions`` embeds the word pairs, where one that remembers them is at hand.

    The first two are NaN where one side says next to nothing that the other does not.
    """
    out = np.empty((len(one), len(REST_NAMES)), dtype=np.float32)
    for start in range(0, len(one), _BATCH):
        cut = slice(start, start + _BATCH)
        said = {int(i): Said.of(titles[i], contents[i]) for i in np.union1d(one[cut], other[cut])}
        pairs = [(said[int(i)], said[int(j)]) for i, j in zip(one[cut], other[cut], strict=True)]
        rests = [[uncovered(a.whole, b), uncovered(b.whole, a)] for a, b in pairs]
        heads = [[uncovered(a.title, b), uncovered(b.title, a)] for a, b in pairs]
        out[cut, 0] = _cosines(rests, [(len(a.whole), len(b.whole)) for a, b in pairs], embedder)
        out[cut, 1] = _cosines(heads, [(len(a.title), len(b.title)) for a, b in pairs], embedder)
        out[cut, 2:4] = _found(pairs, list(said.values()), notions or embedder)
        out[cut, 4] = [_title_kept(a, b, rest) for (a, b), rest in zip(pairs, heads, strict=True)]
    return out


def uncovered(words: Sequence[str], other: Said) -> list[str]:
    """Words in none of the other record's word pairs; neither figures nor its words with slips."""
    shared = [False, *(notion in other.notions for notion in pairwise(words)), False]
    return [
        word
        for word, by in zip(words, pairwise(shared), strict=False)
        if not any(by) and not _DIGIT.search(word) and not other.slipped(word)
    ]


def _cosines(
    rests: Sequence[Sequence[Sequence[str]]],
    lengths: Sequence[tuple[int, int]],
    embedder: Embedder,
) -> Floats:
    """(m,) of what either side says alone; NaN where one says next to nothing."""
    rows = embedder.embed([" ".join(rest) for pair in rests for rest in pair])
    enough = np.array([[len(rest) for rest in pair] for pair in rests]) >= np.maximum(
        _LEAST, _LEAST_SHARE * np.array(lengths)
    )
    likeness = np.einsum("ij,ij->i", rows[0::2], rows[1::2])
    return np.where(enough.all(axis=1), likeness, np.nan).astype(np.float32)


def _title_kept(one: Said, other: Said, rest: Sequence[Sequence[str]]) -> float:
    changed = min(map(len, rest))
    return 1.0 - changed / max(1, min(len(one.title), len(other.title)))


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A record's word pairs as rows of a table of vectors: in reading order, once each, the title's."""

    order: NDArray[np.int64]
    once: NDArray[np.int64]
    in_title: NDArray[np.bool_]

    @classmethod
    def of(cls, record: Said, rows: dict[Notion, int]) -> _Numbered:
        order = np.array([rows[notion] for notion in pairwise(record.whole)], dtype=np.int64)
        title = np.array([rows[notion] for notion in pairwise(record.title)], dtype=np.int64)
        return cls(order, np.unique(order), np.isin(order, title))


def _found(
    pairs: Sequence[tuple[Said, Said]], records: Sequence[Said], embedder: Embedder
) -> Floats:
    """(m, 2): the mean of both directions for whole records and for titles, 1 where all is shared."""
    notions = sorted({notion for record in records for notion in record.notions})
    rows = {notion: row for row, notion in enumerate(notions)}
    vectors = embedder.embed([" ".join(notion) for notion in notions])
    numbered = {id(record): _Numbered.of(record, rows) for record in records}
    there = np.zeros(len(notions), dtype=bool)
    ways = []
    for one, other in pairs:
        a, b = numbered[id(one)], numbered[id(other)]
        ways.append((_found_in(a, b, there, vectors), _found_in(b, a, there, vectors)))
    both: Floats = np.array(ways, dtype=np.float32).reshape(-1, 2, 2)
    return np.asarray(both.mean(axis=1), dtype=np.float32)


def _found_in(
    record: _Numbered, other: _Numbered, there: NDArray[np.bool_], vectors: Vectors
) -> tuple[float, float]:
    """How near the notions of one record that the other lacks come to the other's: (all, title's).

    ``there`` is all False, here and after; it saves building a set for every pair.
    """
    there[other.once] = True
    lacks = ~there[record.order]
    there[other.once] = False
    lacking = record.order[lacks]
    if not len(lacking) or not len(other.once):
        return (1.0, 1.0) if not len(lacking) else (0.0, 0.0)
    nearest = (vectors[lacking] @ vectors[other.once].T).max(axis=1)
    of_title = nearest[record.in_title[lacks]]
    return float(nearest.mean()), float(of_title.mean()) if len(of_title) else 1.0


def _one_slip(word: str, words: Sequence[str]) -> bool:
    """Whether one letter added, lost, changed or swapped makes one of ``words``."""
    if len(word) <= _SHORT or not words:
        return False
    return extractOne(word, words, scorer=OSA.distance, score_cutoff=1) is not None


@lru_cache(maxsize=1 << 16)
def _is_odd(word: str) -> bool:
    return word.isalpha() and not is_syllable(word)


_bare = lru_cache(maxsize=1 << 16)(fold_canonical)
