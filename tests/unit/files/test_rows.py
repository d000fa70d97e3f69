"""Rows of office sheets: which are records, what is taken from above, what is parsed, what is told."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from dedup.files import ParsedRow
from dedup.initiatives import Author, Flag, PartialDate, Submission
from dedup.text.charsets import Charset, encode
from tests.unit.files.sheets import Merges, parsed, titles, workbook

HEAD = ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi (triệu đồng)")


def rows_of(folder: Path, *rows: Any, head: Any = HEAD, merges: Merges = ()) -> list[ParsedRow]:
    return parsed(workbook(folder / "a.xlsx", [head, *rows], merges=merges))


def one(folder: Path, head: tuple[str, ...], *cells: Any) -> Submission:
    [row] = rows_of(folder, cells, head=head)
    assert row.submission is not None
    return row.submission


def codes(submission: Submission) -> set[tuple[str, str]]:
    return {(flag.code, flag.field) for flag in submission.flags}


def test_an_office_sheet_gives_its_records_by_excel_row(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ("CÔNG ĐOÀN CÔNG THƯƠNG VIỆT NAM", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("CÔNG ĐOÀN TỔNG CÔNG TY GIẤY", "", "", "Độc lập - Tự do - Hạnh phúc"),
            ("DANH SÁCH SÁNG KIẾN NĂM 2022",),
            ("(Kèm theo Công văn số 12/CĐ ngày 01/6/2022)",),
            ("", "", "", "", "ĐVT: triệu đồng"),
            ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi"),
            ("(1)", "(2)", "(3)", "(4)", "(5)"),
            ("I", "Công đoàn Công ty Giấy Bãi Bằng", "", "", 400),
            (1, "Công cụ tháo lô sấy giấy không cần cẩu trục", "Nguyễn Văn An", "", 350),
            (2, "Tổng hợp dữ liệu vận hành lò hơi tự động", "Trần Thị Bình", "như trên", "50"),
            ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi"),
            ("II", "Công đoàn Công ty Giấy Tân Mai", "", "", ""),
            (3, "Cộng hưởng rung sàng bột giấy, giảm tắc", "Lê Văn Cường", "Phân xưởng Bột", ""),
            (4, "Đồ gá thay dao cuộn lại nhanh", "Phạm Thị Dung", "", "không tính được"),
            ("", "Tổng cộng", "", "", 400),
            (),
            ("", "Hà Nội, ngày 01 tháng 6 năm 2022"),
            ("NGƯỜI LẬP BIỂU", "", "", "CHỦ TỊCH"),
            ("(Ký, ghi rõ họ tên)",),
            ("Nguyễn Thị Em", "", "", "Trần Văn Giang"),
        ],
    )
    rows = [row.submission for row in parsed(path) if row.submission]

    assert titles(parsed(path)) == [
        (9, "Công cụ tháo lô sấy giấy không cần cẩu trục"),
        (10, "Tổng hợp dữ liệu vận hành lò hơi tự động"),
        (13, "Cộng hưởng rung sàng bột giấy, giảm tắc"),
        (14, "Đồ gá thay dao cuộn lại nhanh"),
    ]
    assert [row.unit for row in rows] == [
        "Công đoàn Công ty Giấy Bãi Bằng",
        "Công đoàn Công ty Giấy Bãi Bằng",
        "Phân xưởng Bột",
        "Phân xưởng Bột",
    ]
    assert [row.benefit_vnd for row in rows] == [350_000_000, 50_000_000, None, None]


@pytest.mark.parametrize(
    "title",
    [
        "Công ty áp dụng phần mềm chấm công mới",
        "Công cụ tháo vòng bi",
        "Cộng đồng học tập trực tuyến",
        "Tổng đài nội bộ tự động",
        "Tổ chức lại dây chuyền đóng gói",
        "Trưởng ca tự động hóa báo cáo",
        "Ngày hội đổi rác lấy cây",
        "Chủ tịch công đoàn với chuyển đổi số",
    ],
)
def test_a_numbered_row_is_a_record_however_its_title_begins(tmp_path: Path, title: str) -> None:
    assert titles(rows_of(tmp_path, (1, title, "", "", ""))) == [(2, title)]


@pytest.mark.parametrize(
    "row",
    [
        ("", "Tổng cộng", "", "", 900),
        ("Tổng cộng:", "", "", "", 900),
        ("", "TỔNG SỐ: 2 sáng kiến", "", "", ""),
        ("", "Cộng", "", "", 12),
        ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi (triệu đồng)"),
        ("1", "2", "3", "4", "5"),
        ("", "Người lập biểu", "", "Thủ trưởng đơn vị", ""),
        ("A", "Lĩnh vực an toàn", "", "", ""),
        ("", "II. Công đoàn Công ty B", "", "", ""),
        ("Công đoàn Công ty C", "", "", "", ""),
    ],
)
def test_what_is_no_record_is_left_out(tmp_path: Path, row: tuple[Any, ...]) -> None:
    rows = rows_of(tmp_path, (1, "Cải tiến bơm nước", "An", "Xưởng 1", 5), row)

    assert titles(rows) == [(2, "Cải tiến bơm nước")]
    assert [problem for each in rows for problem in each.problems] == []


def test_records_below_a_signature_of_another_block_are_still_read(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        (1, "Cải tiến bơm nước", "An", "Xưởng 1", 5),
        ("", "Người lập biểu", "", "", ""),
        ("", "Nguyễn Văn Tám", "", "", ""),
        (2, "Thay vòng bi tại chỗ", "Bình", "Xưởng 2", 6),
    )

    assert titles(rows) == [(2, "Cải tiến bơm nước"), (5, "Thay vòng bi tại chỗ")]


def test_a_unit_heading_over_merged_columns_gives_its_unit_without_the_numeral(
    tmp_path: Path,
) -> None:
    rows = rows_of(
        tmp_path,
        ("III. CĐCS Công ty Pin", "", "", "", ""),
        (1, "Máy đóng nắp pin", "An", "", ""),
        ("b) Lĩnh vực môi trường", "", "", "", ""),
        (2, "Thu hồi bụi kẽm", "Bình", "", ""),
        merges=[(1, 0, 1, 4), (3, 0, 3, 4)],
    )

    assert [r.submission.unit for r in rows if r.submission] == ["CĐCS Công ty Pin"] * 2
    assert ("from_group", "unit") in codes(rows[0].submission or Submission(title=""))


def test_without_a_unit_column_the_title_lines_name_the_unit(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [("CÔNG ĐOÀN CÔNG TY BIA",), ("Tên sáng kiến", "Tác giả"), ("Rửa chai ba cấp", "An")],
    )
    [row] = parsed(path)

    assert row.submission is not None
    assert row.submission.unit == "CÔNG ĐOÀN CÔNG TY BIA"


@pytest.mark.parametrize("ditto", ['"', "''", "-nt-", "nt", "Như trên", "-//-", "”"])
def test_as_above_takes_the_value_above(tmp_path: Path, ditto: str) -> None:
    rows = rows_of(
        tmp_path,
        (1, "Cải tiến bơm nước", "Nguyễn Văn An", "Xưởng 1", 5),
        (2, "Thay vòng bi tại chỗ", ditto, ditto, 6),
    )
    second = rows[1].submission

    assert second is not None
    assert (second.authors, second.unit) == ((Author(name="Nguyễn Văn An"),), "Xưởng 1")
    assert codes(second) == {("carried", "authors"), ("carried", "unit")}


def test_a_title_merged_downwards_is_one_record_with_several_authors(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        (1, "Cải tiến bơm nước", "Nguyễn Văn An", "Xưởng 1", 5),
        ("", "", "Trần Thị Bình", "", ""),
        ("", "", "Nguyễn Văn An", "", ""),
        (2, "Thay vòng bi tại chỗ", "Lê Cường", "Xưởng 2", 6),
        merges=[(1, 0, 3, 0), (1, 1, 3, 1), (1, 3, 3, 3)],
    )
    first, second = (row.submission for row in rows)

    assert first is not None and second is not None
    assert [author.name for author in first.authors] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert [author.name for author in second.authors] == ["Lê Cường"]
    assert second.unit == "Xưởng 2"


def test_a_row_that_brings_only_an_author_joins_the_record_above(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        (1, "Cải tiến bơm nước", "Nguyễn Văn An", "Xưởng 1", 5),
        ("", "", "Trần Thị Bình", "", ""),
    )
    [row] = rows

    assert row.submission is not None
    assert [author.name for author in row.submission.authors] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert ("joined_rows", "authors") in codes(row.submission)


def test_values_merged_downwards_hold_for_every_record_beside_them(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path,
        (1, "Cải tiến bơm nước", "An Văn", "Xưởng 1", 5),
        (2, "Thay vòng bi tại chỗ", "Bình Văn", "", 6),
        (3, "Hàn ống áp lực", "Cường Văn", "Xưởng 2", 7),
        merges=[(1, 3, 2, 3)],
    )

    assert [r.submission.unit for r in rows if r.submission] == ["Xưởng 1", "Xưởng 1", "Xưởng 2"]


def test_a_numbered_row_without_a_title_is_refused_with_its_row(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, (1, "", "An Văn", "Xưởng 1", 5), (2, "Hàn ống", "Bình", "", ""))

    assert [(p.row, p.code, p.level, p.column) for p in rows[0].problems] == [
        (2, "HL01", "error", "title")
    ]
    assert rows[0].submission is None
    assert titles(rows) == [(3, "Hàn ống")]


def test_a_cell_longer_than_its_field_is_refused_not_cut(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, (1, "a b c " * 200, "An", "x" * 1001, 5))

    assert {(p.code, p.column) for p in rows[0].problems} == {
        ("too_long", "title"),
        ("too_long", "unit"),
    }


def test_cells_in_an_old_font_are_decoded_one_by_one_and_told(tmp_path: Path) -> None:
    title, unit = "Giải pháp cải tiến hệ thống bơm nước", "Phân xưởng cơ điện"
    [row] = rows_of(
        tmp_path,
        (1, encode(title, Charset.TCVN3), "Nguyễn Văn An", encode(unit, Charset.VNI), 5),
    )

    assert row.submission is not None
    assert (row.submission.title, row.submission.unit) == (title, unit)
    assert codes(row.submission) == {("HL12", "title"), ("HL12", "unit")}
    assert row.submission.raw["Tên sáng kiến"] == encode(title, Charset.TCVN3)


def test_the_raw_row_is_what_the_cells_held(tmp_path: Path) -> None:
    record = one(
        tmp_path,
        ("Mã SK", "Tên sáng kiến", "Ghi chú", "Ngày áp dụng", "Màu"),
        1234.0,
        "  Cải tiến  bơm\u00a0nước ",
        "_x000D_",
        dt.date(2022, 3, 15),
        "đỏ",
    )

    assert record.raw == {
        "Mã SK": "1234",
        "Tên sáng kiến": "  Cải tiến  bơm\u00a0nước ",
        "Ghi chú": "_x000D_",
        "Ngày áp dụng": "2022-03-15",
        "Màu": "đỏ",
    }
    assert record.code == "1234"


DATE_HEAD = ("Tên sáng kiến", "Ngày áp dụng", "Ngày nộp", "Năm")


@pytest.mark.parametrize(
    ("applied", "year", "iso", "flag"),
    [
        (dt.date(2022, 3, 15), "", "2022-03-15", None),
        ("15/03/2022", "", "2022-03-15", None),
        ("3/2022", 2021, "2022-03", None),
        (2022, "", "2022", None),
        ("", 2021, "2021", None),
        ("", "năm 2021", "2021", None),
        ("31/02/2022", "", None, "impossible"),
        ("1-Sep", "", None, "excel_date"),
        (44635, "", None, "serial"),
        ("sắp tới", 2020, "2020", "unparsed"),
    ],
)
def test_dates_keep_their_precision_and_a_year_stands_in(
    tmp_path: Path, applied: Any, year: Any, iso: str | None, flag: str | None
) -> None:
    record = one(tmp_path, DATE_HEAD, "Cải tiến bơm nước", applied, "", year)

    assert record.first_applied_on == (PartialDate(iso) if iso else None)
    assert flag is None or (flag, "first_applied_on") in codes(record)


@pytest.mark.parametrize(
    ("cell", "heading", "amount", "flags"),
    [
        (350, "Giá trị làm lợi (triệu đồng)", 350_000_000, set()),
        ("350.000.000", "Giá trị làm lợi (đồng)", 350_000_000, set()),
        ("1,2 tỷ", "Giá trị làm lợi (triệu đồng)", 1_200_000_000, set()),
        ("30 triệu/tháng", "Giá trị làm lợi", 360_000_000, {"HL07"}),
        ("200-300 triệu", "Giá trị làm lợi", None, {"range"}),
        ("1.500", "Giá trị làm lợi (triệu đồng)", None, {"ambiguous"}),
        (0, "Giá trị làm lợi", 0, {"zero"}),
        ("-", "Giá trị làm lợi", None, set()),
        ("không tính được bằng tiền", "Giá trị làm lợi", None, {"no_money_value"}),
        ("9.12E+08", "Giá trị làm lợi", None, {"scientific"}),
    ],
)
def test_money_is_read_by_its_own_unit_or_its_columns(
    tmp_path: Path, cell: Any, heading: str, amount: int | None, flags: set[str]
) -> None:
    record = one(tmp_path, ("Tên sáng kiến", heading), "Cải tiến bơm nước", cell)

    assert record.benefit_vnd == amount
    assert {flag.code for flag in record.flags if flag.field == "benefit_raw"} == flags


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Nguyễn Văn An", (Author(name="Nguyễn Văn An"),)),
        (
            "1. Nguyễn Văn An (60%)\n2. Trần Thị Bình (40%)",
            (Author(name="Nguyễn Văn An", share=60.0), Author(name="Trần Thị Bình", share=40.0)),
        ),
        (
            "Nguyễn Văn An: 62,5%; Trần Thị Bình - 37,5%",
            (Author(name="Nguyễn Văn An", share=62.5), Author(name="Trần Thị Bình", share=37.5)),
        ),
        (
            "Nguyễn Văn An (Chủ nhiệm), Trần Thị Bình (SN 1985)",
            (
                Author(name="Nguyễn Văn An", main=True),
                Author(name="Trần Thị Bình", birth_year=1985),
            ),
        ),
        ("", ()),
    ],
)
def test_authors_come_with_shares_roles_and_birth_years(
    tmp_path: Path, cell: str, authors: tuple[Author, ...]
) -> None:
    assert one(tmp_path, ("Tên sáng kiến", "Tác giả"), "Bơm nước mát", cell).authors == authors


def test_details_in_other_columns_belong_to_the_authors_they_stand_beside(tmp_path: Path) -> None:
    head = ("Tên sáng kiến", "Tác giả", "Năm sinh", "Điện thoại", "Tỷ lệ đóng góp (%)", "Chức vụ")
    both = one(tmp_path, head, "Bơm", "An Văn\nBình Lê", "1980\n1985", "0912;0913", "60\n40", "KS")
    alone = one(tmp_path, head, "Bơm", "An Văn", dt.date(1980, 5, 1), "0912 345", 0.6, "Kỹ sư")

    assert both.authors == (
        Author(name="An Văn", birth_year=1980, phone="0912", share=60.0),
        Author(name="Bình Lê", birth_year=1985, phone="0913", share=40.0),
    )
    assert alone.authors == (
        Author(name="An Văn", birth_year=1980, phone="0912 345", share=60.0, job="Kỹ sư"),
    )


@pytest.mark.parametrize(
    ("cell", "secret", "flagged"),
    [
        ("x", True, False),
        ("Có", True, False),
        (True, True, False),
        ("Không", False, False),
        ("", False, False),
        ("chờ duyệt", False, True),
    ],
)
def test_a_tick_is_read_and_anything_else_asked_about(
    tmp_path: Path, cell: Any, secret: bool, flagged: bool
) -> None:
    record = one(tmp_path, ("Tên sáng kiến", "Bí mật", "Đơn vị"), "Bơm nước", cell, "X1")

    assert record.secret is secret
    assert (("unparsed", "secret") in codes(record)) is flagged


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Giải pháp kỹ thuật", "ky_thuat"),
        ("Ứng dụng tiến bộ kỹ thuật", "ung_dung_tbkt"),
        ("quản lý", "quan_ly"),
        ("Tác nghiệp", "tac_nghiep"),
        ("Khác (nêu rõ)", "Khác (nêu rõ)"),
    ],
)
def test_a_kind_is_coded_where_it_is_known(tmp_path: Path, cell: str, kind: str) -> None:
    assert one(tmp_path, ("Tên sáng kiến", "Loại giải pháp"), "Bơm nước", cell).kind == kind


def test_texts_of_several_columns_of_one_field_are_joined(tmp_path: Path) -> None:
    record = one(
        tmp_path, ("Tên sáng kiến", "Mô tả", "Nội dung giải pháp"), "Bơm", "Trước đây.", "Nay."
    )

    assert record.description == "Trước đây.\nNay."


def test_numbers_that_excel_changed_and_unfinished_typing_are_flagged(tmp_path: Path) -> None:
    record = one(tmp_path, ("Mã SK", "Tên sáng kiến"), "9.12E+08", "thieets bij nhieetj ddooj")

    assert record.code == "9.12E+08"
    assert codes(record) == {("scientific", "code"), ("unfinished_typing", "title")}


def test_a_formula_without_its_result_is_told_at_its_row(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tên sáng kiến", "Giá trị làm lợi"])
    sheet.append(["Cải tiến bơm nước", "=100*2"])
    book.save(tmp_path / "a.xlsx")
    [row] = parsed(tmp_path / "a.xlsx")

    assert row.submission is not None
    assert Flag(code="uncached", field="benefit_raw", detail="Giá trị làm lợi") in (
        row.submission.flags
    )
    assert row.submission.benefit_vnd is None


def test_csv_rows_are_parsed_like_sheets(tmp_path: Path) -> None:
    content = "\n".join(
        (
            ";;ĐVT: triệu đồng",
            "STT;Tên sáng kiến;Giá trị làm lợi;Tác giả",
            "(1);(2);(3);(4)",
            '1;"Cải tiến\nbơm nước";350;"An Văn; Bình Lê"',
            ";Tổng cộng;350;",
        )
    )
    (tmp_path / "a.csv").write_text(content, encoding="utf-16")
    [row] = parsed(tmp_path / "a.csv")

    assert row.source.row == 4
    assert row.submission is not None
    assert row.submission.title == "Cải tiến\nbơm nước"
    assert row.submission.benefit_vnd == 350_000_000
    assert [author.name for author in row.submission.authors] == ["An Văn", "Bình Lê"]
