"""Fits the pair scorer and reports it: ``python -m scripts.fit_scorer --data DIR``.

Fits on the synthetic vocabulary "main", hand-written groups, left-out triplets and spoiled real
titles; reports on other seeds of the vocabulary "held_out" and on the labelled development set, which
nothing is chosen by. Writes ``dedup/scoring/model.json`` and ``background.npy``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from dedup.bootstrap import RETRIEVAL_FLOOR
from dedup.embedding import load_embedder
from dedup.initiatives import Thresholds
from dedup.ports import Embedder, TokenEmbedder
from dedup.scoring.background import Background
from dedup.scoring.curves import Model, probability
from dedup.scoring.evaluation import Figures, evaluate
from dedup.scoring.features import NAMES, compare, with_rests
from dedup.scoring.model import fit, held_out_log_odds
from dedup.scoring.rest import REST_NAMES
from dedup.scoring.scorer import PairScorer
from dedup.synthetic import make_archive
from scripts import scorer_pairs as sources
from scripts.scorer_pairs import Pairs

HERE = Path(__file__).parent.parent / "dedup" / "scoring"
VERSION = "3"
THRESHOLDS = Thresholds()
STOCK_TIMES = 20  # filings of each stock title: in all, as many as one filing in twenty
MEANINGS = frozenset(name for name in NAMES if name.endswith("_meaning"))
CHEAP = tuple(name for name in NAMES if name not in REST_NAMES)
WORDS = tuple(name for name in CHEAP if name not in MEANINGS)
# What each source weighs in the fit, whatever its size: the synthetic kinds are many but of one
# maker, the hand-written ones few but like what people write; what a re-scan brings up, in its natural
# proportion, holds the probability to what a reviewer meets.
SHARES = {"synthetic": 0.2, "hand": 0.2, "triplets": 0.05, "titles": 0.05, "retrieved": 0.5}
FIT_SEEDS, RETRIEVED_SEEDS, REPORT_SEEDS = (21, 22, 23), (24, 25), (71,)
ARCHIVE, RETRIEVED = 6_000, 10_000  # records of one archive to fit on


def main(
    data: Annotated[Path, typer.Option(help="folder of the training data")],
    model: Annotated[str, typer.Option(help="the embedder to fit for besides the lexical one")] = (
        "shipped"
    ),
    seed: int = 7,
    write: bool = True,
) -> None:
    background = learn_background(data)
    families: dict[str, Any] = {}
    for name in ("lexical", model):
        embedder = load_embedder(name)
        family = embedder.model_id.rpartition("-")[0]
        families[family] = fit_family(family, embedder, background, data, seed)
        fitted = Model.from_json(families[family])
        tokens = embedder if isinstance(embedder, TokenEmbedder) else None
        report(PairScorer(fitted, background, embedder=tokens), embedder, data)
    families["default"] = fit_default(embedder, background, data, seed)
    if write:
        background.save(HERE / "background.npy")
        text = json.dumps(families, ensure_ascii=False, indent=1)
        (HERE / "model.json").write_text(text + "\n", "utf-8")


def learn_background(data: Path) -> Background:
    """Phrases of the synthetic archive, the triplets, the real titles and the stock ones."""
    texts = [
        "\n".join(
            str(record.get(key) or "") for key in ("title", "situation", "description", "novelty")
        )
        for record in make_archive(20_000, seed=11, vocabulary="main").records
    ]
    for line in (data / "corpus/triplets.jsonl").read_text("utf-8").splitlines():
        texts += json.loads(line).values()
    for line in (data / "initiatives/real_titles.jsonl").read_text("utf-8").splitlines():
        texts.append(json.loads(line)["title"])
    texts += sources.stock_titles() * STOCK_TIMES
    return Background.empty().learned(texts)


def fit_family(
    family: str, embedder: Embedder, background: Background, data: Path, seed: int
) -> dict[str, Any]:
    """Both looks for one embedder; the lexical one sees shared words only and gets no second."""
    training = Training.of(training_pairs(embedder, data, seed), embedder, background)
    looks = {"first": CHEAP} if family.startswith("lexical") else {"first": CHEAP, "second": NAMES}
    return {
        look: training.fitted(names, version=f"{family}-{VERSION}", seed=seed)
        for look, names in looks.items()
    }


def fit_default(
    embedder: Embedder, background: Background, data: Path, seed: int
) -> dict[str, Any]:
    """For an embedder not known: its cosines have a scale of their own, so only words count."""
    training = Training.of(training_pairs(embedder, data, seed), embedder, background)
    return {"first": training.fitted(WORDS, version=f"default-{VERSION}", seed=seed)}


@dataclass(frozen=True, slots=True)
class Training:
    """Features, labels, groups, weights and sources of all training pairs."""

    x: NDArray[np.float32]
    y: NDArray[np.bool_]
    groups: NDArray[np.int64]
    weights: NDArray[np.float64]
    source: NDArray[np.str_]

    @classmethod
    def of(
        cls, parts: Sequence[tuple[str, Pairs]], embedder: Embedder, background: Background
    ) -> Training:
        source = np.array([name for name, pairs in parts for _ in pairs.label])
        kind = np.array([kind for _, pairs in parts for kind in pairs.kind])
        y = np.array([label for _, pairs in parts for label in pairs.label])
        return cls(
            np.concatenate([features(pairs, embedder, background) for _, pairs in parts]),
            y,
            np.array(
                [g + i * 1_000_000 for i, (_, pairs) in enumerate(parts) for g in pairs.group]
            ),
            weigh(source, kind, y),
            source,
        )

    def fitted(self, names: tuple[str, ...], *, version: str, seed: int) -> dict[str, Any]:
        """The model in JSON, its cross-validated figures printed by source."""
        x = self.x[:, [NAMES.index(name) for name in names]]
        held = held_out_log_odds(
            x, self.y, names=names, groups=self.groups, weights=self.weights, seed=seed
        )
        print(f"\n{version}, {len(names)} features: grouped cross-validation by source")
        for name in SHARES:
            here = self.source == name
            show(name, evaluate(self.y[here], probability(held[here].astype(np.float32))))
        model = fit(
            x,
            self.y,
            names=names,
            groups=self.groups,
            weights=self.weights,
            version=version,
            seed=seed,
        )
        return model.as_json()


def training_pairs(embedder: Embedder, data: Path, seed: int) -> list[tuple[str, Pairs]]:
    rng = Random(seed)  # noqa: S311 (seeded randomness is the point)
    archives = [
        sources.synthetic(ARCHIVE, seed=s, vocabulary="main", embedder=embedder) for s in FIT_SEEDS
    ]
    found = [
        sources.retrieved(
            RETRIEVED, seed=s, vocabulary="main", embedder=embedder, floor=RETRIEVAL_FLOOR
        )
        for s in RETRIEVED_SEEDS
    ]
    return [
        *(("synthetic", pairs) for pairs in archives),
        *(("retrieved", pairs) for pairs in found),
        ("hand", sources.hand_written(rng)),
        ("triplets", sources.triplets(data, rng)),
        ("titles", sources.real_titles(data, rng)),
    ]


def features(pairs: Pairs, embedder: Embedder, background: Background) -> NDArray[np.float32]:
    compared = compare(pairs.comparables(embedder), *pairs.ends(), background=background)
    if not isinstance(embedder, TokenEmbedder):
        return compared.x
    return with_rests(compared, np.ones(len(pairs.label), dtype=np.bool_), embedder=embedder)


def weigh(
    source: NDArray[np.str_], kind: NDArray[np.str_], y: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weights (m,): each source its share, in each a third to duplicates, every kind alike.

    Kinds weigh alike because each has a floor of its own; ordinary neighbours half of the look-alikes.
    Pairs as a re-scan brings them up keep their natural proportion.
    """
    weights = np.zeros(len(y))
    for name, share in SHARES.items():
        if name == "retrieved":
            weights[source == name] = share / (source == name).sum()
            continue
        for label, part in ((True, 1 / 3), (False, 2 / 3)):
            side = (source == name) & (y == label)
            kinds = sorted(set(kind[side]))
            for k in kinds:
                here = side & (kind == k)
                weights[here] = share * part * _share_of(k, kinds) / here.sum()
    return weights * len(y)


def _share_of(kind: str, kinds: Sequence[str]) -> float:
    if "near" not in kinds:
        return 1 / len(kinds)
    return 0.5 if kind == "near" else 0.5 / (len(kinds) - 1)


def report(scorer: PairScorer, embedder: Embedder, data: Path) -> None:
    print("\nlabelled development set (reported, never fitted on)")
    pairs = sources.development(data / "labelled/initiatives_dev.jsonl")
    table(pairs, scorer, embedder)
    for seed in REPORT_SEEDS:
        print(f"\nsynthetic, vocabulary held_out, seed {seed}")
        pairs = sources.synthetic(12_000, seed=seed, vocabulary="held_out", embedder=embedder)
        table(pairs, scorer, embedder, bands=True)
        print(f"\nas a re-scan brings them up, vocabulary held_out, seed {seed}")
        pairs = sources.retrieved(
            12_000, seed=seed, vocabulary="held_out", embedder=embedder, floor=RETRIEVAL_FLOOR
        )
        table(pairs, scorer, embedder, bands=True)


def table(pairs: Pairs, scorer: PairScorer, embedder: Embedder, *, bands: bool = False) -> None:
    records = pairs.comparables(embedder)
    left, right = pairs.ends()
    scores = scorer.score(records, left, right)
    cosine = np.einsum("ij,ij->i", records.title_vectors[left], records.title_vectors[right])
    cosine += np.einsum("ij,ij->i", records.content_vectors[left], records.content_vectors[right])
    for name, values in (
        ("scorer", scores.probability),
        ("cosine", np.clip(cosine / 2, 0, 1)),
        ("tf-idf", tf_idf(pairs)),
    ):
        figures = evaluate(pairs.label, values, kinds=pairs.kind)
        show(name, figures)
        if not bands:
            for kind, over in figures.kind_over_kind.items():
                print(f"    {kind:5}", "  ".join(f"{k} {v:.2f}" for k, v in over.items()))
    kinds = np.array(pairs.kind)
    for kind in sorted(set(pairs.kind)):
        chance, same = scores.probability[kinds == kind], scores.same_text[kinds == kind]
        likely, possible = (
            ((chance >= at) | same).mean() for at in (THRESHOLDS.likely, THRESHOLDS.possible)
        )
        print(
            f"    {kind:8} {len(chance):5} pairs  >= LIKELY {likely:.3f}  >= POSSIBLE {possible:.3f}"
        )


def tf_idf(pairs: Pairs) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{t} {c}" for t, c in zip(pairs.titles, pairs.contents, strict=True)]
    rows = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\b\w+\b").fit_transform(texts)  # noqa: S106
    left, right = pairs.ends()
    both = rows[left].multiply(rows[right]).sum(axis=1)
    return np.asarray(np.clip(np.asarray(both).ravel(), 0, 1), dtype=np.float64)


def show(name: str, f: Figures) -> None:
    at = "  ".join(f"P@{recall} {value:.3f}" for recall, value in f.precision_at_recall.items())
    print(
        f"  {name:9} {f.pairs:6} pairs  AP {f.average_precision:.3f}  AUC {f.roc_auc:.3f}  "
        f"F1 {f.best_f1:.3f}  {at}  ECE {f.expected_calibration_error:.3f}  Brier {f.brier:.3f}"
    )


if __name__ == "__main__":
    typer.run(main)
