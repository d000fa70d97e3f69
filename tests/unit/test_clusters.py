"""Groups worked out by hand: no chains, no barred pairs, families apart, ids that stay."""

from __future__ import annotations

from itertools import combinations

import pytest

from dedup.clusters import Grouping, cluster

Links = dict[tuple[int, int], float]


def grouped(links: Links, *, threshold: float = 0.75, **options: object) -> list[Grouping]:
    left, right = [a for a, _ in links], [b for _, b in links]
    return cluster(left, right, list(links.values()), threshold=threshold, **options)  # type: ignore[arg-type]


def members(links: Links, **options: object) -> list[tuple[int, ...]]:
    return [group.members for group in grouped(links, **options)]  # type: ignore[arg-type]


def clique(ids: range, score: float) -> Links:
    return dict.fromkeys(combinations(ids, 2), score)


def test_linked_pairs_become_groups_ordered_by_their_smallest_member() -> None:
    assert members({(8, 9): 0.9, (2, 5): 0.8, (3, 4): 0.7}) == [(2, 5), (8, 9)]


def test_a_triangle_of_links_is_one_group_held_by_its_best_tree() -> None:
    (group,) = grouped({(1, 2): 0.9, (2, 3): 0.85, (1, 3): 0.8})
    assert group == Grouping(id=1, members=(1, 2, 3), weakest=0.85, family=False)


def test_a_chain_does_not_become_one_group() -> None:
    chain = {(1, 2): 0.9, (2, 3): 0.8, (3, 4): 0.9}
    assert members(chain) == [(1, 2), (3, 4)]


def test_one_bridge_does_not_join_two_groups() -> None:
    links = clique(range(1, 4), 0.9) | clique(range(4, 7), 0.9) | {(3, 4): 0.8}
    assert members(links) == [(1, 2, 3), (4, 5, 6)]


def test_a_link_below_the_threshold_still_counts_in_the_mean() -> None:
    strong = {(1, 2): 1.0, (2, 3): 0.9}
    assert members(strong) == [(1, 2)]
    assert members(strong | {(1, 3): 0.65}) == [(1, 2, 3)]


def test_a_verdict_joins_what_scores_do_not() -> None:
    (group,) = grouped({(1, 2): 0.8}, decided=[(3, 2), (1, 3)])
    assert (group.members, group.weakest) == ((1, 2, 3), 1.0)


def test_pairs_kept_apart_are_never_in_one_group() -> None:
    links = clique(range(1, 5), 0.9) | {(1, 2): 0.99, (3, 4): 0.98}
    assert members(links, apart=[(4, 1)]) == [(1, 2), (3, 4)]
    assert members(links, apart=[(1, 4)], decided=[(1, 4)]) == [(1, 2), (3, 4)]


def test_a_bar_holds_for_everything_its_members_have_joined() -> None:
    links = clique(range(1, 6), 0.9)
    assert members(links, decided=[(1, 2), (4, 5)], apart=[(2, 4)]) in (
        [(1, 2, 3), (4, 5)],
        [(1, 2), (3, 4, 5)],
    )


def test_a_repeated_or_reversed_link_counts_once_with_its_best_score() -> None:
    left, right, score = [1, 2, 1, 3, 3], [2, 1, 2, 3, 2], [0.5, 0.9, 0.6, 1.0, 0.2]
    (group,) = cluster(left, right, score, threshold=0.75)
    assert (group.members, group.weakest) == ((1, 2), 0.9)


def test_a_large_loose_group_is_one_family_with_its_duplicates_told_apart() -> None:
    template = clique(range(1, 13), 0.8) | clique(range(1, 4), 0.99)
    family = grouped(template, family_size=10)
    assert [(g.members, g.family) for g in family] == [
        ((1, 2, 3), False),
        (tuple(range(4, 13)), True),
    ]


def test_a_large_group_of_equal_texts_is_no_family() -> None:
    (group,) = grouped(clique(range(1, 13), 0.99), family_size=10)
    assert (group.members, group.family) == (tuple(range(1, 13)), False)


def test_crowded_records_are_one_family_though_most_of_their_links_were_not_kept() -> None:
    ring = {(i, j): 0.8 for i in range(30) for j in range(i + 1, i + 6) if j < 30}
    assert len(members(ring, family_size=100)) > 1
    (family,) = grouped(ring, family_size=5)
    assert (family.members, family.family) == (tuple(range(30)), True)


def test_a_pair_kept_apart_does_not_stand_in_a_family() -> None:
    (family,) = grouped(clique(range(1, 13), 0.8), family_size=10, apart=[(2, 7)])
    assert family.family
    assert not {2, 7} <= set(family.members)


def test_a_verdict_joins_a_record_of_a_family_with_one_outside() -> None:
    groups = grouped(clique(range(1, 13), 0.8), family_size=10, decided=[(3, 20)])
    assert [(g.members, g.family) for g in groups] == [
        ((1, 2, *range(4, 13)), True),
        ((3, 20), False),
    ]


def test_a_group_keeps_the_id_it_shares_most_members_with() -> None:
    links = clique(range(1, 4), 0.9) | {(7, 8): 0.9, (10, 11): 0.9}
    previous = {5: (1, 2, 3, 7), 6: (8, 9)}
    assert [(g.id, g.members) for g in grouped(links, previous=previous, next_id=7)] == [
        (5, (1, 2, 3)),
        (6, (7, 8)),
        (7, (10, 11)),
    ]


def test_a_split_group_leaves_its_id_to_the_larger_part() -> None:
    links = {(1, 2): 0.9} | clique(range(3, 6), 0.9)
    ids = {g.members: g.id for g in grouped(links, previous={4: (1, 2, 3, 4, 5)}, next_id=5)}
    assert ids == {(1, 2): 5, (3, 4, 5): 4}


def test_no_links_make_no_groups() -> None:
    assert cluster([], [], [], threshold=0.5) == []


def test_columns_of_unequal_length_and_a_threshold_of_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="number"):
        cluster([1], [2], [], threshold=0.5)
    with pytest.raises(ValueError, match="threshold"):
        cluster([1], [2], [0.9], threshold=0.0)
