"""What an initiative says (`Idea`) and how it is worded (`Wording`), apart from each other.

A duplicate keeps the idea and changes the wording; a look-alike keeps the wording and changes
the idea. Both knobs are here: `reword` and the `with_*` functions.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from random import Random

from dedup.synthetic.vocabulary import Concept

REGISTERS = ("office", "worker", "terse")
# One per choice a text makes; a few to spare costs nothing.
_CHOICES = 40
# Up to this strength of rewording a text is edited, not told anew.
_EDITED = 0.3


@dataclass(frozen=True, slots=True)
class Idea:
    """The content: a concept, perhaps a second measure, its circumstances and figures.

    `figures`, `materials` and `details` are seeds: of the numbers, of the materials and of which
    side remarks are made.
    """

    concept: Concept
    second: int | None  # another choice of the family
    figures: int
    materials: int
    details: int
    place: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Which of the alternatives each sentence takes, and how much is written down at all.

    `choices[slot] % number of alternatives` is the alternative; `length` in 0..3 is the number of
    parts filled in, from the title alone to the whole form.
    """

    register: str
    length: int
    choices: tuple[int, ...]

    def pick(self, slot: int, among: int) -> int:
        return self.choices[slot] % among


def draw_idea(rng: Random, concept: Concept) -> Idea:
    # Three in five filings add a second measure; it also keeps texts of one means apart.
    second = _other_choice(rng, concept) if rng.random() < 0.6 else None
    return Idea(
        concept=concept,
        second=second,
        figures=rng.getrandbits(30),
        materials=rng.getrandbits(30),
        details=rng.getrandbits(30),
        place=rng.getrandbits(20),
    )


def draw_wording(rng: Random) -> Wording:
    # Shares of lengths as an archive has them: titles alone and one-sentence filings are common.
    length = rng.choices((0, 1, 2, 3), (12, 33, 35, 20))[0]
    return Wording(rng.choice(REGISTERS), length, _draw_choices(rng))


def reword(rng: Random, wording: Wording, *, strength: float) -> Wording:
    """The wording with each choice changed with probability `strength` (0..1).

    An editor keeps the form of what he edits; only who tells it anew changes register and length.
    """
    choices = tuple(choice + 1 if rng.random() < strength else choice for choice in wording.choices)
    register, length = wording.register, wording.length
    if rng.random() < strength - _EDITED:
        register = rng.choice(REGISTERS)
        length = min(3, max(0, length + rng.choice((-1, 0, 0, 1))))
    return Wording(register, length, choices)


def with_other_figures(rng: Random, idea: Idea) -> Idea:
    """The same idea told of another site: other numbers, another place."""
    return replace(idea, figures=rng.getrandbits(30), place=rng.getrandbits(20))


def with_other_object(rng: Random, idea: Idea) -> Idea:
    """The same measures on another object: another duty, machine or rating."""
    concept = idea.concept
    family = concept.family
    chance = rng.random()
    if chance < 0.3 and concept.rating is not None:
        rating = _another(rng, concept.rating, len(family.ratings))
        return replace(idea, concept=replace(concept, rating=rating))
    if chance < 0.6:
        head = _another(rng, concept.head, len(family.heads))
        return replace(idea, concept=replace(concept, head=head))
    duty = _another(rng, concept.duty, len(family.duties))
    return replace(idea, concept=replace(concept, duty=duty))


def with_other_means(rng: Random, idea: Idea) -> Idea:
    """The same object, treated by something else: a follow-up, or another initiative."""
    concept = replace(idea.concept, choice=_other_choice(rng, idea.concept))
    return replace(
        idea,
        concept=concept,
        second=None,
        details=rng.getrandbits(30),
        figures=rng.getrandbits(30),
    )


def _other_choice(rng: Random, concept: Concept) -> int:
    """A choice of the family with another problem."""
    choices = concept.family.choices
    problem = choices[concept.choice][0]
    while True:
        choice = rng.randrange(len(choices))
        if choices[choice][0] != problem:
            return choice


def _another(rng: Random, index: int, among: int) -> int:
    return (index + rng.randrange(1, among)) % among


def _draw_choices(rng: Random) -> tuple[int, ...]:
    return struct.unpack(f"{_CHOICES}H", rng.randbytes(2 * _CHOICES))
