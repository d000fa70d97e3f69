"""One spelling per syllable, for comparison only."""

import pytest

from dedup.text.tones import one_spelling, place_tone


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hoà", "hòa"), ("hoá", "hóa"), ("hoạ", "họa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"),
        ("uỷ", "ủy"), ("tuỳ", "tùy"), ("hòa", "hòa"), ("quý", "quý"), ("quỹ", "quỹ"),
        ("qúy", "quý"), ("hòan", "hoàn"), ("tóan", "toán"), ("hùynh", "huỳnh"),
        ("ngòai", "ngoài"), ("hoàn", "hoàn"), ("xoáy", "xoáy"), ("thuế", "thuế"), ("mía", "mía"),
        ("của", "của"), ("quà", "quà"),
    ],
)  # fmt: skip
def test_tone_marks_stand_where_the_canonical_style_has_them(written: str, expected: str) -> None:
    assert place_tone(written) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kĩ", "kỹ"),
        ("lí", "lý"),
        ("quí", "quý"),
        ("ti", "ty"),
        ("tỉ", "tỷ"),
        ("hi", "hy"),
        ("sĩ", "sỹ"),
    ],
)
def test_i_and_y_are_one_after_these_onsets(one: str, other: str) -> None:
    assert one_spelling(one) == one_spelling(other) == other


@pytest.mark.parametrize(
    "word", ["thi", "khi", "đi", "bi", "y", "ý", "tay", "tai", "thúy", "vi", "ki-ôt"]
)
def test_other_syllables_keep_their_vowel(word: str) -> None:
    assert one_spelling(word) == word
