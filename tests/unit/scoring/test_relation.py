"""Which relation is suggested: strictest rule first."""

from __future__ import annotations

import numpy as np

from dedup.initiatives import Relation
from dedup.scoring.features import NAMES
from dedup.scoring.relation import REASONS, relations


def relation(probability: float, *flags: str, **x: float) -> Relation:
    row = np.full((1, len(NAMES)), np.nan, dtype=np.float32)
    for name, value in x.items():
        row[0, NAMES.index(name)] = value
    options = {name: np.array([name in flags]) for name in ("same_text", "follows", "replicates")}
    return relations(row, np.array([probability], dtype=np.float32), **options)[0]


def test_the_first_rule_that_fits_names_the_relation() -> None:
    found = {
        relation(0.99, "same_text", content_words=1.0): Relation.SAME_TEXT,
        relation(0.9, content_words=0.7): Relation.EDITED_COPY,
        relation(0.9, content_words=0.1): Relation.SAME_IDEA,
        relation(0.9, content_words=0.3, content_cover=0.95): Relation.PART_OF,
        relation(0.2, content_words=0.7): Relation.SAME_TEMPLATE,
        relation(0.2, content_words=0.1): Relation.SAME_TOPIC,
        relation(0.2, "follows", content_words=0.7): Relation.FOLLOW_UP,
        relation(0.9, "replicates", content_words=0.1): Relation.REPLICATION,
    }
    assert len(found) == len(Relation)
    assert all(got is expected for got, expected in found.items())


def test_a_title_alone_is_a_copy_by_its_own_words_and_passages_make_a_template() -> None:
    assert relation(0.9, title_words=0.7) is Relation.EDITED_COPY
    assert relation(0.2, passages=0.5) is Relation.SAME_TEMPLATE


def test_a_later_stage_of_something_unlike_is_no_follow_up() -> None:
    assert relation(0.1, "follows", content_words=0.1) is Relation.SAME_TOPIC


def test_every_relation_has_its_reason_in_words() -> None:
    assert set(REASONS) == set(Relation)
