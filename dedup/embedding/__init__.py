"""Embedders: texts to unit rows. ``load_embedder`` is the only door from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dedup.embedding.folder import ModelFolder
from dedup.ports import Embedder

if TYPE_CHECKING:
    from dedup.embedding.static import StaticEmbedder

SHIPPED = Path(__file__).parent / "model"
# Also the name of what is adapted from it: the score fitted for one serves the other.
SHIPPED_NAME = "sangkien-vi"

__all__ = ["SHIPPED", "load_embedder", "load_folder"]


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
        return load_folder(SHIPPED)
    from dedup.embedding.sentence import find_model

    return _from_folder(find_model(name, allow_download=allow_download), Path(name).name)


def load_folder(path: Path) -> StaticEmbedder:
    """The shipped model, or one adapted from it, from its folder. Raises ModelUnavailable."""
    from dedup.embedding.static import StaticEmbedder

    return StaticEmbedder(ModelFolder.open(path), SHIPPED_NAME)


def _from_folder(folder: ModelFolder, name: str) -> Embedder:
    if folder.is_static:
        from dedup.embedding.static import StaticEmbedder

        return StaticEmbedder(folder, name)
    from dedup.embedding.sentence import SentenceEmbedder

    return SentenceEmbedder(folder, name)
