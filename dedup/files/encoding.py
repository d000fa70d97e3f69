"""Which encoding a text file is in: UTF-8, UTF-16, windows-1258, or the 8-bit carrier of old fonts."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from dedup.errors import BadFile
from dedup.files.formats import HEAD, looks_utf16

_CHUNK = 1 << 20
# In windows-1258 tone marks are letters of their own, written after the vowel.
_TONED = re.compile("[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0301\u0303\u0309\u0323]")
_MARK = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def detect_encoding(path: Path) -> str:
    """A Python codec name; raises BadFile, with the line, where UTF-8 is broken in the middle."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-16-le", "utf-16-be"):
        if looks_utf16(head, encoding):
            return encoding
    return _eight_bit(path)


def _eight_bit(path: Path) -> str:
    fault = _first_fault(path)
    if fault is None:
        return "utf-8"
    content = path.read_bytes()
    if _mostly_utf8(content):
        row = content.count(b"\n", 0, fault) + 1
        raise BadFile(
            row=row,
            reason=f"Dòng {row}: có ký tự hỏng trong tệp UTF-8; xin mở tệp gốc bằng Excel, "
            "lưu lại kiểu «CSV UTF-8» rồi nhập lại.",
        )
    return "cp1258" if _reads_as_1258(content) else "cp1252"


def _first_fault(path: Path) -> int | None:
    """Offset of the first byte that is not UTF-8, or None."""
    decoder, seen = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return seen + error.start
            seen += len(block)
    return None


def _mostly_utf8(content: bytes) -> bool:
    """Whether well-formed sequences far outnumber stray bytes: a damaged file, not another encoding."""
    text = content.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if ord(character) > 127) - wrong
    return right > 10 * wrong


def _reads_as_1258(content: bytes) -> bool:
    """Tone marks follow vowels there; TCVN3 and VNI bytes put them after anything."""
    text = content[: 1 << 20].decode("cp1258", errors="replace")
    marks, toned = len(_MARK.findall(text)), len(_TONED.findall(text))
    return "\ufffd" not in text and marks > 0 and toned >= 0.9 * marks
