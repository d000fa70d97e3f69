"""Office files into a real database: nothing half written, corrected rows find their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest

from dedup import intake
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.errors import BadFile
from dedup.initiatives import Initiative
from dedup.intake import Wanted
from tests.unit.files.sheets import workbook

HEAD = ("STT", "Tên sáng kiến", "Tác giả", "Đơn vị", "Giá trị làm lợi (triệu đồng)", "Ghi chú")
ROWS = (
    (1, "Cải tiến hệ thống bơm nước làm mát lò hơi", "Nguyễn Văn An", "Xưởng 1", 350, "a"),
    (2, "Thay vòng bi quạt khói không cần cẩu", "Trần Thị Bình", "Xưởng 2", "1,2 tỷ", ""),
    (3, "", "Lê Cường", "Xưởng 3", 5, ""),
    (4, "Giá treo quạt thông gió xưởng may " + "x" * 1000, "Phạm Dung", "Xưởng 4", 5, ""),
)


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setenv("SANGKIEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SANGKIEN_MODEL", "lexical")
    built = build(Settings())
    yield built
    built.close()


def bring(
    application: Application,
    path: Path,
    *,
    returned: Path | None = None,
    mapping: Mapping[str, str] | None = None,
) -> intake.Brought:
    return intake.import_file(
        application.deduplicator,
        path,
        Wanted(mapping=mapping or {}),
        by="Lan",
        returned=returned,
    )


def archive(application: Application) -> dict[str, Initiative]:
    return {record.title: record for record in intake.records(application.deduplicator)}


def office(folder: Path) -> Path:
    return workbook(folder / "T11.xlsx", [("CÔNG ĐOÀN CÔNG TY A",), HEAD, *ROWS])


def test_good_rows_are_stored_with_their_source_and_bad_ones_told_by_row(
    application: Application, tmp_path: Path
) -> None:
    done = bring(application, office(tmp_path))
    [first, second] = sorted(archive(application).values(), key=lambda r: r.id)

    assert (done.imported.added, done.refused) == (2, 2)
    assert {(p.row, p.code) for p in done.problems if p.level == "error"} == {
        (5, "HL01"),
        (6, "too_long"),
    }
    assert first.source is not None
    assert (first.source.file, first.source.sheet, first.source.row) == ("T11.xlsx", "DS", 3)
    assert (first.benefit_vnd, second.benefit_vnd) == (350_000_000, 1_200_000_000)
    assert first.raw["Ghi chú"] == "a"


def test_corrected_rows_of_a_returned_file_update_their_records(
    application: Application, tmp_path: Path
) -> None:
    back = tmp_path / "T11-loi.xlsx"
    bring(application, office(tmp_path), returned=back)
    before = archive(application)
    book = openpyxl.load_workbook(back)
    sheet = book["DS"]
    sheet["B3"] = "Cải tiến hệ thống bơm nước làm mát lò hơi số 2"
    sheet["B5"] = "Máng thu hồi bụi than ở đầu băng tải"
    book.save(back)

    done = bring(application, back)
    after = archive(application)

    assert (done.imported.added, done.imported.updated) == (1, 2)
    assert set(after) == {
        "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
        "Thay vòng bi quạt khói không cần cẩu",
        "Máng thu hồi bụi than ở đầu băng tải",
    }
    assert (
        after["Cải tiến hệ thống bơm nước làm mát lò hơi số 2"].id
        == before["Cải tiến hệ thống bơm nước làm mát lò hơi"].id
    )


def test_a_mapping_chosen_once_is_used_for_the_same_headings(
    application: Application, tmp_path: Path
) -> None:
    head = ("Việc đã làm", "Tên sáng kiến", "Đơn vị")
    one = workbook(tmp_path / "1.xlsx", [head, ("Bơm nước tự động", "x1", "A")])
    two = workbook(tmp_path / "2.xlsx", [head, ("Hàn ống áp lực cao", "x2", "B")])
    bring(application, one, mapping={"Việc đã làm": "title"})
    bring(application, two)

    assert set(archive(application)) == {"Bơm nước tự động", "Hàn ống áp lực cao"}


def test_the_sheet_with_the_table_is_found_and_the_same_file_adds_nothing(
    application: Application, tmp_path: Path
) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [("Hướng dẫn nhập",), ("Xin điền đủ các cột",)],
        name="Hướng dẫn",
        more={"DS": [HEAD, ROWS[0]]},
    )

    assert bring(application, path).imported.added == 1
    assert bring(application, path).imported.again is True
    assert len(archive(application)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"<html><table>",
        "Tên sáng kiến;Đơn vị\nBơm nước tự động;A\n".encode() + b"L\xff\xfei;B\n" * 2,
        b'{"title": "Bom nuoc tu dong"}\n{"title": \n',
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing(
    application: Application, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    with pytest.raises(BadFile):
        bring(application, tmp_path / "a.csv")
    assert archive(application) == {}
    assert application.deduplicator.importer.latest() == []
