"""Legacy fonts are decoded on evidence, and nothing else is."""

import pytest

from dedup.text.charsets import Charset, decode, detect, encode, looks_legacy

SENTENCE = "Giải pháp cải tiến hệ thống bơm nước làm mát lò hơi"
TCVN3 = "Gi¶i ph¸p c¶i tiÕn hÖ thèng b¬m n\xadíc lµm m¸t lß h¬i"
VNI = "Giaûi phaùp caûi tieán heä thoáng bôm nöôùc laøm maùt loø hôi"


def test_the_vector_in_tcvn3_is_decoded() -> None:
    assert detect(TCVN3) is Charset.TCVN3
    assert decode(TCVN3, Charset.TCVN3) == SENTENCE


def test_the_vector_in_vni_is_decoded() -> None:
    assert detect(VNI) is Charset.VNI
    assert decode(VNI, Charset.VNI) == SENTENCE


def test_encoding_gives_the_vectors_back() -> None:
    assert encode(SENTENCE, Charset.TCVN3) == TCVN3
    assert encode(SENTENCE, Charset.VNI) == VNI


@pytest.mark.parametrize(
    ("legacy", "charset", "expected"),
    [
        ("C«ng ty §iÖn lùc", Charset.TCVN3, "Công ty Điện lực"),
        ("s¶n xuÊt « t«", Charset.TCVN3, "sản xuất ô tô"),
        ("§iÖn", Charset.TCVN3, "Điện"),
        ("NguyÔn V¨n An", Charset.TCVN3, "Nguyễn Văn An"),
        ("Hµ Néi", Charset.TCVN3, "Hà Nội"),
        ("GI¶I PH¸P C¶I TIÕN", Charset.TCVN3, "GIẢI PHÁP CẢI TIẾN"),
        ("Gi¶i ph¸p l¾p van Autodesk®", Charset.TCVN3, "Giải pháp lắp van Autodeskđ"),
        ("èng d©y ®iÖn 60 ÷ 80 mm", Charset.TCVN3, "ống dây điện 60 ÷ 80 mm"),
        ("Coâng ty Ñieän löïc", Charset.VNI, "Công ty Điện lực"),
        ("GIAÛI PHAÙP CAÛI TIEÁN", Charset.VNI, "GIẢI PHÁP CẢI TIẾN"),
        ("Haø Noäi", Charset.VNI, "Hà Nội"),
        ("Ñaùnh giaù", Charset.VNI, "Đánh giá"),
    ],
)
def test_short_and_mixed_case_cells_are_decoded(
    legacy: str, charset: Charset, expected: str
) -> None:
    assert detect(legacy) is charset
    assert decode(legacy, charset) == expected


@pytest.mark.parametrize(
    "text",
    [
        "±", "®", "°", "²", "µ", "©", "§", "¶", "·", "\xad", "",
        "m³", "m²", "µm", "10 µm ÷ 20 µm", "5 µA", "25°C±2", "60 ÷ 80", "60÷80", "2×3×4", "m×n",
        "a×b×c", "Ø21", "Ø 21", "phi Ø", "ống Ø114×4,5", "1½", "¼ inch", "«abc»", "« bơm »",
        "© 2022", "Sika®", "Zalo® OA", "Autodesk® AutoCAD®", "AT&T ¢ £ ¥ ¤", "§ 5", "§5", "x¹",
        "h¹", "A¹ B²", "1ª", "nº 5", "¿Qué?", "¡Hola!",
        "café", "thé", "café thé pâté à l'été", "Seán Noël haï", "où", "août", "goût", "naïf",
        "Système de contrôle à été amélioré", "hôtel crème brûlée", "Être ou ne pas être",
        "L'équipe a développé un système évolué", "El Niño", "São Paulo", "Curaçao", "Citroën",
        "Müller, Köln und Zürich", "Ångström", "Björk", "smörgåsbord", "señor", "coágulo área",
        "information system", "infor\xadmation sys\xadtem", "resumé",
        "Tæ", "Hµ",
    ],
)  # fmt: skip
def test_technical_and_western_text_is_left_alone(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        SENTENCE.upper(),
        "giá", "giá bán", "nhà", "hôm", "bé", "tõ", "là", "Hà Nam", "cà phê", "Nội vụ", "hoá", "hoà",
        "khoá", "loá", "quá", "tuý", "uý", "mía", "xoá", "Ê ê", "bò tôi mà nó",
        "Lắp van Ø21 cho bơm 60 ÷ 80 m³/h ±2°C «mới» ® ©",
        "hÔM nAY lÀ", "QÐ-UBND", "CÐCS", "Ðà Nẵng", "Ðèn",
    ],
)  # fmt: skip
def test_vietnamese_unicode_is_never_read_as_legacy(text: str) -> None:
    assert detect(text) is None


def test_in_a_mixed_cell_only_the_legacy_part_is_decoded() -> None:
    cell = "Công ty Điện lực Hà Nam giá bán: Gi¶i ph¸p c¶i tiÕn"
    assert detect(cell) is Charset.TCVN3
    assert decode(cell, Charset.TCVN3) == "Công ty Điện lực Hà Nam giá bán: Giải pháp cải tiến"


def test_too_weak_a_hint_is_flagged_and_not_converted() -> None:
    assert detect("Tæ") is None
    assert looks_legacy("Tæ")
    assert not looks_legacy("Tổ 5, van Ø21, 25°C ± 2, 10 µm")
