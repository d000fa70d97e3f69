"""``sangkien adapt`` whole: proposed, compared, taken into use, served, gone back from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.adaptation import ROOM
from dedup.embedding import load_embedder
from dedup.synthetic import make_archive
from dedup.synthetic.archive import Archive
from scripts.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command on an archive of its own with --json; its exit code and what it printed."""
    monkeypatch.setenv("SANGKIEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SANGKIEN_MODEL", "shipped")

    def command(*arguments: object) -> tuple[int, Any]:
        monkeypatch.setattr("sys.argv", ["sangkien", *map(str, arguments), "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
            raise SystemExit(0)
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    return command


def fill(run: Run, tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "a.jsonl"
    lines = (json.dumps(record, ensure_ascii=False) for record in archive.records)
    path.write_text("\n".join(lines), "utf-8")
    assert run("import", path, "--no-rescan", "--by", "Lan")[0] == 0
    assert run("reindex")[0] == 0


def conclude(run: Run, tmp_path: Path, archive: Archive) -> None:
    """The archive's truth as verdicts."""
    path = tmp_path / "v.csv"
    words = {1: "TRUNG", 0: "KHONG_TRUNG"}
    rows = [f"{pair.left},{pair.right},{words[pair.label]}" for pair in archive.truth]
    path.write_text("\n".join(["left,right,verdict", *rows]), "utf-8")
    assert run("decide", "--file", path, "--by", "Lan")[0] == 0


def model_in_force(run: Run) -> str:
    return str(run("doctor")[1]["model"]["model_id"])


def test_an_adapted_model_is_compared_adopted_and_gone_back_from(run: Run, tmp_path: Path) -> None:
    archive = make_archive(3_000, seed=3)
    fill(run, tmp_path, archive)
    conclude(run, tmp_path, archive)
    shipped = load_embedder("shipped").model_id
    assert model_in_force(run) == shipped

    report = run("adapt")[1]

    assert report["outcome"] == "adapted", report
    assert report["after"]["own_content"] > report["before"]["own_content"]
    assert report["verdicts"] > 3 * report["verdicts_held_out"] / 2 > 30
    assert report["after"]["verdicts_auc"] >= report["before"]["verdicts_auc"] - ROOM
    for figure in ("check_average_precision", "check_auc"):
        assert report["after"][figure] >= report["before"][figure] - ROOM
    assert model_in_force(run) == shipped

    assert run("adapt", "--adopt")[0] == 2  # nobody's word
    assert run("adapt", "--adopt", "--by", "Lan") == (0, {"in_force": 1})
    adapted = model_in_force(run)
    assert adapted.startswith("sangkien-vi-")
    assert adapted != shipped
    assert run("status")[1]["vectors"] == run("status")[1]["records"]

    folder = next(tmp_path.rglob("adoptions.jsonl")).parent / "1"
    folder.rename(folder.with_name("lost"))
    assert model_in_force(run) == shipped  # goes on with what there is
    folder.with_name("lost").rename(folder)

    assert run("adapt", "--rollback", "--by", "Lan") == (0, {"in_force": 0})
    assert model_in_force(run) == shipped
    assert run("adapt", "--rollback", "--by", "Lan")[0] == 4


def test_few_records_teach_nothing(run: Run, tmp_path: Path) -> None:
    fill(run, tmp_path, make_archive(300, seed=3))

    assert run("adapt")[1]["outcome"] == "too_few"
    assert run("adapt", "--adopt", "--by", "Lan")[0] == 3


def test_another_model_than_the_shipped_one_is_not_adapted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGKIEN_MODEL", "lexical")

    code, told = run("adapt")

    assert (code, told["error"]) == (2, "InvalidInput")
