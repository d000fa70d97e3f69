"""The second look at a pair in doubt: what two texts do *not* share, compared in meaning.

Two tellings of one idea put the same things in other words; a look-alike keeps the words and changes
the thing. Both leave a rest once the common wording is taken out, and only in the first does the
other text hold what the rest means. Each token of a rest looks for its nearest in the other text
(late interaction: Khattab & Zaharia, SIGIR 2020). One record is compared with all its partners in
one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.ports import Ids, TokenEmbedder, Vectors
from dedup.scoring.threads import single_thread
from dedup.scoring.wording import Wordings
from dedup.scoring.words import Floats, Rows

REST_NAMES = (
    "rest_meaning",  # cosine of what either record says in words that the other does not have
    "title_rest_meaning",  # … of the titles alone
    "rest_found",  # mean likeness of each unshared token to the nearest in the other record
    "title_found",  # … of each token of a title that the other record does not have
    "rest_lacked",  # less the three heaviest tokens that find nothing near
    "title_lacked",  # … the heaviest of a title; these four are means of both sides
    "rest_found_worse",  # the same four of the side that comes off worse
    "title_found_worse",
    "rest_lacked_worse",
    "title_lacked_worse",
    "title_kept",  # 1 less the share of the shorter title that both sides changed, slips apart
)
# A rest of fewer words, or of a smaller share of its text, is slips and trimmings: its meaning says
# nothing of the two. Look-alikes that change the one thing that matters change a quarter or more.
_LEAST, _LEAST_SHARE = 3, 0.12
_PARTNERS = 64  # records compared with one at once: some MB


def rest_meanings(
    titles: Sequence[str],
    contents: Sequence[str],
    one: Rows,
    other: Rows,
    *,
    embedder: TokenEmbedder,
) -> Floats:
    """float32 (m, len(REST_NAMES)) of pairs of row numbers into canonical texts.

    The first two are NaN where one side says next to nothing that the other does not.
    """
    rows, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    records = Wordings.of([titles[i] for i in rows], [contents[i] for i in rows], embedder)
    comparing = _Comparing(records, embedder.rows)
    left, right = _hubs_first(place[: len(one)], place[len(one) :])
    out = np.empty((len(one), len(REST_NAMES)), dtype=np.float32)
    for group in _groups(left):
        with single_thread():
            out[group] = comparing.with_partners(int(left[group[0]]), right[group])
    return out


def alone(one: str, other: str, embedder: TokenEmbedder) -> list[str]:
    """Words of one canonical text in none of the word pairs of the other.

    Neither figures nor words the other has with a slip of typing.
    """
    records = Wordings.of([one, other], ["", ""], embedder)
    (mine, _) = _Comparing(records, embedder.rows).unshared(0, _Side.of(records, np.array([1])))
    return [word for word, kept in zip(one.split(), mine[0], strict=False) if kept]


def _hubs_first(one: Rows, other: Rows) -> tuple[Rows, Rows]:
    """The same pairs, the end that more of them share first: fewer and larger products.

    Of two with as many the smaller number, so that either side gives the very same answer.
    """
    pairs_of = np.bincount(np.concatenate([one, other]))
    more = pairs_of[other] - pairs_of[one]
    swap = (more > 0) | ((more == 0) & (other < one))
    return np.where(swap, other, one), np.where(swap, one, other)


def _groups(left: Rows) -> Iterator[Rows]:
    """Pairs of one left record together, in blocks."""
    order = np.argsort(left, kind="stable")
    ends = np.flatnonzero(np.diff(left[order])) + 1
    for group in np.split(order, ends) if len(order) else ():
        for start in range(0, len(group), _PARTNERS):
            yield group[start : start + _PARTNERS]


@dataclass(frozen=True, slots=True)
class _Side:
    """Some records' words and tokens end to end, as places into ``Wordings``."""

    records: Ids
    words: Ids
    owner: Ids  # of each word, 0..k-1
    starts: Ids  # (k,) of each record among the words
    tokens: Ids
    token_owner: Ids
    token_starts: Ids

    @classmethod
    def of(cls, wordings: Wordings, records: Ids) -> _Side:
        words, owner, starts = _ranges(wordings.starts, records)
        tokens, token_owner, token_starts = _ranges(wordings.token_starts, records)
        return cls(records, words, owner, starts, tokens, token_owner, token_starts)


def _ranges(starts: Ids, records: Ids) -> tuple[Ids, Ids, Ids]:
    lengths = starts[records + 1] - starts[records]
    begins = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(records)), lengths)
    return np.arange(len(owner)) + (starts[records] - begins)[owner], owner, begins


@dataclass(frozen=True, slots=True)
class _Rest:
    """What k pairs leave on one side: words in all and alone, the same of the title, and tokens."""

    words: Ids
    alone: Ids
    title_words: Ids
    title_alone: Ids
    shares: Floats  # (k, tokens): part of each token that stands alone
    title_shares: Floats


class _Comparing:
    """Compares one record with its partners; holds marks that are all False between two calls."""

    def __init__(self, records: Wordings, rows: Vectors) -> None:
        self._of = records
        self._rows = rows
        words = records.near.shape[0]
        self._has_word = np.zeros((_PARTNERS, words), dtype=np.bool_)
        self._has_pair = np.zeros((_PARTNERS, records.pair_count), dtype=np.bool_)

    def with_partners(self, record: int, partners: Ids) -> Floats:
        """(k, len(REST_NAMES)) of one record against k others."""
        of, me, them = (
            self._of,
            _Side.of(self._of, np.array([record])),
            _Side.of(self._of, partners),
        )
        mine, theirs = self.unshared(record, them)
        my_rest, their_rest = self._mine(me, mine), self._theirs(them, theirs)
        my_rows, their_rows = self._rows[of.tokens[me.tokens]], self._rows[of.tokens[them.tokens]]
        likeness = my_rows @ their_rows.T
        likeness *= _inverse(of.weight[me.tokens])[:, None]
        likeness *= _inverse(of.weight[them.tokens])
        my_best = np.maximum.reduceat(likeness, them.token_starts, axis=1).T
        my_found = self._found(me, my_rest, my_best)
        their_found = self._found(them, their_rest, likeness.max(axis=0))
        return np.column_stack(
            [
                _meanings(my_rest, their_rest, my_rows, their_rows),
                (my_found + their_found) / 2,
                np.minimum(my_found, their_found),
                _title_kept(my_rest, their_rest),
            ]
        )

    def unshared(self, record: int, them: _Side) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Words alone: (k, words) of the record against each partner, and of all partners' words."""
        of, k = self._of, len(them.records)
        here = slice(of.starts[record], of.starts[record + 1])
        my_words, my_pairs = of.words[here], of.pairs[here]
        words, pairs = of.words[them.words], of.pairs[them.words]
        near, begins = self._near(my_words)
        has_word, has_pair = self._has_word[:k], self._has_pair[:k]
        has_word[them.owner, words] = True
        has_pair[them.owner, pairs] = True
        has_pair[:, 0] = False
        slipped = ~has_word[:, my_words]
        if len(my_words):
            slipped &= np.logical_or.reduceat(has_word[:, near], begins, axis=1)
        mine = ~(_beside(has_pair[:, my_pairs]) | slipped | of.figure[here])
        has_word[them.owner, words] = False
        has_pair[them.owner, pairs] = False
        return mine, self._unshared_by(my_words, my_pairs, near, them)

    def _unshared_by(
        self, my_words: Ids, my_pairs: Ids, near: Ids, them: _Side
    ) -> NDArray[np.bool_]:
        of = self._of
        words, pairs = of.words[them.words], of.pairs[them.words]
        has_word, is_near, has_pair = self._has_word[0], self._has_word[1], self._has_pair[0]
        has_word[my_words] = is_near[near] = has_pair[my_pairs] = True
        has_pair[0] = False
        slipped = is_near[words] & ~has_word[words]
        theirs = ~(_beside(has_pair[pairs]) | slipped | of.figure[them.words])
        has_word[my_words] = is_near[near] = has_pair[my_pairs] = False
        return np.asarray(theirs)

    def _near(self, words: Ids) -> tuple[Ids, Ids]:
        """Numbers of the words near each word, itself among them, and where each one's begin."""
        near = self._of.near
        places, _, begins = _ranges(near.indptr, words)
        return near.indices[places], begins

    def _mine(self, me: _Side, unshared: NDArray[np.bool_]) -> _Rest:
        of, record = self._of, int(me.records[0])
        first, last = of.first[me.tokens], of.last[me.tokens]
        before = np.zeros((len(unshared), unshared.shape[1] + 1), dtype=np.int64)
        np.cumsum(unshared, axis=1, out=before[:, 1:])
        shares = _share(before[:, last + 1] - before[:, first], first, last)
        title = int(of.title_words[record])
        return _Rest(
            np.array([unshared.shape[1]]),
            before[:, -1],
            np.array([title]),
            before[:, title],
            shares,
            shares * (first < title),
        )

    def _theirs(self, them: _Side, unshared: NDArray[np.bool_]) -> _Rest:
        of, k = self._of, len(them.records)
        first, last = of.first[them.tokens], of.last[them.tokens]
        before = np.zeros(len(unshared) + 1, dtype=np.int64)
        np.cumsum(unshared, out=before[1:])
        start = them.starts[them.token_owner]
        part = _share(before[start + last + 1] - before[start + first], first, last)
        shares = np.zeros((k, len(part)), dtype=np.float32)
        shares[them.token_owner, np.arange(len(part))] = part
        title = of.title_words[them.records]
        words = of.starts[them.records + 1] - of.starts[them.records]
        return _Rest(
            words,
            before[them.starts + words] - before[them.starts],
            title,
            before[them.starts + title] - before[them.starts],
            shares,
            shares * (first < title[them.token_owner]),
        )

    def _found(self, side: _Side, rest: _Rest, best: Floats) -> Floats:
        """(k, 4): how near the tokens of a rest come to the other side, weighed; 1 where none.

        And less what its heaviest tokens miss.
        """
        weight = self._of.weight[side.tokens]
        parts, lacks = [], []
        for shares, heaviest in ((rest.shares, 3), (rest.title_shares, 1)):
            weighed = shares * weight
            total = weighed.sum(axis=1)
            near = weighed * best
            parts.append(
                np.divide(near.sum(axis=1), total, out=np.ones_like(total), where=total > 0)
            )
            lack = np.sort(weighed - near, axis=1)[:, -heaviest:]
            lacks.append(-lack.sum(axis=1) / heaviest)
        return np.column_stack([*parts, *lacks])


def _beside(shared: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Words at either end of a shared pair, from the marks of the pairs that begin at each word."""
    out = shared.copy()
    out[..., 1:] |= shared[..., :-1]
    return out


def _share(alone: Ids, first: Ids, last: Ids) -> Floats:
    return np.asarray(alone / np.maximum(1, last + 1 - first), dtype=np.float32)


def _inverse(weight: Floats) -> Floats:
    return np.divide(1, weight, out=np.zeros_like(weight), where=weight > 0)


def _meanings(mine: _Rest, theirs: _Rest, my_rows: Vectors, their_rows: Vectors) -> Floats:
    """(k, 2): cosines of the rests and of the titles' rests; NaN where one is next to nothing."""
    k = len(mine.shares)
    lefts = np.concatenate([mine.shares, mine.title_shares]) @ my_rows
    rights = np.concatenate([theirs.shares, theirs.title_shares]) @ their_rows
    lengths = np.linalg.norm(lefts, axis=1) * np.linalg.norm(rights, axis=1)
    products = np.einsum("ij,ij->i", lefts, rights)
    cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    enough = np.column_stack(
        [
            _enough(mine.words, mine.alone) & _enough(theirs.words, theirs.alone),
            _enough(mine.title_words, mine.title_alone)
            & _enough(theirs.title_words, theirs.title_alone),
        ]
    )
    return np.where(enough, cosines.reshape(2, k).T, np.float32(np.nan))


def _enough(words: Ids, alone: Ids) -> NDArray[np.bool_]:
    return np.asarray(alone >= np.maximum(_LEAST, _LEAST_SHARE * words))


def _title_kept(mine: _Rest, theirs: _Rest) -> Floats:
    changed = np.minimum(mine.title_alone, theirs.title_alone)
    shorter = np.maximum(1, np.minimum(mine.title_words, theirs.title_words))
    return np.asarray(1.0 - changed / shorter, dtype=np.float32)
