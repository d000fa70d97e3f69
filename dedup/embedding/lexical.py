"""An embedder that needs no model file: hashed words and letter runs, randomly projected.

Vocabulary-free, so nothing is fitted and two installations give the same vectors: the hashing trick
(Weinberger et al., ICML 2009) followed by a signed sparse random projection (Achlioptas, PODS 2001).
It sees shared words only; two tellings of one idea in other words stay far apart.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from dedup.embedding.rows import unit_rows

# 2^18 buckets keep collisions rare for the some 10^5 distinct n-grams of an office's archive, and the
# projection matrix (four entries a bucket) at a few MB.
_BUCKETS = 1 << 18
# Each bucket falls on this many of the output's columns, with a random sign. Four make the inner
# product of two texts vary by ~1/sqrt(4 * dim) around the sparse one.
_COLUMNS_PER_BUCKET = 4
_SEED = 20220501
# Letter runs carry typing slips and run-together words; they count as much as the words themselves.
_LETTER_WEIGHT = 1.0
# Knuth's multiplicative constant: "a b" and "b a" fall into different buckets.
_PAIR_FACTOR = 2654435761
_SYLLABLE = re.compile(r"\w+")
_LETTERS = HashingVectorizer(
    analyzer="char_wb",
    ngram_range=(3, 5),
    n_features=_BUCKETS,
    alternate_sign=False,
    norm="l2",
    lowercase=False,
    dtype=np.float32,
)


class LexicalEmbedder:
    """Unit rows (n, dim) from word 1-2-grams and letter 3-5-grams within words."""

    def __init__(self, dim: int = 256) -> None:
        self._dim = dim
        self._projection = _signed_projection(dim)

    @property
    def model_id(self) -> str:
        return f"lexical-v1-{self._dim}"

    @property
    def dim(self) -> int:
        return self._dim

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim), unit rows; a blank text gives a zero row."""
        words = _Words.of(texts)
        if not words.distinct:
            return np.zeros((len(texts), self._dim), dtype=np.float32)
        rows = (words.hashed() @ self._projection).toarray()
        # Letters are hashed once a distinct word, not once an occurrence: ten times faster.
        letters = (_LETTERS.transform(words.distinct) @ self._projection).toarray()
        return unit_rows(rows + _LETTER_WEIGHT * (words.counts() @ letters))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a batch: ``ids`` into ``distinct``, text after text, cut at ``starts``."""

    distinct: list[str]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Words:
        said = [_SYLLABLE.findall(text.lower()) for text in texts]
        # Sorted: sums run over a text's words in one order, whatever else is in the batch.
        distinct = sorted({word for words in said for word in words})
        place = {word: at for at, word in enumerate(distinct)}
        ids = np.array([place[word] for words in said for word in words], dtype=np.int64)
        return cls(distinct, ids, np.cumsum([0, *map(len, said)]))

    def counts(self) -> sp.csr_array:
        return _sublinear(self.ids, self.starts, len(self.distinct))

    def hashed(self) -> sp.csr_array:
        """Words and word pairs in hash buckets."""
        crc = np.array([zlib.crc32(word.encode()) for word in self.distinct], dtype=np.uint64)
        one = crc[self.ids]
        pair = one[:-1] * np.uint64(_PAIR_FACTOR) + one[1:] if len(one) else one
        inside = np.ones(len(one), dtype=np.bool_)
        inside[self.starts[1:][self.starts[1:] > 0] - 1] = False
        firsts = np.flatnonzero(inside)
        lengths = np.diff(self.starts)
        owner = np.repeat(np.arange(len(lengths)), lengths)
        owners = np.concatenate([owner, owner[firsts]])
        buckets = np.concatenate([one, pair[firsts]]) % np.uint64(_BUCKETS)
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(lengths) + 1))
        return _sublinear(buckets[order].astype(np.int64), starts, _BUCKETS)


def _sublinear(columns: NDArray[np.int64], starts: NDArray[np.int64], width: int) -> sp.csr_array:
    """1 + ln(count): a word said ten times weighs little more than one said twice."""
    ones = np.ones(len(columns), dtype=np.float32)
    counts = sp.csr_array((ones, columns, starts), shape=(len(starts) - 1, width))
    counts.sum_duplicates()
    counts.data = 1 + np.log(counts.data)
    return normalize(counts)


def _signed_projection(dim: int) -> sp.csr_array:
    random = np.random.default_rng(_SEED)
    shape = (_BUCKETS, _COLUMNS_PER_BUCKET)
    columns = random.integers(0, dim, size=shape).ravel()
    signs = random.choice(np.array([-1.0, 1.0], dtype=np.float32), size=shape).ravel()
    rows = np.repeat(np.arange(_BUCKETS), _COLUMNS_PER_BUCKET)
    scaled = signs / np.float32(np.sqrt(_COLUMNS_PER_BUCKET))
    return sp.csr_array((scaled, (rows, columns)), shape=(_BUCKETS, dim))
