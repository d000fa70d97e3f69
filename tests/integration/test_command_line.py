"""The command line on real files and a real database: the whole job, its errors and exit codes."""

from __future__ import annotations

import csv
import getpass
import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dedup.bootstrap import build
from dedup.config import Settings
from dedup.errors import SignInRefused
from dedup.jobs.rescanning import RescanOptions
from dedup.people import Act, KeyKind
from scripts.cli import main, output

ROWS = (
    ("SK01", "Cải tiến hệ thống bơm nước làm mát lò hơi số 2", "XN Anh"),
    ("SK02", "CẢI TIẾN HỆ THỐNG BƠM NƯỚC LÀM MÁT LÒ HƠI SỐ 2", "Công ty B"),
    ("SK03", "Thiết kế giá treo quạt thông gió cho phân xưởng may", "Công ty B"),
    ("SK04", "", "Công ty B"),
)
Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command; returns its exit code and, with --json, what it printed."""
    monkeypatch.setenv("SANGKIEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SANGKIEN_MODEL", "lexical")

    def command(*arguments: object) -> tuple[int, Any]:
        monkeypatch.setattr("sys.argv", ["sangkien", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
            raise SystemExit(0)
        printed = capsys.readouterr().out
        told = json.loads(printed) if "--json" in arguments else printed
        return int(ended.value.code or 0), told

    return command


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    target = book.active
    assert target is not None
    target.append(["CÔNG ĐOÀN CÔNG THƯƠNG"])
    target.append(["DANH SÁCH SÁNG KIẾN"])
    target.append(["STT", "Mã SK", "Tên sáng kiến", "Đơn vị"])
    for number, row in enumerate(ROWS, start=1):
        target.append([number, *row])
    target.append(["", "", "Tổng cộng", 4])
    path = tmp_path / "T11.xlsx"
    book.save(path)
    return path


def test_a_dry_run_shows_the_mapping_and_the_errors_by_excel_row(run: Run, sheet: Path) -> None:
    code, shown = run("import", sheet, "--dry-run", "--json")

    assert code == 0
    assert shown["mapping"] == {"Mã SK": "code", "Tên sáng kiến": "title", "Đơn vị": "unit"}
    assert (shown["header_row"], shown["rows"], shown["refused"]) == (3, 3, 1)
    assert [p["row"] for p in shown["problems"] if p["code"] == "HL01"] == [7]
    assert run("status", "--json")[1]["records"] == 0


def test_the_whole_job_from_a_file_to_a_verdict_and_back(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    returned = tmp_path / "T11-loi.xlsx"
    code, printed = run("import", sheet, "--by", "Lan", "--returned", returned, "--json")
    assert code == 0
    assert printed["imported"]["added"] == 3
    assert printed["rescan"]["suggestions"]["SAME_TEXT"] == 1
    assert (printed["returned"], printed["errors"]) == (str(returned), [])
    notes = openpyxl.load_workbook(returned).active
    assert notes is not None
    assert "HL01" in str(notes.cell(7, 5).value)

    assert run("import", sheet, "--json")[1]["imported"]["again"] is True
    assert run("status", "--json")[1]["records"] == 3

    [pair] = run("pairs", "--json")[1]
    assert (pair["left"], pair["right"], pair["band"]) == ("SK01", "SK02", "SAME_TEXT")

    assert run("decide", "SK02", "SK01", "--verdict", "TRUNG", "--by", "Lan", "--json")[0] == 0
    assert run("pairs", "--json")[1] == []
    assert run("rescan", "--json")[0] == 0
    assert run("pairs", "--json")[1] == []

    code, refused = run("undo-import", 1, "--json")
    assert (code, refused["error"]) == (4, "VerdictsRest")

    assert run("decide", "SK01", "SK02", "--undo", "--by", "Lan", "--json")[0] == 0
    assert len(run("pairs", "--json")[1]) == 1
    assert run("undo-import", 1, "--json")[1] == {"withdrawn": 3, "restored": 0}
    assert run("status", "--json")[1]["records"] == 0


@pytest.fixture
def scanning(run: Run) -> Iterator[None]:
    """Another process re-scans the archive meanwhile."""
    application = build(Settings())
    scan = application.deduplicator.rescanner.start(RescanOptions())
    yield
    application.deduplicator.jobs.finish(scan.id, "done")
    application.close()


@pytest.mark.usefixtures("scanning")
def test_an_import_is_told_also_where_its_rescan_must_wait(run: Run, sheet: Path) -> None:
    code, told = run("import", sheet, "--json")

    assert (code, told["imported"]["added"], told["rescan"]) == (1, 3, None)
    assert [error["error"] for error in told["errors"]] == ["JobRunning"]
    assert run("status", "--json")[1]["records"] == 3


def test_an_import_is_told_and_scanned_also_where_the_file_cannot_be_given_back(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    code, told = run("import", sheet, "--returned", tmp_path / "none" / "a.xlsx", "--json")

    assert (code, told["imported"]["added"], told["returned"]) == (1, 3, None)
    assert told["rescan"]["suggestions"]["SAME_TEXT"] == 1
    assert [error["error"] for error in told["errors"]] == ["BadFile"]


def test_a_failing_step_is_told_to_people_after_the_import(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    code, told = run("import", sheet, "--no-rescan", "--returned", tmp_path / "none" / "a.xlsx")

    assert code == 1
    assert "thêm 3" in told


def test_a_file_imported_before_is_given_back_when_asked(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    run("import", sheet, "--no-rescan")
    code, told = run("import", sheet, "--returned", tmp_path / "a.xlsx", "--json")

    assert (code, told["imported"]["again"]) == (0, True)
    notes = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert notes is not None
    assert "HL01" in str(notes.cell(7, 5).value)


def test_what_looks_like_markup_is_printed_as_it_stands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output.console, "_width", 200)  # COLUMNS is read once, by who comes first
    (tmp_path / "[").mkdir()
    title, file = "Cải tiến [/bơm] nước [red]lò hơi[/red] :cat:", tmp_path / "[/foo].csv"
    file.write_text(f"Tên sáng kiến;Đơn vị\n{title};[/unit]\n;[/x]\n", encoding="utf-8")

    for command in (
        ("import", file, "--dry-run", "--column", "Đơn vị=unit"),
        ("import", file, "--by", "[/Lan]", "--returned", tmp_path / "[/bar].csv"),
        ("imports",),
        ("check", "--title", title),
        ("units", "unmatched"),
        ("withdraw", "#1", "--by", "[/Lan]"),
        ("pairs",),
        ("status",),
        ("doctor",),
        ("export", "--out", tmp_path / "[/out].jsonl"),
    ):
        assert run(*command)[0] == 0, command
    assert run("check", "--file", tmp_path / "[/no].jsonl", "--out", tmp_path / "o.jsonl")[0] == 2
    assert title in run("withdraw", "#1", "--restore")[1]
    assert title in run("check", "--title", title)[1]


def test_a_file_of_queries_gives_a_line_of_matches_each(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    run("import", sheet, "--no-rescan")
    queries, out = tmp_path / "q.jsonl", tmp_path / "r.jsonl"
    asked = [{"id": "Q1", "title": ROWS[0][1]}, {"id": "Q2", "title": ROWS[2][1].lower()}]
    queries.write_text(
        "\n".join(json.dumps(q, ensure_ascii=False) for q in asked), encoding="utf-8"
    )
    run("reindex", "--json")

    assert run("check", "--file", queries, "--out", out, "--top", 2)[0] == 0

    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["query"] for line in lines] == ["Q1", "Q2"]
    assert {m["id"] for m in lines[0]["matches"]} == {"SK01", "SK02"}
    assert lines[1]["matches"][0]["id"] == "SK03"
    assert lines[1]["matches"][0]["band"] == "SAME_TEXT"
    assert {"score", "band", "similarity", "evidence"} <= lines[0]["matches"][0].keys()


def test_verdicts_of_a_file_are_all_or_none(run: Run, sheet: Path, tmp_path: Path) -> None:
    run("import", sheet, "--no-rescan")
    file = tmp_path / "v.csv"
    file.write_text(
        "left,right,verdict\nSK01,SK02,TRUNG\nSK02,SK03,TRUNG\nSK01,SK03,KHONG_TRUNG\n",
        encoding="utf-8",
    )

    assert run("decide", "--file", file, "--by", "Lan", "--json")[0] == 4
    assert run("status", "--json")[1]["decisions"] == 0

    file.write_text("left,right,verdict\nSK01,SK02,SAI\n", encoding="utf-8")
    code, told = run("decide", "--file", file, "--by", "Lan", "--json")
    assert (code, told["row"]) == (2, 2)


def test_units_are_imported_matched_and_remembered(run: Run, sheet: Path, tmp_path: Path) -> None:
    tree = tmp_path / "units.csv"
    tree.write_text("code,name,aliases,parent\nT,Tổng công ty,,\nA,Công ty A,,T\nB,Công ty B,,T\n")
    assert run("units", "import", tree, "--json")[1] == {"units": 3}
    run("import", sheet, "--no-rescan")

    assert run("units", "unmatched", "--json")[1] == [{"unit": "XN Anh", "records": 1}]
    assert run("units", "assign", "XN Anh", "A")[0] == 0
    assert run("units", "unmatched", "--json")[1] == []


def test_figures_on_labelled_pairs_are_those_of_the_written_scores(
    run: Run, tmp_path: Path
) -> None:
    records, pairs, scores = tmp_path / "r.jsonl", tmp_path / "p.csv", tmp_path / "s.csv"
    records.write_text(
        "\n".join(
            json.dumps({"id": code, "title": title, "group": "G", "kind": kind})
            for code, title, kind in (
                ("a", ROWS[0][1], "base"),
                ("b", ROWS[0][1] + " mới", "copy"),
                ("c", ROWS[2][1], "neg1"),
            )
        )
    )
    pairs.write_text("left,right,label\na,b,1\na,c,0\n")

    code, figures = run(
        "evaluate", "--records", records, "--pairs", pairs, "--scores", scores, "--json"
    )

    assert code == 0
    assert figures["average_precision"] == 1.0
    assert figures["kind_over_kind"] == {"copy": {"neg1": 1.0}}
    with scores.open(newline="") as source:
        rows = list(csv.DictReader(source))
    assert [(row["left"], row["right"], row["label"]) for row in rows] == [
        ("a", "b", "1"),
        ("a", "c", "0"),
    ]
    assert float(rows[0]["score"]) > float(rows[1]["score"])


def test_a_backup_restores_what_was_there(run: Run, sheet: Path, tmp_path: Path) -> None:
    run("import", sheet, "--no-rescan")
    before = run("status", "--json")[1]
    backup = tmp_path / "b.gz"
    assert run("backup", backup, "--json")[0] == 0
    run("undo-import", 1)

    assert run("restore", backup, "--yes", "--json")[0] == 0
    assert run("status", "--json")[1]["records"] == before["records"]


def test_a_restored_archive_without_accounts_tells_a_way_in(run: Run, tmp_path: Path) -> None:
    run("backup", tmp_path / "b.gz")

    printed = run("restore", tmp_path / "b.gz")[1]
    assert "first administrator: admin" in printed
    assert re.search(r"printed only now: (\w{4}-){3}\w{4}", printed)
    assert "mọi mã truy cập đã hết hiệu lực" in " ".join(printed.split())
    told = run("restore", tmp_path / "b.gz", "--json")[1]["first_account"]
    assert told["login"] == "admin"
    application = build(Settings())
    assert application.signing.sign_in("admin", told["password"], address="test")
    application.close()


def test_a_restored_archive_with_accounts_makes_none(run: Run, tmp_path: Path) -> None:
    run("account", "add", "lan", "--name", "Trần Thị Lan")
    run("backup", tmp_path / "b.gz")

    assert "administrator" not in run("restore", tmp_path / "b.gz")[1]
    assert [account["login"] for account in run("account", "list", "--json")[1]] == ["lan"]


@pytest.mark.usefixtures("scanned_by_none")
def test_an_archive_restored_that_was_never_scanned_is_scanned(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "b.gz")
    monkeypatch.setenv("SANGKIEN_DATA_DIR", str(tmp_path / "other"))

    assert run("restore", tmp_path / "b.gz", "--json")[0] == 0

    assert len(run("pairs", "--json")[1]) == 1


def test_withdrawn_records_are_not_replaced_by_a_backup_unasked(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "empty.gz")
    run("import", sheet, "--no-rescan")
    run("undo-import", 1)

    assert run("restore", tmp_path / "empty.gz", "--json")[0] == 2
    assert run("status", "--json")[1]["withdrawn"] == 3


@pytest.fixture
def scanned_by_none(run: Run, sheet: Path) -> None:
    """An archive of three records whose pairs nobody looked for."""
    run("import", sheet, "--no-rescan")


@pytest.fixture
def serve(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Starts the server, ends it at once, tells what it printed; its sample: two records of one text."""
    records = [{"id": f"M{n}", "title": ROWS[0][1]} for n in (1, 2)]
    monkeypatch.setattr("dedup.intake.sample_records", lambda: records)
    monkeypatch.setattr("dedup.intake.sample_units", list)
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("SANGKIEN_PORT", str(port))

    def start(*arguments: str) -> str:
        code, printed = run("serve", *arguments)
        assert code == 0
        return str(printed)

    return start


def test_the_first_start_loads_the_sample_and_scans_it(run: Run, serve: Callable[..., str]) -> None:
    serve()
    serve()

    assert run("status", "--json")[1]["records"] == 2
    assert len(run("pairs", "--json")[1]) == 1


def test_the_samples_start_is_a_demo_whose_account_is_printed_each_time(
    serve: Callable[..., str],
) -> None:
    [first] = re.findall(r"demo account: demo · .*: (\S+)", serve())
    assert serve().count(first) == 1


@pytest.mark.parametrize("arguments", [("--empty",), ("--host", "0.0.0.0")])
def test_a_real_start_prints_a_one_time_password_once(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SANGKIEN_HOST", "127.0.0.1")
    monkeypatch.setenv("SANGKIEN_INSECURE_LAN", "1")
    printed = serve(*arguments)
    assert "first administrator: admin" in printed
    assert re.search(r"printed only now: (\w{4}-){3}\w{4}", printed)
    again = serve(*arguments)
    assert "password" not in again
    assert "demo account" not in again


def test_an_empty_start_stays_empty(run: Run, serve: Callable[..., str]) -> None:
    serve("--empty")

    now = run("status", "--json")[1]
    assert (now["records"], now["rescanned"]) == (0, False)


@pytest.mark.usefixtures("scanned_by_none")
def test_a_start_scans_what_was_never_scanned_and_only_that(
    run: Run, serve: Callable[..., str]
) -> None:
    serve()
    assert len(run("pairs", "--json")[1]) == 1
    scanned = run("status", "--json")[1]["last_rescan"]

    serve()

    assert run("status", "--json")[1]["last_rescan"] == scanned


@pytest.mark.usefixtures("scanning")
def test_a_start_goes_on_where_another_process_scans(
    run: Run, sheet: Path, serve: Callable[..., str]
) -> None:
    run("import", sheet, "--no-rescan")

    serve()

    assert run("status", "--json")[1]["rescanned"] is False


def test_the_sample_does_not_come_into_an_archive_whose_records_were_withdrawn(
    run: Run, sheet: Path, serve: Callable[..., str]
) -> None:
    run("import", sheet, "--no-rescan")
    run("undo-import", 1)

    serve()

    now = run("status", "--json")[1]
    assert (now["records"], now["withdrawn"]) == (0, 3)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", "--title", " "), 2),
        (("decide", "A", "B", "--verdict", "TRUNG", "--by", "x"), 3),
        (("withdraw", "#99"), 3),
        (("undo-import", "7"), 3),
        (("import", "/không/có.xlsx"), 2),
        (("check", "--file", "/không/có.jsonl", "--out", "/tmp/không.jsonl"), 2),
    ],
)
def test_errors_are_told_with_their_exit_code(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    ended, told = run(*arguments, "--json")

    assert ended == code
    assert told["message"]


def test_an_export_and_a_template_can_be_imported_again(
    run: Run, sheet: Path, tmp_path: Path
) -> None:
    run("import", sheet, "--no-rescan")
    out = tmp_path / "out.xlsx"
    assert run("export", "--out", out, "--json")[1]["records"] == 3

    again = run("import", out, "--dry-run", "--json")[1]
    assert (again["rows"], again["refused"]) == (3, 0)
    assert again["mapping"]["Tên sáng kiến"] == "title"

    template = tmp_path / "mau.xlsx"
    assert run("template", template)[0] == 0
    assert run("import", template, "--dry-run", "--json")[1]["rows"] == 0


def test_learning_tells_what_is_missing(run: Run, sheet: Path) -> None:
    run("import", sheet, "--by", "Lan")

    code, report = run("learn", "--json")
    assert (code, report["outcome"]) == (0, "too_few")
    assert run("learn", "--min-new", 1, "--json")[1] == {"outcome": "waiting", "news": 0}
    assert run("learn", "--versions", "--json")[1]["in_force"] == 0
    assert run("learn", "--adopt", "--by", "Lan")[0] == 3
    assert run("learn", "--rollback", "--by", "Lan")[0] == 4
    assert run("learn", "--rollback", "--adopt")[0] == 2


def test_accounts_are_made_changed_and_stopped(run: Run, tmp_path: Path) -> None:
    tree = tmp_path / "units.csv"
    tree.write_text("code,name,aliases,parent\nA,Công ty A,,\n", encoding="utf-8")
    run("units", "import", tree)
    code, made = run("account", "add", "Lan", "--name", "Trần Thị Lan", "--unit", "A", "--json")
    assert (code, made["login"]) == (0, "lan")
    run("account", "add", "minh", "--name", "Lê Minh", "--role", "admin")
    assert run("account", "add", "lan", "--name", "Ai khác", "--json")[0] == 4
    assert run("account", "add", "x2", "--name", "Ai khác", "--unit", "Lạ", "--json")[0] == 2

    assert run("account", "change", "lan", "--role", "head", "--inactive")[0] == 0
    assert run("account", "change", "minh", "--inactive", "--json")[1]["error"] == "LastAdmin"

    lan, minh = run("account", "list", "--json")[1]
    assert (lan["role"], lan["unit_id"], lan["active"]) == ("head", 1, False)
    assert (minh["role"], minh["unit_id"], minh["active"]) == ("admin", None, True)
    assert "Trần Thị Lan" in run("account", "list")[1]
    assert run("account", "change", "lan", "--unit", "", "--active", "--json")[1]["unit_id"] is None


def test_a_lost_password_and_a_token_are_given_on_the_server(run: Run) -> None:
    first = run("account", "add", "lan", "--name", "Lan", "--json")[1]["password"]
    second = run("account", "password", "lan", "--json")[1]["password"]
    token = run("account", "token", "lan", "--label", "Kết nối", "--json")[1]["token"]

    application = build(Settings())
    signing = application.signing
    with pytest.raises(SignInRefused):
        signing.sign_in("lan", first, address="test")
    assert signing.sign_in("lan", second, address="test")
    assert signing.holder(token, KeyKind.TOKEN)
    [key] = run("account", "tokens", "lan", "--json")[1]
    assert run("account", "tokens", "lan", "--end", key["id"], "--json")[1] == []
    assert signing.holder(token, KeyKind.TOKEN) is None
    with application.store.unit() as unit:
        acts = [deed.act for deed in unit.log.page()]
        doers = {deed.by for deed in unit.log.page()} - {"Lan"}
    application.close()
    assert acts[-3:] == [Act.MAKE_TOKEN, Act.RESET_PASSWORD, Act.ADD_ACCOUNT]
    assert doers == {getpass.getuser()}
    assert run("account", "password", "nobody", "--json")[0] == 3
