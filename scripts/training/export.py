"""The trained student as a plain sentence-transformers folder, its rows stored as bytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from scripts.training.vocabulary import Vocabulary

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.sentence_transformer.modules.normalize.Normalize",
    },
]


def write(folder: Path, vocabulary: Vocabulary, table: NDArray[np.float32]) -> None:
    """``table`` (rows, dim) as int8 with one scale a token, in the layout StaticEmbedding reads.

    Tokens that share a row (spellings of one word) share it in the file too. Row 0 is silent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize/config.json").write_text("{}\n", encoding="utf-8")
    rows = np.asarray(vocabulary.rows, dtype=np.int32)
    table = table.copy()
    table[0] = 0
    scale = np.abs(table).max(axis=1) / 127
    bytes_ = np.rint(table / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    tensors = {
        "embeddings": bytes_,
        "mapping": rows,
        "weights": scale[rows].astype(np.float32),
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer = json.loads(vocabulary.tokenizer().to_str())
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n", encoding="utf-8")
    settings = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}}
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps(settings, indent=2) + "\n", encoding="utf-8"
    )
