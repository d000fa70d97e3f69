"""The word after saving: what was recorded, read back from the archive, never from the address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dedup.initiatives import Decision, Pair
from dedup.service import Deduplicator

_PAIR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Saved:
    """The latest word on a pair: a verdict just given, or one just withdrawn."""

    decision: Decision

    @property
    def pair(self) -> Pair:
        return self.decision.pair


def name_of(pair: Pair) -> str:
    """As the address carries it."""
    return f"{pair.left}-{pair.right}"


def saved_in(service: Deduplicator, name: str) -> Saved | None:
    """The latest word on the pair an address names; None where there is none."""
    match = _PAIR.fullmatch(name)
    if match is None or int(match[1]) == int(match[2]):
        return None
    history = service.decider.history(Pair.of(int(match[1]), int(match[2])))
    return Saved(history[-1]) if history else None
