"""Tables are read by what the file is, with the row numbers Excel shows, or refused with a reason."""

import csv
import datetime as dt
import io
import struct
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import BadFile
from dedup.files import read_table, sheets, zipguard
from dedup.files.table import UNCACHED, Merge, column_letters, column_number
from tests.unit.files.sheets import workbook

DATA = Path(__file__).parent / "data"


def cells(path: Path, *, sheet: str | None = None) -> dict[int, tuple[object, ...]]:
    return dict(read_table(path, sheet=sheet).rows)


def test_rows_and_columns_keep_their_places_below_blank_ones(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [[], [], ["", "", "Tên"], [], ["", "", 5, "x"]])

    assert cells(path)[3] == ("", "", "Tên", "")
    assert cells(path)[5] == ("", "", 5.0, "x")


def test_dates_numbers_and_truths_keep_their_types(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [[dt.date(2022, 3, 15), 1234.5, True]])

    assert cells(path) == {1: (dt.date(2022, 3, 15), 1234.5, True)}


def test_merged_blocks_are_told_by_excel_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["", ""], ["", "c"]], merges=[(0, 0, 2, 0)])

    assert read_table(path).merges == (Merge(top=1, left=0, bottom=3, right=0),)


def test_the_first_visible_sheet_is_read_unless_another_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["một"]], more={"T2": [["hai"]], "T3": [["ba"]]})
    book = openpyxl.load_workbook(path)
    book["DS"].sheet_state = "hidden"
    book.active = 1
    book.save(path)

    assert [(s.name, s.visible) for s in sheets(path)] == [
        ("DS", False),
        ("T2", True),
        ("T3", True),
    ]
    assert cells(path) == {1: ("hai",)}
    assert cells(path, sheet="T3") == {1: ("ba",)}
    with pytest.raises(BadFile, match="«T2»"):
        read_table(path, sheet="T9")


def test_a_formula_gives_its_stored_value_and_tells_where_it_has_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B2"] = "Tên", "=1+1"
    book.save(tmp_path / "a.xlsx")

    assert read_table(tmp_path / "a.xlsx").remarks == {(2, 1): UNCACHED}


def test_a_formula_with_its_value_or_an_error_is_read_as_such(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("DS")
    sheet.write_formula(0, 0, "=2+3", None, 5)
    sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
    sheet.write_formula(0, 2, '=IF(A1>9,"x","")', None, "")
    book.close()
    # Excel marks an empty text as a result; the library that wrote this file does not.
    rewritten(tmp_path / "a.xlsx", SHEET, b'<c r="C1">', b'<c r="C1" t="str">')
    table = read_table(tmp_path / "a.xlsx")

    assert table.remarks == {(1, 1): "#DIV/0!"}
    assert dict(table.rows)[1][0] == 5.0


def test_an_old_xls_is_read_with_its_merges() -> None:
    table = read_table(DATA / "office.xls")

    assert dict(table.rows)[2] == (1.0, "Cải tiến băng tải than", "Nguyễn Văn An")
    assert Merge(top=4, left=1, bottom=5, right=1) in table.merges


TEXT = "Tên sáng kiến;Đơn vị\r\nCải tiến bơm nước;Xưởng điện\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        b"\xef\xbb\xbf" + TEXT.encode("utf-8"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace(";", ",").encode("utf-8"),
        TEXT.replace(";", "\t").encode("utf-8"),
        b"sep=;\r\n" + TEXT.encode("utf-8"),
        TEXT.replace("\r\n", "\n").encode("utf-8"),
        TEXT.replace("\r\n", "\r").encode("utf-8"),
    ],
)
def test_csv_is_read_in_every_encoding_and_delimiter(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    assert cells(tmp_path / "a.csv") == {
        1: ("Tên sáng kiến", "Đơn vị"),
        2: ("Cải tiến bơm nước", "Xưởng điện"),
    }


def test_csv_in_windows_1258_is_read(tmp_path: Path) -> None:
    written = "".join(
        part
        for letter in TEXT
        for part in (letter if _is_1258(letter) else _parted(unicodedata.normalize("NFD", letter)))
    )
    (tmp_path / "a.csv").write_bytes(written.encode("cp1258"))
    read = cells(tmp_path / "a.csv")

    assert unicodedata.normalize("NFC", str(read[2][0])) == "Cải tiến bơm nước"


def _is_1258(letter: str) -> bool:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        return False
    return True


def _parted(letters: str) -> str:
    """Shape marks back on the vowel, the tone behind it: how windows-1258 writes."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    vowel = "".join(mark for mark in letters if mark not in tones)
    return unicodedata.normalize("NFC", vowel) + "".join(m for m in letters if m in tones)


def test_csv_cells_keep_quotes_delimiters_and_line_breaks(tmp_path: Path) -> None:
    content = 'STT;Tên;Ghi chú\n1;"Bơm; quạt ""A""";"dòng 1\ndòng 2"\n2;Lò hơi;\n'
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")

    assert cells(tmp_path / "a.csv") == {
        1: ("STT", "Tên", "Ghi chú"),
        2: ("1", 'Bơm; quạt "A"', "dòng 1\ndòng 2"),
        3: ("2", "Lò hơi", ""),
    }


def test_the_delimiter_is_the_regular_one_even_where_texts_hold_many_of_another(
    tmp_path: Path,
) -> None:
    content = "STT;Tên;Số tiền\n1;Bơm, quạt, lò, nồi;1,5\n2;Cắt, gọt;2,5\n3;Hàn;3\n"
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")

    assert cells(tmp_path / "a.csv")[2] == ("1", "Bơm, quạt, lò, nồi", "1,5")


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=30)
TABLE = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=3, max_size=10)
)


@given(TABLE, st.sampled_from([";", ",", "\t"]))
def test_csv_that_was_fully_quoted_is_read_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)

    assert [list(row) for _, row in read_table(path).rows] == table


@given(st.integers(0, 16_383))
def test_column_letters_and_numbers_are_inverse(column: int) -> None:
    assert column_number(column_letters(column)) == column


# ---- hostile and damaged files


def refusal(path: Path) -> BadFile:
    with pytest.raises(BadFile) as refused:
        list(read_table(path).rows)
    assert refused.value.reason
    return refused.value


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"", "rỗng"),
        ("a.csv", b" \r\n \n", "rỗng"),
        ("a.xlsx", b"PK\x03\x04 half a zip", "hỏng"),
        ("a.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "trang web"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "trang web"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "hỏng"),
        ("a.csv", b"%PDF-1.7 ...", "PDF"),
        ("a.csv", bytes(range(256)) * 20, "Không nhận ra"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)

    assert told in refusal(tmp_path / name).reason


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert "Không thấy tệp" in refusal(tmp_path / "a.xlsx").reason


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
        ("ảnh.jpg", "tệp nén"),
    ],
)
def test_another_zip_is_named_for_what_it_is(tmp_path: Path, entry: str, told: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(entry, "x")

    assert told in refusal(tmp_path / "a.xlsx").reason


def test_a_workbook_under_a_password_says_how_to_remove_it() -> None:
    assert "mật khẩu" in refusal(DATA / "locked.xlsx").reason


def test_the_wrong_ending_does_not_matter(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["Tên sáng kiến"]])
    path.rename(tmp_path / "a.csv")

    assert cells(tmp_path / "a.csv") == {1: ("Tên sáng kiến",)}


def rewritten(path: Path, part: str, change: bytes, into: bytes) -> Path:
    """The workbook with bytes of one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert change in parts[part]
    parts[part] = parts[part].replace(change, into)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_two_cells_in_far_corners_are_refused_before_a_grid_is_laid_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["c", "d"]])
    rewritten(
        path, SHEET, b'<row r="2" spans="1:2"><c r="A2"', b'<row r="1048576"><c r="XFD1048576"'
    )

    assert "1048576 dòng × 16384 cột" in refusal(path).reason


def test_cells_without_references_are_counted_by_their_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"]])
    many = b'<row r="1"><c r="A1"><v>1</v></c>' + b"<c><v>1</v></c>" * 100
    rewritten(path, SHEET, b'<row r="1" spans="1:1">', many + b'</row><row r="900000">')

    assert "cột" in refusal(path).reason


def test_styled_blanks_far_to_the_right_do_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["c", "d"]])
    rewritten(
        path, SHEET, b'<row r="2" spans="1:2">', b'<row r="2"><c r="XFD2" s="1"/></row><row r="3">'
    )

    assert cells(path)[1] == ("a", "b")


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.xml", bytes(zipguard.RATIO_FROM + 1))

    assert "giải nén" in refusal(path).reason


def test_a_directory_that_lies_about_sizes_is_found_out(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a" * 500]])
    with zipfile.ZipFile(path) as archive:
        real = archive.getinfo(SHEET).file_size
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", real), struct.pack("<L", real // 2)))

    assert "hỏng" in refusal(path).reason


def test_a_shared_text_copied_into_too_many_cells_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipguard, "TOTAL_TEXT_LIMIT", 100_000)
    path = workbook(tmp_path / "a.xlsx", [["x" * 30_000, "x" * 30_000, "x" * 30_000, "x" * 30_000]])

    assert "2 GB chữ" in refusal(path).reason


def test_one_huge_cell_of_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipguard, "CELL_LIMIT", 1 << 20)
    path = workbook(tmp_path / "a.xlsx", [["x"]])
    rewritten(path, "xl/sharedStrings.xml", b"<t>x</t>", b"<t>" + b"ab" * (2 << 20) + b"</t>")

    assert "ô dài hơn" in refusal(path).reason


def test_an_unclosed_quote_that_swallows_the_file_tells_its_row(tmp_path: Path) -> None:
    content = 'a;b\n1;"hở\n' + "x;y\n" * 400_000
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")

    assert refusal(tmp_path / "a.csv").row == 2


def test_a_line_without_end_is_refused_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a;b\n" + "x" * 4_000_001 + "\n", encoding="utf-8")

    assert refusal(tmp_path / "a.csv").row == 2


def test_a_broken_byte_in_utf8_tells_its_row(tmp_path: Path) -> None:
    content = "Tên;Đơn vị\nCải tiến;Xưởng điện\nBơm nước; x\n".encode() + b"\xff;a\n"
    (tmp_path / "a.csv").write_bytes(content)

    assert refusal(tmp_path / "a.csv").row == 4


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.xls"
    path.write_bytes(content)
    try:
        rows = list(read_table(path).rows)
    except BadFile as refused:
        assert refused.reason
    else:
        assert all(number == at for at, (number, _) in enumerate(rows, start=1))


def small_workbook() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.set_properties(
        {"created": dt.datetime(2022, 1, 1, tzinfo=dt.UTC)}
    )  # the same bytes at every run
    book.add_worksheet("DS").write_row(0, 0, ["Tên sáng kiến", "Đơn vị"])
    book.close()
    return target.getvalue()


SOUND = ((DATA / "office.xls").read_bytes(), small_workbook())
DAMAGE = st.tuples(st.integers(0, 10_000), st.integers(1, 255))


@settings(max_examples=60)
@given(st.sampled_from(SOUND), st.lists(DAMAGE, min_size=1, max_size=8))
def test_a_workbook_with_damaged_bytes_is_a_table_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, damage: list[tuple[int, int]]
) -> None:
    damaged = bytearray(sound)
    for at, flip in damage:
        damaged[at % len(damaged)] ^= flip
    path = tmp_path_factory.mktemp("damaged") / "a.xlsx"
    path.write_bytes(damaged)
    try:
        list(read_table(path).rows)
    except BadFile as refused:
        assert refused.reason
