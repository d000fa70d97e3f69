"""How often a retelling is found when the originals lie inside a large archive.

``python -m tests.quality.among [--others 101816] [--model NAME]``. The others are synthetic filings of
the archive's own vocabulary; vectors are those that the index holds: title and content, as stored.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator

import numpy as np

from dedup.embedding import load_embedder
from dedup.ports import Embedder, Vectors
from dedup.representation import as_stored, combine
from dedup.synthetic.archive import iter_archive
from scripts.benchmarks.measuring import peak_rss_mb
from tests.quality import initiatives
from tests.quality.initiatives import SAME

DEPTH = 10
_BATCH = 2_000
Texts = tuple[str, str]  # title, content


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=int, default=101_816)
    parser.add_argument("--model", default="shipped")
    options = parser.parse_args()
    started = time.perf_counter()
    embedder = load_embedder(options.model)
    print(f"{embedder.model_id}: loaded in {time.perf_counter() - started:.2f} s")
    others = list(_synthetic(options.others))
    started = time.perf_counter()
    archive = held(embedder, others)
    spent = time.perf_counter() - started
    print(f"{len(others) / spent:.0f} records (title and content) a second, {spent:.0f} s in all")
    for kind, found in recalls(embedder, archive).items():
        print(f"{kind}: recall@1 {found[0]:.2f}, recall@{DEPTH} {found[1]:.2f}")
    print(f"peak memory {peak_rss_mb():.0f} MB, the records' texts included")


def recalls(embedder: Embedder, archive: Vectors) -> dict[str, tuple[float, float]]:
    """Of each kind of duplicate: the share whose base is first, and among the first ten."""
    told = initiatives.told()
    names = initiatives.groups()
    rows = dict(zip(told, held(embedder, list(told.values())), strict=True))
    bases = np.stack([rows[f"{name}-base"] for name in names])
    every = np.concatenate([bases, archive])
    found = {}
    for kind in SAME:
        asked = np.stack([rows[f"{name}-{kind}"] for name in names])
        similar = asked @ every.T
        before = (similar > (asked * bases).sum(axis=1)[:, None] + 1e-6).sum(axis=1)
        found[kind] = (float((before < 1).mean()), float((before < DEPTH).mean()))
    return found


def held(embedder: Embedder, texts: list[Texts]) -> Vectors:
    """Rows as the index holds them."""
    parts = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
    return np.concatenate([_held(embedder, part) for part in parts])


def _held(embedder: Embedder, texts: list[Texts]) -> Vectors:
    titles = embedder.embed([title for title, _ in texts])
    contents = embedder.embed([content for _, content in texts])
    return combine(as_stored(titles), as_stored(contents))


def _synthetic(count: int) -> Iterator[Texts]:
    for record, _ in iter_archive(count, seed=5):
        parts: Iterable[str] = (
            record.get(name, "") for name in ("situation", "description", "novelty")
        )
        yield record["title"], "\n".join(part for part in parts if part)


if __name__ == "__main__":
    main()
