"""Any sentence-transformers model, from a local folder or, when allowed, from a model hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from dedup.embedding.folder import ModelFolder, damaged, missing, not_downloaded
from dedup.embedding.rows import blank, unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Prompts for the side that is stored, best first: all records are compared with each other, so every
# text gets the same one.
_PROMPTS = ("document", "passage", "query")
# The E5 family was published without prompts in its settings, and its card asks for this one where
# both sides are of a kind.
_E5_PROMPT = "query: "
# Long texts beside short ones cost padding; 32 keeps a batch of 512-token texts under 1 GB.
_BATCH = 32
# What torch, safetensors and transformers raise for files that are cut short, empty or of another kind.
_UNREADABLE = (OSError, ValueError, KeyError, RuntimeError, SafetensorError)
# Weights in formats this never reads.
_UNREAD = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf"]


class SentenceEmbedder:
    """Unit rows (n, dim) by a sentence-transformers model, its prompts and length limit respected."""

    def __init__(self, folder: ModelFolder, name: str | None = None) -> None:
        """``name`` is what the model is called outside, where the folder's own name says little.

        Raises ModelUnavailable where files are missing or damaged.
        """
        self._model_id = folder.model_id(name)
        self._model = _load(folder.path)
        self._prompt = _prompt_of(self._model, self._model_id)

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dim(self) -> int:
        return int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts), dim), unit rows; a blank text gives a zero row."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        spoken = np.flatnonzero(~blank(texts))
        if len(spoken):
            out[spoken] = unit_rows(self._encode([texts[int(i)] for i in spoken]))
        return out

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        encoded = self._model.encode(
            texts,
            batch_size=_BATCH,
            prompt=self._prompt,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(encoded, dtype=np.float32)


def find_model(name: str, *, allow_download: bool = False) -> ModelFolder:
    """The folder of a local path or of a hub name already on this machine (or downloaded, if allowed).

    Raises ModelUnavailable with what to do.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return ModelFolder.open(path)
    if path.is_absolute() or name.count("/") != 1:
        raise missing(path)
    return ModelFolder.open(_hub_folder(name, allow_download=allow_download))


def _hub_folder(name: str, *, allow_download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(name, local_files_only=not allow_download, ignore_patterns=_UNREAD)
        )
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError) as error:
        raise not_downloaded(name) from error


def _load(path: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(path), device="cpu", local_files_only=True)
    except _UNREADABLE as error:
        raise damaged(path) from error


def _prompt_of(model: SentenceTransformer, model_id: str) -> str:
    prompts = model.prompts or {}
    if model.default_prompt_name:
        return prompts.get(model.default_prompt_name) or ""
    own = next((prompts[key] for key in _PROMPTS if prompts.get(key)), "")
    return own or (_E5_PROMPT if "e5-" in model_id.lower() else "")
