"""A static sentence-transformers model read without torch: token rows are added up, nothing more.

Reads the very folder sentence-transformers writes for ``StaticEmbedding`` (``tokenizer.json`` and
``model.safetensors``; int8 rows with one scale a token, as model2vec stores them) and gives the same
vectors. It exists for start-up: importing torch and transformers takes seconds, this a fraction of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from dedup.embedding.folder import ModelFolder, damaged
from dedup.embedding.rows import unit_rows

# Rows of the sparse token matrix held at once: a few MB whatever the archive's size.
_BATCH = 4096


class StaticEmbedder:
    """Unit rows (n, dim): each text's token rows summed (the mean has the same direction)."""

    def __init__(self, folder: ModelFolder, name: str | None = None) -> None:
        """Raises ModelUnavailable where files are missing or damaged."""
        self._model_id = folder.model_id(name)
        self._tokenizer, self._rows = _read(folder.static_part())

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dim(self) -> int:
        return int(self._rows.shape[1])

    @property
    def rows(self) -> NDArray[np.float32]:
        """float32 (tokens, dim): what each token adds; its length is the token's weight."""
        return self._rows

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim), unit rows; a text without a token gives a zero row."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            out[start : start + _BATCH] = unit_rows(self._token_counts(batch) @ self._rows)
        return out

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The token ids of each text, in reading order."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encoded]

    def spans(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """int64 (t, 3) a text of words parted by single spaces: token, its first and last word."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [_span(text, e.ids, e.offsets) for text, e in zip(texts, encoded, strict=True)]

    def _token_counts(self, texts: Sequence[str]) -> sp.csr_array:
        ids = self.tokens(texts)
        starts = np.zeros(len(ids) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in ids], out=starts[1:])
        columns = np.fromiter((token for row in ids for token in row), dtype=np.int64)
        ones = np.ones(len(columns), dtype=np.float32)
        return sp.csr_array((ones, columns, starts), shape=(len(ids), len(self._rows)))


def _span(text: str, ids: list[int], offsets: list[tuple[int, int]]) -> NDArray[np.int64]:
    if not ids:
        return np.empty((0, 3), dtype=np.int64)
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    word = np.cumsum(letters == ord(" "))  # a space belongs to the word after it
    begin, end = np.array(offsets, dtype=np.int64).T
    return np.column_stack([ids, word[begin], word[end - 1]])


def _read(part: Path) -> tuple[Tokenizer, NDArray[np.float32]]:
    weights, vocabulary = part / "model.safetensors", part / "tokenizer.json"
    try:
        tensors = load_file(weights)
        tokenizer = Tokenizer.from_str(vocabulary.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises nothing narrower for a bad file
        raise damaged(part) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    rows = _fold(tensors)
    if len(rows) < tokenizer.get_vocab_size():
        raise damaged(part)
    return tokenizer, rows


def _fold(tensors: dict[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    """One float32 row a token, from plain or from scaled, shared rows."""
    if "embedding.weight" in tensors:
        return tensors["embedding.weight"].astype(np.float32)
    rows = tensors["embeddings"].astype(np.float32)
    if "mapping" in tensors:
        rows = rows[tensors["mapping"].astype(np.int64)]
    if "weights" in tensors:
        rows *= tensors["weights"].astype(np.float32)[:, None]
    return rows
