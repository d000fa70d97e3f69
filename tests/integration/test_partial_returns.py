"""A returned file that lacks columns or rows corrects what it shows and leaves the rest as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dedup import intake
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.initiatives import Author, Initiative
from dedup.intake import Wanted
from tests.unit.files.sheets import workbook

HEAD = (
    *("Tên sáng kiến", "Nội dung giải pháp", "Tác giả", "Năm sinh tác giả", "Đơn vị"),
    *("Bí mật công nghệ", "Ngày áp dụng", "Năm", "Giá trị làm lợi", "Ghi chú"),
)
PUMP = "Cải tiến hệ thống bơm nước làm mát lò hơi"
FAN = "Thay vòng bi quạt khói không cần cẩu"
BELT = "Máng thu hồi bụi than ở đầu băng tải"
COLUMNS = dict(zip(HEAD, "ABCDEFGHIJ", strict=True))


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setenv("SANGKIEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SANGKIEN_MODEL", "lexical")
    built = build(Settings())
    yield built
    built.close()


def bring(application: Application, path: Path, **options: Any) -> intake.Brought:
    return intake.import_file(application.deduplicator, path, Wanted(), by="Lan", **options)


def archive(application: Application) -> dict[str, Initiative]:
    return {record.title: record for record in intake.records(application.deduplicator)}


def row(title: str, **cells: str) -> tuple[str, ...]:
    given = {
        "Tên sáng kiến": title,
        "Nội dung giải pháp": f"Nội dung của {title}",
        "Tác giả": "Nguyễn Văn An",
        "Năm sinh tác giả": "1980",
        "Bí mật công nghệ": "x",
        "Ngày áp dụng": "15/03/2022",
        "Năm": "2022",
        "Giá trị làm lợi": "350 triệu đồng",
        "Ghi chú": "a",
    }
    return tuple((given | cells).get(name, "") for name in HEAD)


@pytest.fixture
def returned(application: Application, tmp_path: Path) -> Path:
    """Three records: under a unit's heading, as the one above, and under another unit's heading."""
    unit = "Đơn vị"
    source = workbook(
        tmp_path / "a.xlsx",
        [
            HEAD,
            ("Công đoàn Công ty A",),
            row(PUMP, **{unit: "Xưởng 1"}),
            row(FAN, **{unit: "như trên", "Tác giả": "Trần Thị Bình"}),
            ("Công đoàn Công ty B",),
            row(BELT),
        ],
    )
    back = tmp_path / "back.xlsx"
    done = bring(application, source)
    assert done.imported.added == 3
    intake.give_back(source, back, done)
    return back


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book["DS"])
    book.save(path)
    return path


def without(path: Path, name: str) -> Path:
    return changed(path, lambda sheet: sheet.delete_cols("ABCDEFGHIJ".index(COLUMNS[name]) + 1))


@pytest.mark.parametrize("name", HEAD[1:])
def test_a_column_that_is_gone_changes_nothing(
    application: Application, returned: Path, name: str
) -> None:
    before = archive(application)
    done = bring(application, without(returned, name)).imported

    assert (done.added, done.updated, done.unchanged) == (0, 0, 3)
    assert archive(application) == before


def test_what_is_shown_is_corrected_beside_what_is_gone(
    application: Application, returned: Path
) -> None:
    before = archive(application)[PUMP]
    without(without(returned, "Bí mật công nghệ"), "Năm sinh tác giả")
    changed(returned, lambda sheet: sheet.__setitem__("B3", "Nội dung mới"))
    bring(application, returned)
    after = archive(application)[PUMP]

    assert (after.version, after.description) == (2, "Nội dung mới")
    assert (after.secret, after.authors) == (before.secret, before.authors)
    assert after.authors == (Author(name="Nguyễn Văn An", birth_year=1980),)
    assert after.raw == {**before.raw, "Nội dung giải pháp": "Nội dung mới"}


def test_a_cell_that_is_emptied_empties_its_field(application: Application, returned: Path) -> None:
    changed(returned, lambda sheet: sheet.__setitem__("B3", None))
    bring(application, returned)
    after = archive(application)[PUMP]

    assert (after.version, after.description) == (2, "")
    assert "Nội dung giải pháp" not in after.raw


def test_a_formula_whose_value_the_file_lost_clears_nothing(
    application: Application, returned: Path
) -> None:
    changed(returned, lambda sheet: sheet.__setitem__("B3", '="a"&"b"'))
    bring(application, returned)

    assert archive(application)[PUMP].description == f"Nội dung của {PUMP}"


def test_a_mark_of_secrecy_that_cannot_be_read_clears_none(
    application: Application, returned: Path
) -> None:
    changed(returned, lambda sheet: sheet.__setitem__("F3", "có lẽ"))
    bring(application, returned)

    assert archive(application)[PUMP].secret is True


@pytest.mark.parametrize("gone", [(2,), (3,), (2, 3), (5,), (3, 4, 5)])
def test_rows_that_are_gone_move_no_record_to_another_unit(
    application: Application, returned: Path, gone: tuple[int, ...]
) -> None:
    before = {title: record.unit for title, record in archive(application).items()}
    assert before == {PUMP: "Xưởng 1", FAN: "Xưởng 1", BELT: "Công đoàn Công ty B"}

    def cut(sheet: Any) -> None:
        for number in sorted(gone, reverse=True):
            sheet.delete_rows(number)

    done = bring(application, changed(returned, cut)).imported

    assert (done.added, done.updated) == (0, 0)
    assert {title: record.unit for title, record in archive(application).items()} == before
