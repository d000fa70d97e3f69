"""Snapshots: whole or refused, the old one or the new one."""

import errno
import json
import os
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray

from index import (
    FlatIndex,
    IvfIndex,
    SnapshotDamaged,
    SnapshotMissing,
    SnapshotStale,
    load,
    made_of,
    save,
)

DIM = 8
FACTS: dict[str, str | int] = {"model_id": "tiếng Việt 8", "change_number": 41}


def unit_rows(count: int, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((count, DIM))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def flat(count: int = 90, seed: int = 0) -> FlatIndex:
    index = FlatIndex(DIM)
    index.add(np.arange(count) * 3, unit_rows(count, seed))
    return index


def lists(count: int = 90, seed: int = 0) -> IvfIndex:
    index = IvfIndex(DIM, nlist=2, nprobe=2, join_nprobe=2)
    index.add(np.arange(count) * 3, unit_rows(count, seed))
    assert index.is_trained
    return index


def in_training() -> IvfIndex:
    index = IvfIndex(DIM, nlist=500)
    index.add(np.arange(90) * 3, unit_rows(90))
    return index


def data_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != "manifest.json")


def assert_same_answers(one: Any, two: Any) -> None:
    queries = unit_rows(6, seed=9)
    for expected, found in zip(one.search(queries, 7), two.search(queries, 7), strict=True):
        assert_array_equal(found.ids, expected.ids)
        assert_array_equal(found.similarities, expected.similarities)
    expected, found = one.pairs_above(0.5), two.pairs_above(0.5)
    assert_array_equal(found.left, expected.left)
    assert_array_equal(found.right, expected.right)
    assert_array_equal(found.similarity, expected.similarity)


@pytest.mark.parametrize("make", [flat, lists, in_training])
def test_a_loaded_index_answers_like_the_saved_one_and_can_be_changed(
    make: Any, tmp_path: Path
) -> None:
    index = make()
    save(index, tmp_path / "snap", FACTS)
    loaded = load(tmp_path / "snap", FACTS)
    assert (len(loaded), loaded.dim) == (90, DIM)
    assert_same_answers(index, loaded)
    for changed in (index, loaded):
        changed.remove(np.array([0, 3, 30]))
        changed.add(np.array([3, 1000]), unit_rows(2, seed=5))
    assert_same_answers(index, loaded)


@pytest.mark.parametrize("make", [FlatIndex, IvfIndex])
def test_an_empty_index_has_a_snapshot_too(make: Any, tmp_path: Path) -> None:
    save(make(DIM), tmp_path, FACTS)
    assert len(load(tmp_path, FACTS)) == 0


def test_a_trained_index_emptied_by_removal_comes_back_empty(tmp_path: Path) -> None:
    index = lists()
    index.remove(np.arange(90) * 3)
    save(index, tmp_path, FACTS)
    loaded = load(tmp_path, FACTS)
    assert len(loaded) == 0
    loaded.add(np.array([4]), unit_rows(1))
    assert loaded.search(unit_rows(1), 2)[0].ids.tolist() == [4]


def test_changing_a_loaded_index_leaves_its_snapshot_alone(tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    load(tmp_path, FACTS).add(np.array([1]), unit_rows(1, seed=3))
    assert_same_answers(flat(), load(tmp_path, FACTS))


def test_the_callers_facts_can_be_read_alone(tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    assert made_of(tmp_path) == FACTS


def test_a_folder_without_a_snapshot_is_missing_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SnapshotMissing):
            load(folder, FACTS)


@pytest.mark.parametrize(
    "other", [{**FACTS, "change_number": 42}, {"model_id": "tiếng Việt 8"}, {**FACTS, "more": 1}]
)
def test_a_snapshot_of_other_facts_is_stale(other: dict[str, Any], tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    with pytest.raises(SnapshotStale, match="41"):
        load(tmp_path, other)


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def longer(content: bytes) -> bytes:
    return content + b"\0"


def emptied(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("harm", [truncated, flipped, longer, emptied])
@pytest.mark.parametrize("make", [flat, lists])
def test_a_damaged_data_file_is_seen_and_a_new_save_heals_it(
    make: Any, harm: Any, tmp_path: Path
) -> None:
    save(make(), tmp_path, FACTS)
    for path in data_files(tmp_path):
        whole = path.read_bytes()
        path.write_bytes(harm(whole))
        with pytest.raises(SnapshotDamaged, match=path.name):
            load(tmp_path, FACTS)
        save(make(), tmp_path, FACTS)
        assert path.read_bytes() == whole
        assert_same_answers(make(), load(tmp_path, FACTS))


def test_a_data_file_that_is_gone_is_damage(tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    data_files(tmp_path)[0].unlink()
    with pytest.raises(SnapshotDamaged, match="ids-"):
        load(tmp_path, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"schema": 2}',
        b'{"schema": 1, "made_of": {}, "dim": 8}',
        b'{"schema": 1, "made_of": {}, "dim": 8, "files": {"ids": {"name": "ids"}}}',
    ],
)
def test_an_unreadable_manifest_is_damage(text: bytes, tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    (tmp_path / "manifest.json").write_bytes(text)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
        load(tmp_path, FACTS)


def test_a_manifest_cannot_point_out_of_its_folder(tmp_path: Path) -> None:
    save(flat(), tmp_path / "one", FACTS)
    path = tmp_path / "one" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"]["ids"]["name"] = "../ids"
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match="incomplete"):
        load(tmp_path / "one", FACTS)


def test_parts_that_make_no_index_are_damage(tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["files"]["rows"] = manifest["files"]["ids"]
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match="belong together"):
        load(tmp_path, FACTS)
    del manifest["files"]["rows"]
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(SnapshotDamaged, match="no index"):
        load(tmp_path, FACTS)


def test_saving_again_replaces_the_snapshot_and_clears_the_old_files(tmp_path: Path) -> None:
    save(flat(), tmp_path, FACTS)
    old = data_files(tmp_path)
    save(flat(50, seed=7), tmp_path, {**FACTS, "change_number": 42})
    assert not set(old) & set(data_files(tmp_path))
    assert_same_answers(flat(50, seed=7), load(tmp_path, {**FACTS, "change_number": 42}))


def test_an_index_loaded_before_keeps_answering_after_the_files_are_replaced(
    tmp_path: Path,
) -> None:
    save(flat(), tmp_path, FACTS)
    loaded = load(tmp_path, FACTS)
    save(flat(50, seed=7), tmp_path, FACTS)
    assert_same_answers(flat(), loaded)


def test_only_long_abandoned_files_are_cleared(tmp_path: Path) -> None:
    fresh, stale = tmp_path / "rows.x.part", tmp_path / "ids.y.part"
    for path in (fresh, stale):
        path.write_bytes(b"half")
    os.utime(stale, (0, 0))
    save(flat(), tmp_path, FACTS)
    assert fresh.exists()
    assert not stale.exists()


class Stopped(BaseException):
    """Stands for the death of the process at one step."""


@pytest.mark.parametrize("make", [flat, lists])
@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "full"), Stopped()])
@pytest.mark.parametrize("step", range(8))
def test_a_save_broken_off_at_any_step_leaves_the_old_snapshot_or_the_new_one(
    make: Any, problem: BaseException, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(make(), tmp_path, FACTS)
    new_facts = {**FACTS, "change_number": 42}
    steps = [0]

    def failing(real: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            steps[0] += 1
            if steps[0] > step:
                raise problem
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing(os.fsync))
        patched.setattr(Path, "replace", failing(Path.replace))
        try:
            save(make(80, seed=7), tmp_path, new_facts)
        except type(problem):
            pass
    if made_of(tmp_path) == FACTS:
        assert_same_answers(make(), load(tmp_path, FACTS))
    else:
        assert_same_answers(make(80, seed=7), load(tmp_path, new_facts))
    save(make(80, seed=7), tmp_path, new_facts)
    assert_same_answers(make(80, seed=7), load(tmp_path, new_facts))


class FullDisk:
    """A file on a disk with little room left."""

    def __init__(self, file: IO[bytes], room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(data)


def test_a_disk_that_fills_up_while_lists_are_written_is_told_as_such(tmp_path: Path) -> None:
    with (
        (tmp_path / "lists").open("wb") as file,
        pytest.raises(OSError, match="No space left") as raised,
    ):
        lists().write_lists(FullDisk(file, 1000))  # type: ignore[arg-type]
    assert raised.value.errno == errno.ENOSPC
