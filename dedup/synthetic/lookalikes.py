"""The makers of look-alikes, N1 to N6: alike to read, yet different initiatives.

Each gets the first filing of its group and the group's size, and returns the whole group.
"""

from __future__ import annotations

from dataclasses import replace

from dedup.synthetic.campaigns import boilerplate_texts, campaign_filing
from dedup.synthetic.filings import Filing, again, draw_authors, draw_benefit
from dedup.synthetic.ideas import with_other_figures, with_other_means, with_other_object
from dedup.synthetic.making import Draft, Maker
from dedup.synthetic.wording import Writer


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
