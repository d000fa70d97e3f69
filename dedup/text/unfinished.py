"""Unfinished typing: Telex ("thieets bij") or VNI keys ("thie61t bi5") left as typed.

For a flag and for search; nothing stored is rewritten.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from dedup.text.spelling import TONE_OF, is_syllable, tone_at

Method = Literal["telex", "vni"]

_TELEX_TONE: Final = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_VNI_TONE: Final = {"2": 1, "3": 2, "4": 3, "1": 4, "5": 5}
_TELEX_SHAPE: Final = {
    "dd": "đ",
    "aa": "â",
    "ee": "ê",
    "oo": "ô",
    "uow": "ươ",
    "aw": "ă",
    "ow": "ơ",
    "uw": "ư",
}
_VNI_SHAPE: Final = {
    "d9": "đ",
    "a6": "â",
    "e6": "ê",
    "o6": "ô",
    "uo7": "ươ",
    "a8": "ă",
    "o7": "ơ",
    "u7": "ư",
}
_SHAPES: Final = {"telex": _TELEX_SHAPE, "vni": _VNI_SHAPE}
_TONES: Final = {"telex": _TELEX_TONE, "vni": _VNI_TONE}
_WORD: Final = re.compile(r"\w+")
_FIRST_VOWEL: Final = re.compile("[aeiouyâêôơưă]")
_LONGEST: Final = 10  # "nghieengf" and the like
_SHARE: Final = 0.5  # of a cell's words; stray English words must not flag a Vietnamese text


def unfinished_typing(text: str) -> Method | None:
    """Which input method seems to have been off while a text was typed, or None.

    At least two words, and half of all words, must be raw keystrokes of well-formed syllables;
    one of them must hold both a letter key and a tone key, which English words seldom do.
    """
    words = _WORD.findall(text.lower())
    best: Method = max(_METHODS, key=lambda method: _raw(words, method))
    raw, full = _raw(words, best)
    return best if raw >= 2 and full and raw >= _SHARE * len(words) else None


def finished(word: str) -> str | None:
    """The letters, tone aside, of the syllable that keys left in a lower-case word would make.

    Also where only the last key was left ("thôngs"); None for a word that holds no such keys.
    """
    if len(word) > _LONGEST:
        return None
    return next((found[0] for method in _METHODS if (found := _syllable(word, method))), None)


_METHODS: Final[tuple[Method, ...]] = ("telex", "vni")


def _raw(words: list[str], method: Method) -> tuple[int, int]:
    """(words that are raw keystrokes, those among them with a letter key and a tone key)."""
    found = [_keys(word, method) for word in words if len(word) <= _LONGEST and word.isascii()]
    return sum(keys > 0 for keys in found), sum(keys > 1 for keys in found)


def _keys(word: str, method: Method) -> int:
    """How many kinds of keys (letter, tone) turn the word into a syllable; 0 if they do not."""
    found = _syllable(word, method)
    return sum(found[1:]) if found else 0


@lru_cache(maxsize=1 << 14)
def _syllable(word: str, method: Method) -> tuple[str, bool, bool] | None:
    """The syllable a word's keys make, without its tone; whether there were letter and tone keys."""
    shaped = word
    for typed, letter in _SHAPES[method].items():
        shaped = shaped.replace(typed, letter)
    plain, tone = _without_tone(shaped, method)
    if plain == word or not _fits(plain, tone):
        return None
    return plain, shaped != word, tone > 0


def _without_tone(word: str, method: Method) -> tuple[str, int]:
    """The word without its last tone key, and the tone 0..5; a key follows a vowel."""
    vowel = _FIRST_VOWEL.search(word)
    for at in range(len(word) - 1, vowel.end() - 1 if vowel else len(word), -1):
        if word[at] in _TONES[method]:
            return word[:at] + word[at + 1 :], _TONES[method][word[at]]
    return word, 0


def _fits(plain: str, tone: int) -> bool:
    return any(
        is_syllable(plain[:at] + tone_at(vowel, tone) + plain[at + 1 :])
        for at, vowel in enumerate(plain)
        if vowel in TONE_OF
    )
