"""Records ready to be compared in bulk: each text once canonicalised, coded and weighed.

Both halves of a pair must be in one alphabet: where one of them is typed without diacritics, the
pair is compared in the unaccented form of both (``unaccented=True`` builds those columns).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.scoring.background import Background, vocabulary
from dedup.scoring.words import Coded, Floats, Sets, coded, grams, sets
from dedup.text import canonical, fold_canonical

# Beyond this many words a text is compared by its beginning: some 8 pages, and a bound on memory.
WORD_LIMIT = 4_000
_CHARACTER_LIMIT = WORD_LIMIT * 8  # a Vietnamese syllable with its space has 4-5 letters on average
# A passage is five words in a row: four often repeat by chance in technical Vietnamese, where one
# notion takes two to four syllables.
PASSAGE = 5
MASKED_PASSAGE = 3

_CAPITAL = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_NAME = re.compile(rf"(?<=[\w,;] )[{_CAPITAL}]\w*(?: [{_CAPITAL}]\w*)*")
# "năm 2022", "giai đoạn 2", "lần 3": when or how often, not which object; also without marks
_ORDINAL_BEFORE = {"năm", "đoạn", "lần", "đợt", "kỳ", "tháng", "ngày", "quý", "số"} | {
    "nam",
    "doan",
    "lan",
    "dot",
    "ky",
    "thang",
    "ngay",
    "quy",
    "so",
}
_YEAR = re.compile(r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """Row i of each column is one record; ``titles`` … are sparse sets, the rest arrays (n,)."""

    titles: Sets
    contents: Sets
    passages: Sets  # runs of 5 words of the content
    masked: Sets  # runs of 3 words of title and content without names and figures
    figures: Sets  # figures of the title that tell objects apart: 110kv, d10, 12
    text: NDArray[np.int64]  # equal exactly where canonical title and content are
    title: NDArray[np.int64]
    words: Floats  # of title and content together


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
    names = [
        _names(f"{title}. {content}"[:_CHARACTER_LIMIT], unaccented)
        for title, content in zip(titles, contents, strict=True)
    ]
    title_codes, content_codes = coded(title_words), coded(content_words)
    return Columns(
        titles=_weighed(title_codes, background),
        contents=_weighed(content_codes, background),
        passages=sets(grams(content_codes, PASSAGE)),
        masked=sets(
            grams(
                coded(
                    [
                        [w for w in (*title, *content) if w not in hidden and not has_digit(w)]
                        for title, content, hidden in zip(
                            title_words, content_words, names, strict=True
                        )
                    ]
                ),
                MASKED_PASSAGE,
            )
        ),
        figures=sets(coded([identifying_figures(words) for words in title_words])),
        text=_keys(zip(title_forms, content_forms, strict=True)),
        title=_keys(title_forms),
        words=(title_codes.lengths + content_codes.lengths).astype(np.float32),
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
    return [
        word
        for before, word in zip(("", *words), words, strict=False)
        if has_digit(word) and before not in _ORDINAL_BEFORE and not _YEAR.fullmatch(word)
    ]


def has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _names(text: str, unaccented: bool) -> frozenset[str]:
    """Canonical words of the proper names: capitalised within a sentence, not all in capitals."""
    if text.isupper():
        return frozenset()
    found = " ".join(name for name in _NAME.findall(text) if not name.isupper())
    form = _unaccented if unaccented else canonical
    return frozenset(form(found).split())


def _unaccented(text: str) -> str:
    return fold_canonical(canonical(text))


def _weighed(texts: Coded, background: Background) -> Sets:
    words = vocabulary(texts)
    return sets(words, background.weights(words.codes))


def _keys(values: object) -> NDArray[np.int64]:
    return np.fromiter(map(hash, values), dtype=np.int64)  # type: ignore[call-overload]
