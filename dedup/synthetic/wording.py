"""The writer: an idea and a wording become the text fields of a filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dedup.synthetic.ideas import Idea, Wording
from dedup.synthetic.templates import Slots, mix
from dedup.synthetic.vocabulary import Concept, Phrasings, Vocabulary, coprime

Texts = dict[str, str]
TEXT_FIELDS = ("title", "situation", "description", "novelty", "effect")

# Slots of `Wording.choices`, one for each thing that can be said in several ways.
(_TITLE, _DO, _GOAL, _SHORT, _HEAD, _DUTY, _PART, _CONTEXT, _SEEN, _INTRO, _HOW, _SECOND) = range(
    12
)
(_DO2, _HOW2, _EFFECT, _NOVELTY, _NOVEL, _STOCK, _STOCK2, _BLANK, _PLACE, _PART2, _GENERAL) = range(
    12, 23
)
_CONSEQUENCE, _DETAIL = 24, 30  # several slots each, one per sentence of the pool's order


def write(vocabulary: Vocabulary, idea: Idea, wording: Wording) -> Texts:
    """The five text fields, empty where the wording leaves them out."""
    writer = Writer(vocabulary, idea, wording)
    texts = dict.fromkeys(TEXT_FIELDS, "")
    texts["title"] = writer.title()
    length = wording.length
    if length == 0:
        # Technology secrets and lists of names carry a title, some of them an effect.
        texts["effect"] = writer.effect() if wording.pick(_BLANK, 3) == 0 else ""
        return texts
    blank = wording.pick(_BLANK, 100)
    texts["description"] = writer.description()
    texts["situation"] = writer.situation() if length >= 2 or blank < 30 else ""
    texts["effect"] = writer.effect() if length >= 2 or blank >= 60 else ""
    texts["novelty"] = writer.novelty() if length == 3 and blank < 80 else ""
    return texts


class Writer:
    """Writes the parts of one filing; every method gives one field or one sentence."""

    def __init__(self, vocabulary: Vocabulary, idea: Idea, wording: Wording) -> None:
        self._vocabulary = vocabulary
        self._idea = idea
        self._wording = wording
        self._problem = idea.concept.problem
        self._means = idea.concept.means
        self.slots = Slots(
            {}, pools=idea.concept.family.pools, figures=idea.figures, materials=idea.materials
        )
        self._name_things()

    def title(self) -> str:
        # One title in twelve hides its means behind the office's general words; a title that
        # stands alone never does, or two measures against one problem would be one text.
        kind = "general_titles" if self._wording.pick(_GENERAL, 12) == 0 else "titles"
        if self._wording.length == 0:
            kind = "telling_titles"
        return capitalise(self._say(self._vocabulary.patterns[kind], _TITLE))

    def situation(self) -> str:
        length = self._wording.length
        sentences = [self._say(self._problem.seen, _SEEN)]
        if length == 3:
            sentences.insert(0, self._framed("context_" + self._wording.register, _CONTEXT))
        sentences += self._pool("consequence", _CONSEQUENCE, count=(0, 0, 1, 2)[length])
        return self._join(sentences)

    def description(self) -> str:
        length = self._wording.length
        sentences = [self._say(self._means.how, _HOW)]
        if length >= 2 and self._wording.pick(_INTRO, 5) < 3:
            sentences.insert(0, self._framed("intro_" + self._wording.register, _INTRO))
        if self._idea.second is not None and length >= 2:
            sentences += self._second(self._idea.second, length)
        sentences += self._pool("detail", _DETAIL, count=(0, 1, 2, 4)[length])
        return self._join(sentences)

    def effect(self) -> str:
        sentences = [self._say(self._problem.effect, _EFFECT)]
        stock = self._vocabulary.phrases["stock"]
        # Two effects in three end in one stock phrase, one in three in two of them.
        for slot in (_STOCK, _STOCK2)[: self._wording.pick(_STOCK, 3)]:
            phrase = stock[self._wording.pick(slot, len(stock))][0].fill(self.slots)
            if phrase not in sentences:
                sentences.append(phrase)
        return " ".join(sentences)

    def novelty(self) -> str:
        return self._framed("novelty", _NOVELTY)

    def framed(self, key: str) -> str:
        """A sentence of the shared frames, capitalised."""
        return self._framed(key, _NOVEL)

    def _name_things(self) -> None:
        slots, wording = self.slots, self._wording
        slots["o"] = object_name(self._idea.concept, wording)
        slots["O"] = capitalise(slots["o"])
        self._name_part(_pick(self._idea.concept.part, wording, _PART))
        places = self._vocabulary.patterns["places"]
        slots["place"] = places[self._idea.place % len(places)].fill(slots)
        slots["do"] = self._say(self._means.do, _DO)
        slots["Do"] = capitalise(slots["do"])
        slots["goal"] = self._say(self._problem.goal, _GOAL)
        slots["short"] = self._say(self._problem.short, _SHORT)

    def _name_part(self, name: str) -> None:
        self.slots["p"] = name
        self.slots["P"] = capitalise(name)

    def _second(self, choice: int, length: int) -> list[str]:
        second = replace(self._idea.concept, choice=choice)
        main = self.slots["p"]
        self._name_part(_pick(second.part, self._wording, _PART2))
        self.slots["do2"] = self._say(second.means.do, _DO2)
        sentences = [self._framed("second", _SECOND)]
        if length == 3:
            sentences.append(self._say(second.means.how, _HOW2))
        self._name_part(main)
        return sentences

    def _pool(self, key: str, slot: int, *, count: int) -> list[str]:
        """`count` sentences of a pool: which ones belongs to the idea, how to the wording."""
        pool = self._vocabulary.phrases[key]
        chosen = mix(self._idea.details, slot)
        # Steps of a number that shares no divisor with the pool's size never come back.
        step = coprime(len(pool), chosen >> 8)
        return [
            capitalise(self._say(pool[(chosen + turn * step) % len(pool)], slot + turn))
            for turn in range(count)
        ]

    def _framed(self, key: str, slot: int) -> str:
        pool = self._vocabulary.phrases[key]
        chosen = pool[self._idea.details % len(pool)]
        return capitalise(self._say(chosen, slot))

    def _say(self, phrasings: Phrasings, slot: int) -> str:
        return phrasings[self._wording.pick(slot, len(phrasings))].fill(self.slots)

    def _join(self, sentences: Sequence[str]) -> str:
        if self._wording.register == "terse":
            return "\n".join(f"- {sentence}" for sentence in sentences)
        return " ".join(sentences)


def object_name(concept: Concept, wording: Wording) -> str:
    """ "bơm ly tâm nước cấp lò 75 kW": machine, duty and, where it has one, rating."""
    family = concept.family
    head = _pick(family.heads[concept.head], wording, _HEAD)
    duty = _pick(family.duties[concept.duty], wording, _DUTY)
    rating = "" if concept.rating is None else " " + family.ratings[concept.rating]
    line = f" số {concept.line + 1}" if concept.line else ""
    return f"{head} {duty}{rating}{line}"


def capitalise(text: str) -> str:
    """The text with its first letter a capital; the rest as it is."""
    return text[:1].upper() + text[1:]


def _pick(names: Sequence[str], wording: Wording, slot: int) -> str:
    return names[wording.pick(slot, len(names))]
