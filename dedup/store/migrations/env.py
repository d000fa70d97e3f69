"""Alembic's environment: it runs over the connection that the program hands in."""

from __future__ import annotations

from alembic import context

from dedup.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
