"""Words that place one filing after another: a later stage of it, or its replication elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.text import fold_canonical

# Where a text says so, it says so in the title or in its first sentences.
_OPENING = 240  # characters
_FOLLOWS = (
    "giai đoạn (?:2|3|4|ii|iii|iv|hai|ba)|hoàn thiện|nâng cấp|cải tiến tiếp|phát triển tiếp"
    "|mở rộng|tiếp tục|tiếp nối|kế thừa|phát triển từ (?:sáng kiến|giải pháp)"
    "|bổ sung (?:cho )?(?:sáng kiến|giải pháp)"
)
_REPLICATES = (
    "nhân rộng (?:sáng kiến|giải pháp|mô hình|cách làm|từ|theo)|áp dụng (?:lại )?(?:sáng kiến|giải pháp|kinh nghiệm|mô hình)|áp dụng .+ của"
    "|học tập (?:cách làm|kinh nghiệm|mô hình)|học hỏi (?:cách làm|kinh nghiệm|từ)"
    "|theo mô hình (?:của|tại)|(?:nhận|được) chuyển giao|triển khai lại"
)


def follows(titles: Sequence[str], contents: Sequence[str]) -> NDArray[np.bool_]:
    """Of canonical texts, accented or not: records that better or continue something earlier."""
    return _marked(_FOLLOWS_SEEN, titles, contents)


def replicates(titles: Sequence[str], contents: Sequence[str]) -> NDArray[np.bool_]:
    """Of canonical texts, accented or not: records that apply what another place has made."""
    return _marked(_REPLICATES_SEEN, titles, contents)


def _marked(
    words: re.Pattern[str], titles: Sequence[str], contents: Sequence[str]
) -> NDArray[np.bool_]:
    return np.array(
        [
            words.search(f"{title} {content[:_OPENING]}") is not None
            for title, content in zip(titles, contents, strict=True)
        ],
        dtype=np.bool_,
    )


def _either(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words}|{fold_canonical(words)})\b")


_FOLLOWS_SEEN, _REPLICATES_SEEN = _either(_FOLLOWS), _either(_REPLICATES)
