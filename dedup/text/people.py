"""Names of people: one cell into several, and the key under which two spellings are one name."""

import re
from typing import Final

from dedup.text.canonical import canonical
from dedup.text.repair import repair_text

_TITLE: Final = re.compile(
    r"\A(?:(?:ông|bà|anh|chị|đ/c|đồng chí|ks|cn|ths|ts|pgs|gs|kts|bs|ktv|cử nhân|kỹ sư|thạc sĩ|tiến sĩ)"
    r"(?:\.\s*|:\s*|\s+)(?=\S))+",
    re.IGNORECASE,
)
_NUMBERING: Final = re.compile(r"(?:(?<=\s)|\A)\(?\d{1,2}[.)/]\s*(?=[^\W\d])")
_SEPARATOR: Final = re.compile(r"[;,\n+&|]|\s(?:và|cùng)\s|\s/\s")
_HEADING: Final = re.compile(
    r"\A\s*(?:nhóm tác giả|đồng tác giả|tác giả(?: chính)?|chủ nhiệm|nhóm)\s*[:：]\s*",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"(?:và\s+|cùng\s+)?(?:các\s+)?(?:cộng sự|đồng nghiệp|cs)\.?", re.IGNORECASE
)
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_TRIM: Final = " \t.,;:-–*•"


def split_authors(cell: str) -> list[str]:
    """The names in an authors cell, in order, as written, without numbering or "và cộng sự".

    Cuts at ; , line ends, "và", "1. … 2. …"; never inside parentheses.
    """
    text = _HEADING.sub("", repair_text(cell))
    text = _PARENTHESES.sub(lambda match: match[0].translate(_SHELTER), text)
    parts = _SEPARATOR.split(_NUMBERING.sub(";", text))
    names = (part.translate(_UNSHELTER).strip(_TRIM) for part in parts)
    return [name for name in names if name and not _OTHERS.fullmatch(name)]


def name_key(full_name: str) -> str:
    """The comparison form of a person's name: titles, case, tone style and spacing do not count.

    Equal keys mean equal names, not the same person.
    """
    return canonical(_TITLE.sub("", repair_text(full_name).lower()))


# Separators inside parentheses are moved to private-use characters while the cell is cut.
_SHELTER: Final = {ord(sign): chr(0xE000 + i) for i, sign in enumerate(";,\n+&|/ ")}
_UNSHELTER: Final = {ord(hidden): chr(sign) for sign, hidden in _SHELTER.items()}
