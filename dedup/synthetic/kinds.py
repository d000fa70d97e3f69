"""The planted kinds: how each duplicate (D1-D11) and look-alike (N1-N6) is made, and how many.

A maker gets the first filing of its group and returns the whole group. What a kind changes stands
in its maker; how strongly the wording changes is drawn from a range, wide enough that the kinds
overlap: some rewritten duplicates share fewer words than some look-alikes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from dedup.synthetic import noise
from dedup.synthetic.campaigns import boilerplate_texts, campaign_filing
from dedup.synthetic.filings import (
    Filing,
    again,
    circumstances,
    draw_authors,
    draw_benefit,
    draw_filing,
    elsewhere,
    reentered,
    typed_unit,
)
from dedup.synthetic.ideas import (
    Idea,
    Wording,
    draw_wording,
    reword,
    with_other_figures,
    with_other_means,
    with_other_object,
)
from dedup.synthetic.vocabulary import Vocabulary
from dedup.synthetic.wording import TEXT_FIELDS, Texts, Writer, write

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


def exact_reentry(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D1: author and union officer both enter it, or a double click; seconds to days apart."""
    group = [first]
    for _ in range(size - 1):
        group.append(replace(first, filing=reentered(make.rng, first.filing, days=5)))
    return group


def next_year(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D2: the same people a year later; the title gains a year or phase, figures may change."""
    filing = again(make.rng, first.filing, days=make.rng.randrange(200, 420))
    idea = with_other_figures(make.rng, first.idea) if make.rng.random() < 0.3 else first.idea
    idea = replace(idea, place=first.idea.place)
    second = make.rewritten(first, idea=idea, filing=filing, strength=(0.0, 0.15))
    tails = (
        "",
        "",
        f" năm {filing.applied.year}",
        " (bổ sung)",
        f" - đợt {make.rng.randrange(2, 4)}",
    )
    title = second.texts["title"] + make.rng.choice(tails)
    return [first, replace(second, texts={**second.texts, "title": title})]


def co_authors(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D3: every co-author enters it in his own name, a word or two of his own."""
    group = [first]
    family = first.idea.concept.family
    for _ in range(size - 1):
        filing = reentered(make.rng, first.filing, days=40)
        filing = replace(
            filing,
            authors=draw_authors(make.rng, family)[:1],
            unit=typed_unit(make.rng, filing.workplace),
        )
        group.append(make.rewritten(first, idea=first.idea, filing=filing, strength=(0.0, 0.08)))
    return group


def copied(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D4: another unit takes the text, changes names and figures, and here and there a sentence."""
    first = make.substantial(first)
    idea = with_other_figures(make.rng, first.idea)
    return [
        first,
        make.rewritten(first, idea=idea, filing=make.elsewhere(first), strength=(0.0, 0.35)),
    ]


def other_words(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D5: the same idea told anew, half of the time in another unit with figures of its own."""
    idea, filing = first.idea, again(make.rng, first.filing, days=make.rng.randrange(5, 300))
    if make.rng.random() < 0.5:
        idea, filing = with_other_figures(make.rng, idea), make.elsewhere(first)
    elif make.rng.random() < 0.5:
        filing = replace(filing, authors=draw_authors(make.rng, idea.concept.family))
    # What is said besides the idea is each teller's own.
    idea = replace(idea, details=make.rng.getrandbits(30))
    return [first, make.rewritten(first, idea=idea, filing=filing, strength=(0.55, 1.0))]


def typed_badly(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D6: typed again with slips and short forms."""
    rate = make.rng.uniform(0.03, 0.15)
    return [
        first,
        make.spoiled(
            first,
            lambda text: noise.typos(
                make.rng, noise.abbreviate(make.rng, text, rate=0.7), rate=rate
            ),
        ),
    ]


def no_diacritics(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D7: typed again without marks, at times all in capitals."""
    second = make.spoiled(first, noise.without_diacritics)
    if make.rng.random() < 0.3:
        second = replace(second, texts={**second.texts, "title": second.texts["title"].upper()})
    return [first, second]


def legacy_font(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D8: a TCVN3 or VNI document, NFD, or the older place of the tone marks."""
    spoil = make.rng.choice((noise.in_tcvn3, noise.in_vni, noise.decomposed, noise.old_tone_marks))
    return [first, make.spoiled(first, spoil)]


def through_excel(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D9: copied through a spreadsheet, with what that leaves in the cells."""
    return [first, make.spoiled(first, lambda text: noise.excel_noise(make.rng, text))]


def contained(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D11: several solutions filed as one, and one of them filed alone."""
    first = make.substantial(first)
    family = first.idea.concept.family
    parts = [first]
    for _ in range(make.rng.randrange(1, 3)):
        other = make.fresh(with_other_means, first.idea)
        parts.append(make.rewritten(first, idea=other, filing=first.filing, strength=(0.2, 0.9)))
    make.rng.shuffle(parts)
    writer = Writer(make.vocabulary, first.idea, first.wording)
    title = f"Tổng hợp {len(parts)} giải pháp cải tiến cho {writer.slots['o']}"
    if make.rng.random() < 0.5:
        title = f"{parts[0].texts['title']} và {len(parts) - 1} giải pháp khác"
    joined: Texts = {"title": title}
    for key in TEXT_FIELDS[1:]:
        joined[key] = "\n".join(part.texts[key] for part in parts if part.texts[key])
    filing = again(make.rng, first.filing, days=make.rng.randrange(-90, 90))
    authors = draw_authors(make.rng, family) if make.rng.random() < 0.3 else filing.authors
    return [first, replace(first, texts=joined, filing=replace(filing, authors=authors))]


def boilerplate(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N1: different objects under the same stock phrases, little else."""
    stock = make.rng.getrandbits(30)
    other = make.fresh(with_other_means, with_other_object(make.rng, first.idea))
    second = make.draft(other)
    return [
        replace(draft, texts=boilerplate_texts(make.vocabulary, draft.idea, draft.wording, stock))
        for draft in (first, second)
    ]


def other_object(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N2: the same template for another machine, duty, voltage, size or product."""
    idea = make.fresh(with_other_object, first.idea)
    if make.rng.random() < 0.6:
        idea = with_other_figures(make.rng, idea)
    filing = make.elsewhere(first) if make.rng.random() < 0.5 else _colleague(make, first)
    return [first, make.rewritten(first, idea=idea, filing=filing, strength=(0.0, 0.7))]


def replicated(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N3: a later unit applies it by decision and names its source."""
    idea = with_other_figures(make.rng, first.idea)
    second = make.rewritten(first, idea=idea, filing=make.elsewhere(first), strength=(0.0, 0.6))
    writer = Writer(make.vocabulary, idea, second.wording)
    writer.slots["source"] = first.filing.workplace.company
    said = writer.framed("replication")
    texts = {**second.texts, "description": f"{said} {second.texts['description']}".strip()}
    if make.rng.random() < 0.5:
        texts["title"] = f"Nhân rộng sáng kiến: {writer.slots['do']}"
    return [first, replace(second, texts=texts)]


def follow_up(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N4: the next phase: the same object, new content that refers to the first."""
    idea = make.fresh(with_other_means, first.idea)
    filing = again(make.rng, first.filing, days=make.rng.randrange(120, 400))
    second = make.rewritten(first, idea=idea, filing=filing, strength=(0.0, 0.7))
    writer = Writer(make.vocabulary, idea, second.wording)
    head = make.rng.choice(("Hoàn thiện giai đoạn 2:", "Nâng cấp, bổ sung:", "Giai đoạn 2:"))
    description = f"{writer.framed('followup')} {second.texts['description']}".strip()
    old = first.texts["title"]
    title = (
        f"{head} {writer.slots['do']}"
        if make.rng.random() < 0.6
        else f"{old} - {head.lower()} {writer.slots['do']}"
    )
    return [
        first,
        replace(second, texts={**second.texts, "title": title, "description": description}),
    ]


def same_author(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N5: one author, several initiatives in his usual words."""
    group = [first]
    for _ in range(size - 1):
        start = first.idea if make.rng.random() < 0.5 else with_other_object(make.rng, first.idea)
        idea = make.fresh(with_other_means, start)
        filing = again(make.rng, first.filing, days=make.rng.randrange(10, 400))
        group.append(make.rewritten(first, idea=idea, filing=filing, strength=(0.05, 0.5)))
    return group


def campaign(make: Maker, first: Draft, size: int) -> list[Draft]:
    """N6: one campaign, carried out by each unit in its own way."""
    topic = make.rng.getrandbits(30)
    group = []
    for _ in range(size):
        draft = make.draft(first.idea)
        filing, texts = campaign_filing(make.rng, make.vocabulary, draft.filing, topic)
        group.append(replace(draft, filing=filing, texts=texts))
    return group


def _colleague(make: Maker, draft: Draft) -> Filing:
    filing = again(make.rng, draft.filing, days=make.rng.randrange(5, 400))
    return replace(
        filing,
        authors=draw_authors(make.rng, draft.idea.concept.family),
        benefit=draw_benefit(make.rng) if filing.benefit is not None else None,
    )


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
    Kind("D1", 0.012, (2, 2, 2, 3), exact_reentry),
    Kind("D2", 0.006, (2,), next_year),
    Kind("D3", 0.008, (2, 2, 3), co_authors),
    Kind("D4", 0.007, (2,), copied),
    Kind("D5", 0.006, (2,), other_words),
    Kind("D6", 0.005, (2,), typed_badly),
    Kind("D7", 0.003, (2,), no_diacritics),
    Kind("D8", 0.003, (2,), legacy_font),
    Kind("D9", 0.004, (2,), through_excel),
    Kind("D10", 0.004, (), None),
    Kind("D11", 0.002, (2,), contained),
    Kind("N1", 0.008, (2,), boilerplate),
    Kind("N2", 0.018, (2,), other_object),
    Kind("N3", 0.007, (2,), replicated),
    Kind("N4", 0.008, (2,), follow_up),
    Kind("N5", 0.010, (2, 2, 3), same_author),
    Kind("N6", 0.009, (3, 4), campaign),
)
