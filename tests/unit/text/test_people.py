"""Names: cutting, comparing, ordering."""

import pytest

from dedup.text.collation import person_sort_key, sort_key_vi
from dedup.text.people import name_key, split_authors


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Nguyễn Văn A", ["Nguyễn Văn A"]),
        ("Nguyễn Văn A; Trần Thị B", ["Nguyễn Văn A", "Trần Thị B"]),
        ("Nguyễn Văn A, Trần Thị B và Lê C", ["Nguyễn Văn A", "Trần Thị B", "Lê C"]),
        ("1. Nguyễn Văn A 2. Trần Thị B", ["Nguyễn Văn A", "Trần Thị B"]),
        ("1) Nguyễn Văn A\n2) Trần Thị B", ["Nguyễn Văn A", "Trần Thị B"]),
        ("- Nguyễn Văn A\n- Trần Thị B", ["Nguyễn Văn A", "Trần Thị B"]),
        ("Nhóm tác giả: Nguyễn Văn A và cộng sự", ["Nguyễn Văn A"]),
        ("Lò Văn Và, Lê B", ["Lò Văn Và", "Lê B"]),
        ("Nguyễn A (50%, KS); Lê B (50%)", ["Nguyễn A (50%, KS)", "Lê B (50%)"]),
        ("Nguyễn A;;\n; Lê B;", ["Nguyễn A", "Lê B"]),
        ("", []),
        (" ; ", []),
    ],
)
def test_an_authors_cell_is_cut_into_names(cell: str, names: list[str]) -> None:
    assert split_authors(cell) == names


def test_names_compare_without_title_case_and_tone_style() -> None:
    assert name_key("KS. Nguyễn  Văn HOÀ") == name_key("ông nguyễn văn hòa") == "nguyễn văn hòa"
    assert name_key("Nguyễn Văn Hòa") != name_key("Nguyễn Văn Hoa")
    assert name_key("Ksor H'Nga") == "ksor h nga"


def test_a_name_that_looks_like_an_abbreviation_is_not_expanded() -> None:
    assert name_key("TRẦN QĐ") == "trần qđ"


def test_letters_and_tones_sort_the_vietnamese_way() -> None:
    # The order measured with Intl.Collator("vi").
    words = [
        "An",
        "ao",
        "ào",
        "ảo",
        "ão",
        "áo",
        "ạo",
        "Ăn",
        "Ân",
        "Dung",
        "Dương Văn An",
        "Đàm",
        "Đỗ",
    ]
    assert sorted(frozenset(words), key=sort_key_vi) == words


def test_small_comes_before_capital_and_tones_count_after_all_letters() -> None:
    words = ["an", "An", "án", "ana", "Ê", "o", "ô", "ơ", "u", "ư"]
    assert sorted(frozenset(words), key=sort_key_vi) == words


def test_numbers_sort_by_value() -> None:
    assert sorted(["Tổ 10", "Tổ 2", "Tổ 1"], key=sort_key_vi) == ["Tổ 1", "Tổ 2", "Tổ 10"]


def test_people_sort_by_given_name_then_family() -> None:
    people = ["Lê Thị An", "Trần Văn An", "Trần Anh", "Nguyễn Bình", "Lê Đào"]
    assert sorted(frozenset(people), key=person_sort_key) == people
    assert person_sort_key("") == person_sort_key("  ")
