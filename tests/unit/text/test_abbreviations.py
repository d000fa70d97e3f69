"""Abbreviations are expanded only where they have one reading."""

import pytest

from dedup.text.abbreviations import AMBIGUOUS, EXPANSIONS, expand, readings
from dedup.text.canonical import canonical


def test_no_token_is_both_sure_and_ambiguous() -> None:
    assert not EXPANSIONS.keys() & AMBIGUOUS.keys()


@pytest.mark.parametrize("token", sorted(EXPANSIONS))
def test_every_expansion_is_plain_lower_case_words(token: str) -> None:
    assert canonical(EXPANSIONS[token]).replace("sỹ", "sĩ") == EXPANSIONS[token]


@pytest.mark.parametrize("token", sorted(EXPANSIONS))
def test_every_listed_token_is_expanded_in_a_text(token: str) -> None:
    assert canonical(f"theo {token} này") == canonical(f"theo {EXPANSIONS[token]} này")


@pytest.mark.parametrize("token", sorted(AMBIGUOUS))
def test_what_is_ambiguous_is_never_rewritten(token: str) -> None:
    assert expand(token) is None
    assert canonical(f"theo {token} này") == canonical(f"theo {token.lower()} này")


@pytest.mark.parametrize(
    "token",
    "TI CT LH CA TA HA VT TM TB MC BT PC CN KS ĐV CĐ SK TĐ HN".split(),  # noqa: SIM905
)
def test_ordinary_letters_and_names_count_as_ambiguous(token: str) -> None:
    assert token in AMBIGUOUS


def test_every_reading_can_be_asked_for() -> None:
    assert readings("CN") == ("công nhân", "chi nhánh", "công nghệ", "công nghiệp")
    assert readings("TBA") == ("trạm biến áp",)
    assert readings("xyz") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MBA quản trị", "mba quản trị"),
        ("Học viên MBA quản trị kinh doanh", "học viên mba quản trị kinh doanh"),
        ("Quản lý lý lịch MBA phân phối", "quản lý lý lịch máy biến áp phân phối"),
        ("MBA 110kV", "máy biến áp 110kv"),
        ("MBAX điện", "mbax điện"),
        ("cbcnv", "cbcnv"),
        ("Cbcnv", "cbcnv"),
        ("CBCNVX", "cbcnvx"),
        ("(CBCNV)", "cán bộ công nhân viên"),
        ("Cty CP thép", "công ty cổ phần thép"),
        ("Cty\xa0CP thép", "công ty cổ phần thép"),
        ("CTCP thép", "công ty cổ phần thép"),
        ("chi phí CP", "chi phí cp"),
        ("Tổng LĐLĐVN", "tổng liên đoàn lao động việt nam"),
        ("mô hình 3TC", "mô hình 3 tại chỗ"),
        ("Sở KH&CN", "sở khoa học và công nghệ"),
        ("350 tr.đ", "350 triệu đồng"),
        ("KPI, ISO, 5S, Kaizen, QR, GIS, IoT, AI", "kpi iso 5s kaizen qr gis iot ai"),
    ],
)
def test_expansion_asks_for_the_whole_token_in_its_case(text: str, expected: str) -> None:
    assert canonical(text) == expected
