"""A static model trained on in an office's records: what it learns, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dedup.embedding import SHIPPED, load_embedder, load_folder
from dedup.embedding.adapting import Lessons, adapted
from dedup.embedding.folder import ModelFolder
from dedup.embedding.rows import unit_rows
from dedup.embedding.table import Table

SILENT, COMMON, FIRST = 0, 1, 2


@pytest.fixture
def table() -> Table:
    rows = np.random.default_rng(1).normal(size=(202, 16), scale=0.05).astype(np.float32)
    rows[SILENT] = 0
    return Table(rows, np.arange(202, dtype=np.int32))


@pytest.fixture
def records() -> tuple[list[list[int]], list[list[int]]]:
    """A title's token and its content's are unlike at first; one common token stands in all."""
    titles = [[COMMON, FIRST + n] for n in range(100)]
    contents = [[COMMON, SILENT, FIRST + 100 + n] for n in range(100)]
    return titles, contents


def row_of(table: Table, ids: list[int]) -> NDArray[np.float32]:
    total: NDArray[np.float32] = unit_rows([table.rows[table.row_of[ids]].sum(axis=0)])[0]
    return total


def found(table: Table, titles: list[list[int]], contents: list[list[int]]) -> float:
    one, other = (np.stack([row_of(table, ids) for ids in side]) for side in (titles, contents))
    return float(((one @ other.T).argmax(axis=1) == np.arange(len(titles))).mean())


def test_titles_come_to_find_their_own_contents(
    table: Table, records: tuple[list[list[int]], list[list[int]]]
) -> None:
    before = found(table, *records)

    after = adapted(table, Lessons(*records), seed=1, steps=400, tell=lambda _: None)

    assert found(after, *records) > before + 0.5


def test_judged_pairs_of_one_initiative_come_nearer_than_those_of_two(
    table: Table, records: tuple[list[list[int]], list[list[int]]]
) -> None:
    same = [([FIRST + n], [FIRST + n + 1]) for n in range(0, 40, 2)]
    other = [([FIRST + n], [FIRST + n + 1]) for n in range(40, 80, 2)]

    after = adapted(
        table, Lessons(*records, same=same, other=other), seed=1, steps=300, tell=lambda _: None
    )

    near, far = (
        np.mean([row_of(after, left) @ row_of(after, right) for left, right in pairs])
        for pairs in (same, other)
    )
    assert near > far + 0.2


def test_silent_rows_and_those_of_tokens_nobody_writes_stay_as_they_are(
    table: Table, records: tuple[list[list[int]], list[list[int]]]
) -> None:
    titles, contents = (side[:50] for side in records)

    after = adapted(table, Lessons(titles, contents), seed=1, steps=3, tell=lambda _: None)

    unwritten = [SILENT, *range(FIRST + 50, FIRST + 100)]
    np.testing.assert_array_equal(after.rows[unwritten], table.rows[unwritten])
    assert (after.rows[FIRST] != table.rows[FIRST]).any()


def test_the_same_arguments_give_the_same_rows(
    table: Table, records: tuple[list[list[int]], list[list[int]]]
) -> None:
    one, other = (
        adapted(table, Lessons(*records), seed=3, steps=2, tell=lambda _: None) for _ in range(2)
    )
    np.testing.assert_array_equal(one.rows, other.rows)


def test_the_shipped_table_written_anew_gives_the_vectors_it_gave(tmp_path: Path) -> None:
    base = ModelFolder.open(SHIPPED)
    to = tmp_path / "1"

    Table.read(base).write(base, to)

    texts = ["Cải tiến hệ thống bơm nước làm mát lò hơi", "Số hóa hồ sơ"]
    again, shipped = load_folder(to), load_embedder("shipped")
    assert again.embed(texts) == pytest.approx(shipped.embed(texts), abs=1e-4)
