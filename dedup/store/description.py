"""What stands in the database, for the doctor and the status page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, literal, select, text

from dedup.store import migrating
from dedup.store.tables import LIVE, OPEN, decisions, initiatives, suggestions


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    backend: str  # "sqlite", "postgresql" or "memory"
    version: str  # of the database
    url: str  # without password
    revision: str | None  # None: not yet created
    up_to_date: bool
    size_bytes: int
    records: int = 0  # live
    withdrawn: int = 0
    waiting: int = 0  # suggestions in the queue
    decisions: int = 0  # rows of the history


def describe(engine: Engine) -> Description:
    with engine.connect() as connection:
        revision = migrating.revision_of(connection)
        head = migrating.head()
        return Description(
            backend=engine.dialect.name,
            version=".".join(map(str, engine.dialect.server_version_info or ())),
            url=engine.url.render_as_string(hide_password=True),
            revision=revision,
            up_to_date=revision == head,
            size_bytes=_size(connection),
            **(_counts(connection) if revision == head else {}),
        )


def _size(connection: Connection) -> int:
    sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if connection.dialect.name != "sqlite":
        sql = "SELECT pg_database_size(current_database())"
    return int(connection.execute(text(sql)).scalar_one())


def _counts(connection: Connection) -> dict[str, int]:
    id = func.count(initiatives.c.id)
    queries = {
        "records": select(id).where(LIVE),
        "withdrawn": select(id).where(initiatives.c.withdrawn),
        "waiting": select(func.count())
        .select_from(suggestions)
        .where(OPEN, suggestions.c.decided == literal(False)),
        "decisions": select(func.count()).select_from(decisions),
    }
    return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}
