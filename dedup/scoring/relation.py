"""What kind of resemblance a pair shows: a suggestion with its reason, never a verdict.

The rules are read top-down, strictest first; the first that fits names the relation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.initiatives import Relation
from dedup.scoring.features import NAMES
from dedup.scoring.words import Floats

# A part of a longer filing: nine tenths of the shorter stand in the longer, which says much more.
_PART_COVER, _PART_JACCARD = 0.9, 0.5
# A copy: a third of the words in common, or two fifths of the five-word runs. Independent tellings
# of one idea share a sixth of their words, look-alikes of one template about half.
_COPY_WORDS, _COPY_PASSAGES = 0.35, 0.4
_ALIKE = 0.5  # a probability above which the machine holds the two for one initiative

REASONS = {
    Relation.SAME_TEXT: "tên và nội dung giống hệt sau chuẩn hóa",
    Relation.FOLLOW_UP: "một bên ghi là giai đoạn sau, hoàn thiện hoặc nâng cấp",
    Relation.REPLICATION: "một bên ghi là áp dụng lại hoặc nhân rộng",
    Relation.PART_OF: "gần như toàn bộ một bên nằm trong bên kia, bên kia còn nội dung khác",
    Relation.EDITED_COPY: "phần lớn câu chữ trùng nhau",
    Relation.SAME_IDEA: "ít chữ trùng nhưng cùng ý",
    Relation.SAME_TEMPLATE: "câu chữ giống nhau nhưng đối tượng hoặc thông số khác",
    Relation.SAME_TOPIC: "chỉ gần nhau về chủ đề",
}


def relations(
    x: Floats,
    probability: Floats,
    *,
    same_text: NDArray[np.bool_],
    follows: NDArray[np.bool_],
    replicates: NDArray[np.bool_],
) -> list[Relation]:
    """The relation of each pair: features ``x`` (m, f), the rest (m,).

    ``follows`` and ``replicates`` say that one side's title, and not the other's, has such words.
    """
    alike = probability >= _ALIKE
    worded = _copied(x)
    rules = (
        (same_text, Relation.SAME_TEXT),
        (replicates & (alike | worded), Relation.REPLICATION),
        (follows & (alike | worded), Relation.FOLLOW_UP),
        (alike & _contained(x), Relation.PART_OF),
        (alike & worded, Relation.EDITED_COPY),
        (alike, Relation.SAME_IDEA),
        (worded, Relation.SAME_TEMPLATE),
    )
    names = list(Relation)
    chosen = np.select(
        [rule for rule, _ in rules],
        [names.index(relation) for _, relation in rules],
        default=names.index(Relation.SAME_TOPIC),
    )
    return [names[i] for i in chosen]


def _contained(x: Floats) -> NDArray[np.bool_]:
    return (_column(x, "content_cover") >= _PART_COVER) & (
        _column(x, "content_words") < _PART_JACCARD
    )


def _copied(x: Floats) -> NDArray[np.bool_]:
    words = np.where(
        np.isnan(x[:, NAMES.index("content_words")]),
        _column(x, "title_words"),
        _column(x, "content_words"),
    )
    return (words >= _COPY_WORDS) | (_column(x, "passages") >= _COPY_PASSAGES)


def _column(x: Floats, name: str) -> Floats:
    return np.nan_to_num(x[:, NAMES.index(name)])
