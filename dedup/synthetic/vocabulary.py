"""The hand-written vocabulary: families of work, each with its objects, problems and means.

A vocabulary is a folder of TOML files: `frames.toml` holds what every industry shares (title
patterns, openings, stock phrases, places), each other file one family. A family's heads and
duties make its objects ("bơm ly tâm" + "cấp nước lò hơi"); a problem has the parts where it shows
and the means against it. Alternatives of one thing stand together: any of them says the same.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import gcd
from typing import Any

from dedup.synthetic.templates import Template

VOCABULARIES = ("main", "held_out")
_PATTERNS = ("titles", "general_titles", "openings", "places")

Names = tuple[str, ...]  # what one thing is called, the usual name first
Phrasings = tuple[Template, ...]  # several ways to say one thing


@dataclass(frozen=True, slots=True)
class Means:
    do: Phrasings
    how: Phrasings


@dataclass(frozen=True, slots=True)
class Problem:
    parts: tuple[Names, ...]
    short: Phrasings
    seen: Phrasings
    goal: Phrasings
    effect: Phrasings
    means: tuple[Means, ...]


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    offset: int  # where its concepts begin among all of the vocabulary
    kinds: tuple[str, ...]
    field: str
    unions: tuple[str, ...]
    trades: tuple[str, ...]
    workshops: tuple[str, ...]
    jobs: tuple[str, ...]
    heads: tuple[Names, ...]
    duties: tuple[Names, ...]
    ratings: tuple[str, ...]
    pools: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    choices: tuple[tuple[int, int, int], ...]  # (problem, means, part), all that go together

    @property
    def size(self) -> int:
        """How many (object, part, problem, means) the family can say."""
        return len(self.heads) * len(self.duties) * len(self.choices)


@dataclass(frozen=True, slots=True)
class Concept:
    """What an initiative is about: the combination that no two background records share.

    The object is `head` + `duty`, with a `rating` or None; `line` > 0 numbers objects of one kind.
    """

    family: Family
    head: int
    duty: int
    choice: int
    rating: int | None
    line: int = 0

    @property
    def part(self) -> Names:
        problem, _, part = self.family.choices[self.choice]
        return self.family.problems[problem].parts[part]

    @property
    def problem(self) -> Problem:
        return self.family.problems[self.family.choices[self.choice][0]]

    @property
    def means(self) -> Means:
        return self.problem.means[self.family.choices[self.choice][1]]

    @property
    def key(self) -> int:
        """One number per concept of a vocabulary."""
        family = self.family
        place = (self.head * len(family.duties) + self.duty) * len(family.choices) + self.choice
        rating = 0 if self.rating is None else self.rating + 1
        return ((family.offset + place) * 32 + rating) * 64 + self.line


@dataclass(frozen=True, slots=True)
class Vocabulary:
    name: str
    families: tuple[Family, ...]
    frames: Mapping[str, Any]
    patterns: Mapping[str, Phrasings]  # lists of which a text takes one
    phrases: Mapping[str, tuple[Phrasings, ...]]  # lists of sentences, each in several phrasings
    unions: Mapping[str, tuple[str, ...]]  # of a trade, whichever families hold it
    ends: tuple[int, ...]

    @property
    def size(self) -> int:
        """Concepts without a rating; with ratings there are several times as many."""
        return self.ends[-1]

    def concept(self, number: int, *, step: int) -> Concept:
        """The concept of a running number: distinct numbers give distinct concepts.

        `step` must come from `coprime(size, ...)`, so that the walk visits every combination once;
        each further round over the vocabulary gives the objects another rating or number.
        """
        turn, position = divmod(number, self.size)
        place = position * step % self.size
        family = self.families[bisect_right(self.ends, place)]
        rating, line = _qualifier(len(family.ratings), place, turn)
        place, choice = divmod(place - family.offset, len(family.choices))
        head, duty = divmod(place, len(family.duties))
        return Concept(family, head, duty, choice, rating, line)


@cache
def load_vocabulary(name: str) -> Vocabulary:
    """The vocabulary of this name; `ValueError` when there is none."""
    if name not in VOCABULARIES:
        raise ValueError(f"no vocabulary {name!r}: choose one of {', '.join(VOCABULARIES)}")
    folder = files("dedup.synthetic") / "vocabularies" / name
    tables = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    frames = tables.pop("frames")
    families: list[Family] = []
    for key in sorted(tables):
        offset = families[-1].offset + families[-1].size if families else 0
        families.append(_family(key, tables[key], frames, offset=offset))
    ends = tuple(accumulate(family.size for family in families))
    phrases = {
        key: tuple(_phrasings(line.split("|")) for line in lines)
        for key, lines in frames.pop("phrases").items()
    }
    unions: dict[str, tuple[str, ...]] = {}
    for family in families:
        for trade in family.trades:
            unions.setdefault(trade, family.unions)
    patterns = {key: _phrasings(frames.pop(key)) for key in _PATTERNS}
    patterns["telling_titles"] = tuple(
        title for title in patterns["titles"] if {"do", "Do"} & set(title.slots)
    )
    patterns["campaign_texts"] = _phrasings(frames["campaigns"].pop("texts"))
    return Vocabulary(name, tuple(families), frames, patterns, phrases, unions, ends)


def coprime(size: int, wish: int) -> int:
    """The first number from `wish % size` on that shares no divisor with `size`.

    Steps of such a number visit every place of a circle of `size` once before they come back.
    """
    wish %= size
    while gcd(wish, size) != 1:
        wish += 1
    return wish


def _qualifier(ratings: int, place: int, turn: int) -> tuple[int | None, int]:
    """Rating and line of a combination in a round: different in every round.

    Seven objects in ten begin without a rating, as most filings name none.
    """
    mixed = place * 2_654_435_761 >> 7
    start = ratings if mixed % 10 < 7 else mixed % ratings
    line, turn = divmod(turn, ratings + 1)
    rating = (start + turn) % (ratings + 1)
    return (None if rating == ratings else rating), line


def _family(name: str, table: dict[str, Any], frames: dict[str, Any], *, offset: int) -> Family:
    problems = tuple(_problem(entry) for entry in table["problems"])
    pools = {**frames["pools"], **table.get("pools", {})}
    return Family(
        name=name,
        offset=offset,
        kinds=tuple(table["kinds"]),
        field=table["field"],
        unions=tuple(table["unions"]),
        trades=tuple(table["trades"]),
        workshops=tuple(table["workshops"]),
        jobs=tuple(table["jobs"]),
        heads=_names(table["heads"]),
        duties=_names(table["duties"]),
        ratings=tuple(table["ratings"]),
        pools={key: tuple(pool) for key, pool in pools.items()},
        problems=problems,
        choices=tuple(
            (number, means, part)
            for number, problem in enumerate(problems)
            for means in range(len(problem.means))
            for part in range(len(problem.parts))
        ),
    )


def _problem(table: dict[str, Any]) -> Problem:
    return Problem(
        parts=_names(table["parts"]),
        short=_phrasings(table["short"]),
        seen=_phrasings(table["seen"]),
        goal=_phrasings(table["goal"]),
        effect=_phrasings(table["effect"]),
        means=tuple(
            Means(_phrasings(entry["do"]), _phrasings(entry["how"])) for entry in table["means"]
        ),
    )


def _names(lines: list[str]) -> tuple[Names, ...]:
    return tuple(tuple(line.split("|")) for line in lines)


def _phrasings(lines: list[str]) -> Phrasings:
    return tuple(Template.of(line) for line in lines)
