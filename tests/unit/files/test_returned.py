"""The office's own file comes back with remarks and keys, and finds its records when sent again."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from dedup.errors import BadFile
from dedup.files import Problem, keyed_once, read_table, returned, write_returned, write_template
from dedup.files.labels import KEY_COLUMN, NOTE_COLUMN
from dedup.files.mapping import header_key
from dedup.initiatives import RowKey
from tests.unit.files.sheets import Merges, opened, parsed, workbook

HEAD = [
    ("CÔNG ĐOÀN CÔNG TY A",),
    ("STT", "Tên sáng kiến", "Tác giả", "", "Ngày áp dụng"),
    ("", "", "Họ tên", "Tỷ lệ"),
    ("(1)", "(2)", "(3)", "(4)", "(5)"),
    (1, "Cải tiến bơm nước", "An Văn", 0.6, dt.date(2022, 3, 15)),
    (2, "", "Bình Lê", "", "31/02/2022"),
    (3, "=1+1 là tên", "Cường", "", ""),
]
MERGES = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4)]
PROBLEMS = [
    Problem(6, "HL01", "error", "Thiếu tên sáng kiến.", "title"),
    Problem(6, "impossible", "warning", "Ngày không có thật.", "first_applied_on"),
]
KEYS = {5: "a1-71-1", 7: "a1-72-3"}


def give_back(
    source: Path, out: Path, problems: list[Problem] = PROBLEMS, keys: dict[int, str] = KEYS
) -> Path:
    header = opened(source).header
    assert header is not None
    sheet = opened(source).sheet
    write_returned(source, out, sheet=sheet, header_row=header.lowest, problems=problems, keys=keys)
    return out


def office(folder: Path, rows: Any = HEAD, merges: Merges = MERGES) -> Path:
    return workbook(folder / "a.xlsx", rows, merges=merges)


def grid(path: Path) -> list[tuple[Any, ...]]:
    return [cells for _, cells in read_table(path).rows]


NOTE = "[HL01] Thiếu tên sáng kiến.; [impossible] Ngày không có thật."


@pytest.mark.parametrize("kept", [20_000, 0])
def test_remarks_stand_in_the_row_they_are_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(returned, "KEPT", kept)
    source = office(tmp_path)
    back = grid(give_back(source, tmp_path / "back.xlsx"))

    assert [row[5] for row in back] == ["", "", NOTE_COLUMN, "", "", NOTE, ""]
    assert [row[6] for row in back] == ["", "", KEY_COLUMN, "", "a1-71-1", "", "a1-72-3"]
    assert [row[:5] for row in back[3:]] == [row[:5] for row in grid(source)[3:]]


@pytest.mark.parametrize("kept", [20_000, 0])
def test_a_returned_file_names_the_records_its_rows_correct(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(returned, "KEPT", kept)
    source = office(tmp_path)
    back = give_back(source, tmp_path / "back.xlsx")
    rows = parsed(back)

    named = [(row.source.row, row.key) for row in rows if row.submission]
    assert named == [(row, RowKey.read(key)) for row, key in KEYS.items()]
    assert [row.key for row in parsed(source)] == [None, None, None]
    first = rows[0].submission
    assert first is not None
    assert first.authors[0].share == 60.0
    assert str(first.first_applied_on) == "2022-03-15"
    assert set(first.raw).isdisjoint({KEY_COLUMN, NOTE_COLUMN})


def test_a_key_that_was_changed_keeps_its_row_out_and_is_told(tmp_path: Path) -> None:
    back = give_back(office(tmp_path), tmp_path / "back.xlsx", keys={5: "a1-71", 7: "a1-72-3"})
    [first, _, third] = parsed(back)

    assert first.submission is None
    assert [(p.row, p.code, p.level) for p in first.problems] == [(5, "row_key", "error")]
    assert third.submission is not None


@pytest.mark.parametrize(
    "left",
    [
        ("", "", "Cường", "", ""),
        ("", "", "", "", ""),
        ("", "nt", "Cường", "", ""),
        ("", "Tổng cộng", "", "", ""),
        ("", "Công đoàn Công ty B", "", "", ""),
        ("", "TM. Ban Chấp hành", "", "", ""),
    ],
)
def test_a_row_with_a_key_is_a_record_whatever_is_left_of_it(
    tmp_path: Path, left: tuple[str, ...]
) -> None:
    back = give_back(office(tmp_path), tmp_path / "back.xlsx", keys={5: "a1-71-1", 7: "a1-72-3"})
    book = openpyxl.load_workbook(back)
    for column, value in enumerate(left, start=1):
        book["DS"].cell(7, column).value = value or None
    book.save(back)
    first, *_, last = parsed(back)

    assert (last.source.row, str(last.key)) == (7, "a1-72-3")
    assert first.submission is not None
    assert [author.name for author in first.submission.authors] == ["An Văn"]


def test_rows_that_name_one_record_are_all_told_and_none_is_taken(tmp_path: Path) -> None:
    back = give_back(office(tmp_path), tmp_path / "back.xlsx", keys={5: "a1-7-1", 7: "a1-7-2"})
    rows = keyed_once(parsed(back))

    assert [row.submission for row in rows] == [None, None, None]
    assert all("5, 7" in rows[i].problems[-1].message for i in (0, 2))


def test_a_second_return_replaces_the_remarks_and_adds_no_column(tmp_path: Path) -> None:
    once = give_back(office(tmp_path), tmp_path / "once.xlsx")
    twice = give_back(once, tmp_path / "twice.xlsx", [Problem(7, "HL02", "warning", "Ngắn.")])

    assert [row[5] for row in grid(twice)] == ["", "", NOTE_COLUMN, "", "", "", "[HL02] Ngắn."]
    assert max(map(len, grid(twice))) == 7


def test_a_returned_file_is_known_by_the_same_headings(tmp_path: Path) -> None:
    rows = [("Tên sáng kiến", "Tác giả"), ("Cải tiến bơm nước", "An")]
    source = workbook(tmp_path / "a.xlsx", rows)
    back = give_back(source, tmp_path / "back.xlsx", [], {2: "a1-5-1"})
    before, after = opened(source).header, opened(back).header

    assert before is not None and after is not None
    assert header_key(before) == header_key(after)


def test_the_copy_keeps_the_offices_formatting_and_other_sheets(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", HEAD, merges=MERGES, more={"Phụ lục": [["x"]]})
    book = openpyxl.load_workbook(source)
    book["DS"]["B5"].font = Font(bold=True, color="FF0000")
    book["DS"].column_dimensions["B"].width = 61
    book.save(source)
    back = openpyxl.load_workbook(give_back(source, tmp_path / "back.xlsx"))

    assert back.sheetnames == ["DS", "Phụ lục"]
    assert back["DS"]["B5"].font.b is True
    assert back["DS"].column_dimensions["B"].width == 61
    assert back["DS"].column_dimensions["G"].hidden is True
    assert {str(block) for block in back["DS"].merged_cells.ranges} == {
        *("A2:A3", "B2:B3", "C2:D2", "E2:E3")
    }


@pytest.mark.parametrize("kept", [20_000, 0])
def test_no_text_becomes_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(returned, "KEPT", kept)
    told = [Problem(6, "HL01", "error", "=HYPERLINK(1)")]
    back = openpyxl.load_workbook(give_back(office(tmp_path), tmp_path / "b.xlsx", told))
    sheet = back.worksheets[0]

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_a_csv_comes_back_as_csv_that_excel_opens(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text('Tên sáng kiến,Tác giả\nBơm nước,An,thừa\n,"Bình, Lê"\n', encoding="utf-16")
    back = give_back(
        source, tmp_path / "back.csv", [Problem(3, "HL01", "error", "Thiếu tên.")], {2: "a1-9-1"}
    )

    assert back.read_bytes().startswith(b"\xef\xbb\xbf")
    with back.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [
            ["Tên sáng kiến", "Tác giả", "", NOTE_COLUMN, KEY_COLUMN],
            ["Bơm nước", "An", "thừa", "", "a1-9-1"],
            ["", "Bình, Lê", "", "[HL01] Thiếu tên.", ""],
        ]
    assert [str(row.key) for row in parsed(back)] == ["a1-9-1"]


def test_an_old_xls_comes_back_as_a_plain_xlsx(tmp_path: Path) -> None:
    source = Path(__file__).parent / "data" / "office.xls"
    back = give_back(source, tmp_path / "back.xlsx", [Problem(3, "HL12", "warning", "Phông.")])

    assert grid(back)[2][-2:] == ("[HL12] Phông.", "")
    assert grid(back)[1][1] == "Cải tiến băng tải than"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="Không ghi được"):
        give_back(office(tmp_path), tmp_path / "none" / "back.xlsx")


def test_the_template_is_read_back_under_its_own_headings(tmp_path: Path) -> None:
    write_template(tmp_path / "mau.xlsx")
    book = openpyxl.load_workbook(tmp_path / "mau.xlsx")
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    sheet.append(["SK1", "Cải tiến bơm nước", *[None] * (len(names) - 2)])
    book.save(tmp_path / "dien.xlsx")
    filled = opened(tmp_path / "dien.xlsx")
    [row] = filled.rows

    assert row.submission is not None
    assert (row.submission.code, row.submission.title) == ("SK1", "Cải tiến bơm nước")
    assert set(filled.mapping) == set(names)
