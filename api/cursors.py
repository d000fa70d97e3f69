"""Opaque page cursors: the place of the last one seen."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence

from dedup.errors import InvalidInput
from dedup.initiatives import Initiative, Suggestion

ID_LIMIT = 2**62  # a database's integers end at 2**63


def after(cursor: str | None) -> tuple[float, int, int] | None:
    """The suggestion a cursor names; raises InvalidInput for one we did not make."""
    if cursor is None:
        return None
    score, left, right = _read(cursor, 3)
    return score, int(left), int(right)


def cursor_of(suggestion: Suggestion) -> str:
    return _written([suggestion.score, suggestion.pair.left, suggestion.pair.right])


def after_record(cursor: str | None) -> int:
    """The record a cursor names, 0 for the beginning; raises InvalidInput."""
    return 0 if cursor is None else int(_read(cursor, 1)[0])


def record_cursor(record: Initiative) -> str:
    return _written([record.id])


def _written(place: Sequence[float]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read(cursor: str, size: int) -> list[float]:
    unknown = InvalidInput("Con trỏ trang không hợp lệ; xin tải lại từ đầu.")
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor))
        numbers = [number + 0 for number in place]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise unknown from error
    if len(numbers) != size or not all(_possible(number) for number in numbers):
        raise unknown
    return numbers


def _possible(number: float) -> bool:
    return math.isfinite(number) and 0 <= number <= ID_LIMIT
