"""Matched passages painted on the original text: runs of characters, each with its mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dedup.initiatives import Evidence, Initiative

CONTENT = ("situation", "description", "novelty")
# Codes whose spans are the words that differ; the other codes' spans are the words that agree.
_DIFFERING = frozenset({"R10", "C1", "C2"})
_PLAIN, _SAME, _DIFFERENT = range(3)
_MARKS = ("", "same", "different")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a text and its mark: "" none, "same" told on both sides, "different" only here."""

    text: str
    mark: str = ""


Runs = tuple[Run, ...]


def marked(record: Initiative, evidence: Iterable[Evidence], *, left: bool) -> dict[str, Runs]:
    """Title, situation, description and novelty of one side, in runs."""
    painted = _painted(record, evidence, left=left)
    out = {"title": _runs(record.title, painted["title"])}
    start = 0
    for name in CONTENT:
        part = str(getattr(record, name))
        out[name] = _runs(part, painted["content"][start : start + len(part)])
        start += (
            len(part) + 1 if part else 0
        )  # parts are joined by one line break, empty ones left out
    return out


def _painted(
    record: Initiative, evidence: Iterable[Evidence], *, left: bool
) -> dict[str, bytearray]:
    """A mark for every character of title and content; what differs shows over what agrees."""
    painted = {name: bytearray(len(text)) for name, text in _compared(record)}
    for item in sorted(evidence, key=lambda item: item.code in _DIFFERING):
        mark = _DIFFERENT if item.code in _DIFFERING else _SAME
        for span in item.spans:
            begin, end = span.left if left else span.right
            cells = painted[span.field]
            end = min(end, len(cells))
            cells[begin:end] = bytes([mark]) * max(0, end - begin)
    return painted


def _compared(record: Initiative) -> Sequence[tuple[str, str]]:
    return ("title", record.title), ("content", record.content)


def _runs(text: str, marks: bytearray) -> Runs:
    runs, start = [], 0
    for mark, group in groupby(marks):
        end = start + sum(1 for _ in group)
        runs.append(Run(text[start:end], _MARKS[mark]))
        start = end
    return tuple(runs)
