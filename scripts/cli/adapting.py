"""``adapt``: the shipped model trained on in the office's own records; proposed, then adopted by a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from dedup.adaptation import Adaptation
from dedup.bootstrap import adaptation
from dedup.errors import InvalidInput
from dedup.jobs.telling import PROGRAM
from scripts.cli.opening import By, Json, opened
from scripts.cli.output import console, print_json, print_table, progress

MEASURES = {
    "check_average_precision": "Bộ kiểm tra kèm theo: độ chính xác trung bình",
    "check_auc": "Bộ kiểm tra kèm theo: AUC",
    "verdicts_auc": "Kết luận để riêng: AUC",
    "own_content": "Tên tìm thấy đúng nội dung của mình",
}
RESTART = "Khởi động lại dịch vụ (nếu đang chạy), rồi chạy «sangkien rescan» để quét lại cả kho."


def add_to(app: typer.Typer) -> None:
    app.command("adapt")(adapt)


def adapt(
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Dùng phiên bản mới nhất (hoặc --number).")
    ] = False,
    number: Annotated[int | None, typer.Option(min=1, help="Phiên bản muốn dùng.")] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Quay lại mô hình trước đó.")
    ] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Cho mô hình học tiếp từ hồ sơ của đơn vị; người quyết định có dùng hay không / adapt the model."""
    if adopt and rollback:
        raise InvalidInput("Chỉ chọn một trong --adopt, --rollback.")
    if (adopt or rollback) and not by.strip():
        raise InvalidInput("Thiếu tên người quyết định phiên bản mô hình; xin ghi rõ --by.")
    with opened() as application:
        job = adaptation(application)
        if adopt or rollback:
            _put_in_force(job, number, back=rollback, by=by, as_json=as_json)
            return
        run = job.start(by=by or PROGRAM)
        with progress(quiet=as_json) as tell:
            report = {"run": run.id, **job.carry_out(run, tell)}
    if as_json:
        print_json(report)
    else:
        _show(report)


def _put_in_force(
    job: Adaptation, number: int | None, *, back: bool, by: str, as_json: bool
) -> None:
    with progress(quiet=as_json) as tell:

        def embedding(fraction: float) -> None:
            tell(fraction, "embed")

        if back:
            chosen = job.roll_back(by=by, tell=embedding)
        else:
            chosen = job.adopt(number, by=by, tell=embedding)
    if as_json:
        print_json({"in_force": chosen})
    else:
        console.print(f"Từ nay dùng {_named(chosen)}. {RESTART}")


def _show(report: Mapping[str, Any]) -> None:
    console.print(
        f"Đã đọc {report['records']} hồ sơ có nội dung, {report['verdicts']} kết luận; để riêng "
        f"{report['records_held_out']} hồ sơ và {report['verdicts_held_out']} kết luận để so."
    )
    if report["outcome"] == "too_few":
        console.print("Chưa đủ hồ sơ có nội dung để học; mô hình giữ nguyên.")
        return
    before, after = report["before"], report["after"]
    print_table(
        "",
        ("", "Đang dùng", "Học được"),
        (
            (label, f"{before[name]:.3f}", f"{after[name]:.3f}")
            for name, label in MEASURES.items()
            if before[name] is not None
        ),
    )
    if report["outcome"] == "kept":
        console.print(f"Không tốt hơn {_named(report['in_force'])}; mô hình giữ nguyên.")
        return
    console.print(
        f"Học được phiên bản {report['number']}. Chưa dùng ngay. "
        "Để dùng: sangkien adapt --adopt --by «họ tên»."
    )


def _named(number: int) -> str:
    return f"mô hình phiên bản {number}" if number else "mô hình gốc"
