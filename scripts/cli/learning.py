"""``learn``: what verdicts teach the score; proposed by the machine, adopted by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from dedup.errors import InvalidInput
from dedup.initiatives import Verdict
from dedup.jobs.learning import Learner
from dedup.jobs.versions import Ledger
from dedup.scoring.shares import Share
from dedup.service import Deduplicator
from scripts.cli.opening import By, Json, doer, opened
from scripts.cli.output import console, plain, print_json, print_table, progress

METHODS = {
    "kept": "giữ nguyên",
    "recalibrated": "chỉnh lại xác suất",
    "reweighed-30": "chỉnh trọng số nhẹ",
    "reweighed-3": "chỉnh trọng số",
}
RESTART = "Khởi động lại dịch vụ (nếu đang chạy), rồi chạy «sangkien rescan» để chấm lại cả kho."


def add_to(app: typer.Typer) -> None:
    app.command("learn")(learn)


def learn(
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Dùng phiên bản học được mới nhất (hoặc --number).")
    ] = False,
    number: Annotated[int | None, typer.Option(min=1, help="Phiên bản muốn dùng.")] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Quay lại phiên bản trước đó.")
    ] = False,
    versions: Annotated[bool, typer.Option("--versions", help="Các phiên bản đã học.")] = False,
    min_new: Annotated[
        int, typer.Option(min=0, help="Chỉ học khi có từng này kết luận mới (để chạy định kỳ).")
    ] = 0,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Học từ các kết luận; người quyết định có dùng hay không / learn from verdicts."""
    if adopt + rollback + versions > 1:
        raise InvalidInput("Chỉ chọn một trong --adopt, --rollback, --versions.")
    with opened() as application:
        learner, service = application.learner, application.deduplicator
        if adopt:
            _adopt(learner, number, by=by, as_json=as_json)
        elif rollback:
            _roll_back(learner, by=by, as_json=as_json)
        elif versions:
            _list(learner, as_json=as_json)
        else:
            _learn(learner, service, min_new=min_new, by=doer(by), as_json=as_json)


def _adopt(learner: Learner, number: int | None, *, by: str, as_json: bool) -> None:
    version = learner.versions.adopt(by=by, number=number)
    if as_json:
        print_json({"in_force": version.number})
    else:
        console.print(f"Đã chọn phiên bản chấm điểm {version.number}. {RESTART}")


def _roll_back(learner: Learner, *, by: str, as_json: bool) -> None:
    number = learner.versions.roll_back(by=by)
    if as_json:
        print_json({"in_force": number})
    else:
        console.print(f"Đã quay lại {_named(number)}. {RESTART}")


def _list(learner: Learner, *, as_json: bool) -> None:
    ledger, in_force = learner.versions.ledger(), learner.versions.number_in_force()
    if as_json:
        print_json({"in_force": in_force, **plain(ledger)})
        return
    print_table(
        f"Phiên bản chấm điểm – đang chọn: {_named(in_force)}",
        ("Số", "Lúc", "Cách học", "Kết luận", "Độ chính xác mức Cao", "Nhóm", "Người chọn"),
        (
            (
                version.number,
                f"{datetime.fromisoformat(version.made_at):%d/%m/%Y %H:%M}",
                METHODS.get(version.method, version.method),
                version.verdicts,
                _precision(version.report, "likely"),
                _groups(version.report),
                _people(ledger, version.number),
            )
            for version in ledger.versions
        ),
    )


def _learn(
    learner: Learner, service: Deduplicator, *, min_new: int, by: str, as_json: bool
) -> None:
    report: Mapping[str, Any] = {"outcome": "waiting", "news": learner.news()}
    if report["news"] >= min_new:
        run = learner.start(by=by)
        with progress(quiet=as_json) as tell:
            report = {"run": run.id, **learner.carry_out(run, tell)}
    if as_json:
        print_json(report)
        return
    _show(report)
    _show_suspects(service, report.get("suspects", ()))


def _show(report: Mapping[str, Any]) -> None:
    outcome = report["outcome"]
    if outcome == "waiting":
        console.print(f"Mới có {report['news']} kết luận từ lần học trước; chưa học.")
        return
    console.print(
        f"Đã đọc {report['positive']} kết luận trùng và {report['negative']} kết luận không trùng; "
        f"{report['equal_texts']} cặp trùng hệt không cần học."
    )
    if outcome == "too_few":
        console.print("Chưa đủ kết luận ở cả hai phía để học; điểm giữ nguyên.")
        return
    if outcome == "learned":
        console.print(
            f"Học được phiên bản {report['version']} ({METHODS[report['method']]}), "
            f"so với {_named(report['in_force'])} trên các kết luận để riêng: {_groups(report)}."
        )
    else:
        console.print(
            f"Chưa có gì tốt hơn {_named(report['in_force'])}; điểm giữ nguyên. "
            "So trên các kết luận để riêng:"
        )
    _show_figures(report)
    if outcome == "learned":
        console.print("Chưa dùng ngay. Để dùng: sangkien learn --adopt --by «họ tên».")


def _show_figures(report: Mapping[str, Any]) -> None:
    before, after = report["before"], report["after"]
    rows = [
        ("Độ chính xác từ mức Cao", *_pair(report, "likely")),
        ("Độ chính xác từ mức Trung bình", *_pair(report, "possible")),
        ("Cặp trùng được nêu", *_pair(report, "found")),
        *(
            (name, f"{before[key]:.3f}", f"{after[key]:.3f}")
            for name, key in (
                ("Sai lệch xác suất (ECE)", "calibration_error"),
                ("Điểm Brier", "brier"),
            )
        ),
    ]
    replications = report["replications"]
    if replications["of"]:
        told = f"{replications['hits']}/{replications['of']}"
        rows.append(("Cặp nhân rộng được nêu (để riêng)", "", told))
    print_table("", ("", "Đang dùng", "Học được"), rows)


def _show_suspects(service: Deduplicator, suspects: Sequence[Mapping[str, Any]]) -> None:
    if not suspects:
        return
    with service.open_unit() as unit:
        ids = sorted({slip[side] for slip in suspects for side in ("left", "right")})
        known = {record.id: record.code or f"#{record.id}" for record in unit.initiatives.get(ids)}
    print_table(
        "Kết luận nên xem lại: trái hẳn với các kết luận khác",
        ("Hồ sơ", "Hồ sơ", "Kết luận", "Người", "Xác suất"),
        (
            (
                known[slip["left"]],
                known[slip["right"]],
                str(Verdict(slip["verdict"])),
                slip["by"],
                f"{slip['probability']:.2f}",
            )
            for slip in suspects
        ),
    )


def _pair(report: Mapping[str, Any], name: str) -> tuple[str, str]:
    return _share(report["before"][name]), _share(report["after"][name])


def _precision(report: Mapping[str, Any], name: str) -> str:
    return " → ".join(_pair(report, name))


def _share(kept: Mapping[str, int]) -> str:
    share = Share(**kept)
    if not share.of:
        return "chưa có"
    return f"{share.value:.2f} ({share.low:.2f}–{share.high:.2f}; {share.hits}/{share.of})"


def _groups(report: Mapping[str, Any]) -> str:
    return f"thêm {report['groups_more']} nhóm, bớt {report['groups_fewer']}"


def _people(ledger: Ledger, number: int) -> str:
    said = [a for a in ledger.adoptions if a.number == number]
    return "; ".join(f"{a.by} {'thôi dùng' if a.back else 'chọn'}" for a in said)


def _named(number: int) -> str:
    return f"phiên bản {number}" if number else "bản gốc"
