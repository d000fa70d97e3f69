"""Ways one Vietnamese text is written: without marks, with slips, in either tone or i/y style."""

from __future__ import annotations

import random
import re
import unicodedata

_SWAPPED_TONE = {
    old: new
    for pair in ("oa", "oe", "uy")
    for tone in "\u0300\u0301\u0303\u0309\u0323"
    for old, new in [
        (
            unicodedata.normalize("NFC", pair + tone),
            unicodedata.normalize("NFC", pair[0] + tone + pair[1]),
        )
    ]
}
_TONE_STYLE = re.compile(
    r"(?<!q)("
    + "|".join(_SWAPPED_TONE)
    + r")(?![^\W\d_])|(?<!q)(?:"
    + "|".join(_SWAPPED_TONE.values())
    + r")(?![^\W\d_])"
)
_BACK = {new: old for old, new in _SWAPPED_TONE.items()}
_I_Y = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True)) | dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
_I_OR_Y = re.compile(r"(?<![^\W\d_])([hklmst]|qu)([iìíỉĩịyỳýỷỹỵ])(?![^\W\d_])")


def unaccented(text: str) -> str:
    """The text with every mark dropped, as typed on a phone in a hurry."""
    stripped = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in stripped if not unicodedata.combining(c))


def new_tone_style(text: str) -> str:
    """hòa, khỏe, thủy for hoà, khoẻ, thuỷ."""
    return _TONE_STYLE.sub(lambda m: _SWAPPED_TONE.get(m[0], m[0]), text)


def spellings(text: str) -> set[str]:
    """The other accepted spellings of a word or phrase: tone on the other vowel, i for y."""
    tone = _TONE_STYLE.sub(lambda m: _SWAPPED_TONE.get(m[0]) or _BACK[m[0]], text)
    vowel = _I_OR_Y.sub(lambda m: m[1] + _I_Y[m[2]], text)
    return {tone, vowel} - {text}


def with_slips(text: str, dice: random.Random, *, rate: float = 0.06) -> str:
    """Some words with a letter doubled, lost, or exchanged with its neighbour."""
    return " ".join(_slip(w, dice) if dice.random() < rate else w for w in text.split())


def _slip(word: str, dice: random.Random) -> str:
    if len(word) < 3:
        return word
    at = dice.randrange(len(word) - 1)
    kind = dice.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at] + word[at + 1 :]
