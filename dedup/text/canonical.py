"""The form in which texts are compared, and the way back from it to the original.

repair → list numbers and labels dropped → tone and i/y spelling → abbreviations expanded → case
folded → punctuation and white space collapsed → units glued to their numbers. Diacritics stay:
"Số hóa hồ sơ" and "Sở hỏa hổ sở" are different texts. Idempotent, total, linear.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from dedup.text import charsets
from dedup.text.abbreviations import expand
from dedup.text.repair import is_clean, repair_text, repair_traced
from dedup.text.tones import one_spelling
from dedup.text.tracing import Builder, Edit, Offsets, Step, Traced, edited, traced

# A canonical text can itself look like a legacy font once brand names and symbols are gone; it
# is then canonicalised again until it stands still.
_MAX_ROUNDS: Final = 8
CACHED_LENGTH: Final = 32  # longer chunks are rare and would only fill the cache

_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_TOKEN: Final = re.compile(
    rf"KH&CN|PCTT&TKCN|tr\.đ|{_NUMBER}(?:[-–]{_NUMBER})*[^\W_\u0300-\u036f]*"
    r"|(?:[^\W_]|[\u0300-\u036f])+|%|°[CFcf]"
)
# Of units, those that are no words or initials by themselves.
_UNIT_LIST: Final = """
kv kva mva mw kw kwh mwh kwp gw hz khz mhz mm mm2 mm3 cm cm2 cm3 dm3 m2 m3 km km2 kg mg ml
bar psi mpa kpa rpm % °c
"""
_UNITS: Final = tuple(_UNIT_LIST.split())
_UNIT_GAP: Final = re.compile(
    rf"[0-9] (?=(?:{'|'.join(map(re.escape, sorted(_UNITS, reverse=True)))})(?: |\Z))"
)
_PLAIN_NUMBER: Final = re.compile(r"[\d.,-]+")
_LABEL: Final = "(?:tên )?(?:sáng kiến|giải pháp|đề tài|đề án|sk|gp)"
_NOISE: Final = re.compile(
    rf"^(?:[^\w\n]|_)*(?:(?:(?:stt|số thứ tự|số tt)[^\w\n]{{0,3}}\d{{1,5}}[.):]|\d{{1,3}}[.)](?!\d)"
    rf"|(?:[ivx]{{1,4}}|[a-hđ])[.)](?=\s|\Z)|{_LABEL} ?:)[^\w\n]*)+",
    re.IGNORECASE | re.MULTILINE,
)
_NOISE_HINT: Final = re.compile("[.):]")
_COMPANY: Final = re.compile(r"\b(?:Cty|CTy|CTY|Công ty)\s+CP\b")
_TRANSFORMER: Final = re.compile(r"\bMBA\b")
# MBA is also a degree: it means the transformer only where something electrical stands by.
_ELECTRICAL: Final = (
    *("điện", "trạm", "lưới", "phân phối", "biến áp", "cuộn dây", "đấu nối"),
    *("kv", "mva", "tba", "fco", "lbs"),
)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A canonical text with, per character, the span of the original it came from.

    `offsets`: int64, shape (len(text), 2), rows [start, end) into the original; both columns
    never decrease. The characters of an expanded abbreviation share the abbreviation's span.
    """

    text: str
    offsets: Offsets


def canonical(text: str) -> str:
    """The comparison form of any text. Never raises."""
    quick = _quick(text)
    return quick if quick is not None else _thorough(text)


def align(text: str) -> Aligned:
    """`canonical(text)` with the way back to `text`."""
    source = Traced.of(text)
    for _ in range(_MAX_ROUNDS):
        before, source = source.text, _once_traced(source)
        if source.text == before or not charsets.looks_legacy(source.text):
            break
    return Aligned(source.text, np.column_stack((source.starts, source.ends)))


def fold(text: str) -> str:
    """The canonical form without diacritics: a recall key and a feature, never the normal form."""
    return fold_canonical(canonical(text))


def fold_canonical(text: str) -> str:
    """Diacritics dropped from a text already canonical (đ by hand: it does not decompose)."""
    return " ".join([_folded(word) for word in text.split(" ")])


def tokens(text: str) -> list[str]:
    """The words of a text as they stand, none dropped and none spelled out."""
    return _TOKEN.findall(repair_text(text))


def as_written(text: str) -> str:
    """The canonical form of `tokens`: one spelling of each, units glued to their numbers."""
    return _UNIT_GAP.sub(_gap, " ".join(map(_spelt, tokens(text))))


def _quick(text: str) -> str | None:
    """The canonical form where every chunk is clean by itself, as nearly all are; else None.

    Ten times as fast as repairing first, because one look into a cache settles each chunk.
    """
    if _NOISE_HINT.search(text):
        text = "\n".join([_NOISE.sub("", line, count=1) for line in text.splitlines()])
    chunks = text.split()
    if "CP" in text or "MBA" in text:
        chunks = edited(" ".join(chunks), _IN_CONTEXT).split()
    if max(map(len, chunks), default=0) > CACHED_LENGTH:
        return None
    pieces = list(map(_clean_chunk, chunks))
    if None in pieces:
        return None
    return _UNIT_GAP.sub(_gap, " ".join(filter(None, pieces)))


@lru_cache(maxsize=1 << 17)
def _clean_chunk(chunk: str) -> str | None:
    """The canonical tokens of a stretch without white space, or None where it needs repair."""
    tokens = _tokenised(chunk)
    return tokens if is_clean(chunk) and not charsets.looks_legacy(tokens) else None


def _thorough(text: str) -> str:
    for _ in range(_MAX_ROUNDS):
        before, text = text, _once(text)
        if text == before or not charsets.looks_legacy(text):
            break
    return text


def _once(text: str) -> str:
    return _UNIT_GAP.sub(_gap, _tokenised(edited(repair_text(text), _STEPS)))


def _once_traced(source: Traced) -> Traced:
    return _tokens(traced(repair_traced(source), _STEPS)).sub(_GLUE)


def _gap(match: re.Match[str]) -> str:
    """Nothing between a plain number and its unit; "SO2 m3" are two things."""
    text, at = match.string, match.start() + 1
    plain = _PLAIN_NUMBER.fullmatch(text, text.rfind(" ", 0, at) + 1, at)
    return match[0][0] if plain else match[0]


_GLUE: Final = Edit(_UNIT_GAP, _gap)


def _tokens(source: Traced) -> Traced:
    """The canonical tokens of a traced text, joined by single spaces."""
    building = Builder(source)
    last = -1
    for match in _TOKEN.finditer(source.text):
        token = _token(match[0])
        if not token:
            continue
        if last >= 0:
            building.put(" ", last, match.start())
        building.put(token, match.start(), match.end())
        last = match.end()
    return building.build()


def _tokenised(chunk: str) -> str:
    return " ".join(filter(None, map(_token, _TOKEN.findall(chunk))))


@lru_cache(maxsize=1 << 15)
def _short_token(token: str) -> str:
    return _settled(token)


def _token(token: str) -> str:
    """One token in canonical form: its expansion, or one spelling of it; stable under itself."""
    return _short_token(token) if len(token) <= CACHED_LENGTH else _settled(token)


def _settled(token: str) -> str:
    expansion = expand(token)
    if expansion:
        return " ".join(map(one_spelling, expansion.split()))
    before, token = token, _spelt(token)
    while token != before:
        before, token = token, " ".join(map(_spelt, _TOKEN.findall(token)))
    return token


def _spelt(token: str) -> str:
    return one_spelling(_folded_case(token))


def _folded_case(token: str) -> str:
    if token.isascii():
        return token.lower()
    compatible = unicodedata.normalize("NFKC", token).casefold()
    return unicodedata.normalize("NFKC", compatible).replace("ð", "đ").replace("–", "-")


def _folded(word: str) -> str:
    return _fold_word(word) if len(word) <= CACHED_LENGTH else _without_marks(word)


@lru_cache(maxsize=1 << 16)
def _fold_word(word: str) -> str:
    return _without_marks(word)


def _without_marks(word: str) -> str:
    parts = unicodedata.normalize("NFD", word).replace("đ", "d")
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _drop_noise(text: str) -> Edit | None:
    return _DROP_NOISE if _NOISE_HINT.search(text) else None


def _name_companies(text: str) -> Edit | None:
    return _JOINT_STOCK if " CP" in text else None


def _name_transformers(text: str) -> Edit | None:
    if "MBA" not in text:
        return None
    lowered = text.lower()
    return _POWER if any(sign in lowered for sign in _ELECTRICAL) else None


_DROP_NOISE: Final = Edit(_NOISE, lambda _: "")
_JOINT_STOCK: Final = Edit(_COMPANY, lambda _: "CTCP")
_POWER: Final = Edit(_TRANSFORMER, lambda _: "máy biến áp")
_IN_CONTEXT: Final[tuple[Step, ...]] = (_name_companies, _name_transformers)
_STEPS: Final[tuple[Step, ...]] = (_drop_noise, *_IN_CONTEXT)
