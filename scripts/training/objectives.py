"""What a step asks of the student: each objective names its texts, then judges their rows.

In-batch contrast is InfoNCE (van den Oord et al., 2018), distillation follows Reimers & Gurevych
(EMNLP 2020): the student's row of a Vietnamese text goes to the teacher's row of the English one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from scripts.training.sources import Line, Triplet
from scripts.training.student import Encoder, Ids, Packed
from scripts.training.variants import Variants

# Sharp enough that the hardest of a thousand in-batch negatives decide the gradient.
TEMPERATURE = 0.05


@dataclass(frozen=True, slots=True)
class Task:
    """Groups of texts to embed, and the loss over the groups' rows, in that order."""

    name: str
    weight: float
    groups: list[list[Ids]]
    loss: Callable[..., Tensor]


@dataclass(frozen=True, slots=True)
class Corpora:
    title: Packed
    lead: Packed
    body: Packed
    translated: Packed
    taught: NDArray[np.float32]
    glossary: Sequence[Line]
    glosses: NDArray[np.float32]
    synonyms: Sequence[Sequence[str]]
    triplets: Sequence[Triplet]


def contrast(left: Tensor, right: Tensor) -> Tensor:
    """Each row must find its own partner among the other side's rows, both ways; mean of the two."""
    logits = left @ right.T / TEMPERATURE
    own = torch.arange(len(left))
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2


class Tasks:
    """Draws one step's tasks."""

    def __init__(
        self,
        corpora: Corpora,
        encode: Encoder,
        *,
        seed: int,
        batch: int,
        focus: float,
        swap: float = 0.5,
        drop: float = 0.3,
    ) -> None:
        self._data, self._encode, self._batch = corpora, encode, batch
        self._swap, self._focus, self._drop = swap, focus, drop
        self._draws = np.random.default_rng(seed)
        self._dice = random.Random(seed)  # noqa: S311 - seeded on purpose
        self._variants = Variants(corpora.glossary, self._dice)
        self._forms = [encode(line.forms) for line in corpora.glossary]
        self._alike = [encode(line) for line in corpora.synonyms]

    def draw(self) -> list[Task]:
        general = [self._distillation, self._news, self._glossary, self._synonyms, self._noise]
        chosen = [*general, self._triplets] if self._focus else general
        return [task() for task in chosen]

    def dice_state(self) -> tuple[Any, Any]:
        """Everything random, so that a resumed run draws what an unbroken one would."""
        return self._draws.bit_generator.state, self._dice.getstate()

    def set_dice_state(self, state: tuple[Any, Any]) -> None:
        self._draws.bit_generator.state = state[0]
        self._dice.setstate(state[1])

    def _pick(self, size: int, count: int) -> NDArray[np.int64]:
        return self._draws.integers(0, size, min(size, count))

    def _distillation(self) -> Task:
        at = self._pick(len(self._data.taught), self._batch)
        goal = torch.from_numpy(self._data.taught[at])

        def loss(rows: Tensor) -> Tensor:
            return 2 * contrast(rows, goal) + 2 * (1 - (rows * goal).sum(1).mean())

        return Task("distil", 1.0, [self._data.translated.take(at)], loss)

    def _news(self) -> Task:
        at = self._pick(len(self._data.title), self._batch)

        def loss(title: Tensor, lead: Tensor, body: Tensor) -> Tensor:
            return contrast(title, lead) + contrast(lead, body)

        groups = [p.take(at) for p in (self._data.title, self._data.lead, self._data.body)]
        return Task("news", 1.0, groups, loss)

    def _glossary(self) -> Task:
        at = self._draws.permutation(len(self._data.glossary))[:512]
        said = [self._two(self._forms[i]) for i in at]
        goal = torch.from_numpy(self._data.glosses[at])

        def loss(one: Tensor, other: Tensor) -> Tensor:
            return (
                contrast(one, other)
                + 0.5 * contrast(one, goal)
                + (1 - (one * goal).sum(1).mean()) / 2
            )

        return Task("glossary", 1.0, self._sides(said), loss)

    def _synonyms(self) -> Task:
        at = self._pick(len(self._data.synonyms), 384)
        said = [self._two(self._alike[i]) for i in at]
        return Task("synonyms", 0.4, self._sides(said), contrast)

    def _triplets(self) -> Task:
        at = self._draws.permutation(len(self._data.triplets))[:128]
        texts = [self._telling(self._data.triplets[i]) for i in at]
        swapped = [self._variants.other(self._data.triplets[i].anchor) for i in at]
        was = torch.tensor([float(changed) for _, changed in swapped])
        own = torch.arange(len(at))

        def loss(anchor: Tensor, retold: Tensor, alike: Tensor, swap: Tensor) -> Tensor:
            close = (anchor * retold).sum(1)
            rows = torch.cat([retold, alike]), torch.cat([anchor, alike])
            ranked = functional.cross_entropy(anchor @ rows[0].T / TEMPERATURE, own)
            ranked = ranked + functional.cross_entropy(retold @ rows[1].T / TEMPERATURE, own)
            margins = [_over(close, (row * alike).sum(1), 0.05) for row in (anchor, retold)]
            swaps = (_over(close, (retold * swap).sum(1), 0.02) * was).mean()
            return ranked + (margins[0] + margins[1]).mean() / 2 + self._swap * swaps

        sides = [*zip(*texts, strict=True), [text for text, _ in swapped]]
        groups = [self._thinned(self._encode(side)) for side in sides]
        return Task("triplets", self._focus, groups, loss)

    def _noise(self) -> Task:
        anchors = self._pick(len(self._data.triplets), 64)
        lines = self._pick(len(self._data.glossary), 192)
        clean = [self._data.triplets[i].anchor for i in anchors]
        clean += [self._dice.choice(self._data.glossary[i].forms) for i in lines]
        noisy = [self._variants.noisy(text) for text in clean]

        def loss(said: Tensor, meant: Tensor) -> Tensor:
            return contrast(said, meant.detach())

        return Task("noise", 1.0, [self._encode(noisy), self._encode(clean)], loss)

    def _telling(self, triplet: Triplet) -> tuple[str, str, str]:
        sides = (triplet.anchor, triplet.retold, triplet.lookalike)
        if self._dice.random() < 0.5:
            sides = tuple(self._variants.same(side) for side in sides)  # type: ignore[assignment]
        anchor, retold, alike = (self._variants.rearranged(side) for side in sides)
        if self._dice.random() < 0.1:
            retold = self._variants.noisy(retold)
        return anchor, retold, alike

    def _two(self, forms: Sequence[Ids]) -> tuple[Ids, Ids]:
        if len(forms) < 2:
            return forms[0], forms[0]
        one, other = self._dice.sample(range(len(forms)), 2)
        return forms[one], forms[other]

    def _sides(self, pairs: Sequence[tuple[Ids, Ids]]) -> list[list[Ids]]:
        return [[one for one, _ in pairs], [other for _, other in pairs]]

    def _thinned(self, texts: Sequence[Ids]) -> list[Ids]:
        """Each text less a part of its tokens: a few hundred triplets are soon known by heart."""
        return [ids[self._draws.random(len(ids)) > self._drop] for ids in texts]


def _over(close: Tensor, far: Tensor, margin: float) -> Tensor:
    return functional.softplus((far - close + margin) / TEMPERATURE)
