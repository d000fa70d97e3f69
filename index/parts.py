"""The data files of a snapshot: which ones an index of each kind is made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import SnapshotDamaged
from index.files import Write
from index.flat import FlatIndex
from index.ivf import IvfIndex
from index.lists import Lists


def parts_of(index: FlatIndex | IvfIndex) -> dict[str, Write]:
    """How to write each part of an index, by the part's name.

    The rows of an index whose lists are not trained yet make a flat one: it answers the same.
    """
    if isinstance(index, IvfIndex) and index.is_trained:
        return {"lists": index.write_lists}
    ids, rows = index.contents()
    return {"ids": lambda file: np.save(file, ids), "rows": lambda file: np.save(file, rows)}


def index_of(parts: Mapping[str, Path]) -> FlatIndex | IvfIndex:
    """The index that these parts make up, rows mapped from the file; raises SnapshotDamaged."""
    match sorted(parts):
        case ["lists"]:
            return IvfIndex.of(Lists.read(parts["lists"]))
        case ["ids", "rows"]:
            return _flat(parts["ids"], parts["rows"])
    raise SnapshotDamaged(f"no index is made of the parts {sorted(parts)}")


def _flat(ids_file: Path, rows_file: Path) -> FlatIndex:
    ids: Any = np.load(ids_file, allow_pickle=False)
    rows: Any = np.load(rows_file, mmap_mode="r", allow_pickle=False)
    if ids.dtype != np.int64 or rows.dtype != np.float32 or rows.shape[:1] != ids.shape:
        raise SnapshotDamaged("ids and rows do not belong together")
    return FlatIndex.of(ids, rows.view(np.ndarray))
