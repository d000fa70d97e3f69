"""The training texts as they lie in the data folder and beside this file; read, never copied."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HAND_WRITTEN = Path(__file__).parent
# A sixth of the triplets is kept from training, to compare recipes without touching the dev set.
HELD_OUT_EVERY = 6


@dataclass(frozen=True, slots=True)
class Triplet:
    """The same initiative told twice, and another one in the first's phrasing."""

    anchor: str
    retold: str
    lookalike: str


@dataclass(frozen=True, slots=True)
class Line:
    """Ways to say one thing, and its English gloss."""

    gloss: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    title: str
    lead: str
    body: str


def news(data: Path, *, limit: int | None = None) -> list[News]:
    found = []
    with lzma.open(data / "corpus/vi_news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                break
            row = json.loads(line)
            found.append(News(row["title"], row["abstract"], row["body"]))
    return found


def translations(data: Path) -> list[tuple[str, str]]:
    """(English, Vietnamese) in the file's order."""
    with lzma.open(data / "corpus/en_vi.tsv.xz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(row[1], row[2]) for row in rows if len(row) >= 3]


def glossary(data: Path) -> list[Line]:
    """The shared glossary, then the project's own lines."""
    return [
        Line(fields[0], tuple(fields[1:]))
        for path in (data / "lexicon/domain_glossary.tsv", HAND_WRITTEN / "glossary.tsv")
        for fields in _rows(path)
        if len(fields) >= 2
    ]


def synonyms(data: Path) -> list[tuple[str, ...]]:
    return [tuple(row) for row in _rows(data / "lexicon/synonyms.tsv") if len(row) >= 2]


def antonyms(data: Path) -> list[tuple[str, str]]:
    return [(r[0], r[1]) for r in _rows(data / "lexicon/antonyms.tsv") if len(r) >= 2]


def triplets(data: Path) -> tuple[list[Triplet], list[Triplet]]:
    """(for training, held out): every sixth is held out, spread over the industries."""
    every = [
        Triplet(row["anchor"], row["retold"], row["lookalike"])
        for path in (data / "corpus/triplets.jsonl", HAND_WRITTEN / "triplets.jsonl")
        if path.exists()
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    held = every[::HELD_OUT_EVERY]
    kept = [row for number, row in enumerate(every) if number % HELD_OUT_EVERY]
    return kept, held


def shuffled(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(count)


def _rows(path: Path) -> Iterator[list[str]]:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [field.strip() for field in line.split("\t") if field.strip()]
