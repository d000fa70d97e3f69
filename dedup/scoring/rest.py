"""The second look at a pair in doubt: what two texts do *not* share, compared in meaning.

Two tellings of one idea put the same things in other words; a look-alike keeps the words and changes
the thing. Both leave a rest once the common wording is taken out, and only in the first do the
rests mean the same. Costs some 0.1 ms a pair, so it is asked for where the first look leaves doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from dedup.ports import Embedder
from dedup.scoring.words import Floats, Rows

REST_NAMES = (
    "rest_meaning",  # cosine of what either record says in words that the other does not have
    "title_rest_meaning",  # … of the titles alone
)
_BATCH = 8_192  # pairs whose rests are held as texts at once


def rest_meanings(
    titles: Sequence[str], contents: Sequence[str], one: Rows, other: Rows, *, embedder: Embedder
) -> Floats:
    """float32 (m, 2), columns REST_NAMES, of pairs of row numbers into canonical texts.

    NaN where either rest is empty: one side then says nothing that the other does not.
    """
    whole = [f"{title} {content}".split() for title, content in zip(titles, contents, strict=True)]
    heads = [title.split() for title in titles]
    out = np.full((len(one), len(REST_NAMES)), np.nan, dtype=np.float32)
    for start in range(0, len(one), _BATCH):
        cut = slice(start, start + _BATCH)
        for column, words in enumerate((whole, heads)):
            out[cut, column] = _cosines(words, one[cut], other[cut], embedder)
    return out


def uncovered(words: Sequence[str], pairs: frozenset[tuple[str, str]]) -> list[str]:
    """Words that stand in no word pair of the other text."""
    shared = [False, *(pair in pairs for pair in pairwise(words)), False]
    return [word for word, by in zip(words, pairwise(shared), strict=False) if not any(by)]


def _cosines(words: Sequence[Sequence[str]], one: Rows, other: Rows, embedder: Embedder) -> Floats:
    concerned = np.union1d(one, other)
    pairs = {i: frozenset(pairwise(words[i])) for i in concerned}
    lefts = [" ".join(uncovered(words[i], pairs[j])) for i, j in zip(one, other, strict=True)]
    rights = [" ".join(uncovered(words[j], pairs[i])) for i, j in zip(one, other, strict=True)]
    rows = embedder.embed(lefts + rights)
    left, right = rows[: len(one)], rows[len(one) :]
    known = left.any(axis=1) & right.any(axis=1)
    return np.where(known, np.einsum("ij,ij->i", left, right), np.nan).astype(np.float32)
