"""Ways a record's text is spoilt on its road to the archive, each one a pure function of the text."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

Perturb = Callable[[str], str]
_UNITS = ("Công ty Điện lực Bắc Giang", "Công ty CP Supe Lâm Thao", "Xí nghiệp may Hòa Thọ")


def without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def with_typing_slips(text: str) -> str:
    """Every tenth word has two letters exchanged."""
    dice = random.Random(len(text))
    return " ".join(_slip(word) if dice.random() < 0.1 else word for word in text.split())


def reordered(text: str) -> str:
    sentences = re.split(r"(?<=[.;])\s+", text)
    return " ".join(reversed(sentences))


def with_other_figures(text: str) -> str:
    return re.sub(r"\d", lambda figure: str((int(figure[0]) + 3) % 10), text)


def at_another_unit(text: str) -> str:
    return f"{text} Áp dụng tại {_UNITS[len(text) % len(_UNITS)]}."


def in_capitals(text: str) -> str:
    return text.upper()


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


ALL: dict[str, Perturb] = {
    "no diacritics": without_marks,
    "typing slips": with_typing_slips,
    "reordered": reordered,
    "other figures": with_other_figures,
    "another unit": at_another_unit,
    "capitals": in_capitals,
    "decomposed": decomposed,
}


def _slip(word: str) -> str:
    return word[:1] + word[2:3] + word[1:2] + word[3:] if len(word) > 3 else word
