"""Embedders: texts to unit rows. ``load_embedder`` is the only door from outside."""

from __future__ import annotations

from pathlib import Path

from dedup.embedding.folder import ModelFolder
from dedup.ports import Embedder

SHIPPED = Path(__file__).parent / "model"

__all__ = ["SHIPPED", "load_embedder"]


def load_embedder(name: str, *, allow_download: bool = False) -> Embedder:
    """``shipped`` (the trained model beside this file), ``lexical``, a model's folder, or a hub name.

    Static models are read without torch; every other model needs sentence-transformers. Nothing is
    downloaded unless ``allow_download``. Raises ModelUnavailable, which says what to do.
    """
    # Each kind imports its own library only when asked for: scikit-learn and torch take seconds.
    if name == "lexical":
        from dedup.embedding.lexical import LexicalEmbedder

        return LexicalEmbedder()
    if name == "shipped":
        return _from_folder(ModelFolder.open(SHIPPED), "sangkien-vi")
    from dedup.embedding.sentence import find_model

    return _from_folder(find_model(name, allow_download=allow_download), Path(name).name)


def _from_folder(folder: ModelFolder, name: str) -> Embedder:
    if folder.is_static:
        from dedup.embedding.static import StaticEmbedder

        return StaticEmbedder(folder, name)
    from dedup.embedding.sentence import SentenceEmbedder

    return SentenceEmbedder(folder, name)
