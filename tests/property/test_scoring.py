"""A score of any two texts: bounded, symmetric, its weights adding up."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.embedding.lexical import LexicalEmbedder
from dedup.ports import Comparables
from dedup.scoring import load_scorer
from dedup.text import canonical

VOCABULARY = (
    """bơm nước lò hơi cải tiến Cải tien 110kV 22kV D10 Hà Nội nhằm giảm . , ; 12 năm 2022"""
)
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=30).map(" ".join), st.just(""))
RECORDS = st.lists(st.tuples(TEXTS, TEXTS), min_size=2, max_size=5)
EMBEDDER = LexicalEmbedder()
SCORERS = [load_scorer("lexical-v1-256"), load_scorer("sangkien-vi", embedder=EMBEDDER)]


def comparables(records: list[tuple[str, str]]) -> Comparables:
    titles, contents = [t for t, _ in records], [c for _, c in records]
    return Comparables(
        titles,
        contents,
        [""] * len(records),
        EMBEDDER.embed(titles),
        EMBEDDER.embed(contents),
    )


@given(RECORDS)
@settings(max_examples=60, deadline=None)
def test_scores_are_bounded_symmetric_and_explained(records: list[tuple[str, str]]) -> None:
    columns = comparables(records)
    left, right = np.triu_indices(len(records), 1)
    for scorer in SCORERS:
        there, back = scorer.score(columns, left, right), scorer.score(columns, right, left)
        assert ((there.probability >= 0) & (there.probability <= 1)).all()
        np.testing.assert_array_equal(there.probability, back.probability)
        np.testing.assert_array_equal(there.same_text, back.same_text)
        assert there.relations == back.relations
        np.testing.assert_allclose(
            1 / (1 + np.exp(-there.weights.sum(axis=1))), there.probability, atol=1e-6
        )


@given(RECORDS)
@settings(max_examples=40, deadline=None)
def test_same_text_means_equal_canonical_text(records: list[tuple[str, str]]) -> None:
    forms = [(canonical(title), canonical(content)) for title, content in records]
    left, right = np.triu_indices(len(records), 1)
    scores = SCORERS[0].score(comparables(records), left, right)
    for i, j, same in zip(left, right, scores.same_text, strict=True):
        assert same == (forms[i] == forms[j] and forms[i] != ("", ""))


@given(RECORDS)
@settings(max_examples=25, deadline=None)
def test_spans_lie_within_the_original_texts(records: list[tuple[str, str]]) -> None:
    columns = comparables(records)
    for evidence in SCORERS[1].explain(columns, 0, 1):
        for span in evidence.spans:
            texts = columns.titles if span.field == "title" else columns.contents
            assert 0 <= span.left[0] < span.left[1] <= len(texts[0])
            assert 0 <= span.right[0] < span.right[1] <= len(texts[1])
