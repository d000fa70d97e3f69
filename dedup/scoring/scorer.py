"""The scorer behind the port: features, an additive calibrated model, reasons and relation.

A pair's score depends on its two records and on the scorer alone: it is the same in a screening, a
re-scan and on the page, from either side, whatever else is compared beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Evidence, Relation
from dedup.ports import Comparables, Embedder, Scores, TokenEmbedder
from dedup.scoring.background import Background
from dedup.scoring.curves import Additive, Model, load, probability
from dedup.scoring.evidence import explained
from dedup.scoring.features import NAMES, Compared, compare, with_rests
from dedup.scoring.reasons import CODES, booked
from dedup.scoring.relation import relations

_HERE = Path(__file__).parent
# Pairs scored at once: their records' word sets take some 200 MB at 100 words a record.
_PAIRS = 65_536
# First-look probability from which the wording alone decides.
CERTAIN = 0.995


class PairScorer:
    """Scores pairs of records; see ``dedup.ports.Scorer``."""

    def __init__(
        self, model: Model, background: Background, *, embedder: TokenEmbedder | None = None
    ) -> None:
        """``embedder`` gives the second look; without it every score is that of the first."""
        self._model = model
        self._background = background
        self._embedder = embedder

    @property
    def version(self) -> str:
        return f"{self._model.version}-{self._background.digest}"

    @property
    def digest(self) -> str:
        """Names the very curves and phrases that score: a version learned over others is not theirs."""
        curves = json.dumps(asdict(self._model)).encode()
        return f"{self.version}-{blake2b(curves, digest_size=4).hexdigest()}"

    @property
    def model(self) -> Model:
        return self._model

    def with_model(self, model: Model) -> PairScorer:
        """This scorer with another model of the same features, such as one learned from verdicts."""
        return PairScorer(model, self._background, embedder=self._embedder)

    def adapted(self, texts: Iterable[str]) -> PairScorer:
        """This scorer with an archive's own stock phrases added to what is known as common.

        ``texts``: title and content of each record, one text a record. What it learns is part of the
        version: scores before and after are not the same.
        """
        return PairScorer(self._model, self._background.learned(texts), embedder=self._embedder)

    def score(
        self,
        records: Comparables,
        left: NDArray[np.intp],
        right: NDArray[np.intp],
        *,
        least: float = 0.0,
    ) -> Scores:
        """Score the pairs (left[i], right[i]) of row numbers; memory bounded whatever their number.

        Pairs that the first look puts below ``least`` keep its score: they are not looked at again.
        """
        parts = [
            self._scored(
                compare(records, left[cut], right[cut], background=self._background), least
            )
            for cut in _cuts(len(left))
        ]
        return _joined(parts)

    def explain(self, records: Comparables, left: int, right: int) -> tuple[Evidence, ...]:
        """Evidence of one pair, strongest first, with matched spans into the ORIGINAL texts."""
        compared = compare(
            records, np.array([left]), np.array([right]), background=self._background
        )
        scores = self._scored(compared)
        return explained(
            (records.titles[left], records.titles[right]),
            (records.contents[left], records.contents[right]),
            weights=dict(zip(scores.codes, map(float, scores.weights[0]), strict=True)),
            features=dict(zip(NAMES, map(float, compared.x[0]), strict=True)),
        )

    def features(
        self, records: Comparables, left: NDArray[np.intp], right: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """What the pairs are scored by (m, len(NAMES)), the second look taken, and ``same_text`` (m,)."""
        compared = compare(records, left, right, background=self._background)
        if self._embedder is None or not len(left):
            return compared.x, compared.same_text
        everything = np.ones(len(left), dtype=np.bool_)
        return with_rests(compared, everything, embedder=self._embedder), compared.same_text

    def _scored(self, compared: Compared, least: float = 0.0) -> Scores:
        weights = _weights(self._model.first, compared, compared.x)
        self._look_again(weights, compared, least)
        chance = probability(weights.sum(axis=1))
        return Scores(
            probability=chance,
            same_text=compared.same_text,
            relations=relations(
                compared.x,
                chance,
                same_text=compared.same_text,
                follows=compared.follows,
                replicates=compared.replicates,
            ),
            codes=CODES,
            weights=weights,
        )

    def _look_again(self, weights: NDArray[np.float32], compared: Compared, least: float) -> None:
        """Weights of the second model, in place, for the pairs that the first leaves in doubt."""
        if self._embedder is None or self._model.second is None:
            return
        chance = probability(weights.sum(axis=1))
        doubt = (chance >= least) & (chance < CERTAIN) & ~compared.same_text
        if doubt.any():
            x = with_rests(compared, doubt, embedder=self._embedder)
            weights[doubt] = _weights(self._model.second, compared, x)[doubt]


def _weights(model: Additive, compared: Compared, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return booked(
        model.contributions(x, NAMES),
        tuple(curve.feature for curve in model.curves),
        model.constant,
        x=x,
        words=compared.words,
        same_title=compared.same_title,
    )


def load_scorer(
    model_id: str, *, embedder: Embedder | None = None, background: Background | None = None
) -> PairScorer:
    """The scorer fitted for the embedder's family, or the neutral one for an embedder not known.

    ``embedder`` gives the second look, where it adds up tokens; ``background`` stands in for
    the shipped table of common phrases.
    """
    return PairScorer(
        load(_HERE / "model.json", model_id=model_id),
        background or Background.load(_HERE / "background.npy"),
        embedder=embedder if isinstance(embedder, TokenEmbedder) else None,
    )


def _cuts(count: int) -> Iterator[slice]:
    for start in range(0, count, _PAIRS):
        yield slice(start, start + _PAIRS)


def _joined(parts: list[Scores]) -> Scores:
    if not parts:
        nothing = np.zeros(0, dtype=np.float32)
        empty: list[Relation] = []
        return Scores(
            nothing, nothing.astype(np.bool_), empty, CODES, nothing.reshape(0, len(CODES))
        )
    return Scores(
        probability=np.concatenate([part.probability for part in parts]),
        same_text=np.concatenate([part.same_text for part in parts]),
        relations=[relation for part in parts for relation in part.relations],
        codes=CODES,
        weights=np.concatenate([part.weights for part in parts]),
    )
