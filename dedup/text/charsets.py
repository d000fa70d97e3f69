"""The legacy Vietnamese encodings TCVN3 (ABC) and VNI: tables, evidence for one of them, decoding.

A cell is read as legacy only on evidence: words that are not Vietnamese as they stand and become
well-formed syllables once decoded. Text that is already Vietnamese Unicode is never touched,
also where both stand in one cell. In TCVN3 the letter ư is U+00AD, so detection and decoding
come before any stripping of invisible characters.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from dedup.text.spelling import is_syllable


class Charset(StrEnum):
    """A legacy encoding read as if its bytes were Latin-1."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


_LETTER_LIST: Final = """
á à ả ã ạ â ấ ầ ẩ ẫ ậ ă ắ ằ ẳ ẵ ặ é è ẻ ẽ ẹ ê ế ề ể ễ ệ í ì ỉ ĩ ị ó ò ỏ õ ọ ô ố ồ ổ ỗ ộ
ơ ớ ờ ở ỡ ợ ú ù ủ ũ ụ ư ứ ừ ử ữ ự ý ỳ ỷ ỹ ỵ đ
"""
_LETTERS: Final = tuple(_LETTER_LIST.split())
_TCVN3_BYTES: Final = "¸µ¶·¹©ÊÇÈÉË¨¾»¼½ÆÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ®"
#: The only capitals TCVN3 has; every other capital is a matter of the font (.VnTimeH).
_TCVN3_CAPITALS: Final = dict(zip("¢¡£¤¥¦§", "ÂĂÊÔƠƯĐ", strict=True))
_VNI_LIST: Final = """
aù aø aû aõ aï aâ aá aà aå aã aä aê aé aè aú aü aë eù eø eû eõ eï eâ eá eà eå eã eä
í ì æ ó ò où oø oû oõ oï oâ oá oà oå oã oä ô ôù ôø ôû ôõ ôï uù uø uû uõ uï
ö öù öø öû öõ öï yù yø yû yõ î ñ
"""
_VNI_CODES: Final = tuple(_VNI_LIST.split())


def _vni_table() -> dict[str, str]:
    table = dict(zip(_VNI_CODES, _LETTERS, strict=True))
    capitals = {code.upper(): letter.upper() for code, letter in table.items()}
    # A capital base with a small mark is typed too; the base decides the case.
    mixed = {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items()}
    return table | mixed | capitals


_TABLES: Final[dict[Charset, dict[str, str]]] = {
    Charset.TCVN3: dict(zip(_TCVN3_BYTES, _LETTERS, strict=True)) | _TCVN3_CAPITALS,
    Charset.VNI: _vni_table(),
}


def _units(table: Iterable[str]) -> re.Pattern[str]:
    """A pattern of the codes, longest first, grouped by first character to stay quick."""
    seconds: dict[str, str] = {}
    for code in table:
        seconds[code[0]] = seconds.get(code[0], "") + code[1:]
    single = "".join(code for code in table if len(code) == 1)
    pairs = "|".join(f"{first}[{rest}]" for first, rest in seconds.items() if rest)
    return re.compile(f"{pairs}|[{single}]" if pairs else f"[{single}]")


_UNITS: Final = {charset: _units(table) for charset, table in _TABLES.items()}

_SYMBOLS: Final = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾×÷"
_WORD: Final = re.compile(
    f"[^\\W\\d_²³º{_SYMBOLS}]*[{_SYMBOLS}À-ÿ\u0100-\u1eff](?:[^\\W\\d_²³º]|[{_SYMBOLS}])*"
)
#: Letters that no legacy cell can hold: they are beyond Latin-1.
_UNICODE_ONLY: Final = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
#: Cheap test that lets ordinary Vietnamese pass: characters foreign to it, a capital inside a
#: word, or a pair of vowels that only VNI writes.
_SUSPECT: Final = re.compile(f"[{_SYMBOLS}ÆÇÄÅËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþ]")
_SUSPECT_PAIR: Final = re.compile(
    "[ùúáàâãêéèõÙÚÁÀÂÃÊÉÈÕÌÒÓÔÝÐ](?<=[a-z][ÈÉÊÌÒÓÔÕÝÐ]|[aA][ùúáàâãêéèõÙÚÁÀÂÃÊÉÈÕ]"
    "|[eE][ùõâáàãÙÕÂÁÀÃ]|[oO][ùõâãÙÕÂÃ]|[uUyY][ùõÙÕ])"
)
#: Signs used in technical text on their own; alone they are no evidence and are not decoded.
_BARE_SIGNS: Final = frozenset("×÷Ø§µ·»¼½¾©¹¨")
_WEAK: Final = frozenset("×÷")
#: Share of the foreign-looking words that must become Vietnamese (the rest are names, brands):
#: plain letters ("Seán Noël haï") are weaker evidence than symbols inside words ("gi¶i ph¸p").
_MIN_SHARE: Final = 0.75
_MIN_SHARE_WITH_CLEAR_WORD: Final = 0.5
_MAX_WORD: Final = 12  # no legacy-coded syllable is longer; longer runs are not worth caching


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one word says about one charset."""

    foreign: bool = False  # neither plain ASCII nor an abbreviation: it has to be explained
    good: bool = False  # decoding makes a well-formed syllable
    strong: bool = False  # ... which it was not before
    clear: bool = False  # strong enough to stand alone in a cell


_NOTHING: Final = _Reading()


def detect(cell: str) -> Charset | None:
    """The legacy charset of a cell (NFC expected), or None where the evidence is not enough.

    Two different words, or one that cannot be anything else, must turn into well-formed
    Vietnamese, and most of the foreign-looking words must do so.
    """
    if not _is_suspect(cell):
        return None
    words = {match[0] for match in _WORD.finditer(cell)}
    ranked = [(_evidence(words, charset), charset) for charset in Charset]
    (strength, best), (second, _) = sorted(ranked, reverse=True, key=lambda item: item[0])
    return best if strength > second else None


def looks_legacy(cell: str) -> bool:
    """Whether any word hints at a legacy font, though maybe too weakly to convert (flag only)."""
    if not _is_suspect(cell):
        return False
    words = {match[0] for match in _WORD.finditer(cell)}
    return any(_read(word, charset).strong for word in words for charset in Charset)


def decode(cell: str, charset: Charset) -> str:
    """The cell with its legacy words decoded; words that are Vietnamese Unicode stay."""
    plan = decoder(cell, charset)
    return WORD.sub(plan, cell)


def encode(text: str, charset: Charset) -> str:
    """Vietnamese NFC text as a legacy font would hold it; capitals TCVN3 lacks become small."""
    return text.translate(_encoding(charset))


#: Every word, affected or not, of the text that `decoder` plans for.
WORD: Final = re.compile(f"(?:[^\\W\\d_²³º]|[{_SYMBOLS}])+")


def decoder(cell: str, charset: Charset) -> Callable[[re.Match[str]], str]:
    """A replacement function for `WORD` matches over `cell`, fixed to that very cell."""
    words = list(WORD.finditer(cell))
    mine = _legacy_starts(words, charset)
    capitals = _is_capitals("".join(match[0] for match in words if match.start() in mine))

    def replace(match: re.Match[str]) -> str:
        if match.start() not in mine:
            return match[0]
        return _decode_word(match[0], charset, capitals=capitals)

    return replace


def _is_suspect(cell: str) -> bool:
    """A cheap first look: False means that no word can be strong evidence."""
    return bool(_SUSPECT.search(cell) or _SUSPECT_PAIR.search(cell))


def _legacy_starts(words: list[re.Match[str]], charset: Charset) -> set[int]:
    """Starts of the words to decode: in a mixed cell, none that stands beside a Unicode word."""
    sides = [_side(match[0], charset) for match in words]
    before = _last_sure(sides)
    after = _last_sure(sides[::-1])[::-1]
    return {
        match.start()
        for match, neighbours in zip(words, zip(before, after, strict=True), strict=True)
        if False not in neighbours
    }


def _side(word: str, charset: Charset) -> bool | None:
    """True: surely legacy; False: surely Unicode; None: could be either."""
    if _UNICODE_ONLY.search(word):
        return False
    return True if _read(word, charset).strong else None


def _last_sure(sides: list[bool | None]) -> list[bool | None]:
    """For each word the side of the last sure word up to it; None before the first."""
    out: list[bool | None] = []
    last: bool | None = None
    for side in sides:
        last = last if side is None else side
        out.append(last)
    return out


def _evidence(words: set[str], charset: Charset) -> tuple[int, int]:
    """(strong words, good words) for a charset; (0, 0) where that is not enough."""
    readings = [_read(word, charset) for word in words]
    foreign = sum(reading.foreign for reading in readings)
    good = sum(reading.good for reading in readings)
    strong = sum(reading.strong for reading in readings)
    clear = any(reading.clear for reading in readings)
    share = _MIN_SHARE_WITH_CLEAR_WORD if clear else _MIN_SHARE
    return (strong, good) if (clear or strong >= 2) and good >= share * foreign else (0, 0)


def _read(word: str, charset: Charset) -> _Reading:
    return _reading(word, charset) if len(word) <= _MAX_WORD else _NOTHING


@lru_cache(maxsize=1 << 15)
def _reading(word: str, charset: Charset) -> _Reading:
    codes = _UNITS[charset].findall(word)
    decoded = _substitute(word, charset)
    good = bool(codes) and is_syllable(decoded)
    abbreviation = decoded.isupper() and not good
    if len(word) == 1 or abbreviation or _UNICODE_ONLY.search(word):
        return _NOTHING
    native = _is_native(word)
    strong = good and not native and not _is_weak(word, codes)
    return _Reading(bool(codes) or not native, good, strong, strong and _is_clear(word, codes))


def _is_native(word: str) -> bool:
    """Vietnamese as it stands: a syllable in an order of capitals that people type.

    "chÕ" (chế) would be one but for the capital inside; "hÔM" is Caps Lock.
    """
    rest = word[1:]
    typed = rest.islower() or word.isupper() or (len(rest) > 1 and rest.isupper())
    return typed and is_syllable(word.replace("Ð", "Đ"))


def _is_weak(word: str, codes: list[str]) -> bool:
    """A lone × or ÷ between letters, or a leading µ ("µm"), is arithmetic or a unit."""
    return len(codes) == 1 and (codes[0] in _WEAK or word.startswith("µ"))


def _is_clear(word: str, codes: list[str]) -> bool:
    """Two codes in one word, or a symbol between two letters, has no other explanation."""
    inside = word[1:-1]
    return len(set(codes)) > 1 or any(symbol in inside for symbol in _SYMBOLS)


def _decode_word(word: str, charset: Charset, *, capitals: bool) -> str:
    if word in _BARE_SIGNS:
        return word
    decoded = _substitute(word, charset)
    # The case of TCVN3's toned letters is in the font: follow the plain letters beside them.
    return decoded.upper() if capitals or _is_capitals(word) else decoded


def _substitute(word: str, charset: Charset) -> str:
    table = _TABLES[charset]
    return _UNITS[charset].sub(lambda match: table[match[0]], word)


def _is_capitals(word: str) -> bool:
    plain = [letter for letter in word if letter.isascii() and letter.isalpha()]
    return len(plain) > 1 and "".join(plain).isupper()


@lru_cache(maxsize=2)
def _encoding(charset: Charset) -> dict[int, str]:
    pairs = {ord(letter): code for code, letter in _TABLES[charset].items()}
    if charset is Charset.TCVN3:
        small = {ord(letter.upper()): pairs[ord(letter)] for letter in _LETTERS}
        return small | pairs
    return pairs
