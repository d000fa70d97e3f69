"""Words by which records are sought: without marks, in any case, as they stand and as they are meant.

A key holds the canonical words of a text and, where they are others, its words as they stand: labels
that the canonical form drops, short forms that it spells out, syllables left as raw keystrokes.
"""

from functools import lru_cache
from string import punctuation
from typing import Final

from dedup.text.abbreviations import EXPANSIONS, readings
from dedup.text.canonical import CACHED_LENGTH, as_written, fold, fold_canonical, tokens
from dedup.text.repair import repair_text
from dedup.text.unfinished import finished

#: Pieces that all stand in a key.
Reading = tuple[str, ...]
#: Readings of one word of which one stands in a key.
Word = tuple[Reading, ...]

# "CP" is more than one thing; with a company's name it is this, and a search may try.
_SPELT_OUT: Final = {
    fold_canonical(token.casefold()): tuple(fold(expansion).split())
    for token, expansion in {**EXPANSIONS, "CP": "cổ phần"}.items()
}


def search_key(text: str) -> str:
    """What `sought` words are looked for in."""
    key = fold(text)
    further = [word for token in tokens(text) for word in _forms(token) if word not in key]
    return " ".join([key, *dict.fromkeys(further)])


def sought(query: str) -> tuple[tuple[Word, ...], ...]:
    """Ways to find what a query means: of one way, some reading of every word stands in the key."""
    whole = tuple(((word,),) for word in fold(query).split())
    typed = tuple(filter(None, map(_readings, repair_text(query).split())))
    return tuple(dict.fromkeys(way for way in (whole, typed) if way))


def found(key: str, ways: tuple[tuple[Word, ...], ...]) -> bool:
    """Whether a key holds what is sought; every key does where nothing is."""
    return not ways or any(
        all(any(all(piece in key for piece in reading) for reading in word) for word in way)
        for way in ways
    )


def _readings(typed: str) -> Word:
    """As it stands, with its keystrokes finished, and for what it may be short."""
    written = as_written(typed).split()
    plain = tuple(map(fold_canonical, written))
    spelt_out = tuple(piece for word in plain for piece in _SPELT_OUT.get(word, (word,)))
    short_for = (tuple(fold(one).split()) for one in readings(typed.strip(punctuation)))
    meant = [plain, tuple(map(_finished, written)), spelt_out, *short_for]
    return tuple(dict.fromkeys(filter(None, meant)))


def _forms(token: str) -> tuple[str, ...]:
    """A word without marks, as it stands and with its keystrokes finished."""
    return _short_forms(token) if len(token) <= CACHED_LENGTH else (fold_canonical(token),)


@lru_cache(maxsize=1 << 16)
def _short_forms(token: str) -> tuple[str, ...]:
    written = as_written(token).split()
    return tuple(dict.fromkeys([*map(fold_canonical, written), *map(_finished, written)]))


def _finished(word: str) -> str:
    return fold_canonical(finished(word) or word)
