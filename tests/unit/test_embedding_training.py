"""The training's parts on toy data: spellings, vocabulary, the student's sums, the folder written."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from dedup.embedding import load_embedder
from scripts.training import export, spelling, vocabulary
from scripts.training.sources import Line
from scripts.training.student import Encoder, Packed, Student
from scripts.training.variants import Variants

CORPUS = ["lắp máy biến áp mới", "thay máy biến áp cũ", "máy bơm nước", "bơm nước", "hòa lưới"] * 30


@pytest.fixture(scope="module")
def words() -> vocabulary.Vocabulary:
    return vocabulary.build(CORPUS, ["máy biến áp", "trạm biến áp"])


@pytest.mark.parametrize(
    ("text", "plain"), [("Đường dây", "Duong day"), ("nước", "nuoc"), ("MBA", "MBA")]
)
def test_marks_are_dropped(text: str, plain: str) -> None:
    assert spelling.unaccented(text) == plain


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("thuỷ", "thủy"), ("hoàn", "hoàn"), ("quý", "quý")],
)
def test_the_tone_moves_to_the_new_place_in_open_syllables_alone(old: str, new: str) -> None:
    assert spelling.new_tone_style(old) == new


def test_a_word_of_three_syllables_is_one_token(words: vocabulary.Vocabulary) -> None:
    tokens = words.tokenizer().encode("Lắp máy biến áp", add_special_tokens=False).tokens
    assert tokens == ["▁lắp", "▁máy▁biến▁áp"]


def test_spellings_of_a_word_share_its_row(words: vocabulary.Vocabulary) -> None:
    encode = Encoder(words.tokenizer(), words.rows)
    marked, unmarked = encode(["máy biến áp", "may bien ap"])
    new, old = encode(["hòa", "hoà"])
    np.testing.assert_array_equal(marked, unmarked)
    np.testing.assert_array_equal(new, old)


def test_a_text_is_the_direction_of_its_weighted_rows_and_its_gradient_agrees() -> None:
    student = Student(np.array([1.0, 2.0, 3.0]), 4)
    texts = [np.array([1, 2, 2]), np.array([2])]
    row = student.table().detach()
    expected = row[1] + 2 * row[2]
    got = student(texts)
    torch.testing.assert_close(got[0], expected / expected.norm())
    torch.autograd.backward(got[:, 0].sum())
    table = student.table().detach().requires_grad_()
    summed = torch.stack([table[1] + 2 * table[2], table[2]])
    torch.autograd.backward(torch.nn.functional.normalize(summed, dim=1)[:, 0].sum())
    assert table.grad is not None
    assert student.rows.grad is not None
    torch.testing.assert_close(student.rows.grad, table.grad * student.weights.detach().exp())


def test_a_packed_corpus_gives_back_its_texts(tmp_path: Path) -> None:
    texts = [np.array([3, 1]), np.array([], dtype=np.int64), np.array([2])]
    Packed.of(texts).save(tmp_path / "corpus.npz")
    packed = Packed.load(tmp_path / "corpus.npz")
    assert [packed[at].tolist() for at in range(len(packed))] == [[3, 1], [], [2]]
    assert [ids.tolist() for ids in packed.take(np.array([0]), longest=1)] == [[3]]


def test_the_written_folder_embeds_as_the_student_does(
    words: vocabulary.Vocabulary, tmp_path: Path
) -> None:
    student = Student(np.ones(words.row_count), 16)
    texts = ["lắp máy biến áp", "bơm nước"]
    with torch.no_grad():
        table = student.table().numpy()
        expected = student(Encoder(words.tokenizer(), words.rows)(texts)).numpy()
    export.write(tmp_path / "toy", words, table)
    assert load_embedder(str(tmp_path / "toy")).embed(texts) == pytest.approx(expected, abs=0.02)


def test_forms_are_exchanged_within_a_line_and_things_between_lines() -> None:
    lines = [Line("transformer", ("máy biến áp", "máy biến thế")), Line("pump", ("máy bơm",))]
    variants = Variants(lines, random.Random(1))
    assert variants.same("lắp máy biến áp", 1.0) in {"lắp máy biến áp", "lắp máy biến thế"}
    told, changed = variants.other("lắp máy biến áp", 1.0)
    assert changed
    assert told.startswith("lắp máy")


def test_a_text_without_glossary_words_stays_as_it_is() -> None:
    variants = Variants([Line("pump", ("máy bơm", "bơm nước"))], random.Random(1))
    assert variants.other("số hóa hồ sơ", 1.0) == ("số hóa hồ sơ", False)
