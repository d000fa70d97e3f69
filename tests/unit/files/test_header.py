"""The head of a table is found by its words, whatever stands above it and however it is merged."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import BadFile
from dedup.files import Wanted, open_rows
from dedup.files.header import find_header, is_number_row
from dedup.files.mapping import columns_of, header_key, overridden, propose
from dedup.files.synonyms import meaning
from dedup.files.table import Merge, Row
from dedup.text.charsets import Charset, encode
from tests.unit.files.sheets import opened, workbook

HEADINGS = ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi (triệu đồng)")


def numbered(*rows: tuple[str, ...]) -> list[Row]:
    return list(enumerate(rows, start=1))


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("Tên sáng kiến", "title"),
        ("TÊN SÁNG KIẾN / GIẢI PHÁP", "title"),
        ("Tên đề tài", "title"),
        ("Mã SK", "code"),
        ("Thực trạng trước khi áp dụng", "situation"),
        ("Tóm tắt nội dung giải pháp", "description"),
        ("Tính mới, tính sáng tạo", "novelty"),
        ("Hiệu quả xã hội", "effect"),
        ("Hiệu quả kinh tế", "benefit_raw"),
        ("Số tiền làm lợi (đ)", "benefit_raw"),
        ("Họ và tên tác giả", "authors"),
        ("Năm sinh", "authors.birth_year"),
        ("CĐCS", "unit"),
        ("Nơi công tác", "unit"),
        ("Đơn vị tính", ""),
        ("Ngày áp dụng lần đầu", "first_applied_on"),
        ("Số QĐ, ngày QĐ", "decision_no"),
        ("Ngày QĐ công nhận", "recognised_on"),
        ("Cấp công nhận", "decision_level"),
        ("Năm", "year"),
        ("Nam/Nữ", ""),
        ("Số tiền làm lợi năm đầu tiên", "benefit_raw"),
        ("ten sang kien", "title"),
        (encode("Tên sáng kiến", Charset.TCVN3), "title"),
    ],
)
def test_a_heading_means_its_longest_synonym(cell: str, field: str) -> None:
    found = meaning(cell)

    assert found is not None
    assert found.field == field


@pytest.mark.parametrize("cell", ["Ghi nhận", "Kính gửi", "Mẫu số 01", "", "Việt"])
def test_words_inside_other_words_mean_nothing(cell: str) -> None:
    assert meaning(cell) is None


@pytest.mark.parametrize(
    "row",
    [
        ("(1)", "(2)", "(3)"),
        ("1", "2", "3", "4=2+3"),
        ("A", "B", "C"),
        ("", "1", "2", "3"),
        ("(1)", "(2)", "(3)=(1)+(2)"),
    ],
)
def test_a_row_of_column_numbers_is_known(row: tuple[str, ...]) -> None:
    assert is_number_row(row)


@pytest.mark.parametrize("row", [("1", "2"), ("1", "Bơm", "3"), ("3", "3", "3"), ("5", "2", "9")])
def test_a_row_of_data_is_not_a_row_of_column_numbers(row: tuple[str, ...]) -> None:
    assert not is_number_row(row)


# Anything that may stand above a table, without the words of a heading of its own.
TITLE_LINES = st.lists(
    st.lists(
        st.sampled_from(
            (
                "",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "BÁO CÁO TỔNG HỢP SÁNG KIẾN CỦA CÁC ĐƠN VỊ",
                "(Kèm theo Công văn số 123/CĐCT ngày 12/5/2022)",
                "CÔNG ĐOÀN CÔNG THƯƠNG VIỆT NAM",
                "DANH SÁCH CÁC SÁNG KIẾN, GIẢI PHÁP NĂM 2022",
                "Kết quả thực hiện chương trình 1 triệu sáng kiến",
                "Số: 12/BC",
            )
        ),
        max_size=6,
    ).map(tuple),
    max_size=12,
)


@given(TITLE_LINES, st.permutations(HEADINGS), st.integers(0, 2))
def test_the_head_is_found_under_any_title_lines(
    above: list[tuple[str, ...]], headings: list[str], pad: int
) -> None:
    head = ("",) * pad + tuple(headings)
    body = ("1", "Cải tiến mô tả nội dung đơn vị", "Nguyễn Văn An", "Xưởng 1", "350")
    header = find_header(numbered(*above, head, body))

    assert (header.first, header.last) == (len(above) + 1, len(above) + 1)
    assert header.labels == head


def test_the_unit_and_the_unit_of_money_come_from_the_title_lines() -> None:
    header = find_header(
        numbered(
            ("CÔNG ĐOÀN CÔNG THƯƠNG VIỆT NAM\nCÔNG ĐOÀN CÔNG TY SUPE LÂM THAO", "", "CỘNG HÒA"),
            ("DANH SÁCH SÁNG KIẾN CÔNG ĐOÀN",),
            ("", "", "", "ĐVT: triệu đồng"),
            ("STT", "Tên sáng kiến", "Tác giả", "Số tiền làm lợi"),
        )
    )

    assert (header.unit, header.money) == ("CÔNG ĐOÀN CÔNG TY SUPE LÂM THAO", 1_000_000)


def test_a_unit_named_outright_beats_the_letterhead() -> None:
    header = find_header(
        numbered(
            ("CÔNG ĐOÀN CÔNG THƯƠNG VIỆT NAM",),
            ("Đơn vị: Nhà máy Pin Hà Nội",),
            ("Đơn vị tính: đồng",),
            ("Tên sáng kiến", "Tác giả"),
        )
    )

    assert header.unit == "Nhà máy Pin Hà Nội"


def test_two_merged_rows_and_column_numbers_are_one_head() -> None:
    rows = numbered(
        ("DANH SÁCH", "", "", "", "", ""),
        ("TT", "Tên sáng kiến", "Tác giả", "", "Hiệu quả", ""),
        ("", "", "Họ và tên", "Năm sinh", "kinh tế (đồng)", "xã hội"),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("1", "Bơm nước", "An", "1980", "5", "x"),
    )
    merges = (Merge(2, 0, 3, 0), Merge(2, 1, 3, 1), Merge(2, 2, 2, 3), Merge(2, 4, 2, 5))
    header = find_header(rows, merges)

    assert (header.first, header.lowest, header.last, header.ordinal) == (2, 3, 4, 0)
    assert propose(header) == {
        "Tên sáng kiến": "title",
        "Tác giả – Họ và tên": "authors",
        "Tác giả – Năm sinh": "authors.birth_year",
        "Hiệu quả – kinh tế (đồng)": "benefit_raw",
        "Hiệu quả – xã hội": "effect",
    }


def test_two_rows_without_merges_as_csv_has_them_are_one_head() -> None:
    rows = numbered(
        ("TT", "Tên sáng kiến", "Quyết định công nhận", "", "Đơn vị"),
        ("", "", "Số", "Ngày", ""),
        ("1", "Bơm nước", "12/QĐ", "1/2/2022", "Xưởng 1"),
    )
    header = find_header(rows)

    assert (header.first, header.last) == (1, 2)
    assert propose(header) == {
        "Tên sáng kiến": "title",
        "Quyết định công nhận – Số": "decision_no",
        "Quyết định công nhận – Ngày": "recognised_on",
        "Đơn vị": "unit",
    }


def test_a_group_heading_under_the_head_is_not_a_second_row_of_it() -> None:
    header = find_header(
        numbered(("TT", "Tên sáng kiến", "Tác giả"), ("I", "Công đoàn A", ""), ("1", "Bơm", "An"))
    )

    assert header.last == 1


def test_the_content_column_is_the_title_only_where_there_is_no_other() -> None:
    alone = find_header(numbered(("STT", "Nội dung sáng kiến", "Tác giả")))
    beside = find_header(numbered(("STT", "Tên sáng kiến", "Nội dung sáng kiến", "Tác giả")))

    assert propose(alone)["Nội dung sáng kiến"] == "title"
    assert propose(beside)["Nội dung sáng kiến"] == "description"


def test_of_two_columns_for_one_field_the_clearer_heading_wins() -> None:
    header = find_header(numbered(("Đơn vị áp dụng thử nghiệm", "Tên sáng kiến", "Đơn vị")))

    assert propose(header) == {"Tên sáng kiến": "title", "Đơn vị": "unit"}


def test_equal_headings_are_told_apart_by_number() -> None:
    header = find_header(numbered(("Tên sáng kiến", "Tác giả", "Ghi chú", "Ghi chú")))

    assert header.labels == ("Tên sáng kiến", "Tác giả", "Ghi chú", "Ghi chú (2)")


def test_without_a_title_column_the_refusal_says_what_is_looked_for() -> None:
    with pytest.raises(BadFile, match="Tên sáng kiến"):
        find_header(numbered(("a", "b"), ("c", "d")))


def test_a_chosen_header_row_is_taken_at_its_word() -> None:
    rows = numbered(("Tên sáng kiến", "Tác giả"), ("Việc đã làm", "Người làm"), ("Bơm", "An"))
    header = find_header(rows, header_row=2)

    assert header.labels == ("Việc đã làm", "Người làm")
    assert columns_of(header, {"việc đã làm": "title", "B": "authors"}) == {
        "title": (0,),
        "authors": (1,),
    }


def test_a_person_moves_a_field_and_takes_a_column_out() -> None:
    proposed = {"Tên": "title", "Mô tả": "description", "Đơn vị": "unit"}

    assert overridden(proposed, {"Nơi làm": "unit", "mô tả": ""}) == {
        "Tên": "title",
        "Nơi làm": "unit",
        "mô tả": "",
    }


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"Tên sáng kiến": "tieu_de"}, "tieu_de"),
        ({"Cột lạ": "title"}, "Cột lạ"),
        ({"Tác giả": "authors"}, "Tên sáng kiến"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: dict[str, str], told: str) -> None:
    header = find_header(numbered(("Tên sáng kiến", "Tác giả")))

    with pytest.raises(BadFile, match=told):
        columns_of(header, mapping)


def test_the_key_of_a_head_ignores_its_dress_but_not_its_order() -> None:
    one = find_header(numbered(("STT", "Tên sáng kiến", "Đơn vị")))
    dressed = find_header(numbered(("CÔNG ĐOÀN A",), ("stt", "TÊN  SÁNG KIẾN", "Đơn vị:")))
    other = find_header(numbered(("STT", "Đơn vị", "Tên sáng kiến")))

    assert header_key(one) == header_key(dressed) != header_key(other)


def test_a_remembered_mapping_replaces_the_proposal(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Tên sáng kiến", "Việc"], ["Bơm nước mát", "Hàn ống"]])

    [row] = open_rows(path, Wanted(), remembered={"Việc": "title"}).rows
    [plain] = opened(path).rows

    assert row.submission is not None
    assert row.submission.title == "Hàn ống"
    assert plain.submission is not None
    assert plain.submission.title == "Bơm nước mát"
