"""The store room: records, vectors, suggestions and decisions in SQLite or PostgreSQL, and in memory."""

from dedup.store.store import Store, open_store

__all__ = ["Store", "open_store"]
