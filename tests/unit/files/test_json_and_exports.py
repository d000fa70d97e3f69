"""JSON lines round trip; exports are what office programs read, and never formulas."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from dedup.errors import BadFile
from dedup.files import read_submissions, read_units, record_json, write_records, write_rows
from dedup.initiatives import Author, PartialDate, Submission

FULL = Submission(
    code="CT/2022-01",
    title="Cải tiến béc phun tạo hạt NPK",
    description="Dùng béc mới",
    authors=(Author(name="Nguyễn Văn A", birth_year=1980, share=60.0, main=True),),
    benefit_vnd=350_000_000,
    filed_on=PartialDate("2022-03-15"),
    first_applied_on=PartialDate("2022-02"),
    uploaded_at=datetime(2022, 5, 30, 7, 5, tzinfo=UTC),
)


def test_a_record_written_as_json_line_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_records(path, [FULL])

    [back] = read_submissions(path)

    assert record_json(back) == record_json(FULL)


def test_unknown_keys_stay_in_the_raw_row_and_year_becomes_a_date(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 12, "title": "T", "year": 2021, "màu": "đỏ"}\n', encoding="utf-8")

    [record] = read_submissions(path)

    assert (record.code, str(record.first_applied_on), record.raw["màu"]) == ("12", "2021", "đỏ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "Dòng 2"),
        ("[1]", "Dòng 2"),
        ('{"title": ["a"]}', "title"),
        ('{"title": "a", "benefit_vnd": -5}', "benefit_vnd"),
        ('{"title": "a", "benefit_vnd": "nhiều"}', "benefit_vnd"),
        ('{"title": "a", "authors": [{}]}', "tác giả"),
        ('{"title": "a", "secret": "có"}', "secret"),
    ],
)
def test_a_wrong_line_is_told_by_its_number(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "đúng"}\n' + line + "\n", encoding="utf-8")

    with pytest.raises(BadFile, match=told) as refused:
        list(read_submissions(path))

    assert refused.value.row == 2


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"title": "\xff\xfe"}\n')

    with pytest.raises(BadFile, match="UTF-8"):
        list(read_submissions(path))


def test_an_exported_sheet_holds_numbers_dates_and_inert_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_records(path, [FULL, Submission(title="=HYPERLINK(1)")])

    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    first = dict(zip(head, sheet[2], strict=True))
    second = dict(zip(head, sheet[3], strict=True))

    assert first["Giá trị làm lợi (01 năm)"].value == 350_000_000
    assert first["Giá trị làm lợi (01 năm)"].number_format == "#,##0"
    value = first["Ngày nộp đơn"].value
    assert isinstance(value, datetime)
    assert value.date() == date(2022, 3, 15)
    assert first["Ngày áp dụng lần đầu"].value == "2022-02"
    assert (second["Tên sáng kiến"].value, second["Tên sáng kiến"].data_type) == (
        "=HYPERLINK(1)",
        "s",
    )
    assert sheet.freeze_panes == "C2"


def test_an_exported_csv_opens_in_excel_and_runs_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_rows(path, [{"Tên": "=1+1", "Số": 5}, {"Tên": "Số hóa", "Số": 6}], sheet="x")

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as source:
        assert list(csv.reader(source, delimiter=";")) == [
            ["Tên", "Số"],
            ["'=1+1", "5"],
            ["Số hóa", "6"],
        ]


def test_an_empty_export_and_an_unknown_ending(tmp_path: Path) -> None:
    assert write_records(tmp_path / "a.xlsx", []) == 0
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active is not None
    with pytest.raises(BadFile, match=r"\.doc"):
        write_records(tmp_path / "a.doc", [FULL])


def units(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "units.csv"
    path.write_text("\n".join(("code,name,aliases,parent", *rows)) + "\n", encoding="utf-8")
    return path


def test_units_come_parents_first_with_their_aliases(tmp_path: Path) -> None:
    path = units(tmp_path, "B,Công ty B,cty b; B Co,A", "A,Tổng công ty A,,")

    assert [(u.code, u.parent, u.aliases) for u in read_units(path)] == [
        ("A", "", ()),
        ("B", "A", ("cty b", "B Co")),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (("A,x,,B",), "cấp trên «B»"),
        (("A,x,,B", "B,y,,A"), "vòng"),
        (("A,x,,", "A,y,,"), "bị lặp"),
        ((",x,,",), "thiếu mã"),
    ],
)
def test_a_broken_tree_is_told(tmp_path: Path, rows: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadFile, match=told):
        read_units(units(tmp_path, *rows))


def test_json_keys_are_the_contracts(tmp_path: Path) -> None:
    keys = set(json.loads(json.dumps(record_json(FULL))))

    assert {"id", "title", "description", "effect", "unit", "authors", "field"} <= keys
    assert {"benefit_vnd", "filed_on", "first_applied_on", "recognised_on"} <= keys


@pytest.mark.parametrize(
    "line",
    [
        '{"title": "a", "benefit_vnd": NaN}',
        '{"title": "a", "benefit_vnd": 1e999}',
        '{"title": "a", "authors": [{"name": "b", "birth_year": 1e999}]}',
        '{"title": "a", "x": ' + "9" * 5_000 + "}",
        "[" * 100_000,
    ],
)
def test_numbers_and_nesting_beyond_reason_are_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "đúng"}\n\n' + line + "\n", encoding="utf-8")

    with pytest.raises(BadFile) as refused:
        list(read_submissions(path))

    assert refused.value.row == 3


def test_an_array_is_read_by_the_place_of_its_elements(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"title": "một"}, {"title": "hai"}, 3]', encoding="utf-8")

    with pytest.raises(BadFile) as refused:
        list(read_submissions(path))

    assert refused.value.row == 3
