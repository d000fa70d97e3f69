"""Texts that say little of their own: filings of stock phrases, and campaigns everybody joined."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from dedup.synthetic.filings import Filing
from dedup.synthetic.ideas import Idea, Wording
from dedup.synthetic.templates import Slots
from dedup.synthetic.vocabulary import Vocabulary
from dedup.synthetic.wording import TEXT_FIELDS, Texts, Writer


def boilerplate_texts(vocabulary: Vocabulary, idea: Idea, wording: Wording, stock: int) -> Texts:
    """A filing of stock phrases around its object; the same `stock` gives the same phrases."""
    writer = Writer(vocabulary, idea, wording)
    chosen = Random(stock)
    phrases = [phrase[0].fill(writer.slots) for phrase in vocabulary.phrases["stock"]]
    texts = dict.fromkeys(TEXT_FIELDS, "")
    texts["title"] = chosen.choice(vocabulary.patterns["openings"]).fill(writer.slots)
    texts["description"] = " ".join(chosen.sample(phrases, chosen.randrange(2, 5)))
    # Half of them still have one sentence of their own.
    if wording.pick(0, 2):
        texts["situation"] = writer.situation()
    texts["effect"] = " ".join(chosen.sample(phrases, chosen.randrange(1, 4)))
    return texts


def campaign_filing(
    rng: Random, vocabulary: Vocabulary, filing: Filing, topic: int
) -> tuple[Filing, Texts]:
    """One unit's share in the campaign `topic`: a title all use, sentences of its own."""
    campaigns = vocabulary.frames["campaigns"]
    pools = {key: tuple(pool) for key, pool in vocabulary.frames["pools"].items()}
    slots = Slots({}, pools=pools, figures=rng.getrandbits(30), materials=rng.getrandbits(30))
    slots["place"] = rng.choice(vocabulary.patterns["places"]).fill(slots)
    title = campaigns["titles"][topic % len(campaigns["titles"])] + rng.choice(campaigns["tails"])
    # A title alone says where, or two units' filings would be one text and nobody could tell.
    count = rng.choices((0, 3, 4, 5), (10, 40, 30, 20))[0]
    if count == 0 or rng.random() < 0.5:
        title += f" - {filing.workplace.company}"
    sentences = rng.sample(vocabulary.patterns["campaign_texts"], count)
    texts = dict.fromkeys(TEXT_FIELDS, "")
    texts["title"] = title
    texts["description"] = " ".join(sentence.fill(slots) for sentence in sentences)
    return replace(filing, kind="quan_ly"), texts
