"""Declared benefit values read as đồng for one year, or left unread with the reason. Never a guess.

Flags: `blank`, `zero`, `unparsed`, `ambiguous` (two readings, given as low and high), `range`,
`approximate`, `negative`, `rounded` (to whole đồng), `no_money_value` (said not to be money),
`scientific` ("9.12E+08"), `homoglyph` (letter O or l among digits), `currency` (not đồng),
`HL06` (suspected wrong unit), `HL07` (the period declared is not one year).
"""

import math
import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from dedup.text.numerals import read_numeral
from dedup.text.repair import repair_text

Period = Literal["nam", "thang", "quy", "lan", "nhieu_nam", "khong_ro"]


@dataclass(frozen=True, slots=True)
class Money:
    """A parsed value. `amount`: whole đồng for one year, None where it is not known (≠ 0).

    `period`: as declared, before conversion to one year. `low`, `high`: the ends of a range or
    the two readings of an ambiguous number, in đồng for one year where that can be told.
    """

    amount: int | None
    period: Period = "khong_ro"
    low: int | None = None
    high: int | None = None
    flags: tuple[str, ...] = ()


_UNITS: Final = {
    **dict.fromkeys(("đồng", "dong", "đ", "vnđ", "vnd", "₫", "việt nam đồng"), 1),
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "k"), 10**3),
    **dict.fromkeys(("triệu", "trieu", "trđ", "tr.đ", "trd", "tr"), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "ty", "tỷđ"), 10**9),
    **dict.fromkeys(("nghìn tỷ", "ngàn tỷ", "nghìn tỉ", "ngàn tỉ"), 10**12),
}
_DONG: Final = r"(?:\s*(?:việt nam đồng|đồng|dong|vnđ|vnd|đ|₫))?"
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
# A wrong unit shows itself: under 100,000 đồng a year nobody files a benefit, beyond 10,000 tỷ
# no single initiative reaches (the whole programme declared 33,000 tỷ).
_PLAUSIBLE: Final = range(100_000, 10**13 + 1)
# A bare number of a million and more under "triệu đồng" may already be in đồng.
_ALREADY_DONG: Final = 10**6
_LONGEST: Final = 200  # characters; a value cell is short, a longer one is prose

_VALUE: Final = re.compile(rf"(?P<number>\d[\d., ]*?)\s*(?P<unit>(?:{_UNIT})(?!\w))?{_DONG}")
_BILLIONS_AND_MILLIONS: Final = re.compile(
    rf"(\d+)\s*(?:tỷ|tỉ)(?:\s*đồng)?,?\s*(\d{{1,3}})\s*(?:triệu|trđ|tr){_DONG}"
)
_HEDGE: Final = re.compile(
    r"(?:(?:khoảng|ước tính|ước đạt|ước|xấp xỉ|gần|hơn|trên|dưới|tối thiểu|tối đa|~|≈|>|<|≥|≤)\s*:?\s*)+"
)
_PERIOD: Final = re.compile(
    r"(?:\s*(?:/|trong|mỗi|một|hàng|hằng))+\s*(?P<count>\d{1,3})?\s*"
    r"(?P<kind>năm|nam|tháng|thang|quý|lần|ngày|ca|tuần|sản phẩm|sp|tấn|chiếc|bộ|cái|hộ|người)"
    r"(?: đầu(?: tiên)?)?\Z"
)
_PER_YEAR: Final = {"năm": 1, "nam": 1, "quý": 4, "tháng": 12, "thang": 12}
_PERIODS: Final[dict[str, Period]] = {
    "năm": "nam",
    "nam": "nam",
    "tháng": "thang",
    "thang": "thang",
    "quý": "quy",
}
_JOIN: Final = re.compile(r"(?<! ) *(?:-|–|—|~|÷|đến|tới) *")
_BLANK: Final = frozenset(
    ("", "-", "–", "—", "--", "x", "...", "…", "không", "không có", "chưa có", "n/a", ".")
)
_NEGATIVE: Final = re.compile(r"[-–−]\s*\d")
_REASONS: Final = {
    "no_money_value": re.compile(
        r"không\s+(?:tính|quy|xác định|lượng hóa|định lượng)\b.{0,40}\b(?:tiền|được)|phi vật chất"
    ),
    "scientific": re.compile(r"\d(?:[.,]\d+)?e[+-]?\d+"),
    "homoglyph": re.compile(r"\d[ol]|(?<!\w)[ol]\d"),
    "currency": re.compile(r"usd|\$|eur|€|jpy|¥|đô la"),
}
_HEADER: Final = re.compile(
    rf"(?:\(|\[|,|:|đvt|đơn vị tính|đơn vị|\A)\s*(?:đvt|đơn vị tính)?\s*:?\s*(?P<unit>{_UNIT}){_DONG}\s*"
    r"(?:/\s*(?:01\s*|1\s*)?năm)?\s*(?:\)|\]|\.|\Z|$)",
    re.MULTILINE,
)


def header_unit(header: str) -> int | None:
    """The multiplier a header names: "Giá trị làm lợi (triệu đồng)" or "ĐVT: triệu đồng" → 10**6."""
    found = _HEADER.search(_plain(header[:1000]))
    return _UNITS[found["unit"]] if found else None


def parse_money(cell: object, *, header_unit: str | int | None = None) -> Money:
    """A money cell (text, int, float or None) as đồng for one year. Never raises.

    `header_unit`: the column's header or unit line, or its multiplier; it counts only for a cell
    that names no unit itself.
    """
    multiplier = _multiplier(header_unit)
    if isinstance(cell, bool):
        return _refused("unparsed")
    if isinstance(cell, int | float):
        return _parse_number(cell, multiplier)
    return _parse_text(_plain(cell), multiplier) if isinstance(cell, str) else _absent(cell)


def _multiplier(header: str | int | None) -> int | None:
    if isinstance(header, str):
        return _header_multiplier(header)
    return header


_header_multiplier: Final = header_unit  # the keyword of `parse_money` hides the function's name


def _absent(cell: object) -> Money:
    return _refused("blank" if cell is None else "unparsed")


def _refused(*flags: str) -> Money:
    return Money(None, flags=flags)


def _plain(text: str) -> str:
    return repair_text(text).lower().replace("\n", " ").strip()


def _parse_number(cell: int | float, multiplier: int | None) -> Money:
    if isinstance(cell, float) and not math.isfinite(cell):
        return _refused("unparsed")
    if cell < 0:
        return _refused("negative")
    if cell > _PLAUSIBLE.stop:
        return _refused("HL06", "unparsed")
    return _money(_priced((Decimal(str(cell)),), None, multiplier))


def _parse_text(text: str, multiplier: int | None) -> Money:
    refusal = _refusal(text)
    if refusal:
        return _refused(refusal)
    body = text.rstrip(" .;,")
    period = _PERIOD.search(body)
    if period:
        body = body[: period.start()]
    hedge = _HEDGE.match(body)
    value = _value(body[hedge.end() if hedge else 0 :], multiplier)
    if value is None:
        return _refused("unparsed")
    if hedge:
        value = replace(value, flags=(*value.flags, "approximate"))
    return _money(value, period)


def _refusal(text: str) -> str | None:
    """Why a text is not even tried, if so."""
    if text in _BLANK:
        return "blank"
    if len(text) > _LONGEST:
        return "unparsed"
    if _NEGATIVE.match(text):
        return "negative"
    return next((flag for flag, pattern in _REASONS.items() if pattern.search(text)), None)


@dataclass(frozen=True, slots=True)
class _Value:
    """An amount in đồng for the declared period: its two ends, equal where it is exact."""

    low: Decimal
    high: Decimal
    flags: tuple[str, ...] = ()


def _value(body: str, multiplier: int | None) -> _Value | None:
    both = _BILLIONS_AND_MILLIONS.fullmatch(body)
    if both:
        amount = Decimal(both[1]) * 10**9 + Decimal(both[2]) * 10**6
        return _Value(amount, amount)
    parts = [_VALUE.fullmatch(part) for part in _JOIN.split(body.removeprefix("từ ").strip())]
    found = [part for part in parts if part]
    if len(found) != len(parts) or len(found) > 2:
        return None
    # "200-300 triệu": the unit stands once, behind the second number.
    units = [part["unit"] or found[-1]["unit"] for part in found]
    readings = [read_numeral(part["number"]) for part in found]
    if not all(readings):
        return None
    values = [_priced(r, u, multiplier) for r, u in zip(readings, units, strict=True)]
    return values[0] if len(values) == 1 else _range(*values)


def _priced(readings: tuple[Decimal, ...], unit: str | None, multiplier: int | None) -> _Value:
    """A number's readings in đồng, by its own unit or else by the column's."""
    if unit is None and (multiplier or 1) > 1 and readings[-1] >= _ALREADY_DONG:
        return _Value(readings[0], readings[-1] * (multiplier or 1), ("HL06", "ambiguous"))
    factor = _UNITS[unit] if unit else (multiplier or 1)
    flags = ("ambiguous",) if len(readings) > 1 else ()
    return _Value(readings[0] * factor, readings[-1] * factor, flags)


def _range(first: _Value, last: _Value) -> _Value:
    flags = dict.fromkeys((*first.flags, *last.flags, "range"))
    if first.low > last.high:  # "900 - 1 tỷ": the unit of the first number is not said
        flags["ambiguous"] = None
    return _Value(min(first.low, last.low), max(first.high, last.high), tuple(flags))


def _money(value: _Value, period: re.Match[str] | None = None) -> Money:
    """The value for one year, with everything worth asking about it."""
    kind, count = (period["kind"], int(period["count"] or 1)) if period else ("năm", 1)
    declared = _declared(period, count)
    if kind not in _PER_YEAR or not count:
        return Money(None, declared, _whole(value.low), _whole(value.high), (*value.flags, "HL07"))
    share = Decimal(_PER_YEAR[kind]) / count
    low, high = value.low * share, value.high * share
    yearly = () if share == 1 else ("HL07",)
    if value.flags and {"range", "ambiguous"} & set(value.flags):
        return Money(None, declared, _sane(low), _sane(high), (*value.flags, *yearly))
    return Money(_sane(low), declared, None, None, (*value.flags, *yearly, *_doubts(low)))


def _declared(period: re.Match[str] | None, count: int) -> Period:
    if period is None:
        return "khong_ro"
    declared = _PERIODS.get(period["kind"], "lan")
    return "nhieu_nam" if declared == "nam" and count > 1 else declared


def _doubts(amount: Decimal) -> tuple[str, ...]:
    if amount == 0:
        return ("zero",)
    rounded = () if amount == amount.to_integral_value() else ("rounded",)
    return rounded if int(amount) in _PLAUSIBLE else (*rounded, "HL06")


def _sane(amount: Decimal) -> int | None:
    """Whole đồng; None for a few đồng and a fraction (a unit is missing) or beyond belief."""
    broken = amount != amount.to_integral_value() and int(amount) not in _PLAUSIBLE
    return None if broken or amount >= _PLAUSIBLE.stop else _whole(amount)


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))
