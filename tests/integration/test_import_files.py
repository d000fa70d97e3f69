"""Office files into a real database: nothing half written, corrected rows find their records."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dedup import intake
from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.errors import BadFile, Conflict, VerdictsRest
from dedup.initiatives import ImportId, Initiative, Pair, Submission, Verdict
from dedup.intake import Wanted
from dedup.jobs.deciding import Opinion
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
    done = intake.import_file(
        application.deduplicator, path, Wanted(mapping=mapping or {}), by="Lan"
    )
    if returned is not None:
        intake.give_back(path, returned, done)
    return done


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

    told = done.imported
    assert (told.added, told.updated, told.unchanged) == (1, 1, 1)
    assert set(after) == {
        "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
        "Thay vòng bi quạt khói không cần cẩu",
        "Máng thu hồi bụi than ở đầu băng tải",
    }
    assert (
        after["Cải tiến hệ thống bơm nước làm mát lò hơi số 2"].id
        == before["Cải tiến hệ thống bơm nước làm mát lò hơi"].id
    )


def corrected(application: Application, tmp_path: Path, **cells: object) -> Path:
    """The file that came back from an import of the office's, with cells written over."""
    back = tmp_path / "T11-loi.xlsx"
    bring(application, office(tmp_path), returned=back)
    return written_over(back, **cells)


def written_over(path: Path, **cells: object) -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["DS"][place].value = value
    book.save(path)
    return path


def told_by_key(done: intake.Brought) -> list[int]:
    return [p.row for p in done.problems if p.code == "row_key"]


NEW = "Bơm nước làm mát lò hơi tự động"


def test_a_row_that_comes_back_unchanged_makes_no_new_version(
    application: Application, tmp_path: Path
) -> None:
    bring(application, corrected(application, tmp_path, B3=NEW))

    assert {r.title: r.version for r in archive(application).values()} == {NEW: 2, ROWS[1][1]: 1}


def test_a_corrected_row_that_comes_back_again_carries_its_new_version(
    application: Application, tmp_path: Path
) -> None:
    back = tmp_path / "T11-loi.xlsx"
    bring(application, corrected(application, tmp_path, B3=NEW), returned=tmp_path / "2.xlsx")
    done = bring(application, written_over(tmp_path / "2.xlsx", B3=NEW + " số 2"), returned=back)

    assert (done.imported.updated, done.imported.unchanged) == (1, 1)
    assert archive(application)[NEW + " số 2"].version == 3


def test_a_row_that_would_take_off_the_mark_of_a_technology_secret_is_told_and_left_out(
    application: Application, tmp_path: Path
) -> None:
    rows = [("Tên sáng kiến", "Bí mật công nghệ"), (ROWS[0][1], "Có"), (ROWS[1][1], "Không")]
    bring(application, workbook(tmp_path / "a.xlsx", rows), returned=tmp_path / "b.xlsx")
    back = written_over(tmp_path / "b.xlsx", A2=NEW, B2="Không", B3="Có")
    shown = intake.preview(application.deduplicator, back, Wanted())
    done = bring(application, back)

    assert [p.row for p in shown.problems if p.code == "row_key"] == told_by_key(done) == [2]
    assert (done.imported.updated, done.refused) == (1, 1)
    assert {r.title: (r.version, r.secret) for r in archive(application).values()} == {
        ROWS[0][1]: (1, True),
        ROWS[1][1]: (2, True),
    }


def test_a_file_imported_before_is_given_back_with_its_keys(
    application: Application, tmp_path: Path
) -> None:
    path = office(tmp_path)  # once: a workbook holds the second it was written in
    bring(application, path, returned=tmp_path / "1.xlsx")
    bring(application, path, returned=tmp_path / "2.xlsx")
    first, again = (openpyxl.load_workbook(tmp_path / name)["DS"] for name in ("1.xlsx", "2.xlsx"))

    assert [[c.value for c in row] for row in again] == [[c.value for c in row] for row in first]


def test_a_row_written_from_an_older_version_is_told_and_overwrites_nothing(
    application: Application, tmp_path: Path
) -> None:
    back = corrected(application, tmp_path, B3=NEW, B4="Thay vòng bi quạt khói")
    edited = archive(application)[ROWS[0][1]]
    service = application.deduplicator
    service.filer.edit(edited.id, Submission(title="Bơm do Mai sửa"), expected_version=1, by="Mai")
    done = bring(application, back)

    assert told_by_key(done) == [3]
    assert (done.imported.updated, done.refused) == (1, 3)
    assert set(archive(application)) == {"Bơm do Mai sửa", "Thay vòng bi quạt khói"}
    assert service.importer.get(done.imported.id).report["refused"] == 1


@pytest.mark.parametrize("shown", ["preview", "import"])
def test_rows_of_withdrawn_and_unknown_records_are_told_by_row(
    application: Application, tmp_path: Path, shown: str
) -> None:
    back = corrected(application, tmp_path, B3=NEW, B4="Thay vòng bi quạt khói")
    book = openpyxl.load_workbook(back)["DS"]
    archive_name = str(book["H4"].value).split("-")[0]
    written_over(back, H4=f"{archive_name}-99-1")
    application.deduplicator.filer.withdraw(archive(application)[ROWS[0][1]].id, by="Mai")

    if shown == "preview":
        preview = intake.preview(application.deduplicator, back, Wanted())
        problems, refused = preview.problems, preview.refused
    else:
        done = bring(application, back)
        problems, refused = done.problems, done.refused
    told = {p.row: p.message for p in problems if p.code == "row_key"}

    assert "thu hồi" in told[3]
    assert "#99" in told[4]
    assert refused == 4
    assert set(archive(application)) == {ROWS[1][1]}


def test_a_key_of_another_archive_is_told_and_makes_no_record(
    application: Application, tmp_path: Path
) -> None:
    done = bring(application, corrected(application, tmp_path, B3=NEW, H3="0abc-1-1"))

    assert told_by_key(done) == [3]
    assert set(archive(application)) == {ROWS[0][1], ROWS[1][1]}


def test_a_row_copied_with_its_key_is_told_on_both_rows(
    application: Application, tmp_path: Path
) -> None:
    back = corrected(application, tmp_path)
    key = openpyxl.load_workbook(back)["DS"]["H3"].value
    done = bring(application, written_over(back, B5=NEW, H5=key))

    assert told_by_key(done) == [3, 5]
    assert set(archive(application)) == {ROWS[0][1], ROWS[1][1]}


def test_verdicts_on_a_corrected_text_are_asked_again(
    application: Application, tmp_path: Path
) -> None:
    back = corrected(application, tmp_path, B3=NEW)
    service = application.deduplicator
    service.decider.decide(Opinion(pair=Pair.of(1, 2), verdict=Verdict.KHONG_TRUNG, by="Mai"))
    bring(application, back)

    assert service.decider.history(Pair.of(1, 2))[0].expired_by_change is True


def test_a_corrected_file_imported_before_is_given_back_with_the_new_keys(
    application: Application, tmp_path: Path
) -> None:
    back = corrected(application, tmp_path, B3=NEW)
    bring(application, back, returned=tmp_path / "2.xlsx")
    bring(application, back, returned=tmp_path / "3.xlsx")
    keys = [
        [openpyxl.load_workbook(tmp_path / name)["DS"][cell].value for cell in ("H3", "H4")]
        for name in ("2.xlsx", "3.xlsx")
    ]

    assert keys[0] == keys[1]
    assert [key.rsplit("-", 1)[1] for key in keys[1]] == ["2", "1"]


def corrections(application: Application, tmp_path: Path) -> ImportId:
    """An import that added nothing and corrected the first record."""
    done = bring(application, corrected(application, tmp_path, B3=NEW)).imported
    assert (done.added, done.updated) == (0, 1)
    return done.id


def test_an_undone_import_of_corrections_puts_the_earlier_texts_back(
    application: Application, tmp_path: Path
) -> None:
    service = application.deduplicator
    id = corrections(application, tmp_path)
    undone = service.importer.undo(id, by="Mai")
    record = archive(application)[ROWS[0][1]]

    assert (undone.withdrawn, undone.restored) == (0, 1)
    assert (record.version, record.benefit_vnd) == (3, 350_000_000)
    assert set(archive(application)) == {ROWS[0][1], ROWS[1][1]}
    with application.store.unit() as unit:
        assert [text.title for _, _, _, text in unit.initiatives.history(record.id)] == [
            NEW,
            ROWS[0][1],
        ]
    with pytest.raises(Conflict):
        service.importer.undo(id, by="Mai")


def test_corrections_that_verdicts_rest_on_are_undone_by_force_only(
    application: Application, tmp_path: Path
) -> None:
    service = application.deduplicator
    id = corrections(application, tmp_path)
    service.decider.decide(Opinion(pair=Pair.of(1, 2), verdict=Verdict.KHONG_TRUNG, by="Mai"))

    with pytest.raises(VerdictsRest):
        service.importer.undo(id, by="Mai")
    assert service.importer.undo(id, by="Mai", force=True).restored == 1
    assert service.decider.history(Pair.of(1, 2))[0].expired_by_change is True


def test_a_record_edited_after_its_correction_is_put_back_by_force_only(
    application: Application, tmp_path: Path
) -> None:
    service = application.deduplicator
    id = corrections(application, tmp_path)
    edited = Submission(title="Bơm do Mai sửa")
    service.filer.edit(archive(application)[NEW].id, edited, expected_version=2, by="Mai")

    with pytest.raises(Conflict, match="sửa tiếp"):
        service.importer.undo(id, by="Mai")
    assert "Bơm do Mai sửa" in archive(application)
    service.importer.undo(id, by="Mai", force=True)
    assert ROWS[0][1] in archive(application)


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


def test_of_two_imports_of_one_file_at_once_the_second_adds_nothing(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office(tmp_path)
    importer = application.deduplicator.importer
    stored, lock = importer.store, threading.Lock()
    begun = threading.Barrier(2, timeout=30)

    def store(*arguments: Any, **options: Any) -> Any:
        begun.wait()  # both have read the file, neither has written
        with lock:
            return stored(*arguments, **options)

    monkeypatch.setattr(importer, "store", store)
    with ThreadPoolExecutor(2) as pool:
        done = [each.result() for each in [pool.submit(bring, application, path) for _ in "ab"]]

    assert sorted(each.imported.again for each in done) == [False, True]
    assert len({each.imported.id for each in done}) == 1
    assert len(archive(application)) == 2


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
