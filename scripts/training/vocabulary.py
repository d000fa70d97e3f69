"""The student's tokenizer: syllables, and the words of several syllables that keep company.

Vietnamese writes a space between syllables, not words: "máy biến áp" is one word of three. Pieces are
counted in the corpora, kept by count and by normalised pointwise mutual information (Bouma, 2009), and
joined by a Unigram model (Kudo, ACL 2018), whose best split prefers a whole word to its syllables.
Spelling variants and unmarked spellings of a word are further tokens that share its row.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFC, Lowercase
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Metaspace, Sequence, Split

from scripts.training.spelling import new_tone_style, spellings, unaccented

SYLLABLES, PAIRS, TRIPLES = 15_000, 22_000, 4_000
_UNMARKED_SYLLABLES, _UNMARKED_PHRASES = 5_000, 14_000
_WORD = re.compile(r"[^\W\d_]+")
_PHRASE_END = re.compile(r"[^\w\s]|\d")
_MARK = "\u2581"
# A phrase of the glossary wins over its syllables by this much log-probability.
_BONUS = 2.0
_MIN_NPMI = 0.25


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens with their Unigram scores, and the row each one shares."""

    tokens: list[str]
    scores: list[float]
    rows: list[int]

    @property
    def row_count(self) -> int:
        return max(self.rows) + 1

    def tokenizer(self) -> Tokenizer:
        pieces = list(zip(self.tokens, self.scores, strict=True))
        tokenizer = Tokenizer(Unigram(pieces, unk_id=0, byte_fallback=False))
        tokenizer.normalizer = Normalizers([NFC(), Lowercase()])
        # Figures are dropped: a copy with other figures is still a copy, and shorter chunks split faster.
        tokenizer.pre_tokenizer = Sequence(
            [
                Split(Regex(r"[^\p{L}\p{M}\s]+"), "removed"),
                Metaspace(replacement=_MARK, prepend_scheme="always", split=False),
            ]
        )
        return tokenizer


def build(texts: Iterable[str], phrases: Iterable[str]) -> Vocabulary:
    """``texts`` are counted; ``phrases`` (of the glossary) are taken in whatever their count."""
    ones, twos, threes = _count(texts)
    total = sum(ones.values())
    scores = {w: math.log(n / total) for w, n in ones.most_common(SYLLABLES)}
    letters = {c for w in scores for c in w} | set("abcdefghijklmnopqrstuvwxyz")
    floor = min(scores.values())
    known = {_plain(phrase) for phrase in phrases} - {""}
    for word in {w for phrase in known for w in phrase.split()}:
        scores.setdefault(word, floor)
    scores |= _collocations(twos, ones, total, PAIRS, scores)
    scores |= _collocations(threes, ones, total, TRIPLES, scores)
    for phrase in known:
        if 1 < len(phrase.split()) <= 5:
            split = sum(scores[w] for w in phrase.split())
            scores[phrase] = max(scores.get(phrase, split), split) + _BONUS
    return _with_aliases(scores, letters, floor)


def _count(texts: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    ones: Counter[str] = Counter()
    twos: Counter[str] = Counter()
    threes: Counter[str] = Counter()
    for text in texts:
        for phrase in _PHRASE_END.split(new_tone_style(text.lower())):
            words = phrase.split()
            ones.update(words)
            twos.update(map(" ".join, pairwise(words)))
            threes.update(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    return ones, twos, threes


def _collocations(
    counts: Counter[str], ones: Counter[str], total: int, keep: int, known: dict[str, float]
) -> dict[str, float]:
    """The ``keep`` most frequent phrases whose syllables attract each other."""
    found: dict[str, float] = {}
    for phrase, count in counts.most_common(keep * 12):
        words = phrase.split()
        if len(found) == keep:
            break
        if not all(w in known for w in words):
            continue
        joint = math.log(count / total)
        apart = sum(math.log(ones[w] / total) for w in words)
        if (joint - apart) / (-joint * (len(words) - 1)) > _MIN_NPMI:
            found[phrase] = joint
    return found


def _with_aliases(scores: dict[str, float], letters: set[str], floor: float) -> Vocabulary:
    tokens, values, rows = ["<unk>", _MARK], [0.0, floor - 8], [0, 0]
    place = {"<unk>": 0, _MARK: 1}

    def add(token: str, score: float, row: int | None = None) -> None:
        if token in place:
            return
        place[token] = len(tokens)
        tokens.append(token)
        values.append(score)
        rows.append(max(rows) + 1 if row is None else row)

    for phrase, score in scores.items():
        add(_token(phrase), score)
    for phrase, score in list(scores.items()):
        for other in spellings(phrase):
            add(_token(other), score, rows[place[_token(phrase)]])
    unmarked = _unmarked(scores)
    for phrase, (full, score) in unmarked.items():
        shared = rows[place[_token(full)]] if " " in phrase else None
        add(_token(phrase), score, shared)
    for letter in sorted(letters):
        add(letter, floor - 6)
    return Vocabulary(tokens, values, rows)


def _unmarked(scores: dict[str, float]) -> dict[str, tuple[str, float]]:
    """Unmarked spelling -> (its most likely word, score); phrases share a row, syllables do not."""
    found: dict[str, tuple[str, float]] = {}
    syllables = phrases = 0
    for phrase, score in sorted(scores.items(), key=lambda item: -item[1]):
        plain = unaccented(phrase)
        if plain in found or plain in scores:
            continue
        syllables += " " not in phrase
        phrases += " " in phrase
        if phrases <= _UNMARKED_PHRASES if " " in phrase else syllables <= _UNMARKED_SYLLABLES:
            found[plain] = (phrase, score - (0.5 if " " in phrase else 1.5))
    return found


def _plain(phrase: str) -> str:
    words = _WORD.findall(new_tone_style(phrase.lower()))
    return " ".join(words)


def _token(phrase: str) -> str:
    return _MARK + phrase.replace(" ", _MARK)
