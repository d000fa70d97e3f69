"""Column types that mean the same on SQLite and PostgreSQL: moments in UTC, JSON, wide integers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

# An INTEGER PRIMARY KEY is SQLite's own row number; BIGINT there would cost a second index.
WideInteger = BigInteger().with_variant(Integer(), "sqlite")


def _encoder(*, ascii_only: bool) -> json.JSONEncoder:
    return json.JSONEncoder(
        ensure_ascii=ascii_only, separators=(",", ":"), default=str, allow_nan=False
    )


_ENCODER, _ASCII_ENCODER = _encoder(ascii_only=False), _encoder(ascii_only=True)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC and read back aware; SQLite by itself drops the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return to_utc(value) if dialect.name != "sqlite" else to_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC; raises ValueError for one without a zone (whose hour is a guess)."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without time zone: {moment!r}")
    return moment.astimezone(UTC)


def to_json(value: Any) -> str:
    """Compact JSON text that both databases accept; dates and other foreign values become text."""
    if not value and isinstance(value, list | tuple | dict):
        return "{}" if isinstance(value, dict) else "[]"
    try:
        text = _ENCODER.encode(value)
    except ValueError:
        text = _ENCODER.encode(_finite(value))
    # A lone surrogate cannot be sent as UTF-8: escape it rather than lose it.
    return text if text.isascii() or _encodes(text) else _ASCII_ENCODER.encode(_finite(value))


def from_json(text: str | bytes) -> Any:
    if text in {"[]", "{}"}:
        return [] if text == "[]" else {}
    return json.loads(text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finite(value: Any) -> Any:
    """NaN and infinities as text: PostgreSQL's JSON knows neither."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
