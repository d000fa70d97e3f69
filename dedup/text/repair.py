"""What storage keeps of a cell: legacy fonts decoded, NFC, and the litter of spreadsheets removed.

Wording, case, tone placement and line breaks stay as written. Total over any `str`, linear, and
idempotent.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dedup.text import charsets
from dedup.text.charsets import Charset
from dedup.text.spelling import is_syllable
from dedup.text.tracing import Edit, Step, Traced, edited, traced


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired cell.

    `charset`: the legacy encoding it was decoded from, if any. `suspect`: some word still looks
    like a legacy font, on evidence too weak to convert. Either deserves the flag HL12.
    """

    text: str
    charset: Charset | None = None
    suspect: bool = False


# Decoding can bring neighbours together that read as a second legacy encoding (a cell pasted from
# two files), so repair runs until nothing changes; three rounds is the most seen in the wild.
_MAX_ROUNDS: Final = 8

_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_INVISIBLE: Final = "\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
_SURROGATES: Final = "\ud800-\udfff"
# Together with blank, tab and newline these are all that `str.split` and `splitlines` cut at.
_ODD_SPACES: Final = "\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_BREAKS: Final = "\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029"
_DIRTY: Final = re.compile(
    f"[{_CONTROLS}{_INVISIBLE}{_SURROGATES}{_ODD_SPACES}{_ODD_BREAKS}\xad\u0300-\u036fÐð]|_x0"
)

_LITTER: Final = re.compile(f"[{_CONTROLS}{_INVISIBLE}{_SURROGATES}]+")
_BREAK: Final = re.compile(f"(?:_x000[dD]_|\r)\n?|_x000[aA]_|[{_ODD_BREAKS}]")
_SPACE: Final = re.compile(f"[{_ODD_SPACES}]|_x0009_|_x00A0_")
_SOFT_HYPHEN: Final = re.compile("\xad+")
# Every character that NFC may join to the one before it lies outside these ranges, so text cut
# before them and normalised piece by piece equals the text normalised whole.
_STARTER: Final = "\x00-\u02ff\u1e00-\u1eff"
_CLUSTER: Final = re.compile(f"[{_STARTER}]?[^{_STARTER}]+")
# Sorting a run of n combining marks takes n² steps; 30 in a row is Unicode's stream-safe limit.
_LONG_RUN: Final = re.compile(f"[^{_STARTER}]{{31}}")
_EDGES: Final = re.compile(r"\A\s+|(?<!\s)\s+\Z|\A\s+\Z")


def repair(cell: str) -> Repaired:
    """The cell as storage keeps it. Never raises."""
    text, charset = _rounds(cell)
    return Repaired(text, charset, charsets.looks_legacy(text))


def repair_text(cell: str) -> str:
    """`repair(cell).text`, without asking for the rest."""
    return cell if is_clean(cell) else _rounds(cell)[0]


def repair_traced(source: Traced) -> Traced:
    """The repaired text with the span of the original behind every character."""
    for _ in range(_MAX_ROUNDS):
        if is_clean(source.text):
            return source
        before = source.text
        source = traced(source, _STEPS)
        if source.text == before:
            break
    return source


def is_clean(text: str) -> bool:
    """Cheap and sure: nothing that repair could change. Most cells end here."""
    return not (
        text[:1] == "'"
        or text[:1].isspace()
        or text[-1:].isspace()
        or _DIRTY.search(text)
        or charsets.looks_legacy(text)
        or not (text.isascii() or _is_nfc(text))
    )


def _rounds(text: str) -> tuple[str, Charset | None]:
    found: Charset | None = None
    for _ in range(_MAX_ROUNDS):
        if is_clean(text):
            break
        before, text = text, edited(text, _BEFORE_DECODING)
        found = found or charsets.detect(text)
        text = edited(text, _FROM_DECODING)
        if text == before:
            break
    return text, found


def _is_nfc(text: str) -> bool:
    return not _LONG_RUN.search(text) and unicodedata.is_normalized("NFC", text)


def _fixed(pattern: re.Pattern[str], replacement: str) -> Step:
    edit = Edit(pattern, lambda _: replacement)
    return lambda text: edit if pattern.search(text) else None


def _cap_marks(text: str) -> Edit | None:
    if not _LONG_RUN.search(text):
        return None
    return Edit(_excess_marks(), lambda _: "")


@lru_cache(maxsize=1)
def _excess_marks() -> re.Pattern[str]:
    marks = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
    return re.compile(f"(?<=[{marks}]{{30}})[{marks}]+")


def _compose(text: str) -> Edit | None:
    if unicodedata.is_normalized("NFC", text):
        return None
    return Edit(_CLUSTER, lambda match: unicodedata.normalize("NFC", match[0]))


def _decode(text: str) -> Edit | None:
    charset = charsets.detect(text)
    return Edit(charsets.WORD, charsets.decoder(text, charset)) if charset else None


def _stroke(text: str) -> Edit | None:
    """Icelandic eth (U+00D0) typed for Đ (U+0110)."""
    return Edit(charsets.WORD, _stroked) if "Ð" in text or "ð" in text else None


def _stroked(match: re.Match[str]) -> str:
    word = match[0].replace("Ð", "Đ").replace("ð", "đ")
    return word if word != match[0] and (is_syllable(word) or word.isupper()) else match[0]


def _unquote(text: str) -> Edit | None:
    """The apostrophe with which Excel marks text; a closing one makes it a quotation, kept."""
    body = text.lstrip("' \n\t")
    return _LEADING_QUOTE if text[:1] == "'" and "'" not in body else None


_LEADING_QUOTE: Final = Edit(re.compile(r"\A[' \n\t]+"), lambda _: "")

_BEFORE_DECODING: Final[tuple[Callable[[str], Edit | None], ...]] = (
    _fixed(_LITTER, ""),
    _fixed(_BREAK, "\n"),
    _fixed(_SPACE, " "),
    _cap_marks,
    _compose,
)
_FROM_DECODING: Final[tuple[Callable[[str], Edit | None], ...]] = (
    _decode,
    _fixed(_SOFT_HYPHEN, ""),
    _stroke,
    _cap_marks,
    _compose,
    _fixed(_EDGES, ""),
    _unquote,
)
_STEPS: Final = _BEFORE_DECODING + _FROM_DECODING
