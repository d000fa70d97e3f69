"""What spoils a text: each function against words written out by hand."""

from __future__ import annotations

import unicodedata
from random import Random

from dedup.synthetic import noise

TEXT = "Giải pháp cải tiến hệ thống bơm nước làm mát lò hơi"


def test_marks_are_dropped_and_d_with_them() -> None:
    assert noise.without_diacritics("Đường dây ở Đồng Triều") == "Duong day o Dong Trieu"


def test_legacy_fonts_give_the_strings_offices_know() -> None:
    assert noise.in_tcvn3(TEXT) == "Gi¶i ph¸p c¶i tiÕn hÖ thèng b¬m n\xadíc lµm m¸t lß h¬i"
    assert noise.in_vni(TEXT) == "Giaûi phaùp caûi tieán heä thoáng bôm nöôùc laøm maùt loø hôi"


def test_decomposed_text_has_more_code_points_and_the_same_reading() -> None:
    assert len(noise.decomposed(TEXT)) == 68
    assert unicodedata.normalize("NFC", noise.decomposed(TEXT)) == TEXT


def test_old_tone_marks_move_in_open_syllables_only() -> None:
    assert noise.old_tone_marks("hòa khỏe thủy hoàn toán") == "hoà khoẻ thuỷ hoàn toán"


def test_short_forms_replace_the_written_ones() -> None:
    text = "máy biến áp và người lao động"
    assert noise.abbreviate(Random(1), text, rate=1.0) == "MBA và NLĐ"
    assert noise.abbreviate(Random(1), text, rate=0.0) == text


def test_slips_change_words_and_never_their_number() -> None:
    spoiled = noise.typos(Random(4), TEXT, rate=1.0)
    assert spoiled != TEXT
    assert len(spoiled.split(" ")) == len(TEXT.split(" "))
    assert noise.typos(Random(4), TEXT, rate=0.0) == TEXT


def test_excel_leaves_the_letters_of_a_short_cell() -> None:
    def letters(text: str) -> str:
        plain = text.replace("_x000D_", "").lower().removeprefix("a)")
        return "".join(letter for letter in plain if letter.isalpha())

    for seed in range(100):
        spoiled = noise.excel_noise(Random(seed), TEXT)
        assert letters(spoiled) in (letters(TEXT), "a" + letters(TEXT))


def test_excel_cuts_a_long_cell() -> None:
    cells = [noise.excel_noise(Random(seed), "chữ " * 100) for seed in range(40)]
    assert any(len(cell) <= 300 for cell in cells)
