"""What happens to a text between two offices: typing, fonts, Excel. Each function spoils a copy.

All take a text and return another with the same content; randomness is passed in.
"""

from __future__ import annotations

import re
import unicodedata
from random import Random

from dedup.text.charsets import Charset, encode

# Written form -> the short form offices use (a part of the programme's list; plain ones only).
_SHORT_FORMS = (
    ("máy biến áp", "MBA"), ("trạm biến áp", "TBA"), ("đường dây", "ĐZ"), ("người lao động", "NLĐ"),
    ("an toàn, vệ sinh lao động", "ATVSLĐ"), ("bảo hộ lao động", "BHLĐ"), ("công đoàn", "CĐ"),
    ("cán bộ, công nhân viên", "CBCNV"), ("phân xưởng", "PX"), ("xí nghiệp", "XN"), ("nhà máy", "NM"),
    ("công ty", "cty"), ("thiết bị", "TB"), ("năng suất lao động", "NSLĐ"), ("đoàn viên", "ĐV"),
    ("công nhân", "CN"), ("bảo vệ môi trường", "BVMT"), ("phòng cháy, chữa cháy", "PCCC"),
    ("sản xuất kinh doanh", "SXKD"), ("triệu đồng", "trđ"), ("quyết định", "QĐ"), ("biến tần", "BT"),
    ("tai nạn lao động", "TNLĐ"), ("sáng kiến", "SK"), ("kỹ thuật", "KT"), ("lò hơi", "LH"),
    ("công nghệ thông tin", "CNTT"), ("nguyên vật liệu", "NVL"), ("hệ thống", "HT"),
)  # fmt: skip
_OLD_TONES = (("óa", "oá"), ("òa", "oà"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"), ("óe", "oé"), ("òe", "oè"),
              ("ỏe", "oẻ"), ("úy", "uý"), ("ùy", "uỳ"), ("ủy", "uỷ"), ("ũy", "uỹ"), ("ụy", "uỵ"))  # fmt: skip
_TONE = re.compile("|".join(f"{new}(?![a-zà-ỹ])" for new, _ in _OLD_TONES))
_OLD_TONE = dict(_OLD_TONES)
_EXCEL_CELL = 255  # older Excel cut a text cell here when it was copied between sheets


def typos(rng: Random, text: str, *, rate: float) -> str:
    """Slips of the finger in about `rate` of the words: swapped, doubled, dropped letters, lost marks."""
    words = text.split(" ")
    return " ".join(_slip(rng, word) if rng.random() < rate else word for word in words)


def abbreviate(rng: Random, text: str, *, rate: float) -> str:
    """Short forms instead of written ones, each of the list with probability `rate`."""
    for written, short in _SHORT_FORMS:
        if written in text and rng.random() < rate:
            text = text.replace(written, short)
    return text


def without_diacritics(text: str) -> str:
    """ASCII letters only, as typed without a Vietnamese keyboard."""
    stripped = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in stripped if not unicodedata.combining(letter))


def in_tcvn3(text: str) -> str:
    """As an old TCVN3 (ABC) document shows in Unicode."""
    return encode(text, Charset.TCVN3)


def in_vni(text: str) -> str:
    """As an old VNI document shows in Unicode."""
    return encode(text, Charset.VNI)


def decomposed(text: str) -> str:
    """NFD, as macOS and some web forms send it."""
    return unicodedata.normalize("NFD", text)


def old_tone_marks(text: str) -> str:
    """hòa -> hoà, thủy -> thuỷ: the older place of the tone mark."""
    return _TONE.sub(lambda found: _OLD_TONE[found[0]], text)


def excel_noise(rng: Random, text: str) -> str:
    """One to three of what copying through Excel and Word leaves behind."""
    for number in sorted(rng.sample(range(len(_EXCEL)), rng.randrange(1, 4))):
        text = _EXCEL[number](rng, text)
    return text


def _slip(rng: Random, word: str) -> str:
    if len(word) < 3 or not word.isalpha():
        return word
    at = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word[: at + 1] + word[at + 2 :]
    return without_diacritics(word)


def _numbered(rng: Random, text: str) -> str:
    return f"{rng.choice(('1. ', '- ', '+ ', '* ', 'a) ', chr(0x2022) + ' '))}{text}"


def _quoted(_: Random, text: str) -> str:
    return f"“{text}”"


def _broken(rng: Random, text: str) -> str:
    words = text.split(" ")
    words[rng.randrange(len(words))] += rng.choice(("\n", "_x000D_\n", "\r\n"))
    return " ".join(words)


def _spaced(rng: Random, text: str) -> str:
    space = rng.choice(("\u00a0", "  ", " \u200b"))
    return "".join(space if c == " " and rng.random() < 0.3 else c for c in text) + " "


def _capitals(_: Random, text: str) -> str:
    return text.upper() if len(text) < _EXCEL_CELL else text


def _cut(_: Random, text: str) -> str:
    return text[:_EXCEL_CELL]


# In this order: Excel's own code for a line break stays as Excel writes it.
_EXCEL = (_cut, _capitals, _quoted, _numbered, _spaced, _broken)
