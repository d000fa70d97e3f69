"""One spelling per Vietnamese syllable, for comparison: where the tone stands, and i or y.

hoà = hòa, khoẻ = khỏe, thuỷ = thủy; kĩ thuật = kỹ thuật, công ti = công ty, quí = quý.
Storage keeps what was written.
"""

import re
from typing import Final

from dedup.text.spelling import TONE_OF, tone_at

_O: Final = "òỏõóọ"
_U: Final = "ùủũúụ"
_AEY: Final = "àảãáạèẻẽéẹỳỷỹýỵ"
_OPEN_LATE: Final = re.compile(
    f"(?<!q)(?:o[{_AEY[:10]}]|u[{_AEY[10:]}])\\Z"  # hoà, khoẻ, thuỷ; after q the u is a consonant
)
_CLOSED_EARLY: Final = re.compile(f"(?:[{_O}][ae]|[{_U}]y)(?=[a-z])|(?<=q)[{_U}]y")
# After these onsets i and y alone write the same sound; elsewhere they are different words or
# only one of them is written. y is the commoner in technical prose (kỹ, lý, tỷ, công ty).
_I_FOR_Y: Final = re.compile("(h|k|l|m|qu|s|t)([iìỉĩíị])")
_Y_OF: Final = dict(zip("iìỉĩíị", "yỳỷỹýỵ", strict=True))


def one_spelling(word: str) -> str:
    """The comparison spelling of a lower-case NFC word; other words come back unchanged."""
    if len(word) > 7:  # no syllable is longer
        return word
    if not word.isascii():
        word = place_tone(word)
    match = _I_FOR_Y.fullmatch(word)
    return match[1] + _Y_OF[match[2]] if match else word


def place_tone(word: str) -> str:
    """Tone marks where hòa, khỏe, thủy, hoàn, quý have them (lower-case NFC word)."""
    late = _OPEN_LATE.search(word)
    if late:
        at = late.start()
        return word[:at] + _shift(late[0], 1, 0)
    early = _CLOSED_EARLY.search(word)
    if early:
        return word[: early.start()] + _shift(early[0], 0, 1) + word[early.end() :]
    return word


def _shift(pair: str, source: int, target: int) -> str:
    bare, tone = TONE_OF[pair[source]]
    letters = list(pair)
    letters[source] = bare
    letters[target] = tone_at(pair[target], tone)
    return "".join(letters)
