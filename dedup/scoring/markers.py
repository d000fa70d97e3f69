"""Words of a title that place it after another filing: a later stage, or a replication."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.text import fold_canonical

_FOLLOWS = (
    "giai đoạn (?:2|3|4|ii|iii|iv|hai|ba)|hoàn thiện|nâng cấp|cải tiến tiếp|phát triển tiếp"
    "|mở rộng|tiếp tục"
)
_REPLICATES = "nhân rộng|áp dụng (?:lại )?(?:sáng kiến|giải pháp)|áp dụng .+ của"


def follow_up_titles(titles: Sequence[str]) -> NDArray[np.bool_]:
    """Of canonical titles, accented or not: those of a later stage or a bettering of something."""
    return _marked(_FOLLOWS_SEEN, titles)


def replication_titles(titles: Sequence[str]) -> NDArray[np.bool_]:
    """Of canonical titles, accented or not: those that apply what another place has made."""
    return _marked(_REPLICATES_SEEN, titles)


def _either(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words}|{fold_canonical(words)})\b")


def _marked(words: re.Pattern[str], titles: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([words.search(title) is not None for title in titles], dtype=np.bool_)


_FOLLOWS_SEEN, _REPLICATES_SEEN = _either(_FOLLOWS), _either(_REPLICATES)
