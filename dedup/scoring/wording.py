"""Records as numbered words, word pairs and tokens end to end, ready for the second look at a pair.

Everything is numbered within the records at hand: two records share a word, or a word pair, exactly
where its numbers are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from dedup.ports import Ids, TokenEmbedder
from dedup.scoring.words import Floats
from dedup.text import fold_canonical
from dedup.text.spelling import is_syllable

WORD_LIMIT = 400  # words of a record looked at: likeness of tokens costs tokens times tokens
# One slip makes another word of nearly every word this short.
_SHORT = 2
_DIGIT = re.compile(r"\d")
_NONE = np.array([[0, 0, -1]])  # stands in for the tokens of a record that has none


@dataclass(frozen=True, slots=True)
class Wordings:
    """n records end to end; record i has ``words[starts[i]:starts[i + 1]]``, its title's first."""

    words: Ids
    pairs: Ids  # number of the word pair that begins at each word; 0 at a record's last word
    figure: NDArray[np.bool_]  # words with a figure in them
    starts: Ids  # (n + 1,)
    title_words: Ids  # (n,)
    tokens: Ids  # rows of the embedder's table
    first: Ids  # a token's first and last word, counted within its record
    last: Ids
    weight: Floats  # a token's length in the table; 0 for what stands in for none
    token_starts: Ids  # (n + 1,)
    near: (
        sp.csr_array
    )  # bool (words, words): alike but for marks or one slip, every word with itself
    pair_count: int

    @classmethod
    def of(
        cls, titles: Sequence[str], contents: Sequence[str], embedder: TokenEmbedder
    ) -> Wordings:
        """From canonical texts."""
        heads = [title.split()[:WORD_LIMIT] for title in titles]
        tails = [
            text.split()[: WORD_LIMIT - len(head)]
            for text, head in zip(contents, heads, strict=True)
        ]
        texts = [[*head, *tail] for head, tail in zip(heads, tails, strict=True)]
        starts = _starts(texts)
        vocabulary = list(dict.fromkeys(chain.from_iterable(texts)))
        number = {word: i for i, word in enumerate(vocabulary)}
        words = np.fromiter(map(number.__getitem__, chain.from_iterable(texts)), dtype=np.int64)
        pairs, pair_count = _pairs(words, starts, len(vocabulary))
        figures = np.array([bool(_DIGIT.search(word)) for word in vocabulary], dtype=np.bool_)
        spans = list(_spans(heads, tails, embedder))
        tokens, first, last = np.concatenate([np.empty((0, 3), np.int64), *spans]).T
        known, place = np.unique(tokens, return_inverse=True)
        lengths = np.linalg.norm(embedder.rows[known], axis=1)[place]
        return cls(
            words=words,
            pairs=pairs,
            figure=figures[words],
            starts=starts,
            title_words=np.array([len(head) for head in heads], dtype=np.int64),
            tokens=tokens,
            first=first,
            last=last,
            weight=np.where(last < first, 0, lengths).astype(np.float32),
            token_starts=_starts(spans),
            near=_near(vocabulary),
            pair_count=pair_count,
        )


def _starts(texts: Sequence[Sequence[object] | Ids]) -> Ids:
    return np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)])


def _pairs(words: Ids, starts: Ids, count: int) -> tuple[Ids, int]:
    """Numbers 1.. of the word pairs, and one more than the highest."""
    codes = np.zeros(len(words), dtype=np.int64)
    codes[:-1] = words[:-1] * count + words[1:] + 1
    codes[starts[1:][np.diff(starts) > 0] - 1] = 0
    known, numbers = np.unique(np.append(codes, 0), return_inverse=True)
    return numbers[:-1].astype(np.int64), len(known)


def _spans(
    heads: Sequence[Sequence[str]], tails: Sequence[Sequence[str]], embedder: TokenEmbedder
) -> Iterator[Ids]:
    """Each record's tokens (t, 3): number, first word, last word; title and rest cut apart."""
    titles = embedder.spans([" ".join(head) for head in heads])
    rests = embedder.spans([" ".join(tail) for tail in tails])
    for head, title, rest in zip(heads, titles, rests, strict=True):
        rest[:, 1:] += len(head)
        both = np.concatenate([title, rest])
        yield both if len(both) else _NONE


def _near(vocabulary: Sequence[str]) -> sp.csr_array:
    """Words alike but for their marks or one slip of the finger.

    One letter makes another word of most syllables, so one of the two must be no syllable at all.
    """
    bare, number = np.unique([*map(_bare, vocabulary), ""], return_inverse=True)
    shape, number = (len(vocabulary), len(bare)), number[:-1]
    odd = np.array([i for i, word in enumerate(vocabulary) if _is_odd(word)], dtype=np.int64)
    of_bare, of_odd = (
        sp.csr_array((np.ones(len(some), bool), (some, number[some])), shape=shape)
        for some in (np.arange(len(vocabulary)), odd)
    )
    from_odd = of_odd @ _one_slip(bare, np.unique(number[odd])) @ of_bare.T
    near = sp.csr_array(of_bare @ of_bare.T + from_odd + from_odd.T)
    near.sort_indices()
    return near


def _one_slip(bare: NDArray[np.str_], odd: Ids) -> sp.csr_array:
    """bool (bare, bare): rows of ``odd`` marked where one letter added, lost, changed or swapped."""
    long = np.array([i for i, word in enumerate(bare) if len(word) > _SHORT], dtype=np.int64)
    asked = np.intersect1d(odd, long)
    shape = (len(bare), len(bare))
    if not len(asked):
        return sp.csr_array(shape, dtype=bool)
    apart = cdist(
        bare[asked].tolist(),
        bare[long].tolist(),
        scorer=OSA.distance,
        score_cutoff=1,
        dtype=np.uint8,
    )
    row, column = np.nonzero(apart <= 1)
    return sp.csr_array((np.ones(len(row), bool), (asked[row], long[column])), shape=shape)


@lru_cache(maxsize=1 << 16)
def _is_odd(word: str) -> bool:
    return word.isalpha() and not is_syllable(word)


_bare = lru_cache(maxsize=1 << 16)(fold_canonical)
