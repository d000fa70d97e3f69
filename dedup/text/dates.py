"""Dates as offices write them, read day before month and never the American way.

A value is a partial ISO date that keeps the precision written: "2022", "2022-03", "2022-03-15".
Flags: `blank`, `unparsed`, `impossible` (no such day, month, or year), `serial` (a bare number as
Excel stores dates), `excel_date` ("1-Sep": Excel's guess, the year is lost), `two_digit_year`,
`quarter` (value holds the year), `range`.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from dedup.text.repair import repair_text


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A partial ISO date or an ISO timestamp, or None with the reason in `flags`."""

    value: str | None
    flags: tuple[str, ...] = ()


_YEARS: Final = range(1900, 2101)  # a working life and its plans; beyond it is a slip of the key
_LONGEST: Final = 100
_CLOCK: Final = (
    r"(?:[T,\s]\s*(?P<time>\d{1,2}[:hg]\d{2}(?::\d{2}(?:\.\d+)?)?)(?P<zone>z|[+-]\d{2}:?\d{2})?)?"
)
_DAY: Final = re.compile(
    rf"(?P<d>\d{{1,2}})\s*[/.-]\s*(?P<m>\d{{1,2}})\s*[/.-]\s*(?P<y>\d{{4}}){_CLOCK}", re.IGNORECASE
)
_ISO: Final = re.compile(
    rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}", re.IGNORECASE
)
_LONG: Final = re.compile(
    r"(?:.{0,40}, ?)?ngày\s+(?P<d>\d{1,2})\s+(?:tháng\s+|/)(?P<m>\d{1,2})\s*(?:năm\s+|/)(?P<y>\d{4})"
)
_MONTH: Final = re.compile(r"(?:tháng\s*|t\.?\s*)?(?P<m>\d{1,2})\s*(?:[/.-]|năm)\s*(?P<y>\d{4})")
_ISO_MONTH: Final = re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})")
_YEAR: Final = re.compile(r"(?:năm\s+)?(?P<y>\d{4})")
_QUARTER: Final = re.compile(
    r"(?:quý|q)\s*\.?(?:i{1,3}|iv|[1-4])\s*(?:[/.-]|năm|\s)\s*(?P<y>\d{4})"
)
_READ: Final = (_DAY, _ISO, _LONG, _MONTH, _ISO_MONTH, _YEAR)
_UNREAD: Final = {
    "serial": re.compile(r"\d{5}(?:[.,]\d+)?"),
    "excel_date": re.compile(r"\d{1,2}-[a-z]{3}(?:-\d{2,4})?|[a-z]{3}-\d{2,4}"),
    "two_digit_year": re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}"),
    "range": re.compile(r"(?:\D{0,10})[\d/.]{4,10}\s*(?:-|–|đến)\s*(?:\D{0,10})[\d/.]{4,10}"),
}
_BLANK: Final = frozenset(("", "-", "–", "—", "x", "...", "…"))


def parse_date(cell: object) -> ParsedDate:
    """A date cell (text, number, date, datetime or None) as a partial ISO date. Never raises."""
    if isinstance(cell, dt.datetime):
        return _in_years(cell.date())
    if isinstance(cell, dt.date):
        return _in_years(cell)
    return _parse(_text(cell))


def parse_timestamp(cell: object) -> ParsedDate:
    """A timestamp cell as "2022-05-30T14:05:00" (with its zone if it has one), or a partial date."""
    if isinstance(cell, dt.datetime):
        return ParsedDate(cell.isoformat()) if cell.year in _YEARS else _refused("impossible")
    day = parse_date(cell)
    text = _text(cell)
    match = _DAY.fullmatch(text) or _ISO.fullmatch(text)
    if day.value is None or match is None or match["time"] is None:
        return day
    return _at(day.value, match["time"], match["zone"] or "")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return "?"
    return repair_text(cell).lower() if isinstance(cell, str) else _digits(cell)


def _digits(number: int | float) -> str:
    """A number's digits; "?" beyond any date, where writing them out could even fail."""
    return str(number) if abs(number) < 10**6 else "?"


def _parse(text: str) -> ParsedDate:
    if text in _BLANK:
        return _refused("blank")
    if len(text) > _LONGEST or not _is_plain(text):
        return _refused("unparsed")
    for pattern in _READ:
        match = pattern.fullmatch(text)
        if match:
            return _dated({key: int(match[key]) for key in "ymd" if key in match.groupdict()})
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        year = _dated({"y": int(quarter["y"])})
        return ParsedDate(year.value, (*year.flags, "quarter"))
    reasons = [flag for flag, pattern in _UNREAD.items() if pattern.fullmatch(text)]
    return _refused("unparsed", *reasons[:1])


def _is_plain(text: str) -> bool:
    """Only ASCII digits: others would be read by `int` but mean a copy from elsewhere."""
    return all(letter.isascii() or not letter.isdecimal() for letter in text)


def _dated(parts: dict[str, int]) -> ParsedDate:
    year, month, day = parts["y"], parts.get("m"), parts.get("d")
    try:
        known = dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return _refused("impossible")
    if year not in _YEARS:
        return _refused("impossible")
    precision = 4 + 3 * (len(parts) - 1)
    return ParsedDate(known.isoformat()[:precision])


def _in_years(day: dt.date) -> ParsedDate:
    return ParsedDate(day.isoformat()) if day.year in _YEARS else _refused("impossible")


def _at(day: str, time: str, zone: str) -> ParsedDate:
    hour, *rest = re.split("[:hg]", time)
    try:
        stamp = dt.datetime.fromisoformat(f"{day}T{hour:0>2}:{':'.join(rest)}{zone.upper()}")
    except ValueError:
        return ParsedDate(day, ("impossible",))
    return ParsedDate(stamp.isoformat())


def _refused(*flags: str) -> ParsedDate:
    return ParsedDate(None, flags)
