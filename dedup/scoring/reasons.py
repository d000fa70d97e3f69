"""From curves to reason codes: which code each contribution is booked under, so that they add up.

A contribution keeps its size and only finds its name here: the row of weights always sums to the
log-odds. Codes are those of the field (R for, C against) and C7: one side calls itself
a replication or a later stage. PRIOR is the model's constant: what a
pair is worth before anything is looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.scoring.features import NAMES
from dedup.scoring.rest import REST_NAMES
from dedup.scoring.words import Floats

CODES = ("PRIOR", "R1", "R2", "R3", "R4", "R10", "R12", "C1", "C2", "C3", "C5", "C6", "C7")
_CODE_OF = {
    "title_meaning": "R4",
    "content_meaning": "R4",
    "cross_meaning": "R4",
    "title_words": "R2",
    "title_cover": "R2",
    "content_words": "R3",
    "content_cover": "R12",
    "passages": "R3",
    "masked": "R10",
    "title_letters": "R2",
    "letters": "R3",
    "figures": "R2",
    "unlinked": "C7",
    "distinctive": "R3",
    **dict.fromkeys(REST_NAMES, "R4"),
    "title_kept": "R2",
}
# Texts of fewer words than this leave little to go by.
_FEW_WORDS = 12
# From here on two titles or contents are of one template, and what differs is the object.
_TEMPLATE = 0.4


def booked(
    contributions: Floats,
    curves: tuple[str, ...],
    constant: float,
    *,
    x: Floats,
    words: Floats,
    same_title: NDArray[np.bool_],
) -> Floats:
    """Weights (m, len(CODES)) of contributions (m, len(curves)); ``words`` of the shorter record."""
    out = np.zeros((len(x), len(CODES)), dtype=np.float32)
    out[:, 0] = constant
    for j, feature in enumerate(curves):
        part = contributions[:, j]
        codes = _codes(feature, part, x=x, words=words, same_title=same_title)
        np.add.at(out, (np.arange(len(x)), codes), part)
    return out


def _codes(
    feature: str, part: Floats, *, x: Floats, words: Floats, same_title: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """The code of one feature's contribution in each pair."""
    codes = np.full(len(x), CODES.index(_CODE_OF[feature]), dtype=np.intp)
    against = part < 0
    if _CODE_OF[feature] == "R2":
        codes[same_title & ~against] = CODES.index("R1")
        codes[against & _of_one_template(x)] = CODES.index("C1")
    if feature in REST_NAMES and feature != "title_kept":
        codes[against] = CODES.index("C1")
    if feature == "figures":
        codes[against] = CODES.index("C2")
    if feature == "distinctive":
        codes[against] = CODES.index("C3")
        codes[against & np.isnan(x[:, NAMES.index("content_words")])] = CODES.index("C6")
        codes[against & (words < _FEW_WORDS)] = CODES.index("C5")
    if feature == "masked":
        codes[against] = CODES.index("R3")
    return codes


def _of_one_template(x: Floats) -> NDArray[np.bool_]:
    """Alike in wording elsewhere, so that a title that differs points at another object."""
    alike = [np.nan_to_num(x[:, NAMES.index(name)]) for name in ("title_cover", "content_words")]
    return np.asarray(np.maximum(*alike) >= _TEMPLATE)
