"""An embedder that remembers gives the same rows, and asks once for each text."""

from collections.abc import Sequence

import numpy as np

from dedup.ports import Vectors
from dedup.scoring.remembering import Remembering
from tests.fakes import WordEmbedder


class Counting(WordEmbedder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


def test_rows_are_the_embedders_own_whatever_was_asked_before_and_how_little_is_kept() -> None:
    words = [f"từ {number % 37}" for number in range(200)]
    for kept in (10, 40, 1_000):
        remembering = Remembering(WordEmbedder(), kept=kept)
        for start in range(0, 200, 7):
            part = words[start : start + 7]
            assert np.array_equal(remembering.embed(part), WordEmbedder().embed(part))


def test_a_text_is_embedded_once() -> None:
    counting = Counting()
    remembering = Remembering(counting)

    remembering.embed(["bơm nước", "quạt hút", "bơm nước"])
    remembering.embed(["quạt hút", "băng tải"])

    assert counting.asked == ["bơm nước", "quạt hút", "băng tải"]
