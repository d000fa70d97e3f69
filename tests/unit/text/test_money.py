"""Benefit values are read as đồng for one year, or not read at all."""

import math

import pytest

from dedup.text.money import Money, header_unit, parse_money


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234.567", Money(1_234_567)),
        ("1,234,567", Money(1_234_567)),
        ("1.234,5 triệu", Money(1_234_500_000)),
        ("1,2 tỷ", Money(1_200_000_000)),
        ("350tr", Money(350_000_000)),
        ("30 triệu/tháng", Money(360_000_000, "thang", flags=("HL07",))),
        ("1,5 tỷ/3 năm", Money(500_000_000, "nhieu_nam", flags=("HL07",))),
        ("200-300 triệu", Money(None, low=200_000_000, high=300_000_000, flags=("range",))),
        ("không tính được bằng tiền", Money(None, flags=("no_money_value",))),
        ("0", Money(0, flags=("zero",))),
        ("-", Money(None, flags=("blank",))),
        ("", Money(None, flags=("blank",))),
        ("1.500", Money(None, high=1_500, flags=("ambiguous",))),
        ("9.12E+08", Money(None, flags=("scientific",))),
    ],
)
def test_the_vectors_of_the_field(cell: str, expected: Money) -> None:
    assert parse_money(cell) == expected


def test_a_bare_number_takes_the_unit_of_its_column() -> None:
    assert parse_money("350", header_unit="triệu đồng") == Money(350_000_000)
    assert parse_money(350, header_unit="Giá trị làm lợi (triệu đồng)") == Money(350_000_000)
    assert parse_money(350.5, header_unit=10**6) == Money(350_500_000)
    assert parse_money("0,5", header_unit=10**9) == Money(500_000_000)


def test_a_unit_in_the_cell_outweighs_the_column() -> None:
    assert parse_money("1,5 tỷ", header_unit="triệu đồng") == Money(1_500_000_000)


def test_a_full_amount_under_a_column_of_millions_is_asked_about() -> None:
    assert parse_money("350.000.000", header_unit="triệu đồng") == Money(
        None, low=350_000_000, high=None, flags=("HL06", "ambiguous")
    )


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("350.000.000 đồng", 350_000_000),
        ("350 000 000 đ", 350_000_000),
        ("2.000.000đ", 2_000_000),
        ("1,234.5 triệu", 1_234_500_000),
        ("0,5 tỷ", 500_000_000),
        ("1 tỷ 200 triệu", 1_200_000_000),
        ("1 nghìn tỷ", 10**12),
        ("120 triệu đồng.", 120_000_000),
        ("350 TRIỆU ĐỒNG", 350_000_000),
        ("350 tr.đ", 350_000_000),
        ("350\xa0triệu", 350_000_000),
        (1_234_567, 1_234_567),
        (1_234_567.0, 1_234_567),
    ],
)
def test_ordinary_writings_are_read(cell: object, amount: int) -> None:
    assert parse_money(cell) == Money(amount)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("350 triệu đồng/năm", Money(350_000_000, "nam")),
        ("120 triệu đồng/01 năm", Money(120_000_000, "nam")),
        ("2 tỷ đồng mỗi năm", Money(2_000_000_000, "nam")),
        ("300 triệu trong năm đầu tiên", Money(300_000_000, "nam")),
        ("khoảng 350 triệu đồng/năm", Money(350_000_000, "nam", flags=("approximate",))),
        ("90 triệu/6 tháng", Money(180_000_000, "thang", flags=("HL07",))),
        ("50 triệu/quý", Money(200_000_000, "quy", flags=("HL07",))),
        ("10 triệu/lần", Money(None, "lan", 10_000_000, 10_000_000, ("HL07",))),
        ("5 triệu/sản phẩm", Money(None, "lan", 5_000_000, 5_000_000, ("HL07",))),
        ("20-30 triệu/tháng", Money(None, "thang", 240_000_000, 360_000_000, ("range", "HL07"))),
    ],
)
def test_the_declared_period_is_brought_to_one_year(cell: str, expected: Money) -> None:
    assert parse_money(cell) == expected


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("500 triệu - 1 tỷ", 500_000_000, 1_000_000_000),
        ("từ 200 đến 300 triệu đồng", 200_000_000, 300_000_000),
        ("1.000.000 – 2.000.000", 1_000_000, 2_000_000),
    ],
)
def test_a_range_keeps_both_ends_and_no_amount(cell: str, low: int, high: int) -> None:
    assert parse_money(cell) == Money(None, low=low, high=high, flags=("range",))


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        (None, ("blank",)),
        ("không có", ("blank",)),
        ("-5 triệu", ("negative",)),
        (-5, ("negative",)),
        ("35O triệu", ("homoglyph",)),
        ("l50 triệu", ("homoglyph",)),
        ("$500", ("currency",)),
        ("500 USD", ("currency",)),
        ("1e400", ("scientific",)),
        ("12.34.56", ("unparsed",)),
        ("5%", ("unparsed",)),
        ("1 tỷ 2", ("unparsed",)),
        ("1tr2", ("unparsed",)),
        ("Giảm 30 triệu", ("unparsed",)),
        ("1-2-3 triệu", ("unparsed",)),
        ("٣٥٠ triệu", ("unparsed",)),
        ("3 triệu/0 tháng", None),
        (True, ("unparsed",)),
        (math.nan, ("unparsed",)),
        (math.inf, ("unparsed",)),
        (object(), ("unparsed",)),
        pytest.param(10**5000, ("HL06", "unparsed"), id="a number of 5,001 digits"),
        pytest.param("9" * 10_000, ("unparsed",), id="10,000 digits"),
    ],
)
def test_what_cannot_be_read_is_not_guessed(cell: object, flags: tuple[str, ...] | None) -> None:
    parsed = parse_money(cell)
    assert parsed.amount is None
    assert flags is None or parsed == Money(None, flags=flags)


def test_an_ambiguous_number_offers_both_readings() -> None:
    assert parse_money("1.500 triệu") == Money(
        None, low=1_500_000, high=1_500_000_000, flags=("ambiguous",)
    )


def test_an_unbelievable_amount_is_flagged_as_a_wrong_unit() -> None:
    assert parse_money("350") == Money(350, flags=("HL06",))
    assert parse_money("350,5") == Money(None, flags=("rounded", "HL06"))
    assert parse_money("20.000.000 tỷ").amount is None


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Giá trị làm lợi (triệu đồng)", 10**6),
        ("ĐVT: triệu đồng", 10**6),
        ("Đơn vị tính: nghìn đồng", 10**3),
        ("Số tiền làm lợi (tr.đ)", 10**6),
        ("Giá trị làm lợi\n(ĐVT: Triệu đồng/năm)", 10**6),
        ("Tiền làm lợi, triệu đồng", 10**6),
        ("Giá trị (tỷ đồng)", 10**9),
        ("(VNĐ)", 1),
        ("Đơn vị: đồng", 1),
        ("triệu đồng", 10**6),
        ("Giá trị làm lợi", None),
        ("Tỷ lệ đóng góp (%)", None),
        ("Đơn vị", None),
        ("", None),
    ],
)
def test_a_header_names_its_unit(header: str, unit: int | None) -> None:
    assert header_unit(header) == unit
