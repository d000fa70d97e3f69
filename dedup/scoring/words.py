"""Words of many texts as arrays: coded syllables, n-grams, and sparse sets with their masses.

A token is a 31-bit code (CRC-32 of its letters), so no vocabulary is fitted and two processes agree;
with the some 10^6 distinct n-grams of an archive a chance collision inside one pair is about 1e-5.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
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
    codes = np.fromiter(map(code, chain.from_iterable(tokens)), dtype=np.int64, count=starts[-1])
    return Coded(codes, starts)


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


def sets(texts: Coded, weights: Floats | None = None) -> Sets:
    """The set of codes of each text; ``weights`` (total,) of the codes, 1 where not given."""
    rows = sp.csr_array(
        (np.ones(len(texts.codes), np.float32), texts.codes.astype(np.int32), texts.starts),
        shape=(len(texts), _CODES),
    )
    if weights is not None:
        rows.data = np.sqrt(weights)
    _drop_repeats(rows)
    return Sets(rows, np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32).ravel())


def _drop_repeats(rows: sp.csr_array) -> None:
    """Sort each row's columns and keep one of each, in place."""
    rows.sort_indices()
    if not len(rows.indices):
        return
    line = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    keep = np.ones(len(rows.indices), dtype=np.bool_)
    keep[1:] = (rows.indices[1:] != rows.indices[:-1]) | (line[1:] != line[:-1])
    counts = np.bincount(line[keep], minlength=rows.shape[0])
    rows.data, rows.indices = rows.data[keep], rows.indices[keep]
    rows.indptr = np.concatenate([[0], np.cumsum(counts)]).astype(rows.indices.dtype)
