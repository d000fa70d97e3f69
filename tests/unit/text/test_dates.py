"""Dates keep their precision, put the day first, and are never guessed."""

import datetime as dt

import pytest

from dedup.text.dates import ParsedDate, parse_date, parse_timestamp

HANOI = dt.timezone(dt.timedelta(hours=7))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("15/03/2022", "2022-03-15"),
        ("06/11/2022", "2022-11-06"),
        ("5/3/2022", "2022-03-05"),
        ("15-03-2022", "2022-03-15"),
        ("15.03.2022", "2022-03-15"),
        ("2022-03-15", "2022-03-15"),
        ("30/05/2022 14:05", "2022-05-30"),
        ("ngày 06 tháng 11 năm 2022", "2022-11-06"),
        ("Hà Nội, ngày 6 tháng 11 năm 2022", "2022-11-06"),
        ("tháng 3/2022", "2022-03"),
        ("Tháng 3 năm 2022", "2022-03"),
        ("03/2022", "2022-03"),
        ("T3/2022", "2022-03"),
        ("2022-03", "2022-03"),
        ("2022", "2022"),
        ("năm 2022", "2022"),
        ("'2022", "2022"),
        ("29/02/2024", "2024-02-29"),
        (2022, "2022"),
        (2022.0, "2022"),
        (dt.datetime(2022, 5, 30, 14, 5, tzinfo=HANOI), "2022-05-30"),
        (dt.date(2022, 5, 30), "2022-05-30"),
    ],
    ids=repr,
)
def test_a_written_date_is_read_with_its_precision(cell: object, value: str) -> None:
    assert parse_date(cell) == ParsedDate(value)


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        (None, ("blank",)),
        ("", ("blank",)),
        (" - ", ("blank",)),
        (44635, ("unparsed", "serial")),
        ("44635", ("unparsed", "serial")),
        ("1-Sep", ("unparsed", "excel_date")),
        ("Sep-22", ("unparsed", "excel_date")),
        ("15/03/22", ("unparsed", "two_digit_year")),
        ("2021-2022", ("unparsed", "range")),
        ("01/09/2021 - 01/09/2023", ("unparsed", "range")),
        ("03/15/2022", ("impossible",)),
        ("31/02/2022", ("impossible",)),
        ("29/02/2022", ("impossible",)),
        ("00/01/2022", ("impossible",)),
        ("01/00/2022", ("impossible",)),
        ("13/2022", ("impossible",)),
        ("0000", ("impossible",)),
        ("15/03/9022", ("impossible",)),
        (dt.date(1, 1, 1), ("impossible",)),
        ("hôm qua", ("unparsed",)),
        ("٢٠٢٢", ("unparsed",)),
        (True, ("unparsed",)),
        (float("nan"), ("unparsed",)),
        (float("inf"), ("unparsed",)),
        pytest.param(10**5000, ("unparsed",), id="a number of 5,001 digits"),
        (object(), ("unparsed",)),
        pytest.param("9" * 10_000, ("unparsed",), id="10,000 digits"),
    ],
)
def test_what_is_no_sure_date_is_flagged_and_not_rewritten(
    cell: object, flags: tuple[str, ...]
) -> None:
    assert parse_date(cell) == ParsedDate(None, flags)


def test_a_quarter_gives_its_year_and_a_flag() -> None:
    assert parse_date("Quý I/2022") == ParsedDate("2022", ("quarter",))
    assert parse_date("Quý 4 năm 2022") == ParsedDate("2022", ("quarter",))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("30/05/2022 14:05", ParsedDate("2022-05-30T14:05:00")),
        ("30/05/2022 9:05:07", ParsedDate("2022-05-30T09:05:07")),
        ("2022-05-30T14:05:00Z", ParsedDate("2022-05-30T14:05:00+00:00")),
        ("2022-05-30 14:05:00+07:00", ParsedDate("2022-05-30T14:05:00+07:00")),
        (dt.datetime(2022, 5, 30, 14, 5, tzinfo=HANOI), ParsedDate("2022-05-30T14:05:00+07:00")),
        ("30/05/2022", ParsedDate("2022-05-30")),
        ("30/05/2022 25:99", ParsedDate("2022-05-30", ("impossible",))),
        ("xyz", ParsedDate(None, ("unparsed",))),
        (dt.datetime(1, 1, 1, tzinfo=HANOI), ParsedDate(None, ("impossible",))),
    ],
)
def test_timestamps_keep_the_clock_that_was_written(cell: object, expected: ParsedDate) -> None:
    assert parse_timestamp(cell) == expected
