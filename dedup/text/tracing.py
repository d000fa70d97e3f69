"""Text edits that can be applied plainly, or traced so that every character knows its origin.

A step looks at a text and answers the edit it wants, or None. The same steps run over a plain
string (quick) and over a `Traced` one (with offsets), so that both give the same text.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edit:
    """A substitution: every match of `pattern` becomes `replace(match)`."""

    pattern: re.Pattern[str]
    replace: Callable[[re.Match[str]], str]


Step = Callable[[str], Edit | None]


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and, per character, the span [start, end) of the original it came from.

    `starts` and `ends` have shape (len(text),), dtype int64, and never decrease.
    """

    text: str
    starts: Offsets
    ends: Offsets

    @classmethod
    def of(cls, text: str) -> Self:
        """A text that is its own original."""
        places = np.arange(len(text), dtype=np.int64)
        return cls(text, places, places + 1)

    def sub(self, edit: Edit) -> "Traced":
        """The edited text; a replacement of equal length maps character by character."""
        building = Builder(self)
        at = 0
        for match in edit.pattern.finditer(self.text):
            building.keep(at, match.start())
            building.put(edit.replace(match), match.start(), match.end())
            at = match.end()
        building.keep(at, len(self.text))
        return building.build()


class Builder:
    """Collects the pieces of a new traced text over an old one, left to right."""

    def __init__(self, source: Traced) -> None:
        self._source = source
        self._texts: list[str] = []
        self._starts: list[Offsets] = []
        self._ends: list[Offsets] = []

    def keep(self, start: int, end: int) -> None:
        """Carry source[start:end] over unchanged."""
        if start < end:
            self.put(self._source.text[start:end], start, end)

    def put(self, text: str, start: int, end: int) -> None:
        """Write `text` for source[start:end]; one to one where the lengths agree."""
        if not text:
            return
        starts, ends = self._source.starts[start:end], self._source.ends[start:end]
        if len(text) != end - start:
            starts = np.full(len(text), self._edge(starts, start, 0), dtype=np.int64)
            ends = np.full(len(text), self._edge(ends, end, -1), dtype=np.int64)
        self._texts.append(text)
        self._starts.append(starts)
        self._ends.append(ends)

    def _edge(self, places: Offsets, at: int, side: int) -> int:
        """Where an empty source span stands: at the end of what came before it."""
        if len(places):
            return int(places[side])
        return int(self._source.ends[at - 1]) if at else 0

    def build(self) -> Traced:
        """The finished text."""
        return Traced("".join(self._texts), _joined(self._starts), _joined(self._ends))


_NONE: Final[Offsets] = np.empty(0, dtype=np.int64)


def _joined(parts: list[Offsets]) -> Offsets:
    return np.concatenate(parts) if parts else _NONE


def edited(text: str, steps: Iterable[Step]) -> str:
    """The text after all steps."""
    for step in steps:
        edit = step(text)
        if edit is not None:
            text = edit.pattern.sub(edit.replace, text)
    return text


def traced(source: Traced, steps: Iterable[Step]) -> Traced:
    """The traced text after all steps; its text equals `edited(source.text, steps)`."""
    for step in steps:
        edit = step(source.text)
        if edit is not None:
            source = source.sub(edit)
    return source
