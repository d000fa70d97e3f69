"""Hand-written groups: one initiative told several times among look-alikes, parted by use.

``groups.txt`` has a blank line between groups and "kind | title | content" a line: ``base``; the same
initiative as ``para`` (in really other words) and ``mid`` (half rewritten); others as ``neg1`` (in the
base's phrasing), ``neg2`` (same equipment), ``neg3`` (same problem), ``neg4`` (same technique) and ``neg5``
(a near-copy with the one thing changed that matters).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).parent / "groups.txt"
# The scorer is fitted on groups that the embedder has not seen: its features must be as they are in use.
SCORER_EVERY = 3


@dataclass(frozen=True, slots=True)
class Telling:
    kind: str
    title: str
    content: str


Group = tuple[Telling, ...]


def for_embedder() -> list[Group]:
    return [group for number, group in enumerate(_groups()) if number % SCORER_EVERY]


def for_scorer() -> list[Group]:
    return list(_groups())[::SCORER_EVERY]


def _groups() -> Iterator[Group]:
    for block in PATH.read_text("utf-8").strip().split("\n\n"):
        lines = [line.split(" | ") for line in block.splitlines()]
        yield tuple(Telling(*(field.strip() for field in line)) for line in lines)
