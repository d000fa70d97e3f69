"""Groups of random graphs against networkx and a plain average-link that recomputes every mean."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clusters import FAMILY_SIZE, Grouping, cluster

THRESHOLD = 0.6
PAIRS = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1])
# Sixty-fourths are exact in binary, so that means do not depend on the order of addition.
SCORES = st.integers(0, 64).map(lambda n: n / 64)
GRAPHS = st.dictionaries(PAIRS, SCORES, max_size=40)
DENSE = st.dictionaries(PAIRS, st.integers(40, 64).map(lambda n: n / 64), min_size=10, max_size=40)
BARS = st.frozensets(PAIRS, max_size=6)
CERTAIN = st.frozensets(PAIRS, max_size=4)


def run(links: dict[tuple[int, int], float], **options: object) -> list[Grouping]:
    left, right = [a for a, _ in links], [b for _, b in links]
    return cluster(left, right, list(links.values()), threshold=THRESHOLD, **options)  # type: ignore[arg-type]


def mean_across(
    links: dict[tuple[int, int], float], one: frozenset[int], other: frozenset[int]
) -> float:
    total = sum(links.get((min(a, b), max(a, b)), 0.0) for a in one for b in other)
    return total / (len(one) * len(other))


@given(DENSE, BARS, CERTAIN, st.sampled_from([3, 5, FAMILY_SIZE]))
def test_verdicts_rule_groups_and_families_alike(
    links: dict[tuple[int, int], float],
    bars: frozenset[tuple[int, int]],
    certain: frozenset[tuple[int, int]],
    family_size: int,
) -> None:
    joined = nx.Graph(list(certain))
    together = list(nx.connected_components(joined))
    bars = frozenset(p for p in bars if not any(c.issuperset(p) for c in together))

    groups = run(links, apart=bars, decided=certain, family_size=family_size)

    members = [set(group.members) for group in groups]
    assert all(any(group.issuperset(pair) for group in members) for pair in certain)
    assert not any(group.issuperset(pair) for group in members for pair in bars)


@given(GRAPHS, BARS, CERTAIN)
def test_every_group_lies_in_one_component_and_holds_no_barred_pair(
    links: dict[tuple[int, int], float],
    bars: frozenset[tuple[int, int]],
    certain: frozenset[tuple[int, int]],
) -> None:
    groups = run(links, apart=bars, decided=certain)
    strong = nx.Graph([pair for pair, score in links.items() if score >= THRESHOLD])
    strong.add_edges_from(certain)
    components = list(nx.connected_components(strong))
    for group in groups:
        assert any(set(group.members) <= component for component in components)
        assert not any(a in group.members and b in group.members for a, b in bars)
    seen = [member for group in groups for member in group.members]
    assert len(seen) == len(set(seen))


@given(GRAPHS)
def test_the_mean_over_all_pairs_of_a_group_reaches_the_threshold(
    links: dict[tuple[int, int], float],
) -> None:
    for group in run(links):
        inside = [links.get(pair, 0.0) for pair in combinations(group.members, 2)]
        assert sum(inside) / len(inside) >= THRESHOLD


@given(GRAPHS, BARS)
def test_no_two_groups_are_left_that_should_have_joined(
    links: dict[tuple[int, int], float], bars: frozenset[tuple[int, int]]
) -> None:
    groups = [frozenset(group.members) for group in run(links, apart=bars)]
    alone = {n for pair in links for n in pair} - frozenset().union(*groups)
    for one, other in combinations([*groups, *(frozenset({n}) for n in alone)], 2):
        barred = any((min(a, b), max(a, b)) in bars for a in one for b in other)
        assert barred or mean_across(links, one, other) < THRESHOLD


@given(GRAPHS)
def test_weakest_is_the_smallest_link_of_the_maximum_spanning_tree(
    links: dict[tuple[int, int], float],
) -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, score) for (a, b), score in links.items())
    for group in run(links):
        tree = nx.maximum_spanning_tree(graph.subgraph(group.members))
        assert group.weakest == min(score for _, _, score in tree.edges(data="weight"))


@given(st.lists(st.integers(2, 6), max_size=5), st.randoms(use_true_random=False))
def test_complete_graphs_come_back_as_networkx_components(sizes: list[int], random: object) -> None:
    graph = nx.disjoint_union_all([nx.complete_graph(size) for size in sizes] or [nx.Graph()])
    links = {(a, b): random.uniform(THRESHOLD, 1.0) for a, b in graph.edges}  # type: ignore[attr-defined]
    expected = [tuple(sorted(component)) for component in nx.connected_components(graph)]
    assert [group.members for group in run(links)] == sorted(expected)


@given(GRAPHS, BARS, CERTAIN, st.randoms(use_true_random=False))
def test_order_and_direction_of_links_are_of_no_effect(
    links: dict[tuple[int, int], float],
    bars: frozenset[tuple[int, int]],
    certain: frozenset[tuple[int, int]],
    random: object,
) -> None:
    turned = [(b, a) for a, b in links]
    scores = list(links.values())
    order = list(range(len(turned)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = cluster(
        [turned[i][0] for i in order],
        [turned[i][1] for i in order],
        [scores[i] for i in order],
        threshold=THRESHOLD,
        apart=bars,
        decided=certain,
    )
    assert again == run(links, apart=bars, decided=certain)


@given(GRAPHS)
@settings(max_examples=50)
def test_ids_stay_when_nothing_changed(links: dict[tuple[int, int], float]) -> None:
    before = run(links, next_id=100)
    again = run(links, previous={g.id: g.members for g in before}, next_id=500)
    assert again == before
