"""What a model's folder must hold, what it is called, and what is said where it is not as it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from dedup.embedding import load_embedder
from dedup.errors import ModelUnavailable

VOCABULARY = {"[UNK]": 0, "máy": 1, "bơm": 2, "quạt": 3}
ROWS = np.array([[0, 0], [3, 0], [0, 4], [0, -4]], dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "vi-static", {"embedding.weight": ROWS})


def test_the_vector_is_the_direction_of_the_sum_of_the_token_rows(folder: Path) -> None:
    rows = load_embedder(str(folder)).embed(["máy bơm", "máy máy quạt", "xyz"])
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0.832, -0.555], [0, 0]]), abs=1e-3)


def test_scaled_bytes_give_the_vectors_of_the_rows_they_stand_for(tmp_path: Path) -> None:
    scaled = {
        "embeddings": np.array([[0, 0], [127, 0], [0, 127], [0, -127]], dtype=np.int8),
        "weights": np.array([1, 3 / 127, 4 / 127, 4 / 127], dtype=np.float32),
    }
    rows = load_embedder(str(_write(tmp_path / "bytes", scaled))).embed(["máy bơm"])
    assert rows == pytest.approx(np.array([[0.6, 0.8]]), abs=1e-5)


def test_shared_rows_are_looked_up_through_the_mapping(tmp_path: Path) -> None:
    shared = {
        "embeddings": np.array([[0, 0], [3, 0], [0, 4]], dtype=np.float32),
        "mapping": np.array([0, 1, 2, 2], dtype=np.int64),
    }
    left, right = load_embedder(str(_write(tmp_path / "shared", shared))).embed(["bơm", "quạt"])
    np.testing.assert_array_equal(left, right)


def test_a_retrained_model_in_the_same_folder_has_another_name(folder: Path) -> None:
    before = load_embedder(str(folder)).model_id
    _write(folder, {"embedding.weight": ROWS * [1, 2]})
    after = load_embedder(str(folder)).model_id
    assert before.startswith("vi-static-")
    assert after != before


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("bytes_left", [None, 0, 40])
def test_a_missing_or_cut_file_is_named_with_what_to_do(
    folder: Path, file: str, bytes_left: int | None
) -> None:
    content = (folder / file).read_bytes()
    (folder / file).unlink()
    if bytes_left is not None:
        (folder / file).write_bytes(content[:bytes_left])
    with pytest.raises(ModelUnavailable, match="chép lại") as raised:
        load_embedder(str(folder))
    assert str(folder) in str(raised.value)


def test_a_folder_without_a_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"modules\.json"):
        load_embedder(str(tmp_path))


def test_an_unreadable_list_of_modules_is_refused(folder: Path) -> None:
    (folder / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="chép lại"):
        load_embedder(str(folder))


def test_a_model_that_is_not_on_this_machine_is_refused_and_never_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="không tự tải"):
        load_embedder("nobody/no-such-model")


def test_a_path_that_does_not_exist_is_told_as_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="Không thấy mô hình"):
        load_embedder(str(tmp_path / "nowhere"))


def _write(folder: Path, tensors: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file(tensors, str(folder / "model.safetensors"))
    kinds = ("StaticEmbedding", "Normalize")
    modules = [
        {"idx": i, "name": str(i), "path": "", "type": f"sentence_transformers.models.{kind}"}
        for i, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder
