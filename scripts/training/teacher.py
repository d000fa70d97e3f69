"""The teacher: an English sentence model whose rows the student learns to meet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Paragraphs of the corpus beyond this many word pieces say little more about their meaning.
_LONGEST = 96


def teach(model: str, sentences: Sequence[str], cache: Path) -> NDArray[np.float32]:
    """Unit rows of the teacher (n, its dim); read from ``cache`` where an earlier run wrote them."""
    if cache.exists():
        rows = np.load(cache)
        if len(rows) == len(sentences):
            return np.asarray(rows, dtype=np.float32)
    from sentence_transformers import SentenceTransformer

    teacher = SentenceTransformer(model, device="cpu", local_files_only=True)
    teacher.max_seq_length = _LONGEST
    rows = teacher.encode(
        [sentence[:600] for sentence in sentences],
        batch_size=64,
        normalize_embeddings=True,
        show_progress_bar=True,
    )
    np.save(cache, rows.astype(np.float16))
    return np.asarray(rows, dtype=np.float32)


def reduced(
    sentences: NDArray[np.float32], glosses: NDArray[np.float32], dim: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both, centred on the sentences' mean and turned to their first ``dim`` principal axes."""
    centre = sentences.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((sentences - centre).T))
    leading = axes[:, ::-1][:, :dim]
    return _project(sentences - centre, leading), _project(glosses - centre, leading)


def _project(rows: NDArray[np.float32], axes: NDArray[np.float64]) -> NDArray[np.float32]:
    turned = rows @ axes
    unit = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)
