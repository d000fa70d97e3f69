"""Small named values in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from dedup.store.session import Session
from dedup.store.tables import notes


class SqlNotes:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: str) -> str | None:
        query = select(notes.c.value).where(notes.c.key == key)
        value: str | None = self._session.read.execute(query).scalar()
        return value

    def set(self, key: str, value: str, *, at: datetime) -> None:
        insert = sqlite.insert if self._session.sqlite else postgresql.insert
        new = insert(notes).values(key=key, value=value, at=at)
        self._session.write.execute(
            new.on_conflict_do_update(
                index_elements=["key"], set_={"value": new.excluded.value, "at": new.excluded.at}
            )
        )

    def forget(self, prefix: str, *, before: datetime) -> None:
        old = notes.c.key.startswith(prefix, autoescape=True) & (notes.c.at < before)
        self._session.write.execute(delete(notes).where(old))
