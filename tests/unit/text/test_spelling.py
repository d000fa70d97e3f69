"""What counts as one well-formed Vietnamese syllable."""

import pytest

from dedup.text.spelling import is_syllable

WELL_FORMED = """
nghiêng quý quỹ khuỷu thuyền giếng gì giữ ỷ yêu ước oái thuở khuya huỳnh hoà hòa THIẾT Đường ngoáy
quốc xoong cữ béc tuýp
"""
MALFORMED = """
café clé hotel kà cỉ ngê gha tàt mạch1 bôk thóang tháốt Gi¶i phaùp ddieenj a-b àt xyz nghiêngg
"""


@pytest.mark.parametrize("word", WELL_FORMED.split())
def test_real_syllables_are_well_formed(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", [*MALFORMED.split(), "", " "])
def test_other_strings_are_not(word: str) -> None:
    assert not is_syllable(word)
