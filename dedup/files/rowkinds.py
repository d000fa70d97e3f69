"""What a row of an office sheet is: a record, a further author of one, or no record at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from dedup import text
from dedup.files.header import SEPARATOR, Header, is_number_row
from dedup.files.mapping import DETAILS, Columns
from dedup.files.merging import Spans


class RowKind(StrEnum):
    RECORD = "record"
    AUTHOR = "author"  # brings another author of the record above
    GROUP = "group"  # a heading among the rows: "II | Công đoàn Công ty B"
    TOTAL = "total"
    HEADING = "heading"  # headings or column numbers again, as printing over pages leaves them
    SIGNATURE = "signature"
    BLANK = "blank"


SHORT = 60  # characters; totals, signatures and group headings are short, titles seldom are

_DITTO = re.compile(r"[\"'”“’〃″]{1,2}|-?\s*//\s*-?|-?\s*(?:nt|n\.t)\.?\s*-?|như trên|nhu tren")
_NUMERAL = re.compile(r"(?:[IVX]{1,5}|[A-Ha-h])\s*[.)/]?")
_NUMBERED = re.compile(r"\d{1,7}(?:\.0)?\s*[.)]?")
_LED = re.compile(r"(?:[IVX]{1,5}|[A-H])\s*[.)/]\s+\S")
_TOTAL = re.compile(r"(?:tong cong|tong so|luy ke)\b.{0,50}|tong|cong")
_LEAD = r"(?:(?:[ivx]{1,5}|[a-h]|\d{1,2}) )?"  # folded text has no punctuation
_SURE_UNIT = re.compile(_LEAD + r"(?:cdcs|cong doan|cong ty|cty|tong cong ty|xi nghiep|nha may)\b")
_UNIT = re.compile(
    _SURE_UNIT.pattern
    + "|"
    + _LEAD
    + r"(?:cd|chi nhanh|phan xuong|truong|phong|ban|to|doi|don vi|vien|benh vien|trung tam|khoi)\b"
)
_SIGNATURE = re.compile(
    r"nguoi (?:lap|tong hop)(?: bieu| bang)?|tm .*|t m .*|kt .*|thu truong.*|noi nhan.*"
    r"|(?:pho )?chu tich|(?:tong |pho )?giam doc|truong (?:ban|phong|don vi).{0,30}"
    r"|ky (?:ten|va|ghi|dong dau).*|xac nhan (?:cua )?.*|.{0,30}\bngay .{0,8} ?thang .{0,8} ?nam.*"
)

_WITH_AUTHOR = frozenset({"title", "authors", "unit", *(f"authors.{name}" for name in DETAILS)})


def is_ditto(cell: str) -> bool:
    """Whether a cell only says "as above"."""
    return len(cell) <= 10 and bool(_DITTO.fullmatch(cell.strip().lower()))


def names_a_unit(cell: str) -> bool:
    """Whether a heading among the rows is a unit's name rather than a topic."""
    return bool(_UNIT.match(text.fold(cell)))


class RowKinds:
    """Tells rows apart, top to bottom; remembers only whether the signature block has begun."""

    def __init__(self, header: Header, columns: Columns, spans: Spans) -> None:
        self._columns, self._spans = columns, spans
        self._ordinal, self._key = header.ordinal, header.key
        parts = {part for label in header.labels for part in label.split(SEPARATOR)}
        self._headings = frozenset(part.casefold() for part in (*parts, *header.leaves) if part)
        self._signed = False

    def of(self, number: int, texts: Sequence[str]) -> RowKind:
        """The kind of a row whose cells are stripped texts, merged cells filled down."""
        said = [cell for cell in texts if cell]
        if not said:
            return RowKind.BLANK
        if is_number_row(texts) or self._repeats_headings(said):
            return RowKind.HEADING
        if self._is_keyed(texts):  # whatever is left of it: it was a record when it went out
            self._signed = False
            return RowKind.RECORD
        if self._signed and self._is_full(texts):
            self._signed = False
        if not self._is_numbered(texts) and not self._signed:
            return self._unnumbered(number, texts, said)
        return RowKind.SIGNATURE if self._signed else self._record(number, texts)

    def _unnumbered(self, number: int, texts: Sequence[str], said: list[str]) -> RowKind:
        if self._is_total(texts, said):
            return RowKind.TOTAL
        if self._is_signature(said):
            self._signed = True
            return RowKind.SIGNATURE
        if self._is_group(number, texts, said):
            return RowKind.GROUP
        return self._record(number, texts)

    def _record(self, number: int, texts: Sequence[str]) -> RowKind:
        if self._spans.continues(number):
            return RowKind.AUTHOR
        title = self._said(texts, "title")
        if title and not is_ditto(title):
            return RowKind.RECORD
        own = any(self._said(texts, name) for name in self._columns if name not in _WITH_AUTHOR)
        further = self._said(texts, "authors") and not own and not self._is_numbered(texts)
        return RowKind.AUTHOR if further or title else RowKind.RECORD

    def _is_full(self, texts: Sequence[str]) -> bool:
        """A record beyond doubt: a number and a title, or a title and two fields more."""
        filled = sum(1 for name in self._columns if self._said(texts, name))
        title = bool(self._said(texts, "title"))
        return title and (self._is_numbered(texts) or filled >= 3)

    def _is_numbered(self, texts: Sequence[str]) -> bool:
        at = self._ordinal
        return at is not None and at < len(texts) and bool(_NUMBERED.fullmatch(texts[at]))

    def _is_keyed(self, texts: Sequence[str]) -> bool:
        return self._key is not None and self._key < len(texts) and bool(texts[self._key])

    def _repeats_headings(self, said: list[str]) -> bool:
        """All of its cells are headings; an office copies them, so they are compared as written."""
        return len(said) > 1 and all(" ".join(c.split()).casefold() in self._headings for c in said)

    def _is_total(self, texts: Sequence[str], said: list[str]) -> bool:
        if self._said(texts, "authors") or self._said(texts, "description"):
            return False
        words = (text.fold(cell) for cell in said[:2] if len(cell) <= SHORT)
        return any(_TOTAL.fullmatch(word) for word in words)

    def _is_signature(self, said: list[str]) -> bool:
        words = [text.fold(cell) for cell in said if len(cell) <= SHORT]
        return len(said) <= 3 and any(_SIGNATURE.fullmatch(word) for word in words)

    def _is_group(self, number: int, texts: Sequence[str], said: list[str]) -> bool:
        """One text alone (counts beside it do not matter) that is numbered, spread out or a unit."""
        words = [cell for cell in dict.fromkeys(said) if not cell.replace(".", "").isdigit()]
        numeral = len(words) > 1 and bool(_NUMERAL.fullmatch(words[0]))
        if len(self._columns) < 2 or len(words) != 1 + numeral:
            return False
        alone = words[-1]
        return (
            numeral
            or number in self._spans.wide
            or bool(_LED.match(alone))
            or (self._ordinal is not None and alone == texts[self._ordinal])
            or (len(self._columns) > 2 and bool(_SURE_UNIT.match(text.fold(alone[: 2 * SHORT]))))
        )

    def _said(self, texts: Sequence[str], name: str) -> str:
        return next(
            (texts[i] for i in self._columns.get(name, ()) if i < len(texts) and texts[i]), ""
        )
