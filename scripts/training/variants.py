"""Other tellings of a training text: glossary forms exchanged, sentences moved, marks dropped."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.training.sources import Line
from scripts.training.spelling import unaccented, with_slips

_WORDS = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+")
# Lines of the glossary stand by topic: a line within this distance names another thing of that trade.
_NEIGHBOURHOOD = 25


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    length: int
    line: int


class Variants:
    """Rewrites texts by the glossary; deterministic under the dice given."""

    def __init__(self, glossary: Sequence[Line], dice: random.Random) -> None:
        self._glossary = glossary
        self._dice = dice
        self._by_first: dict[str, list[tuple[list[str], int]]] = {}
        self._read: dict[str, tuple[list[str], list[_Span]]] = {}
        for number, line in enumerate(glossary):
            for form in line.forms:
                words = form.lower().split()
                if len(words) > 1:
                    self._by_first.setdefault(words[0], []).append((words, number))
        for forms in self._by_first.values():
            forms.sort(key=lambda item: -len(item[0]))

    def same(self, text: str, rate: float = 0.4) -> str:
        """Some phrases said in another of their forms."""
        return self._exchange(text, rate, lambda line: line)[0]

    def other(self, text: str, rate: float = 0.8) -> tuple[str, bool]:
        """Things exchanged for other things of the trade: another initiative in the same phrasing."""
        return self._exchange(text, rate, self._neighbour)

    def rearranged(self, text: str) -> str:
        """Sentences in another order, or one of them missing."""
        sentences = _SENTENCE_END.split(text)
        if len(sentences) > 1 and self._dice.random() < 0.4:
            self._dice.shuffle(sentences)
        if len(sentences) > 1 and self._dice.random() < 0.25:
            sentences.pop(self._dice.randrange(len(sentences)))
        return " ".join(sentences)

    def noisy(self, text: str) -> str:
        if self._dice.random() < 0.5:
            return unaccented(text)
        return with_slips(text, self._dice, rate=0.15)

    def _exchange(self, text: str, rate: float, line_for) -> tuple[str, bool]:  # type: ignore[no-untyped-def]
        words, spans = self._parse(text)
        out: list[str] = []
        at, changed = 0, False
        for span in spans:
            if self._dice.random() > rate:
                continue
            out += words[at : span.start]
            out.append(self._dice.choice(self._glossary[line_for(span.line)].forms).lower())
            at, changed = span.start + span.length, True
        return " ".join(out + words[at:]), changed

    def _neighbour(self, line: int) -> int:
        step = self._dice.choice((-1, 1)) * self._dice.randint(1, _NEIGHBOURHOOD)
        return (line + step) % len(self._glossary)

    def _parse(self, text: str) -> tuple[list[str], list[_Span]]:
        if text not in self._read:
            words = _WORDS.findall(text.lower())
            self._read[text] = (words, self._spans(words))
        return self._read[text]

    def _spans(self, words: list[str]) -> list[_Span]:
        spans, at = [], 0
        while at < len(words):
            for form, line in self._by_first.get(words[at], ()):
                if words[at : at + len(form)] == form:
                    spans.append(_Span(at, len(form), line))
                    at += len(form)
                    break
            else:
                at += 1
        return spans
