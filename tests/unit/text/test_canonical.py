"""The comparison form and the way back from it."""

import pytest

from dedup.text.canonical import align, canonical, fold
from dedup.text.charsets import Charset, encode


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", ""),
        ("  \n ", ""),
        ("…!?", ""),
        ("1. Nâng cao  hiệu quả", "nâng cao hiệu quả"),
        ("- Nâng cao", "nâng cao"),
        ("(1) Nâng cao", "nâng cao"),
        ("II. Nâng cao", "nâng cao"),
        ("a) Nâng cao", "nâng cao"),
        ("STT 12. Nâng cao", "nâng cao"),
        ("“Nâng cao”", "nâng cao"),
        ("Tên sáng kiến: Nâng cao", "nâng cao"),
        ("1. Một\n2. Hai", "một hai"),
        ("1.500 tấn", "1.500 tấn"),
        ("5S trong xưởng", "5s trong xưởng"),
        ("3 tại chỗ", "3 tại chỗ"),
        ("Khoẻ, HOÀ; Thuỷ.", "khỏe hòa thủy"),
        ("kĩ thuật công ti quí", "kỹ thuật công ty quý"),
        ("110 kV", "110kv"),
        ("110kV", "110kv"),
        ("80 %", "80%"),
        ("25 °C", "25°c"),
        ("2–4 mm", "2-4mm"),
        ("5 mm2 mm", "5mm2 mm"),
        ("SO₂ m³", "so2 m3"),
        ("1,5 tỷ", "1,5 tỷ"),
        ("D10", "d10"),
        ("công-đoàn_cơ sở", "công đoàn cơ sở"),
        ("Ðường Đỗ", "đường đỗ"),
        ("ＡＢ１２", "ab12"),
        ("Straße", "strasse"),
    ],
)
def test_what_does_not_tell_texts_apart_is_levelled(written: str, expected: str) -> None:
    assert canonical(written) == expected
    assert align(written).text == expected


def test_all_spellings_of_one_title_have_one_form() -> None:
    title = "Giải pháp cải tiến hệ thống bơm nước làm mát lò hơi"
    spellings = [
        title.upper(),
        f"1. “{title}.”",
        title.replace(" ", "\xa0 "),
        encode(title, Charset.TCVN3),
        encode(title, Charset.VNI),
        f"'{title}_x000D_",
    ]
    assert {canonical(spelling) for spelling in spellings} == {title.lower()}


def test_diacritics_tell_texts_apart_until_folded() -> None:
    assert canonical("Số hóa hồ sơ") != canonical("Sở hỏa hổ sở")
    assert fold("Số hóa hồ sơ") == fold("Sở hỏa hổ sở") == "so hoa ho so"
    assert fold("Đường dây") == "duong day"


def painted(text: str, piece: str) -> str:
    """The stretch of the original behind a piece of the canonical text."""
    aligned = align(text)
    at = aligned.text.index(piece)
    return text[int(aligned.offsets[at, 0]) : int(aligned.offsets[at + len(piece) - 1, 1])]


@pytest.mark.parametrize(
    ("text", "piece", "expected"),
    [
        ("1. Cải tiến MBA 110 kV", "máy biến áp", "MBA"),
        ("1. Cải tiến MBA 110 kV", "cải tiến", "Cải tiến"),
        ("1. Cải tiến MBA 110 kV", "110kv", "110 kV"),
        ("Bộ Khoẻ_x000D_\nmạnh", "khỏe mạnh", "Khoẻ_x000D_\nmạnh"),
        ("b¬m n\xadíc lµm m¸t", "nước", "n\xadíc"),
        ("maùt nöôùc loø", "nước", "nöôùc"),
        ("ho\u0300a bi\u0300nh", "bình", "bi\u0300nh"),
        ("x\u200by\x00z", "xyz", "x\u200by\x00z"),
        ("do CBCNV làm", "công nhân", "CBCNV"),
        ("do CBCNV làm", "làm", "làm"),
        ("tại Cty CP thép", "công ty cổ phần", "Cty CP"),
    ],
)
def test_marks_found_in_the_form_are_painted_on_the_original(
    text: str, piece: str, expected: str
) -> None:
    assert painted(text, piece) == expected


def test_an_empty_form_has_no_offsets() -> None:
    aligned = align("...")
    assert aligned.text == ""
    assert aligned.offsets.shape == (0, 2)


def test_ten_megabytes_are_only_more_of_the_same() -> None:
    assert canonical("Bơm " * 300_000) == ("bơm " * 300_000).strip()
    assert canonical("x" * 10_000_000) == "x" * 10_000_000
