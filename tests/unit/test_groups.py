"""The hand-written groups are whole, and no group serves both the embedder and the scorer."""

from __future__ import annotations

from scripts import groups

KINDS = ["base", "para", "mid", "neg1", "neg2", "neg3", "neg4", "neg5"]


def test_every_group_has_every_kind_told_in_full() -> None:
    for group in [*groups.for_embedder(), *groups.for_scorer()]:
        assert [telling.kind for telling in group] == KINDS, group[0].title
        assert all(len(telling.content.split()) >= 30 for telling in group), group[0].title


def test_what_the_embedder_learns_from_the_scorer_is_not_fitted_on() -> None:
    learned = {group[0].title for group in groups.for_embedder()}
    assert learned.isdisjoint(group[0].title for group in groups.for_scorer())
