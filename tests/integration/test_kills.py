"""kill -9 at the worst moments: what was committed stands, what was not never was, a re-run ends the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.bootstrap import Application, build
from dedup.config import Settings
from dedup.embedding.lexical import LexicalEmbedder
from dedup.errors import IndexModelMismatch
from dedup.initiatives import Submission
from dedup.ports import SuggestionFilter

TITLES = (
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2 nhà máy",
    "CẢI TIẾN HỆ THỐNG BƠM NƯỚC LÀM MÁT LÒ HƠI SỐ 2",
    "Thiết kế giá treo quạt thông gió cho phân xưởng may",
)
# Runs the command line after planting a kill before (or after) the n-th call of a function.
KILLER = """
import importlib, os, signal, sys
place, when, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
module, holder, name = place.split(":")
owner = importlib.import_module(module)
owner = getattr(owner, holder) if holder else owner
real, calls = getattr(owner, name), [0]

def planted(*args, **kwargs):
    calls[0] += 1
    if calls[0] == count and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if calls[0] == count and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, planted)
sys.argv = ["sangkien", *sys.argv[4:]]
from scripts.cli import main
main()
"""
COMMIT = "dedup.store.unit:SqlUnitOfWork:commit"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def open_archive(folder: Path) -> Application:
    settings = Settings(data_dir=folder, model="lexical")
    return build(settings, embedder=LexicalEmbedder())


def killed(folder: Path, place: str, when: str, count: int, *command: object) -> None:
    environment = os.environ | {"SANGKIEN_DATA_DIR": str(folder), "SANGKIEN_MODEL": "lexical"}
    line = [sys.executable, "-c", KILLER, place, when, str(count), *map(str, command)]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def file_all(folder: Path) -> None:
    application = open_archive(folder)
    for title in TITLES:
        application.deduplicator.filer.file(Submission(title=title))
    application.close()


def records_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    lines = (json.dumps({"title": title}, ensure_ascii=False) for title in TITLES)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def pairs_found(application: Application) -> list[tuple[int, int, str]]:
    with application.store.unit() as unit:
        found = unit.suggestions.iterate(SuggestionFilter(decided=None))
        return sorted((s.pair.left, s.pair.right, s.band.value) for s in found)


def scanned(folder: Path) -> list[tuple[int, int, str]]:
    application = open_archive(folder)
    service = application.deduplicator
    from dedup.jobs.rescanning import RescanOptions

    service.rescanner.carry_out(service.rescanner.start(RescanOptions()))
    found = pairs_found(application)
    application.close()
    return found


def test_an_import_killed_before_its_commit_left_nothing_and_can_be_done_again(
    folder: Path, tmp_path: Path
) -> None:
    path = records_file(tmp_path)
    open_archive(folder).close()

    killed(folder, "dedup.store.initiatives:SqlInitiatives:add", "after", 1, "import", path)

    application = open_archive(folder)
    assert application.deduplicator.status().records == 0
    assert application.deduplicator.importer.latest() == []
    application.close()
    killed(folder, "dedup.jobs.importing:Importer:store", "after", 1, "import", path)
    application = open_archive(folder)
    assert application.deduplicator.status().records == len(TITLES)
    application.close()


def test_a_record_committed_before_the_kill_is_in_the_index_of_the_next_start(
    folder: Path, tmp_path: Path
) -> None:
    file_all(folder)
    before = scanned(folder)  # leaves a snapshot of the index
    more = tmp_path / "more.jsonl"
    more.write_text('{"title": "Lắp biến tần cho quạt hút khí SO2"}', encoding="utf-8")

    killed(folder, "dedup.jobs.importing:Importer:store", "after", 1, "import", more)

    application = open_archive(folder)
    service = application.deduplicator
    service.reindex()
    matches = service.screen(Submission(title="lắp biến tần cho quạt hút khí SO2")).matches
    assert [m.initiative.id for m in matches] == [len(TITLES) + 1]
    assert pairs_found(application) == before
    application.close()


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("dedup.store.vectors:SqlVectors:put", "before"),
        ("dedup.store.vectors:SqlVectors:put", "after"),
        ("dedup.store.suggestions:SqlSuggestions:upsert", "before"),
        ("dedup.store.suggestions:SqlSuggestions:upsert", "after"),
        ("dedup.store.suggestions:SqlSuggestions:retire", "after"),
        ("dedup.store.clusters:SqlClusters:replace", "before"),
        ("dedup.store.runs:SqlRuns:finish", "before"),
    ],
)
def test_a_rescan_killed_anywhere_ends_the_same_when_started_again(
    folder: Path, tmp_path: Path, place: str, when: str
) -> None:
    other = tmp_path / "other"
    path = records_file(tmp_path)
    for each in (folder, other):
        open_archive(each).close()
        killed(each, "dedup.jobs.importing:Importer:store", "after", 1, "import", path)
    expected = scanned(other)
    assert [band for _, _, band in expected].count("SAME_TEXT") == 1

    killed(folder, place, when, 1, "rescan")

    assert scanned(folder) == expected


def test_a_snapshot_killed_in_the_writing_leaves_one_that_answers(folder: Path) -> None:
    file_all(folder)
    expected = scanned(folder)

    killed(folder, "os::replace", "before", 1, "reindex")
    killed(folder, "os::fsync", "after", 1, "reindex")

    application = open_archive(folder)
    assert application.deduplicator.warm() == len(TITLES)
    application.close()
    assert scanned(folder) == expected


def test_preparing_another_model_killed_on_the_way_leaves_the_old_one_and_goes_on(
    folder: Path,
) -> None:
    file_all(folder)
    expected = scanned(folder)

    killed(folder, COMMIT, "before", 1, "reindex", "--model", "shipped")
    killed(
        folder, "dedup.store.vectors:SqlVectors:put", "after", 1, "reindex", "--model", "shipped"
    )

    assert scanned(folder) == expected
    other = build(Settings(data_dir=folder, model="shipped"))
    with pytest.raises(IndexModelMismatch):
        other.deduplicator.screen(Submission(title=TITLES[0]))
    assert other.deduplicator.reindex() == len(TITLES)
    found = other.deduplicator.screen(Submission(title=TITLES[3])).matches
    assert [match.initiative.title for match in found] == [TITLES[3]]
    other.close()
