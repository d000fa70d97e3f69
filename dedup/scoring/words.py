"""Words of many texts as arrays: coded syllables, n-grams, and sparse sets with their masses.

A token is a 31-bit code (CRC-32 of its letters), so no vocabulary is fitted and two processes agree;
with the some 10^6 distinct n-grams of an archive a chance collision inside one pair is about 1e-5.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float32]
Rows = NDArray[np.intp]

_CODE_BITS = 31  # column numbers of a sparse matrix are int32
_CODES = (1 << _CODE_BITS) - 1
_MIX = np.int64(0x9E3779B1)  # Knuth's multiplicative constant, odd: spreads neighbouring codes


@dataclass(frozen=True, slots=True)
class Coded:
    """Token codes of n texts end to end; text i is ``codes[starts[i]:starts[i + 1]]``."""

    codes: Codes
    starts: Codes

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Codes:
        return np.diff(self.starts)

    @property
    def owners(self) -> Codes:
        """Per code, the number of its text."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def where(self, keep: NDArray[np.bool_]) -> Coded:
        """The same texts with the codes that ``keep`` (total,) marks."""
        counts = np.bincount(self.owners[keep], minlength=len(self))
        return Coded(self.codes[keep], np.concatenate([[0], np.cumsum(counts)]))


@dataclass(frozen=True, slots=True)
class Sets:
    """Sparse rows (n, 2^31) of square roots of weights, and each row's total weight (n,)."""

    rows: sp.csr_array
    mass: Floats

    def shared(self, left: Rows, right: Rows, *, other: Sets | None = None) -> Floats:
        """Weight (m,) of what row left[i] has in common with row right[i] (of ``other``)."""
        second = self if other is None else other
        both = self.rows[left].multiply(second.rows[right])
        return np.asarray(both.sum(axis=1), dtype=np.float32).ravel()


@lru_cache(maxsize=1 << 17)  # distinct tokens of a large archive; some 15 MB when full
def code(token: str) -> int:
    """The code of one token, 0 <= code < 2^31."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) & _CODES


def coded(tokens: Sequence[Sequence[str]]) -> Coded:
    """Codes of tokenised texts."""
    starts = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in tokens], out=starts[1:])
    table = {token: code(token) for token in set(chain.from_iterable(tokens))}
    codes = map(table.__getitem__, chain.from_iterable(tokens))
    return Coded(np.fromiter(codes, dtype=np.int64, count=starts[-1]), starts)


def grams(texts: Coded, size: int) -> Coded:
    """Codes of the runs of ``size`` tokens in each text; a shorter text has none."""
    if size == 1:
        return texts
    total = max(0, len(texts.codes) - size + 1)
    runs = texts.codes[:total].copy()
    for step in range(1, size):
        runs = (runs * _MIX + texts.codes[step : step + total]) & _CODES
    counts = np.maximum(texts.lengths - size + 1, 0)
    starts = np.concatenate([[0], np.cumsum(counts)])
    first = np.repeat(texts.starts[:-1], counts)
    offset = np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
    return Coded(runs[first + offset], starts)


def joined(parts: Iterable[Coded]) -> Coded:
    """The codes of several codings of the same texts, text by text."""
    codings = list(parts)
    starts = np.sum([part.starts for part in codings], axis=0)
    codes = np.empty(starts[-1], dtype=np.int64)
    filled = starts[:-1].copy()
    for part in codings:
        place = np.repeat(filled - part.starts[:-1], part.lengths) + np.arange(len(part.codes))
        codes[place] = part.codes
        filled += part.lengths
    return Coded(codes, starts)


def sets(texts: Coded, weight: Callable[[Codes], Floats] | None = None) -> Sets:
    """The set of codes of each text; ``weight`` gives codes their weights, 1 where not given."""
    rows = sp.csr_array(
        (np.ones(len(texts.codes), np.float32), texts.codes.astype(np.int32), texts.starts),
        shape=(len(texts), _CODES),
    )
    rows.sum_duplicates()
    weights = np.ones(rows.nnz, np.float32) if weight is None else weight(rows.indices)
    rows.data = np.sqrt(weights)
    mass = np.bincount(_lines(rows), weights, minlength=len(texts))
    return Sets(rows, mass.astype(np.float32))


def _lines(rows: sp.csr_array) -> Codes:
    return np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
