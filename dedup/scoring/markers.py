"""Words of a title that place it after another filing: a later stage, or a replication."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.text import fold

_FOLLOWS = re.compile(
    r"\b(?:giai doan (?:2|3|4|ii|iii|iv|hai|ba)|hoan thien|nang cap|cai tien tiep|phat trien tiep"
    r"|mo rong|tiep tuc)\b"
)
_REPLICATES = re.compile(
    r"\b(?:nhan rong|ap dung (?:lai )?(?:sang kien|giai phap)|ap dung .+ cua)\b"
)


def follow_up_titles(titles: Sequence[str]) -> NDArray[np.bool_]:
    """Titles that speak of a later stage or an improvement of something earlier."""
    return _marked(_FOLLOWS, titles)


def replication_titles(titles: Sequence[str]) -> NDArray[np.bool_]:
    """Titles that speak of applying what another place has made."""
    return _marked(_REPLICATES, titles)


def _marked(words: re.Pattern[str], titles: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([words.search(fold(title)) is not None for title in titles], dtype=np.bool_)
