"""The Vietnamese order of letters and tones, as a text key that sorts by plain code points.

CLDR: a ă â … d đ … e ê … o ô ơ … u ư, then level < grave < hook < tilde < acute < dot below, then
small before capital. Digits sort by value, so that "Tổ 2" comes before "Tổ 10".
"""

import re
import unicodedata
from typing import Final

from dedup.text.repair import repair_text

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE: Final = {letter: chr(0x100 + i) for i, letter in enumerate(_ALPHABET)}
_TONES: Final = {mark: str(i) for i, mark in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}
_SHAPES: Final = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn: part of the letter
_PIECE: Final = re.compile(r"(?P<number>[0-9]+)|(?P<blank>\s+)|(?P<one>.)", re.DOTALL)
# Order of kinds: the end of a level, blanks, signs, numbers, letters (0x100 and up).
_LEVEL, _BLANK, _SIGN, _DIGITS = "\x01\x02\x03\x04"


def sort_key_vi(text: str) -> str:
    """A key for Vietnamese order under code point comparison (in a database: COLLATE "C").

    Three levels, letters, tones, case, split by U+0001; holds no NUL. Never raises.
    """
    pieces = [_weights(match) for match in _PIECE.finditer(repair_text(text))]
    return _LEVEL.join("".join(level) for level in zip(*pieces, strict=True)) if pieces else ""


def person_sort_key(full_name: str) -> str:
    """A key that sorts people by given name (the last word), then by family and middle names."""
    *family, given = full_name.split() or [""]
    return f"{sort_key_vi(given)}\x00{sort_key_vi(' '.join(family))}".replace("\x00", _LEVEL)


def _weights(match: re.Match[str]) -> tuple[str, str, str]:
    """Letter, tone and case weights of one piece."""
    if match["number"]:
        digits = match["number"].lstrip("0") or "0"
        # The count of digits first makes longer numbers larger; it is written in base 0x1000.
        return _DIGITS + _count(len(digits)) + digits, "0", "0"
    if match["blank"]:
        return _BLANK, "0", "0"
    return _letter(match["one"])


def _count(length: int) -> str:
    return chr(0x100 + length // 0x1000) + chr(0x100 + length % 0x1000)


def _letter(character: str) -> tuple[str, str, str]:
    small = character.lower()
    base, *marks = list(unicodedata.normalize("NFD", small))
    shape = "".join(mark for mark in marks if mark in _SHAPES)
    letter = unicodedata.normalize("NFC", base + shape)
    tone = "".join(_TONES.get(mark, "9") for mark in marks if mark not in _SHAPES) or "0"
    case = "0" if small == character else "1"
    if letter in _PLACE:
        return _PLACE[letter], tone, case
    return (letter if letter.isalpha() else _SIGN + letter), tone, case
