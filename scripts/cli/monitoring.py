"""``thresholds``, ``audit``: how the bands do, and a sample that tells what they miss."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any

import typer

from dedup.initiatives import Band
from dedup.jobs.auditing import MOST_DRAWN
from dedup.jobs.monitoring import Figures
from dedup.scoring.bands import Estimate
from dedup.scoring.shares import Share
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, plain, print_json, print_table, progress
from scripts.cli.screening import BAND_WORDS


def add_to(app: typer.Typer) -> None:
    app.command("thresholds")(thresholds)
    app.command("audit")(audit)


def thresholds(
    at: Annotated[
        float | None, typer.Option(min=0.001, max=1, help="Ngưỡng muốn xem thêm.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Độ chính xác và số sót theo mức, theo ngưỡng / precision and misses by band and threshold."""
    with opened() as application:
        figures = application.monitor.figures(asked=at)
        waits = application.learner.awaits_restart(figures.scorer_version)
    if as_json:
        print_json(_known(plain(figures)))
        return
    _show_bands(figures)
    _show_rows(figures)
    _show_audit(figures)
    _show_alarms(figures)
    if waits:
        console.print("Đã chọn phiên bản chấm điểm khác với bản đang chạy; xin khởi động lại.")


def audit(
    count: Annotated[int, typer.Option(min=2, max=MOST_DRAWN, help="Số cặp rút ra.")] = 100,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Rút ngẫu nhiên các cặp không được nêu để người kiểm tra / draw unflagged pairs for audit."""
    with opened() as application:
        run = application.auditor.start(count, by=by)
        with progress(quiet=as_json) as tell:
            report = application.auditor.carry_out(run, tell)
        drawn = application.auditor.latest()
    pairs = drawn.pairs if drawn else []
    if as_json:
        print_json({"run": run.id, **report, "pairs": [pair.ids for pair in pairs]})
        return
    console.print(
        f"Đã rút {report['drawn']} cặp trong {report['unflagged']} cặp đã so mà không nêu. "
        "Xin kết luận từng cặp (trang «Ngưỡng và độ chính xác», hoặc sangkien decide #… #…):"
    )
    for pair in pairs:
        console.print(f"  #{pair.left} #{pair.right}")


def _show_bands(figures: Figures) -> None:
    print_table(
        "Theo mức",
        ("Mức", "Đang chờ", "Đã kết luận", "Trong đó là trùng"),
        (
            (BAND_WORDS[Band(row.band)], row.waiting, row.precision.of, _percent(row.precision))
            for row in figures.bands
        ),
    )


def _show_rows(figures: Figures) -> None:
    names = {
        figures.thresholds.possible: " (Trung bình)",
        figures.thresholds.likely: " (Cao)",
    }
    print_table(
        "Nếu đổi ngưỡng (không kể cặp trùng hệt)",
        ("Từ", "Số cặp được nêu", "Đã kết luận", "Độ chính xác", "Tìm được"),
        (
            (
                f"{row.threshold:g}{names.get(row.threshold, '')}",
                "chưa biết" if row.flagged is None else row.flagged,
                row.judged,
                _percent(row.precision),
                _percent(row.recall),
            )
            for row in figures.rows
        ),
    )


def _show_audit(figures: Figures) -> None:
    of = figures.audit
    if of is None:
        console.print("Chưa rút mẫu kiểm tra nên chưa ước lượng được số sót: sangkien audit.")
        return
    missed = of.missed
    told = "chưa biết"
    if isfinite(missed.value):
        told = f"{missed.value:.0f} ({missed.low:.0f}–{missed.high:.0f})"
    console.print(
        f"Mẫu kiểm tra: đã kết luận {of.said}/{of.drawn} cặp; ước tính còn sót {told} cặp trùng "
        f"trong {of.unflagged} cặp không nêu."
    )
    if not of.holds:
        console.print("Mẫu này rút theo phiên bản hoặc ngưỡng trước; xin rút mẫu mới.")


def _show_alarms(figures: Figures) -> None:
    for line in _alarms(figures):
        console.print(f"Lưu ý: {line}")


def _alarms(figures: Figures) -> Iterator[str]:
    old = sum(v.waiting for v in figures.versions if v.version != figures.scorer_version)
    if figures.fell:
        yield "độ chính xác giảm sau khi đổi phiên bản chấm điểm, quá mức ngẫu nhiên."
    if old:
        yield f"{old} cặp đang chờ do phiên bản khác chấm; nên chạy «sangkien rescan»."
    family = figures.family
    if family and family.alarming:
        yield (
            f"một mẫu văn bản ({family.records} hồ sơ, như #{family.record}) chiếm "
            f"{100 * family.share:.0f} % số cặp đang chờ."
        )


def _percent(known: Share | Estimate) -> str:
    if not isfinite(known.value):
        return "chưa biết"
    return f"{100 * known.value:.0f} % ({100 * known.low:.0f}–{100 * known.high:.0f})"


def _known(value: Any) -> Any:
    """Shares with their bounds; what is not known (NaN, infinity) is null, as JSON has neither."""
    if isinstance(value, dict):
        if value.keys() == {"hits", "of"}:
            share = Share(**value)
            value = {**value, "low": share.low, "value": share.value, "high": share.high}
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
