"""Numbers, money and dates in Vietnamese dress."""

import pytest

from dedup.text.display import format_date, format_number, format_vnd, format_vnd_words

NBSP = "\u00a0"


def test_money_has_dots_and_a_no_break_space() -> None:
    assert format_vnd(1_234_567) == f"1.234.567{NBSP}đ"
    assert format_vnd(0) == f"0{NBSP}đ"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1_230_000_000, "1,23 tỷ đồng"),
        (350_000_000, "350 triệu đồng"),
        (33_000_000_000_000, "33.000 tỷ đồng"),
        (1_500_000, "1,5 triệu đồng"),
        (999_999_999, "1 tỷ đồng"),
        (999_995_000, "1 tỷ đồng"),
        (999_994_999, "999,99 triệu đồng"),
        (999_500_000, "999,5 triệu đồng"),
        (1_050_000_000, "1,05 tỷ đồng"),
        (999_999, "999.999 đồng"),
        (1_500, "1.500 đồng"),
        (0, "0 đồng"),
        (-2_000_000, "-2 triệu đồng"),
    ],
)
def test_money_in_words_uses_the_largest_unit(amount: int, expected: str) -> None:
    assert format_vnd_words(amount).replace(NBSP, " ") == expected


def test_numbers_have_a_decimal_comma() -> None:
    assert format_number(1_234_567.5, decimals=2) == "1.234.567,5"
    assert format_number(1_234_567) == "1.234.567"
    assert format_number(100.0, decimals=1) == "100"


@pytest.mark.parametrize(
    ("iso", "expected"),
    [("2022-03-05", "05/03/2022"), ("2022-03", "03/2022"), ("2022", "2022")],
)
def test_dates_keep_their_precision(iso: str, expected: str) -> None:
    assert format_date(iso) == expected
