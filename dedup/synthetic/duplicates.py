"""The makers of duplicates, D1 to D11 (without D10: whole blocks are the archive's own).

Each gets the first filing of its group and the group's size, and returns the whole group. How
strongly a kind changes the wording is drawn from a range, so wide that the kinds overlap.
"""

from __future__ import annotations

from dataclasses import replace

from dedup.synthetic import noise
from dedup.synthetic.filings import again, draw_authors, reentered, typed_unit
from dedup.synthetic.ideas import with_other_figures, with_other_means
from dedup.synthetic.making import Draft, Maker
from dedup.synthetic.wording import TEXT_FIELDS, Texts, Writer


def exact_reentry(make: Maker, first: Draft, size: int) -> list[Draft]:
    """D1: author and union officer both enter it, or a double click; seconds to days apart."""
    repeats = (reentered(make.rng, first.filing, days=5) for _ in range(size - 1))
    return [first, *(replace(first, filing=filing) for filing in repeats)]


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
