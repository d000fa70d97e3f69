"""The filtered queue as a workbook: the same pairs in the same order, and nothing in it alive."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dedup.initiatives import Submission, Verdict
from dedup.jobs.deciding import Opinion
from tests.api.test_pages import PAGE, Office, at_work
from tests.browser import archive

FORMULA = '=HYPERLINK("http://example.org","Cải tiến bàn hút chân không của bàn là hơi")'


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    archive.fill(folder)
    return folder


@pytest.fixture
def office(tmp_path: Path, stocked: Path) -> Iterator[Office]:
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    with at_work(tmp_path) as office:
        yield office


def test_the_workbook_holds_the_list_as_it_is_filtered(office: Office) -> None:
    for where, address in (({}, "/queue.xlsx"), ({"decided": None}, "/queue.xlsx?show=all")):
        rows = rows_of(office, address)
        pairs = [(row["A: số hồ sơ"], row["B: số hồ sơ"]) for row in rows]
        assert pairs == [suggestion.pair.ids for suggestion in office.queue(**where)]
    assert len(rows_of(office, "/queue.xlsx?band=SAME_TEXT")) == 1
    assert rows_of(office, "/queue.xlsx?band=SAME_TEXT&relation=FOLLOW_UP") == []


def test_a_verdict_stands_beside_its_pair(office: Office) -> None:
    pair = office.pair("nozzle", "nozzle copy")
    said = Opinion(pair=pair, verdict=Verdict.KE_THUA, by="Lê Hoa", note="+ xem lại")
    office.service.decider.decide(said)

    [row] = rows_of(office, "/queue.xlsx?show=decided")

    assert row["Kết luận"] == "Cải tiến tiếp theo (kế thừa)"
    assert (row["Người kết luận"], row["Ghi chú"]) == ("Lê Hoa", "+ xem lại")
    assert row["A: giá trị làm lợi (01 năm)"] == 350_000_000


def test_a_text_that_begins_like_a_formula_is_none(office: Office) -> None:
    for unit in ("-2+3", "@SUM(A1)"):
        office.service.filer.file(Submission(title=FORMULA, unit=unit), by="Lan")

    sheet = book(office, "/queue.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert FORMULA in [cell.value for cell in cells]
    assert not any(cell.hyperlink for cell in cells)


def test_no_secret_and_no_personal_field_leaves_in_it(office: Office) -> None:
    told = str(rows_of(office, "/queue.xlsx"))

    assert archive.SECRET.title in told
    for private in ("talc", archive.PRIVATE_PHONE, archive.PRIVATE_MAIL, "\u202e"):
        assert private not in told


def test_a_list_too_long_for_a_sheet_is_refused_with_the_way_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.export.LIMIT", 1)

    assert "xin lọc hẹp lại" in office.get("/queue.xlsx", 422)


def test_the_list_leads_to_its_workbook(office: Office) -> None:
    assert 'href="/queue.xlsx?band=SAME_TEXT" download' in office.get("/?band=SAME_TEXT")


def book(office: Office, address: str) -> Any:
    response = office.client.get(address, headers=PAGE)
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")
    return openpyxl.load_workbook(io.BytesIO(response.content))


def rows_of(office: Office, address: str) -> list[dict[str, Any]]:
    rows = list(book(office, address).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
