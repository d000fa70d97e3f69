"""What the token matcher finds in two texts, worked out by hand on a model of five tokens."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from dedup.embedding.folder import ModelFolder
from dedup.embedding.static import StaticEmbedder
from dedup.embedding.tokens import TokenMatcher

VOCABULARY = {"[UNK]": 0, "cải_tiến": 1, "máy_bơm": 2, "bơm": 3, "quạt": 4}
# A light office word, a pump under two names of cosine 0.8, a fan; mean weight (1 + 4 + 5 + 2) / 4 = 3.
ROWS = np.array([[0, 0, 0], [0, 0, 1], [4, 0, 0], [4, 3, 0], [0, -2, 0]], dtype=np.float32)


@pytest.fixture
def matcher(tmp_path: Path) -> TokenMatcher:
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    save_file({"embedding.weight": ROWS}, str(tmp_path / "model.safetensors"))
    modules = [{"idx": 0, "name": "0", "path": "", "type": "x.StaticEmbedding"}]
    (tmp_path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return TokenMatcher(StaticEmbedder(ModelFolder.open(tmp_path)))


def test_a_text_is_wholly_covered_by_itself_and_nothing_is_missing(matcher: TokenMatcher) -> None:
    match = matcher.match(["cải_tiến máy_bơm"], ["máy_bơm cải_tiến"])
    assert match.coverage_left == pytest.approx([1])
    assert match.missing_left == pytest.approx([0])


def test_another_name_covers_by_its_cosine_and_weight(matcher: TokenMatcher) -> None:
    match = matcher.match(["cải_tiến máy_bơm"], ["cải_tiến bơm"])
    # weights 1 and 4 of the left, 1 and 5 of the right; the names' cosine is 0.8
    assert match.coverage_left == pytest.approx([(1 + 4 * 0.8) / 5])
    assert match.coverage_right == pytest.approx([(1 + 5 * 0.8) / 6])
    assert match.missing_right == pytest.approx([5 / 3 * 0.2 / 3])


def test_an_exchanged_noun_is_missing_with_its_weight(matcher: TokenMatcher) -> None:
    match = matcher.match(["cải_tiến máy_bơm"], ["cải_tiến quạt"])
    assert match.coverage_left == pytest.approx([1 / 5])
    assert match.missing_left == pytest.approx([4 / 3 / 3])


def test_an_empty_side_covers_nothing(matcher: TokenMatcher) -> None:
    match = matcher.match(["máy_bơm"], ["xyz"])
    assert match.coverage_left == match.coverage_right == pytest.approx([0])
    assert match.missing_left == pytest.approx([4 / 3 / 3])


def test_no_pairs_give_empty_columns(matcher: TokenMatcher) -> None:
    assert matcher.match([], []).coverage_left.shape == (0,)
