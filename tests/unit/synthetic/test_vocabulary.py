"""The vocabularies: disjoint, and every running number a concept of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import gcd

import pytest

from dedup.synthetic.templates import Slots, Template
from dedup.synthetic.vocabulary import (
    VOCABULARIES,
    Family,
    Problem,
    Vocabulary,
    coprime,
    load_vocabulary,
)


def test_the_vocabularies_share_no_object_part_or_sentence() -> None:
    main, held_out = (set(_words(load_vocabulary(name))) for name in VOCABULARIES)
    assert main & held_out == set()


def test_every_sentence_fits_every_object_of_its_family() -> None:
    for vocabulary in map(load_vocabulary, VOCABULARIES):
        for family in vocabulary.families:
            given = dict.fromkeys(("o", "O", "p", "P", "place"), "x")
            slots = Slots(given, pools=family.pools, figures=1, materials=1)
            for template in _templates(family):
                assert "{" not in template.fill(slots)


def test_running_numbers_give_distinct_concepts_through_several_rounds() -> None:
    vocabulary = load_vocabulary("held_out")
    step = coprime(vocabulary.size, 12_345)
    numbers = range(3 * vocabulary.size)
    keys = {vocabulary.concept(number, step=step).key for number in numbers}
    assert len(keys) == len(numbers)


def test_the_main_vocabulary_alone_says_a_hundred_thousand_things() -> None:
    assert load_vocabulary("main").size > 100_000


@pytest.mark.parametrize(("size", "wish"), list(product((2, 14, 97, 360), (0, 1, 12, 10_001))))
def test_a_coprime_step_visits_every_place(size: int, wish: int) -> None:
    step = coprime(size, wish)
    assert gcd(step, size) == 1
    assert {number * step % size for number in range(size)} == set(range(size))


def test_a_figure_stays_in_its_range_and_belongs_to_the_idea() -> None:
    template, other = Template.of("từ {5-20} giờ"), Template.of("mất {5-20} tiếng")
    figures = set()
    for seed in range(200):
        slots = Slots({}, pools={}, figures=seed, materials=0)
        figure = int(template.fill(slots).split()[1])
        figures.add(figure)
        assert other.fill(slots) == f"mất {figure} tiếng"
    assert figures == set(range(5, 21))


def test_a_percent_sign_in_a_sentence_stays_one() -> None:
    slots = Slots({"o": "bơm"}, pools={}, figures=1, materials=1)
    assert Template.of("giảm 5% cho {o}").fill(slots) == "giảm 5% cho bơm"


def _words(vocabulary: Vocabulary) -> Iterator[str]:
    for family in vocabulary.families:
        yield family.name
        yield from (name for names in (*family.heads, *family.duties) for name in names)
        yield from (name for problem in family.problems for part in problem.parts for name in part)
        # Two or three words alone ("giảm định mức") are nobody's phrase.
        yield from (t.format for t in _templates(family) if len(t.format.split()) > 3)
    for lists in vocabulary.phrases.values():
        yield from (template.format for phrasings in lists for template in phrasings)


def _templates(family: Family) -> Iterator[Template]:
    for problem in family.problems:
        yield from _of_problem(problem)


def _of_problem(problem: Problem) -> Iterator[Template]:
    for phrasings in (problem.short, problem.seen, problem.goal, problem.effect):
        yield from phrasings
    for means in problem.means:
        yield from (*means.do, *means.how)
