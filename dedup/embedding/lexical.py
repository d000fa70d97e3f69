"""An embedder that needs no model file: hashed words and letter runs, randomly projected.

Vocabulary-free, so nothing is fitted and two installations give the same vectors: the hashing trick
(Weinberger et al., ICML 2009) followed by a signed sparse random projection (Achlioptas, PODS 2001).
It sees shared words only; two tellings of one idea in other words stay far apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.preprocessing import normalize

from dedup.embedding.rows import unit_rows

# 2^18 buckets keep collisions rare for the some 10^5 distinct n-grams of an office's archive, and the
# projection matrix (one entry a bucket and block) at a few MB.
_BUCKETS = 1 << 18
# Each bucket falls on this many of the output's columns, with a random sign. Four make the inner
# product of two texts vary by ~1/sqrt(4 * dim) around the sparse one.
_COLUMNS_PER_BUCKET = 4
_SEED = 20220501
# Letter runs carry typing slips and inflected abbreviations; words carry meaning. Words lead.
_LETTER_WEIGHT = 0.6
# One-letter syllables ("ô", "ý") are Vietnamese words; the library's own pattern drops them.
_SYLLABLE = r"(?u)\b\w+\b"


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
        terms, counts = _count_terms(texts)
        if not terms:
            return np.zeros((len(texts), self._dim), dtype=np.float32)
        return unit_rows(_sublinear(counts) @ self._term_vectors(terms))

    def _term_vectors(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Letters are hashed once a distinct word, not once an occurrence: ten times faster."""
        words = _WORDS.transform(terms)
        single = ["" if " " in term else term for term in terms]
        letters = _unit_length(_LETTERS.transform(single)) * _LETTER_WEIGHT
        projected = (words + letters) @ self._projection
        return np.asarray(projected.toarray(), dtype=np.float32)


def _hashing(analyzer: str | Callable[[str], list[str]], **options: Any) -> HashingVectorizer:
    return HashingVectorizer(
        analyzer=analyzer,
        n_features=_BUCKETS,
        alternate_sign=False,
        norm=None,
        lowercase=False,
        dtype=np.float32,
        **options,
    )


def _whole(term: str) -> list[str]:
    return [term]


_WORDS = _hashing(_whole)
_LETTERS = _hashing("char_wb", ngram_range=(3, 5))


def _count_terms(texts: Sequence[str]) -> tuple[list[str], sp.csr_array]:
    """Distinct words and word pairs in one order for every batch, and how often each text has them."""
    counter = CountVectorizer(ngram_range=(1, 2), token_pattern=_SYLLABLE, dtype=np.float32)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # scikit-learn's way to say that no text holds a word
        return [], sp.csr_array((len(texts), 0), dtype=np.float32)
    return counter.get_feature_names_out().tolist(), sp.csr_array(counts)


def _sublinear(counts: sp.csr_array) -> sp.csr_array:
    """1 + ln(count): a word said ten times weighs little more than one said twice."""
    return sp.csr_array((1.0 + np.log(counts.data), counts.indices, counts.indptr), counts.shape)


def _unit_length(rows: sp.csr_array) -> sp.csr_array:
    return normalize(rows, copy=False)


def _signed_projection(dim: int) -> sp.csr_array:
    random = np.random.default_rng(_SEED)
    shape = (_BUCKETS, _COLUMNS_PER_BUCKET)
    columns = random.integers(0, dim, size=shape).ravel()
    signs = random.choice(np.array([-1.0, 1.0], dtype=np.float32), size=shape).ravel()
    rows = np.repeat(np.arange(_BUCKETS), _COLUMNS_PER_BUCKET)
    return sp.csr_array((signs, (rows, columns)), shape=(_BUCKETS, dim))
