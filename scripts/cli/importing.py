"""``import``: a file looked at or brought in, then what follows: the file given back, the re-scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from dedup import intake
from dedup.errors import DedupError, InvalidInput
from dedup.jobs.rescanning import RescanOptions
from dedup.service import Deduplicator
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, plain, print_json, print_table, progress, tell_error
from scripts.cli.screening import run_rescan, show_rescan


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_file)


def import_file(
    file: Annotated[Path, typer.Argument(help=".xlsx .xls .xlsm .csv .jsonl")],
    sheet: Annotated[str | None, typer.Option(help="Tên trang tính.")] = None,
    header_row: Annotated[int | None, typer.Option(help="Số dòng tiêu đề trong Excel.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Sửa ánh xạ: «Tiêu đề cột=trường» (nhiều lần).")
    ] = None,
    returned: Annotated[
        Path | None, typer.Option(help="Trả lại tệp có thêm cột Lỗi/Cảnh báo.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước, không ghi.")] = False,
    no_rescan: Annotated[
        bool, typer.Option("--no-rescan", help="Không quét sau khi nhập.")
    ] = False,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Nhập một tệp hồ sơ / import a file of records."""
    wanted = intake.Wanted(
        sheet=sheet, header_row=header_row, mapping=dict(map(_column, column or []))
    )
    with opened() as application:
        service = application.deduplicator
        if dry_run:
            _show_preview(intake.preview(service, file, wanted), as_json=as_json)
            return
        with progress(quiet=as_json) as tell:
            done = intake.import_file(service, file, wanted, by=by, tell=tell)
        if not as_json:
            _show_import(done)
        told = _told(done)
        try:
            if returned is not None:
                _follow(told, "returned", lambda: _given_back(file, returned, done), as_json)
            if not (no_rescan or done.imported.again):
                _follow(told, "rescan", lambda: _scanned(service, by, as_json), as_json)
        finally:
            if as_json:
                print_json(told)
    if told["errors"]:
        raise typer.Exit(1)  # the import stands: neither bad input nor a conflict


def _told(done: intake.Brought) -> dict[str, Any]:
    counts = ("id", "added", "updated", "unchanged", "again")
    return {
        "imported": {name: getattr(done.imported, name) for name in counts},
        "refused": done.refused,
        "warned": done.warned,
        "problems": done.problems,
        "returned": None,
        "rescan": None,
        "errors": [],
    }


def _follow(told: dict[str, Any], name: str, step: Callable[[], object], as_json: bool) -> None:
    """A step after the import: what fails in it is told beside what is in the archive already."""
    try:
        told[name] = step()
    except DedupError as error:
        told["errors"].append({"error": type(error).__name__, "message": error.message})
        if not as_json:
            tell_error(error, as_json=False)


def _given_back(file: Path, out: Path, done: intake.Brought) -> str:
    intake.give_back(file, out, done)
    return str(out)


def _scanned(service: Deduplicator, by: str, as_json: bool) -> Mapping[str, Any]:
    report = run_rescan(service, RescanOptions(incremental=True), by=by, quiet=as_json)
    if not as_json:
        show_rescan(report)
    return report


def _column(text: str) -> tuple[str, str]:
    header, equals, name = text.rpartition("=")
    if not equals:
        raise InvalidInput(f"--column cần dạng «Tiêu đề cột=trường», nhận được «{text}».")
    return header, name


def _show_preview(preview: intake.Preview, *, as_json: bool) -> None:
    if as_json:
        print_json(plain(preview))
        return
    print_table("Ánh xạ cột đề xuất", ("Cột trong tệp", "Trường"), preview.mapping.items())
    console.print(
        f"Dòng tiêu đề {preview.header_row}; {preview.rows} dòng đọc được, {preview.refused} dòng lỗi."
    )
    _show_problems(preview.problems)


def _show_import(done: intake.Brought) -> None:
    if done.imported.again:
        console.print(f"Tệp này đã nhập rồi (lần nhập {done.imported.id}); không thêm gì.")
        return
    console.print(
        f"Lần nhập {done.imported.id}: thêm {done.imported.added}, cập nhật {done.imported.updated}, "
        f"không đổi {done.imported.unchanged}, bỏ {done.refused} dòng lỗi, "
        f"{done.warned} dòng có cảnh báo."
    )
    _show_problems(done.problems)


def _show_problems(problems: list[intake.Problem]) -> None:
    if problems:
        print_table(
            "Lỗi và cảnh báo",
            ("Dòng", "Mã", "Nội dung"),
            ((p.row, p.code, p.message) for p in islice(problems, 50)),
        )
    if len(problems) > 50:
        console.print(f"… và {len(problems) - 50} dòng khác; dùng --returned để có đủ trong tệp.")
