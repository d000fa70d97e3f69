"""The second look at a pair in doubt: what two texts do *not* share, compared in meaning.

Two tellings of one idea put the same things in other words; a look-alike keeps the words and changes
the thing. Both leave a rest once the common wording is taken out, and only in the first does the
other text hold what the rest means. Word pairs stand for notions here, as most Vietnamese words
have two syllables; each looks for its nearest in the other text (late interaction: Khattab &
Zaharia, SIGIR 2020). Costs a few tenths of a millisecond a pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz.distance import OSA

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
    odd: tuple[str, ...]  # words, without marks, that are no Vietnamese syllables

    @classmethod
    def of(cls, title: str, content: str) -> Said:
        head = tuple(title.split()[:WORD_LIMIT])
        whole = (*head, *content.split())[:WORD_LIMIT]
        words = frozenset(whole)
        odd = tuple(_bare(word) for word in words if _is_odd(word))
        bare = frozenset(map(_bare, words))
        return cls(head, whole, frozenset(pairwise(whole)), words, bare, odd)

    def slipped(self, word: str) -> bool:
        """Whether ``word`` is one of these words but for its marks or one slip of the finger.

        One letter makes another word of most syllables, so one side must be no syllable at all.
        """
        if word in self.words:
            return False
        bare = _bare(word)
        near = self.bare if _is_odd(word) else self.odd
        return bare in self.bare or any(_one_slip(bare, there) for there in near)


def rest_meanings(
    titles: Sequence[str], contents: Sequence[str], one: Rows, other: Rows, *, embedder: Embedder
) -> Floats:
    """float32 (m, len(REST_NAMES)) of pairs of row numbers into canonical texts.

    The first two are NaN where one side says next to nothing that the other does not.
    """
    out = np.empty((len(one), len(REST_NAMES)), dtype=np.float32)
    for start in range(0, len(one), _BATCH):
        cut = slice(start, start + _BATCH)
        said = {int(i): Said.of(titles[i], contents[i]) for i in np.union1d(one[cut], other[cut])}
        pairs = [(said[int(i)], said[int(j)]) for i, j in zip(one[cut], other[cut], strict=True)]
        out[cut, 0] = _cosines(pairs, embedder, lambda record: record.whole)
        out[cut, 1] = _cosines(pairs, embedder, lambda record: record.title)
        out[cut, 2:4] = _found(pairs, embedder)
        out[cut, 4] = [_title_kept(one, other) for one, other in pairs]
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
    pairs: Sequence[tuple[Said, Said]],
    embedder: Embedder,
    part: Callable[[Said], Sequence[str]],
) -> Floats:
    sides = [*pairs, *((b, a) for a, b in pairs)]
    rests = [uncovered(part(own), other) for own, other in sides]
    rows = embedder.embed([" ".join(rest) for rest in rests])
    left, right = rows[: len(pairs)], rows[len(pairs) :]
    sizes = [max(_LEAST, _LEAST_SHARE * len(part(own))) for own, _ in sides]
    enough = np.array([len(rest) >= size for rest, size in zip(rests, sizes, strict=True)])
    known = enough.reshape(2, -1).all(axis=0)
    return np.where(known, np.einsum("ij,ij->i", left, right), np.nan).astype(np.float32)


def _title_kept(one: Said, other: Said) -> float:
    changed = min(len(uncovered(one.title, other)), len(uncovered(other.title, one)))
    return 1.0 - changed / max(1, min(len(one.title), len(other.title)))


def _found(pairs: Sequence[tuple[Said, Said]], embedder: Embedder) -> Floats:
    """(m, 2): the mean of both directions for whole records and for titles, 1 where all is shared."""
    notions = sorted({notion for pair in pairs for record in pair for notion in record.notions})
    rows = {notion: row for row, notion in enumerate(notions)}
    vectors = embedder.embed([" ".join(notion) for notion in notions])
    ways = [(_found_in(a, b, rows, vectors), _found_in(b, a, rows, vectors)) for a, b in pairs]
    both: Floats = np.array(ways, dtype=np.float32).reshape(-1, 2, 2)
    return np.asarray(both.mean(axis=1), dtype=np.float32)


def _found_in(
    record: Said, other: Said, rows: dict[Notion, int], vectors: Vectors
) -> tuple[float, float]:
    """How near the notions of one record that the other lacks come to the other's: (all, title's)."""
    lacking = [notion for notion in pairwise(record.whole) if notion not in other.notions]
    if not lacking or not other.notions:
        return (1.0, 1.0) if not lacking else (0.0, 0.0)
    there = vectors[[rows[notion] for notion in sorted(other.notions)]]
    nearest = (vectors[[rows[notion] for notion in lacking]] @ there.T).max(axis=1)
    title = frozenset(pairwise(record.title))
    of_title = [near for near, notion in zip(nearest, lacking, strict=True) if notion in title]
    return float(nearest.mean()), float(np.mean(of_title)) if of_title else 1.0


def _one_slip(one: str, other: str) -> bool:
    return min(len(one), len(other)) > 2 and OSA.distance(one, other, score_cutoff=1) <= 1


@lru_cache(maxsize=1 << 16)
def _is_odd(word: str) -> bool:
    return word.isalpha() and not is_syllable(word)


_bare = lru_cache(maxsize=1 << 16)(fold_canonical)
