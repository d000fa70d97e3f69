"""A snapshot of an index on disk: data files named by their content, and one manifest over them.

The manifest is renamed into place last, so that at any moment, whatever is killed, the folder
shows the old snapshot or the new one. Files are never overwritten: a process that has the old ones
mapped keeps reading them. A snapshot is a cache; whoever cannot load one rebuilds the index.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.errors import SnapshotDamaged, SnapshotMissing, SnapshotStale
from index.files import Write, checksum, remove_quietly, write_file, write_named_by_content
from index.flat import FlatIndex
from index.ivf import IvfIndex
from index.parts import index_of, parts_of

# Raised whenever files of an older version could be misread.
SCHEMA = 1
MANIFEST = "manifest.json"
# Files that no manifest names are another process's unfinished work, or what a killed one left
# behind. A day is far longer than any writing, and soon enough for a disk.
ABANDONED_SECONDS = 86_400
# How often a reader looks again when another process replaces the files under its hands.
LOOKS = 3


def save(index: FlatIndex | IvfIndex, folder: Path, manifest: Mapping[str, str | int]) -> None:
    """Write a snapshot of the index with the caller's own facts (model, change number, ...).

    The index is written as it is now, or with changes made meanwhile: state the change number from
    before. Raises OSError (a full disk, say); the snapshot of before then stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = _files_named(folder)
    files = {part: _write_part(folder, part, write) for part, write in parts_of(index).items()}
    content = {
        "schema": SCHEMA,
        "dim": index.dim,
        "files": files,
        "made_of": dict(manifest),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1).encode()
    write_file(folder, MANIFEST, lambda file: file.write(text))
    _clear(folder, before)


def load(folder: Path, expected: Mapping[str, str | int]) -> FlatIndex | IvfIndex:
    """The index of a snapshot that is whole and was made of exactly what is `expected`.

    Raises SnapshotMissing, SnapshotStale, SnapshotDamaged. The rows of a flat index stay in the
    file, mapped, and are read as they are searched.
    """
    for _ in range(LOOKS - 1):
        manifest = _read_manifest(folder)
        try:
            return _load(folder, manifest, expected)
        except SnapshotDamaged:
            if _read_manifest(folder) == manifest:
                raise
    return _load(folder, _read_manifest(folder), expected)


def made_of(folder: Path) -> dict[str, str | int]:
    """The caller's facts in a snapshot's manifest; raises SnapshotMissing, SnapshotDamaged."""
    return dict(_read_manifest(folder)["made_of"])


def _write_part(folder: Path, part: str, write: Write) -> dict[str, str | int]:
    path, digest = write_named_by_content(folder, part, write)
    return {"name": path.name, "sha256": digest, "bytes": path.stat().st_size}


def _load(
    folder: Path, manifest: dict[str, Any], expected: Mapping[str, str | int]
) -> FlatIndex | IvfIndex:
    if manifest["made_of"] != dict(expected):
        raise SnapshotStale(f"made of {manifest['made_of']}, not of {dict(expected)}")
    parts = {part: _checked(folder, file) for part, file in manifest["files"].items()}
    index = index_of(parts)
    if index.dim != manifest["dim"]:
        raise SnapshotDamaged(f"{index.dim} dimensions where {manifest['dim']} were written")
    return index


def _checked(folder: Path, file: Mapping[str, Any]) -> Path:
    path = folder / str(file["name"])
    try:
        whole = path.stat().st_size == file["bytes"] and checksum(path) == file["sha256"]
    except OSError as error:
        raise SnapshotDamaged(f"{path.name} cannot be read: {error.strerror}") from error
    if not whole:
        raise SnapshotDamaged(f"{path.name} is not what was written")
    return path


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest with all its keys; raises SnapshotMissing, SnapshotDamaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise SnapshotMissing(f"no snapshot in {folder.name}") from error
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{MANIFEST} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise SnapshotDamaged(f"{MANIFEST} is not of format {SCHEMA}")
    if not _is_complete(manifest):
        raise SnapshotDamaged(f"{MANIFEST} is incomplete")
    return manifest


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    files = manifest.get("files")
    return (
        isinstance(manifest.get("made_of"), dict)
        and isinstance(manifest.get("dim"), int)
        and isinstance(files, dict)
        and all(isinstance(file, dict) and _names_a_file(file) for file in files.values())
    )


def _names_a_file(file: Mapping[str, Any]) -> bool:
    """A plain name, so that no manifest can point out of the folder."""
    name = file.get("name")
    return isinstance(name, str) and Path(name).name == name and {"sha256", "bytes"} <= set(file)


def _files_named(folder: Path) -> set[str]:
    try:
        return {str(file["name"]) for file in _read_manifest(folder)["files"].values()}
    except (SnapshotMissing, SnapshotDamaged):
        return set()


def _clear(folder: Path, before: set[str]) -> None:
    """Remove the files of the snapshot just replaced, and what killed processes left long ago."""
    now = (folder / MANIFEST).stat().st_mtime
    needed = _files_named(folder) | {MANIFEST}
    for path in folder.iterdir():
        if path.name in needed or not path.is_file():
            continue
        if path.name in before or _age(path, now) > ABANDONED_SECONDS:
            remove_quietly(path)


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:  # another process was quicker
        return 0.0
