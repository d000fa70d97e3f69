"""Sentence templates: hand-written text with slots for names, figures and materials.

`{o}` and other words name what the sentence is about, `{5-20}` is a whole number in that range
(`{5-20b}` another one), `{mat}` any other word draws from a pool of that name. A figure or a
pool's word belongs to the idea, not to the sentence: two phrasings that hold the same slot say
the same figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from zlib import crc32

_SLOT = re.compile(r"\{([^{}]+)\}")
_FIGURE = re.compile(r"(\d+)-(\d+)[a-z]?$")


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence ready to fill: a %-format and the slots it takes, in order."""

    format: str
    slots: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        slots = tuple(_SLOT.findall(text))
        return cls(_SLOT.sub("%s", text.replace("%", "%%")), slots)

    def fill(self, values: Mapping[str, str]) -> str:
        return self.format % tuple([values[slot] for slot in self.slots])


class Slots(dict[str, str]):
    """Values of slots: the given ones, then figures and pools drawn from `seed` when asked for.

    `figures` seeds the numbers and `materials` the pools apart, so that a copied text can change
    its numbers and keep its materials.
    """

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        pools: Mapping[str, tuple[str, ...]],
        figures: int,
        materials: int,
    ) -> None:
        super().__init__(given)
        self._pools = pools
        self._figures = figures
        self._materials = materials

    def __missing__(self, slot: str) -> str:
        value = self._figure(slot) or self._material(slot)
        self[slot] = value
        return value

    def _figure(self, slot: str) -> str | None:
        bounds = _bounds(slot)
        if bounds is None:
            return None
        low, span, step = bounds
        return str(low + step * (mix(self._figures, _salt(slot)) % span))

    def _material(self, slot: str) -> str:
        pool = self._pools[slot]
        return pool[mix(self._materials, _salt(slot)) % len(pool)]


@cache
def _bounds(slot: str) -> tuple[int, int, int] | None:
    """Lowest figure, number of figures and step between them; None where it is no figure."""
    found = _FIGURE.match(slot)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    # People round large figures: 240 hours, not 243.
    step = 10 if high > 150 else 5 if high > 60 else 1
    return low, (high - low) // step + 1, step


def mix(seed: int, salt: int) -> int:
    """A number in [0, 2**31) that depends on both and is the same in every run."""
    mixed = (seed ^ salt) * 2_654_435_761 & 0xFFFFFFFFFFFF
    return (mixed ^ mixed >> 17) * 40_503 >> 9 & 0x7FFFFFFF


@cache
def _salt(slot: str) -> int:
    return crc32(slot.encode())
