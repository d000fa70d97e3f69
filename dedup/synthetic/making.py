"""The maker of filings: drafts, what is told of them, and changed copies of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from dedup.synthetic.filings import (
    Filing,
    circumstances,
    draw_filing,
    elsewhere,
    reentered,
    typed_unit,
)
from dedup.synthetic.ideas import Idea, Wording, draw_wording, reword
from dedup.synthetic.vocabulary import Vocabulary
from dedup.synthetic.wording import Texts, write

Record = dict[str, Any]

# Draws for a concept not taken. One draw fails about every second time in an archive that uses
# its whole vocabulary, 40 in a row practically never.
_DRAWS = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """One filing before it has a code: what it says, how, and who filed it."""

    idea: Idea
    wording: Wording
    filing: Filing
    texts: Texts


class Maker:
    """Makes the groups of one archive; draws everything from the one `rng` it is given."""

    def __init__(self, rng: Random, vocabulary: Vocabulary) -> None:
        self.rng = rng
        self.vocabulary = vocabulary
        self._taken: set[int] = set()

    def claim(self, idea: Idea) -> bool:
        """Takes the idea's concept; False when some filing is about it already."""
        before = len(self._taken)
        self._taken.add(idea.concept.key)
        return len(self._taken) > before

    def fresh(self, change: Callable[[Random, Idea], Idea], idea: Idea) -> Idea:
        """A changed idea that no other filing is about (a rare one gives up after many draws)."""
        for _ in range(_DRAWS):
            changed = change(self.rng, idea)
            if self.claim(changed):
                break
        return changed

    def draft(self, idea: Idea) -> Draft:
        wording = draw_wording(self.rng)
        filing = draw_filing(self.rng, self.vocabulary, idea.concept.family)
        return Draft(idea, wording, filing, write(self.vocabulary, idea, wording))

    def record(self, draft: Draft) -> Record:
        """The record without its code, keys as the project's JSON lines name them."""
        return {**draft.texts, **circumstances(self.rng, draft.filing)}

    def rewritten(
        self, draft: Draft, *, idea: Idea, filing: Filing, strength: tuple[float, float]
    ) -> Draft:
        wording = reword(self.rng, draft.wording, strength=self.rng.uniform(*strength))
        return Draft(idea, wording, filing, write(self.vocabulary, idea, wording))

    def elsewhere(self, draft: Draft) -> Filing:
        return elsewhere(self.rng, self.vocabulary, draft.idea.concept.family, draft.filing)

    def spoiled(self, draft: Draft, spoil: Callable[[str], str], *, days: int = 60) -> Draft:
        """The same filing entered again with every text spoiled."""
        texts = {key: spoil(text) if text else "" for key, text in draft.texts.items()}
        return replace(
            draft, texts=texts, filing=reentered(self.rng, self._retyped(draft), days=days)
        )

    def substantial(self, draft: Draft) -> Draft:
        """The draft with at least a description: for kinds that live in the text."""
        if draft.wording.length:
            return draft
        wording = replace(draft.wording, length=self.rng.choice((1, 2, 3)))
        return replace(draft, wording=wording, texts=write(self.vocabulary, draft.idea, wording))

    def _retyped(self, draft: Draft) -> Filing:
        return replace(draft.filing, unit=typed_unit(self.rng, draft.filing.workplace))
