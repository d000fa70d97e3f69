"""Records ready to be compared in bulk: each text once canonicalised, coded and weighed.

Both halves of a pair must be in one alphabet: where one of them is typed without diacritics, the
pair is compared in the unaccented form of both (``unaccented=True`` builds those columns).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dedup.scoring.background import Background, vocabulary
from dedup.scoring.markers import follows, replicates
from dedup.scoring.words import Coded, Codes, Floats, Sets, code, coded, grams, joined, sets
from dedup.text import canonical, fold_canonical

# Beyond this many words a text is compared by its beginning: some 8 pages, and a bound on memory.
WORD_LIMIT = 4_000
_CHARACTER_LIMIT = WORD_LIMIT * 8  # a Vietnamese syllable with its space has 4-5 letters on average
# A passage is five words in a row: four often repeat by chance in technical Vietnamese, where one
# notion takes two to four syllables.
PASSAGE = 5
MASKED_PASSAGE = 3

_CAPITAL = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_NAME = re.compile(rf"(?<=[\w,;] )[{_CAPITAL}]\w*")
# "năm 2022", "giai đoạn 2", "lần 3": when or how often, not which object; also without marks
_ORDINAL_BEFORE = {"năm", "đoạn", "lần", "đợt", "kỳ", "tháng", "ngày", "quý", "số"} | {
    *("nam", "doan", "lan", "dot", "ky", "thang", "ngay", "quy", "so")
}
_YEAR = re.compile(r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Columns:
    """Row i of each column is one record: sparse sets of words, and arrays and lists (n,)."""

    title_forms: list[str]  # canonical
    content_forms: list[str]
    titles: Sets
    contents: Sets
    passages: Sets  # runs of 5 words of the content
    masked: Sets  # runs of 3 words of title and content without names and figures
    figures: Sets  # figures of the title that tell objects apart: 110kv, d10, 12
    text: NDArray[np.int64]  # equal exactly where canonical title and content are
    title: NDArray[np.int64]
    words: Floats  # of title and content together
    follows: NDArray[np.bool_]  # speaks of itself as a later stage
    replicates: NDArray[np.bool_]  # … as applying another's work


def columns(
    titles: Sequence[str],
    contents: Sequence[str],
    *,
    background: Background,
    unaccented: bool = False,
) -> Columns:
    """Columns of n records, from their texts as stored."""
    form = _unaccented if unaccented else canonical
    title_forms = [form(text[:_CHARACTER_LIMIT]) for text in titles]
    content_forms = [form(text[:_CHARACTER_LIMIT]) for text in contents]
    title_words = [text.split()[:WORD_LIMIT] for text in title_forms]
    content_words = [text.split()[:WORD_LIMIT] for text in content_forms]
    title, content = coded(title_words), coded(content_words)
    hidden = _figured(chain(title_words, content_words))
    names = coded([_names(t, c, unaccented) for t, c in zip(titles, contents, strict=True)])
    return Columns(
        title_forms=title_forms,
        content_forms=content_forms,
        titles=sets(vocabulary(title), background.weights),
        contents=sets(vocabulary(content), background.weights),
        passages=sets(grams(content, PASSAGE)),
        masked=sets(grams(_masked(joined([title, content]), hidden, names), MASKED_PASSAGE)),
        figures=sets(coded([identifying_figures(words) for words in title_words])),
        text=_keys(zip(title_forms, content_forms, strict=True)),
        title=_keys(title_forms),
        words=(title.lengths + content.lengths).astype(np.float32),
        follows=follows(title_forms, content_forms),
        replicates=replicates(title_forms, content_forms),
    )


def typed_without_marks(titles: Sequence[str], contents: Sequence[str]) -> NDArray[np.bool_]:
    """bool (n,): records with letters, none of them accented."""
    return np.array(
        [
            title.isascii() and content.isascii() and any(map(str.isalpha, title))
            for title, content in zip(titles, contents, strict=True)
        ],
        dtype=np.bool_,
    )


def identifying_figures(words: Sequence[str]) -> list[str]:
    """Words of a canonical title with figures that tell objects apart; years and ordinals do not."""
    if not any(map(_DIGIT.search, words)):
        return []
    return [
        word
        for before, word in zip(("", *words), words, strict=False)
        if _DIGIT.search(word) and before not in _ORDINAL_BEFORE and not _YEAR.fullmatch(word)
    ]


def _figured(texts: Iterable[Sequence[str]]) -> Codes:
    """Ascending codes of all words with a figure in them."""
    words = set(chain.from_iterable(texts))
    return np.array(sorted(code(word) for word in words if _DIGIT.search(word)), dtype=np.int64)


def _names(title: str, content: str, unaccented: bool) -> list[str]:
    """Words of proper names: capitalised within a sentence, not all in capitals."""
    text = title if title.isupper() else f"{title} . {content}"
    found = [name for name in _NAME.findall(text, 0, _CHARACTER_LIMIT) if not name.isupper()]
    lower = " ".join(found).lower()
    return (fold_canonical(lower) if unaccented else lower).split()


def _masked(texts: Coded, figured: Codes, names: Coded) -> Coded:
    """Texts without figures and without their own names."""
    own = np.unique((names.owners << 31) | names.codes)
    return texts.where(
        ~_among(texts.codes, figured) & ~_among((texts.owners << 31) | texts.codes, own)
    )


def _among(values: Codes, ascending: Codes) -> NDArray[np.bool_]:
    if not len(ascending):
        return np.zeros(len(values), dtype=np.bool_)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    return np.asarray(ascending[place] == values)


def _unaccented(text: str) -> str:
    return fold_canonical(canonical(text))


def _keys(values: Iterable[Hashable]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, values), dtype=np.int64)
