"""Fingerprints are equal exactly where the compared texts are."""

from dedup.text.fingerprint import fingerprint, folded_fingerprint


def test_spelling_does_not_change_a_fingerprint() -> None:
    assert fingerprint("1. Hoà mạng MBA 110 kV", "Khoẻ.") == fingerprint(
        "hòa mạng máy biến áp 110kV", "khỏe"
    )


def test_a_word_changes_it() -> None:
    assert fingerprint("bơm nước") != fingerprint("bơm dầu")


def test_text_moved_between_title_and_content_changes_it() -> None:
    assert fingerprint("bơm nước", "lò hơi") != fingerprint("bơm", "nước lò hơi")
    assert fingerprint("bơm\x1fnước") != fingerprint("bơm", "nước")


def test_it_is_thirty_two_hex_digits_and_fixed_for_good() -> None:
    # Fingerprints are stored: a change of this value asks for a migration.
    assert fingerprint("Bơm nước", "Lò hơi") == "f08506d56869e91184cc16d810ebb862"


def test_the_folded_one_ignores_diacritics() -> None:
    assert folded_fingerprint("Số hóa hồ sơ") == folded_fingerprint("SO HOA HO SO")
    assert fingerprint("Số hóa hồ sơ") != fingerprint("SO HOA HO SO")
