"""The shipped scorer: what it promises whatever its parameters are."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.embedding import load_embedder
from dedup.embedding.lexical import LexicalEmbedder
from dedup.initiatives import Relation
from dedup.ports import Comparables
from dedup.scoring.scorer import PairScorer, load_scorer

PUMP = (
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
    "Trước đây bơm nước làm mát lò hơi thường bị kẹt cánh do cặn bám, mỗi tháng phải dừng máy hai "
    "lần để vệ sinh. Nhóm tác giả lắp thêm lưới lọc hai lớp trước cửa hút và van xả cặn tự động.",
)
FAN = (
    "Tổ chức bếp ăn phục vụ sản xuất ba tại chỗ trong thời gian giãn cách",
    "Công đoàn phối hợp với nhà ăn chia ca, giao suất ăn đến từng phân xưởng, ghi mã vé theo tổ.",
)
SHOUTED = (PUMP[0].upper(), f"  {PUMP[1]} ")
UNMARKED = (
    "Cai tien he thong bom nuoc lam mat lo hoi so 2",
    "Truoc day bom nuoc lam mat lo hoi thuong bi ket canh do can bam, moi thang phai dung may hai "
    "lan de ve sinh. Nhom tac gia lap them luoi loc hai lop truoc cua hut va van xa can tu dong.",
)
TITLE_ONLY = ("Sáng kiến", "")


def comparables(*texts: tuple[str, str]) -> Comparables:
    embedder = LexicalEmbedder()
    titles, contents = [t for t, _ in texts], [c for _, c in texts]
    return Comparables(
        titles, contents, [""] * len(texts), embedder.embed(titles), embedder.embed(contents)
    )


@pytest.fixture(scope="module")
def scorer() -> PairScorer:
    return load_scorer("lexical-v1-256")


def probability(scorer: PairScorer, one: tuple[str, str], other: tuple[str, str]) -> float:
    scores = scorer.score(comparables(one, other), np.array([0]), np.array([1]))
    return float(scores.probability[0])


def test_one_text_told_twice_is_the_same_text_and_likely(scorer: PairScorer) -> None:
    scores = scorer.score(comparables(PUMP, SHOUTED), np.array([0]), np.array([1]))
    assert scores.same_text.tolist() == [True]
    assert scores.relations[0] is Relation.SAME_TEXT
    assert scores.probability[0] > 0.95


def test_two_unrelated_initiatives_are_clear(scorer: PairScorer) -> None:
    assert probability(scorer, PUMP, FAN) < 0.05


def test_a_text_typed_without_diacritics_still_matches_its_original(scorer: PairScorer) -> None:
    assert probability(scorer, PUMP, UNMARKED) > 0.75


def test_two_titles_that_say_nothing_are_not_flagged(scorer: PairScorer) -> None:
    other = ("Giải pháp", "")
    assert probability(scorer, TITLE_ONLY, other) < 0.35


def test_weights_add_up_to_the_log_odds_of_the_probability(scorer: PairScorer) -> None:
    records = comparables(PUMP, FAN, SHOUTED, UNMARKED, TITLE_ONLY)
    left, right = np.triu_indices(5, 1)
    scores = scorer.score(records, left, right)
    chance = scores.probability.astype(np.float64)
    assert scores.weights.shape == (10, len(scores.codes))
    np.testing.assert_allclose(
        1 / (1 + np.exp(-scores.weights.sum(axis=1))), chance, rtol=1e-4, atol=1e-7
    )


def test_a_score_is_the_same_from_either_side_and_in_any_company(scorer: PairScorer) -> None:
    records = comparables(PUMP, FAN, SHOUTED, UNMARKED, TITLE_ONLY)
    left, right = np.triu_indices(5, 1)
    there, back = scorer.score(records, left, right), scorer.score(records, right, left)
    np.testing.assert_array_equal(there.probability, back.probability)
    np.testing.assert_array_equal(there.weights, back.weights)
    for i, (one, other) in enumerate(zip(left, right, strict=True)):
        alone = scorer.score(records, np.array([one]), np.array([other]))
        np.testing.assert_array_equal(alone.weights[0], there.weights[i])


def test_no_pairs_give_no_scores(scorer: PairScorer) -> None:
    nothing = np.array([], dtype=np.intp)
    scores = scorer.score(comparables(PUMP), nothing, nothing)
    assert scores.probability.shape == (0,)
    assert scores.weights.shape == (0, len(scores.codes))


def test_evidence_shows_the_weights_of_the_bulk_score(scorer: PairScorer) -> None:
    records = comparables(PUMP, SHOUTED)
    scores = scorer.score(records, np.array([0]), np.array([1]))
    bulk = dict(zip(scores.codes, scores.weights[0], strict=True))
    shown = scorer.explain(records, 0, 1)
    assert {e.code: pytest.approx(e.weight) for e in shown} == {
        code: weight for code, weight in bulk.items() if abs(weight) >= 0.05
    }


def test_spans_point_at_the_same_words_of_both_original_texts(scorer: PairScorer) -> None:
    edited = (PUMP[0].replace("bơm", "quạt"), "Lý do:  " + PUMP[1].replace("hai lớp", "3 lớp"))
    records = comparables(PUMP, edited)
    shown = {e.code: e for e in scorer.explain(records, 0, 1)}
    passages = [
        (PUMP[1][span.left[0] : span.left[1]], edited[1][span.right[0] : span.right[1]])
        for span in shown["R3"].spans
    ]
    assert passages == [
        (
            "Trước đây bơm nước làm mát lò hơi thường bị kẹt cánh do cặn bám, mỗi tháng phải dừng "
            "máy hai lần để vệ sinh. Nhóm tác giả lắp thêm lưới lọc",
        )
        * 2,
        ("lớp trước cửa hút và van xả cặn tự động",) * 2,
    ]


def test_a_title_that_stands_all_over_an_archive_counts_less_once_it_is_learned(
    scorer: PairScorer,
) -> None:
    one, other = (("Khai báo y tế bằng mã QR tại cổng", c) for c in (PUMP[1], FAN[1]))
    adapted = scorer.adapted([one[0]] * 200 + [f"{PUMP[0]} {i}" for i in range(400)])
    assert probability(adapted, one, other) < probability(scorer, one, other)
    assert adapted.version != scorer.version
    assert probability(adapted, PUMP, SHOUTED) > 0.95


def test_an_embedder_not_known_gets_the_neutral_score() -> None:
    assert load_scorer("somebody/else").version.startswith("default-")


def test_pairs_not_worth_it_keep_the_score_of_the_first_look() -> None:
    embedder = load_embedder("shipped")
    texts = (PUMP, FAN, UNMARKED, TITLE_ONLY)
    titles, contents = [title for title, _ in texts], [content for _, content in texts]
    records = Comparables(
        titles, contents, [""] * 4, embedder.embed(titles), embedder.embed(contents)
    )
    left, right = np.triu_indices(4, 1)
    first = load_scorer(embedder.model_id).score(records, left, right).probability
    both = load_scorer(embedder.model_id, embedder=embedder)
    whole = both.score(records, left, right).probability
    least = float(np.median(first))
    skimmed = both.score(records, left, right, least=least).probability
    np.testing.assert_allclose(skimmed, np.where(first >= least, whole, first), atol=1e-6)
    assert (np.abs(whole - first) > 1e-3).any()
