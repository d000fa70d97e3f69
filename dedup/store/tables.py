"""The tables, in one place; the migrations build the same on SQLite and PostgreSQL.

Kept here: ``left_id < right_id`` for every pair, one live decision a pair, one running job a kind.
No sequences: ids are taken under the write lock (see ``session``), so that a dump restores as it is.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from dedup.store.columns import Moment, WideInteger

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# Conditions of partial indexes: queries must say them word for word, for SQLite to use the index.
LIVE = text("NOT initiatives.withdrawn")
OPEN = text("suggestions.state = 'open'")
IN_FORCE = text("decisions.live")


def _partial(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _key(name: str = "id") -> Column[int]:
    return Column(name, WideInteger, primary_key=True, autoincrement=False)


def _reference(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, WideInteger, ForeignKey(target), nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

units = Table(
    "units",
    metadata,
    _key(),
    _text("code"),
    _text("name"),
    _reference("parent_id", "units.id", nullable=True),
)

unit_aliases = Table(
    "unit_aliases",
    metadata,
    Column("unit_id", WideInteger, ForeignKey("units.id"), primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("position", Integer, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    _key(),
    _text("file"),
    _text("sheet"),
    _text("digest"),
    _text("state"),
    Column("rows", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("mapping", JSON, nullable=False),
    _text("by"),
    Column("at", Moment, nullable=False),
    Column("report", JSON, nullable=False),
    Index(None, "digest"),
)

import_mappings = Table(
    "import_mappings",
    metadata,
    Column("header_key", Text, primary_key=True),
    Column("mapping", JSON, nullable=False),
)

# Short columns first: SQLite reads a row from its start, so a look at the fingerprint or the state
# does not walk through the long texts.
initiatives = Table(
    "initiatives",
    metadata,
    _key(),
    Column("change_no", BigInteger, nullable=False),
    _flag("withdrawn"),
    Column("version", Integer, nullable=False, default=1),
    _text("fingerprint"),
    _text("folded_fingerprint"),
    _reference("import_id", "imports.id", nullable=True),
    _reference("unit_id", "units.id", nullable=True),
    Column("source_file", Text),
    Column("source_sheet", Text),
    Column("source_row", Integer),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    _text("changed_by"),
    _text("code"),
    _text("kind"),
    _text("field"),
    _text("unit"),
    _text("benefit_raw"),
    Column("benefit_vnd", BigInteger),  # NULL is "not stated in money", never zero
    Column("filed_on", Text),  # partial dates as ISO text: 2022, 2022-03, 2022-03-15
    Column("first_applied_on", Text),
    Column("recognised_on", Text),
    Column("uploaded_at", Moment),
    _text("decision_no"),
    _text("decision_level"),
    _flag("secret"),
    _text("search_key"),
    _text("title"),
    _text("effect"),
    _text("situation"),
    _text("description"),
    _text("novelty"),
    Column("authors", JSON, nullable=False),
    Column("attachments", JSON, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("raw", JSON, nullable=False),
    CheckConstraint("benefit_vnd >= 0", name="benefit_not_negative"),
    Index(None, "change_no"),
    Index(None, "code"),
    Index(None, "import_id"),
    Index(None, "unit_id"),
)
for _name, _columns in {  # live ids and fingerprints without touching the wide rows
    "live": (initiatives.c.id, initiatives.c.fingerprint),
    "fingerprint": (initiatives.c.fingerprint, initiatives.c.id),
    "folded_fingerprint": (initiatives.c.folded_fingerprint, initiatives.c.id),
}.items():
    Index(f"ix_initiatives_{_name}", *_columns, **_partial("NOT withdrawn"))
Index(  # unit names that match no node yet
    "ix_initiatives_unmatched_unit",
    initiatives.c.unit,
    **_partial("unit_id IS NULL"),
)

initiative_versions = Table(
    "initiative_versions",
    metadata,
    Column("initiative_id", WideInteger, ForeignKey("initiatives.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    _text("by"),
    Column("replaced_at", Moment, nullable=False),
    _text("fingerprint"),
    Column("submission", JSON, nullable=False),
    # The import whose row replaced this version; NULL where a person edited the record.
    _reference("import_id", "imports.id", nullable=True),
)
Index(
    "ix_initiative_versions_import",
    initiative_versions.c.import_id,
    **_partial("import_id IS NOT NULL"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("model_id", Text, primary_key=True),
    Column("initiative_id", WideInteger, ForeignKey("initiatives.id"), primary_key=True),
    _text("fingerprint"),
    Column("title", LargeBinary, nullable=False),  # float16, little-endian
    Column("content", LargeBinary, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("left_id", WideInteger, ForeignKey("initiatives.id"), primary_key=True),
    Column("right_id", WideInteger, ForeignKey("initiatives.id"), primary_key=True),
    Column("score", Double, nullable=False),
    _text("band"),
    _text("relation"),
    _text("state"),
    # Whether a live decision with a verdict stands on the pair: kept by the decisions, read by the
    # queue, so that a page of it never probes a million decisions.
    _flag("decided"),
    Column("similarity", Double, nullable=False),
    _text("model_id"),
    _text("scorer_version"),
    _text("left_fingerprint"),
    _text("right_fingerprint"),
    _reference("run_id", "runs.id", nullable=True),
    Column("written_at", Moment, nullable=False),
    Column("evidence", JSON, nullable=False),
    CheckConstraint("left_id < right_id", name="ordered_pair"),
    Index(None, "right_id"),
)
for _first in ("band", "relation"):
    Index(
        f"ix_suggestions_queue_{_first}",
        suggestions.c.decided,
        suggestions.c[_first],
        suggestions.c.score.desc(),
        suggestions.c.left_id,
        suggestions.c.right_id,
        **_partial("state = 'open'"),
    )

decision_groups = Table(
    "decision_groups",
    metadata,
    _key(),
    _text("name"),
    Column("at", Moment, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    _key(),
    _reference("left_id", "initiatives.id"),
    _reference("right_id", "initiatives.id"),
    Column("verdict", Text),  # NULL = withdrawn by the reviewer (undo)
    _text("reason"),
    _text("note"),
    _text("reviewer"),
    Column("decided_at", Moment, nullable=False),
    _text("left_fingerprint"),
    _text("right_fingerprint"),
    _flag("live"),
    _flag("expired_by_change"),
    _reference("supersedes", "decisions.id", nullable=True),
    _reference("group_id", "decision_groups.id", nullable=True),
    CheckConstraint("left_id < right_id", name="ordered_pair"),
    Index(None, "left_id", "right_id"),
    Index(None, "right_id"),
    Index(None, "group_id"),
)
Index(
    "uq_decisions_live",
    decisions.c.left_id,
    decisions.c.right_id,
    unique=True,
    **_partial("live"),
)

runs = Table(
    "runs",
    metadata,
    _key(),
    _text("kind"),
    _text("state"),
    Column("options", JSON, nullable=False),
    Column("checkpoint", JSON, nullable=False),
    Column("progress", Double, nullable=False),
    _text("stage"),
    Column("started_at", Moment, nullable=False),
    Column("heartbeat_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("report", JSON, nullable=False),
    _text("error"),
    _flag("cancel_requested"),
)
Index(
    "uq_runs_running",
    runs.c.kind,
    unique=True,
    **_partial("state = 'running'"),
)

clusters = Table(
    "clusters",
    metadata,
    _key(),
    _reference("representative", "initiatives.id"),
    _text("representative_rule"),
    _flag("family"),
    Column("weakest", Double, nullable=False),
    Column("at", Moment, nullable=False),
)

cluster_members = Table(
    "cluster_members",
    metadata,
    Column("initiative_id", WideInteger, ForeignKey("initiatives.id"), primary_key=True),
    Column("cluster_id", WideInteger, ForeignKey("clusters.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)

accounts = Table(
    "accounts",
    metadata,
    _key(),
    _text("login"),
    _text("name"),
    _text("role"),
    _reference("unit_id", "units.id", nullable=True),
    _flag("active"),
    _flag("must_change"),
    Column("added_at", Moment, nullable=False),
    _text("password_hash"),
    Index(None, "login", unique=True),
    Index(None, "name", unique=True),
)

# Sessions of browsers and tokens of programs: of either the digest alone is kept.
access_keys = Table(
    "access_keys",
    metadata,
    _key(),
    _reference("account_id", "accounts.id"),
    _text("kind"),
    _text("digest"),
    _text("label"),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Index(None, "digest", unique=True),
    Index(None, "account_id"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("watched", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

deeds = Table(
    "deeds",
    metadata,
    _key(),
    Column("at", Moment, nullable=False),
    _text("by"),
    _text("act"),
    _text("of"),
    Column("detail", JSON, nullable=False),
)
