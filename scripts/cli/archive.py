"""``imports``, ``undo-import``, ``units import``, ``withdraw``, ``export``, ``make-archive``."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated

import typer

from dedup import files, intake
from dedup.errors import InvalidInput
from dedup.initiatives import ImportId
from dedup.synthetic import iter_archive
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, print_json, print_table

units_app = typer.Typer(help="Cây đơn vị công đoàn / the union tree.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    app.command("imports")(imports)
    app.command("undo-import")(undo_import)
    app.command("withdraw")(withdraw)
    app.command("export")(export)
    app.command("template")(template)
    app.command("make-archive")(make_archive)
    units_app.command("import")(import_units)
    units_app.command("unmatched")(unmatched)
    units_app.command("assign")(assign)
    app.add_typer(units_app, name="units")


def imports(as_json: Json = False) -> None:
    """Các lần nhập / the imports so far."""
    with opened() as application:
        records = application.deduplicator.importer.latest()
    if as_json:
        print_json(records)
        return
    print_table(
        "Các lần nhập",
        ("Lần", "Tệp", "Trang", "Trạng thái", "Thêm", "Người", "Lúc"),
        (
            (
                r.id,
                r.file,
                r.sheet,
                r.state,
                r.report.get("added", ""),
                r.by,
                f"{r.at:%d/%m/%Y %H:%M}",
            )
            for r in records
        ),
    )


def undo_import(
    id: Annotated[int, typer.Argument()],
    force: Annotated[
        bool, typer.Option("--force", help="Thu hồi cả khi đã có kết luận dựa trên đó.")
    ] = False,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Thu hồi trọn một lần nhập (không xóa gì) / withdraw an import whole."""
    with opened() as application:
        undone = application.deduplicator.importer.undo(ImportId(id), by=by, force=force)
    if as_json:
        print_json(undone)
        return
    console.print(
        f"Đã thu hồi {undone.withdrawn} hồ sơ của lần nhập {id}, trả {undone.restored} hồ sơ về bản trước."
    )


def withdraw(
    code: Annotated[str, typer.Argument(help="Mã, đơn vị:mã hoặc #id.")],
    restore: Annotated[bool, typer.Option("--restore", help="Khôi phục.")] = False,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Thu hồi (ẩn) hoặc khôi phục một hồ sơ / hide or restore a record."""
    with opened() as application:
        service = application.deduplicator
        record = service.find(code)
        (service.filer.restore if restore else service.filer.withdraw)(record.id, by=by)
    if as_json:
        print_json({"id": record.id, "withdrawn": not restore})
    else:
        console.print(f"{'Đã khôi phục' if restore else 'Đã thu hồi'}: {record.title}")


def export(
    out: Annotated[Path, typer.Option(help=".jsonl, .xlsx hoặc .csv")],
    text: Annotated[str, typer.Option(help="Chỉ hồ sơ có các từ này.")] = "",
    as_json: Json = False,
) -> None:
    """Xuất hồ sơ / export records."""
    with opened() as application:
        count = files.write_records(out, intake.records(application.deduplicator, text))
    if as_json:
        print_json({"records": count, "out": str(out)})
    else:
        console.print(f"Đã xuất {count} hồ sơ ra {out}.")


def template(out: Annotated[Path, typer.Argument(help="Tệp .xlsx sẽ tạo.")]) -> None:
    """Tạo tệp mẫu trống để nhập / an empty template to fill in."""
    files.write_template(out)
    console.print(f"Đã tạo tệp mẫu {out}.")


def make_archive(
    n: Annotated[int, typer.Argument(min=0)],
    out: Annotated[Path, typer.Argument(help=".jsonl; sự thật ở TÊN.truth.csv bên cạnh.")],
    seed: Annotated[int, typer.Option()] = 1,
    vocabulary: Annotated[str, typer.Option(help="main | held_out")] = "main",
) -> None:
    """Tạo kho hồ sơ nhân tạo có sẵn cặp trùng / a synthetic archive with planted duplicates."""
    truth = out.with_suffix(".truth.csv")
    with (
        out.open("w", encoding="utf-8") as records,
        truth.open("w", encoding="utf-8", newline="") as pairs,
    ):
        writer = csv.writer(pairs)
        writer.writerow(("left", "right", "kind", "label"))
        for record, completed in iter_archive(n, seed=seed, vocabulary=vocabulary):
            records.write(json.dumps(record, ensure_ascii=False) + "\n")
            writer.writerows((p.left, p.right, p.kind, p.label) for p in completed)
    console.print(f"{n} hồ sơ ở {out}, các cặp đã biết ở {truth}.")


def import_units(
    file: Annotated[Path, typer.Argument()], by: Doer = "", as_json: Json = False
) -> None:
    """Nhập cây đơn vị (code, name, aliases, parent) / fill the union tree."""
    with opened() as application:
        count = intake.import_units(application.deduplicator, file, by=by)
    if as_json:
        print_json({"units": count})
    else:
        console.print(f"Đã nhập {count} đơn vị.")


def unmatched(as_json: Json = False) -> None:
    """Tên đơn vị chưa khớp với cây / names as typed that match no unit."""
    with opened() as application, application.deduplicator.open_unit() as unit:
        rows = unit.units.unmatched()
    if as_json:
        print_json([{"unit": name, "records": count} for name, count in rows])
    else:
        print_table("Đơn vị chưa khớp", ("Tên đã gõ", "Số hồ sơ"), rows)


def assign(
    typed: Annotated[str, typer.Argument(help="Tên đã gõ.")],
    code: Annotated[str, typer.Argument(help="Mã hoặc tên đơn vị trong cây.")],
    by: Doer = "",
) -> None:
    """Gán một tên đã gõ cho một đơn vị và nhớ lại / match a typed name and remember it."""
    with opened() as application:
        id = application.deduplicator.units().match(code)
        if id is None:
            raise InvalidInput(f"Không có đơn vị «{code}» trong cây.")
        count = application.deduplicator.assign_unit(typed, id, by=by)
    console.print(f"Đã gán {count} hồ sơ.")
