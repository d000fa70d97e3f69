"""``serve``, ``status``, ``reindex``, ``doctor``, ``backup``, ``restore``."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from dedup import intake
from dedup.bootstrap import diagnosis
from dedup.config import LOOPBACK, Settings
from dedup.errors import InvalidInput, JobRunning
from dedup.jobs.people import Issued, People
from dedup.jobs.rescanning import RescanOptions
from dedup.jobs.telling import PROGRAM, tell
from dedup.people import Act
from dedup.service import Deduplicator
from scripts.cli.opening import Doer, Json, opened
from scripts.cli.output import console, plain, print_json, print_table, progress
from scripts.cli.screening import run_rescan, show_rescan


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("status")(status)
    app.command("reindex")(reindex)
    app.command("doctor")(doctor)
    app.command("backup")(backup)
    app.command("restore")(restore)


def serve(
    host: Annotated[str | None, typer.Option(help="Mặc định chỉ máy này (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option()] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Không nạp kho mẫu.")] = False,
) -> None:
    """Chạy API và các trang / serve API and pages."""
    settings = _with_address(host, port)
    _refuse_busy_port(settings)
    _say(f"Cơ sở dữ liệu / database: {settings.data_dir.resolve()}")
    with opened() as application:
        service = application.deduplicator
        sample = not empty and not _holds_records(service)
        if sample:
            _say("Lần đầu: nạp kho mẫu / first start: loading the sample archive")
            intake.load_sample(service)
        _tell_way_in(application.people, demo=sample and settings.host in LOOPBACK)
        _embed_first(service)
        _scan_first(service, quiet=False)
        service.warm()
        service.live.save()
    _say(f"Mở trình duyệt tại / open http://{settings.host}:{settings.port}")
    uvicorn.run(
        "api.app:serve", factory=True, host=settings.host, port=settings.port, log_level="warning"
    )


def status(as_json: Json = False) -> None:
    """Tình trạng kho / the archive in numbers."""
    with opened() as application:
        now = application.deduplicator.status()
    if as_json:
        print_json(now)
        return
    print_table("Tình trạng", ("", ""), ((name, value) for name, value in plain(now).items()))


def reindex(
    model: Annotated[
        str | None,
        typer.Option(help="Chuẩn bị mô hình khác cạnh mô hình đang dùng, như SANGKIEN_MODEL."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tạo véc-tơ còn thiếu và dựng lại chỉ mục; bị ngắt thì lần sau làm tiếp / embed what is missing, rebuild."""
    with opened(model=model) as application:
        service = application.deduplicator
        with progress(quiet=as_json) as tell:
            size = service.reindex(lambda fraction: tell(fraction, "embed"))
    if as_json:
        print_json({"indexed": size, "model_id": service.embedder.model_id})
        return
    console.print(f"Chỉ mục có {size} hồ sơ, mô hình {service.embedder.model_id}.")
    if model is not None:
        console.print(f"Từ nay có thể mở bằng SANGKIEN_MODEL={model}, rồi chạy «sangkien rescan».")


def doctor(as_json: Json = False) -> None:
    """Kiểm tra máy, thư viện, cơ sở dữ liệu, mô hình / what is in force on this machine."""
    with opened() as application:
        found: dict[str, Any] = diagnosis(application)
    if as_json:
        print_json(found)
        return
    for room, facts in found.items():
        print_table(room, ("", ""), facts.items())


def backup(file: Annotated[Path, typer.Argument()], as_json: Json = False) -> None:
    """Sao lưu toàn bộ dữ liệu ra một tệp / back everything up to one file."""
    with opened() as application:
        application.store.backup(file)
    if as_json:
        print_json({"backup": str(file), "bytes": file.stat().st_size})
    else:
        console.print(f"Đã sao lưu ra {file}.")


def restore(
    file: Annotated[Path, typer.Argument()],
    yes: Annotated[bool, typer.Option("--yes", help="Ghi đè dữ liệu đang có.")] = False,
    by: Doer = "",
    as_json: Json = False,
) -> None:
    """Khôi phục từ tệp sao lưu / restore from a backup."""
    with opened() as application:
        if _holds_records(application.deduplicator) and not yes:
            raise InvalidInput("Kho đang có dữ liệu; thêm --yes để thay bằng bản sao lưu.")
        application.store.restore(file)
    with opened() as application:
        service = application.deduplicator
        with service.open_unit() as unit:
            at = service.clock()
            tell(unit, Act.RESTORE_BACKUP, "archive", by=by, at=at, file=file.name)
            unit.commit()
        _scan_first(application.deduplicator, quiet=as_json)
        issued = application.people.first(demo=False)  # the backup may be older than accounts
    if as_json:
        first = {"login": issued.account.login, "password": issued.password} if issued else None
        print_json({"restored": str(file), "first_account": first})
        return
    console.print(f"Đã khôi phục từ {file}.")
    console.print("Mọi phiên đăng nhập và mọi mã truy cập đã hết hiệu lực.")
    if issued is not None:
        _tell_first(issued)


def _holds_records(service: Deduplicator) -> bool:
    """Whether any record is there, withdrawn ones included: they can be restored."""
    now = service.status()
    return now.records + now.withdrawn > 0


def _embed_first(service: Deduplicator) -> None:
    """What another model has vectors for and this one has not, as after an upgrade to a new model."""
    if not service.lacking():
        return
    _say(f"Tạo véc-tơ bằng mô hình / embedding by {service.embedder.model_id}")
    with progress(quiet=False) as tell:
        service.reindex(lambda fraction: tell(fraction, "embed"))


def _scan_first(service: Deduplicator, *, quiet: bool) -> None:
    """The re-scan of an archive that has records and never had one, unless another runs it now."""
    now = service.status()
    if now.rescanned or not now.records:
        return
    try:
        report = run_rescan(service, RescanOptions(), by=PROGRAM, quiet=quiet)
    except JobRunning as error:
        if not quiet:
            _say(error.message)
        return
    if not quiet:
        show_rescan(report)


def _tell_way_in(people: People, *, demo: bool) -> None:
    """The first account, made where there is none: its password is printed this once, a demo's always."""
    issued = people.first(demo=demo)
    if ready := people.demo():
        _say("Tài khoản dùng thử / demo account: {} · mật khẩu / password: {}".format(*ready))
    elif issued is not None:
        _tell_first(issued)


def _tell_first(issued: Issued) -> None:
    _say(f"Tài khoản quản trị đầu tiên / first administrator: {issued.account.login}")
    _say(
        f"Mật khẩu dùng một lần, chỉ in lần này / one-time password, printed only now: {issued.password}"
    )


def _with_address(host: str | None, port: int | None) -> Settings:
    """Settings with the address asked for, also in the environment the server process reads."""
    if host is not None:
        os.environ["SANGKIEN_HOST"] = host
    if port is not None:
        os.environ["SANGKIEN_PORT"] = str(port)
    try:
        return Settings()
    except ValueError as error:
        sys.exit(f"Cấu hình không hợp lệ / bad settings:\n{error}")


def _refuse_busy_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            sys.exit(
                f"Cổng {settings.port} đang bận; dùng --port SỐ_KHÁC.\n"
                f"Port {settings.port} is busy; use --port ANOTHER."
            )


def _say(line: str) -> None:
    print(line, flush=True)
