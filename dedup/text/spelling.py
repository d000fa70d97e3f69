"""The spelling rules of one Vietnamese syllable: onset, rhyme, tone and where the tone mark stands.

Used as evidence: a string that becomes well-formed Vietnamese under some reading, and was not
before, supports that reading. Purely orthographic; knows no dictionary.
"""

from functools import lru_cache
from itertools import product
from typing import Final

#: Each row is one vowel letter under its six tones: level, grave, hook, tilde, acute, dot below.
#: That is also the order in which Vietnamese dictionaries and CLDR sort the tones.
_VOWEL_ROWS: Final = """
aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ
"""
VOWELS: Final = tuple(_VOWEL_ROWS.split())
#: toned vowel -> (vowel without tone, index of the tone 0..5)
TONE_OF: Final = {letter: (row[0], tone) for row in VOWELS for tone, letter in enumerate(row)}
_ROW_OF: Final = {row[0]: row for row in VOWELS}
_SHAPED: Final = frozenset("ăâêôơư")
_MAX_SYLLABLE: Final = 7  # "nghiêng" is the longest

_ONSET_LIST: Final = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_ONSETS: Final = frozenset(_ONSET_LIST.split()) | {""}
_RHYME_LIST: Final = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt
ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ
uôc uôi uôm uôn uông uôt uy uya uych uyên uyêt uynh uyn uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y yên yêm yêng yêt yêu ynh yt ych
"""
_RHYMES: Final = tuple(_RHYME_LIST.split())
_FRONT: Final = frozenset("ieêy")
_STOPS: Final = ("c", "ch", "p", "t")


def tone_at(vowel: str, tone: int) -> str:
    """The letter for a toneless vowel under a tone 0..5; any other character is returned as is."""
    row = _ROW_OF.get(vowel)
    return row[tone] if row else vowel


def is_syllable(word: str) -> bool:
    """Whether `word` (any case, NFC) is one well-formed Vietnamese syllable."""
    return len(word) <= _MAX_SYLLABLE and _is_syllable(word.lower())


@lru_cache(maxsize=1 << 16)
def _is_syllable(word: str) -> bool:
    return any(
        word[:cut] in _ONSETS and word[cut:] in _TONED_RHYMES and _agree(word[:cut], word[cut:])
        for cut in range(min(3, len(word)) + 1)
    )


def _agree(onset: str, rhyme: str) -> bool:
    """c, ng never stand before a front vowel; k, gh, ngh only there."""
    front = TONE_OF[rhyme[0]][0] in _FRONT
    if onset in ("c", "ng"):
        return not front
    return front or onset not in ("k", "gh", "ngh")


def _mark_positions(rhyme: str) -> tuple[int, ...]:
    vowels = [i for i, letter in enumerate(rhyme) if letter in _ROW_OF]
    shaped = [i for i in vowels if rhyme[i] in _SHAPED]
    if shaped:
        return (shaped[-1],)
    if len(vowels) == 2 and len(rhyme) == 2:
        return (0, 1) if rhyme in ("oa", "oe", "uy") else (0,)
    return (vowels[min(1, len(vowels) - 1)],)


def _toned(rhyme: str) -> set[str]:
    # A syllable closed by a stop carries only the acute or the dot below.
    tones = (4, 5) if rhyme.endswith(_STOPS) else range(6)
    return {
        rhyme[:at] + tone_at(rhyme[at], tone) + rhyme[at + 1 :]
        for at, tone in product(_mark_positions(rhyme), tones)
    }


_TONED_RHYMES: Final = frozenset().union(*map(_toned, _RHYMES))
