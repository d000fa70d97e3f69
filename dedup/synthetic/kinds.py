"""The planted kinds: duplicates D1-D11 and look-alikes N1-N6, and how many of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dedup.synthetic import duplicates, lookalikes
from dedup.synthetic.making import Draft, Maker


@dataclass(frozen=True, slots=True)
class Kind:
    """One planted kind: `share` is the part of the archive that is a second or later member."""

    code: str
    share: float
    sizes: tuple[int, ...]
    make: Callable[[Maker, Draft, int], list[Draft]] | None

    @property
    def label(self) -> int:
        """1 for a duplicate, 0 for a look-alike."""
        return int(self.code.startswith("D"))


# Six in a hundred duplicates and as many look-alikes: the field's estimate is that 3-8 % of an
# archive stand in some group. Within the duplicates the commonest are what the portal makes by
# construction (D1: author and officer both upload; D3: every co-author does); within the
# look-alikes the template with another object (N2) and one author's series (N5).
# D10 has no maker: a block of ordinary filings is filed again by the archive itself.
KINDS = (
    Kind("D1", 0.012, (2, 2, 2, 3), duplicates.exact_reentry),
    Kind("D2", 0.006, (2,), duplicates.next_year),
    Kind("D3", 0.008, (2, 2, 3), duplicates.co_authors),
    Kind("D4", 0.007, (2,), duplicates.copied),
    Kind("D5", 0.006, (2,), duplicates.other_words),
    Kind("D6", 0.005, (2,), duplicates.typed_badly),
    Kind("D7", 0.003, (2,), duplicates.no_diacritics),
    Kind("D8", 0.003, (2,), duplicates.legacy_font),
    Kind("D9", 0.004, (2,), duplicates.through_excel),
    Kind("D10", 0.004, (), None),
    Kind("D11", 0.002, (2,), duplicates.contained),
    Kind("N1", 0.008, (2,), lookalikes.boilerplate),
    Kind("N2", 0.018, (2,), lookalikes.other_object),
    Kind("N3", 0.007, (2,), lookalikes.replicated),
    Kind("N4", 0.008, (2,), lookalikes.follow_up),
    Kind("N5", 0.010, (2, 2, 3), lookalikes.same_author),
    Kind("N6", 0.009, (3, 4), lookalikes.campaign),
)
