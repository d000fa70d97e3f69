"""The first schema: the same statements on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "counters",
    "decision_groups",
    "import_mappings",
    "imports",
    "notes",
    "runs",
    "units",
    "initiatives",
    "unit_aliases",
    "clusters",
    "decisions",
    "initiative_versions",
    "suggestions",
    "vectors",
    "cluster_members",
)
MOMENT = sa.DateTime(timezone=True)
WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
    op.create_table(
        "decision_groups",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision_groups"),
    )
    op.create_table(
        "import_mappings",
        sa.Column("header_key", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("header_key", name="pk_import_mappings"),
    )
    op.create_table(
        "imports",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_digest", "imports", ["digest"])

    op.create_table(
        "notes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_notes"),
    )
    op.create_table(
        "runs",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("checkpoint", sa.JSON(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("uq_runs_running", "runs", ["kind"], unique=True, **_where("state = 'running'"))

    op.create_table(
        "units",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", WIDE, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_units_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
    )
    op.create_table(
        "initiatives",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("change_no", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("folded_fingerprint", sa.Text(), nullable=False),
        sa.Column("import_id", WIDE, nullable=True),
        sa.Column("unit_id", WIDE, nullable=True),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_sheet", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("benefit_raw", sa.Text(), nullable=False),
        sa.Column("benefit_vnd", sa.BigInteger(), nullable=True),
        sa.Column("filed_on", sa.Text(), nullable=True),
        sa.Column("first_applied_on", sa.Text(), nullable=True),
        sa.Column("recognised_on", sa.Text(), nullable=True),
        sa.Column("uploaded_at", MOMENT, nullable=True),
        sa.Column("decision_no", sa.Text(), nullable=False),
        sa.Column("decision_level", sa.Text(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("novelty", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.CheckConstraint("benefit_vnd >= 0", name=op.f("ck_initiatives_benefit_not_negative")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_initiatives_import_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_initiatives_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_initiatives"),
    )
    op.create_index("ix_initiatives_change_no", "initiatives", ["change_no"])
    op.create_index("ix_initiatives_code", "initiatives", ["code"])
    op.create_index(
        "ix_initiatives_fingerprint",
        "initiatives",
        ["fingerprint", "id"],
        **_where("NOT withdrawn"),
    )
    op.create_index(
        "ix_initiatives_folded_fingerprint",
        "initiatives",
        ["folded_fingerprint", "id"],
        **_where("NOT withdrawn"),
    )
    op.create_index("ix_initiatives_import_id", "initiatives", ["import_id"])
    op.create_index(
        "ix_initiatives_live", "initiatives", ["id", "fingerprint"], **_where("NOT withdrawn")
    )
    op.create_index("ix_initiatives_unit_id", "initiatives", ["unit_id"])
    op.create_index(
        "ix_initiatives_unmatched_unit", "initiatives", ["unit"], **_where("unit_id IS NULL")
    )

    op.create_table(
        "unit_aliases",
        sa.Column("unit_id", WIDE, nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_aliases_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "alias", name="pk_unit_aliases"),
    )
    op.create_table(
        "clusters",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("representative", WIDE, nullable=False),
        sa.Column("representative_rule", sa.Text(), nullable=False),
        sa.Column("family", sa.Boolean(), nullable=False),
        sa.Column("weakest", sa.Double(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["representative"], ["initiatives.id"], name="fk_clusters_representative"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_clusters"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", WIDE, autoincrement=False, nullable=False),
        sa.Column("left_id", WIDE, nullable=False),
        sa.Column("right_id", WIDE, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("left_fingerprint", sa.Text(), nullable=False),
        sa.Column("right_fingerprint", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("expired_by_change", sa.Boolean(), nullable=False),
        sa.Column("supersedes", WIDE, nullable=True),
        sa.Column("group_id", WIDE, nullable=True),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_decisions_ordered_pair")),
        sa.ForeignKeyConstraint(["group_id"], ["decision_groups.id"], name="fk_decisions_group_id"),
        sa.ForeignKeyConstraint(["left_id"], ["initiatives.id"], name="fk_decisions_left_id"),
        sa.ForeignKeyConstraint(["right_id"], ["initiatives.id"], name="fk_decisions_right_id"),
        sa.ForeignKeyConstraint(["supersedes"], ["decisions.id"], name="fk_decisions_supersedes"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_group_id", "decisions", ["group_id"])
    op.create_index("ix_decisions_left_id_right_id", "decisions", ["left_id", "right_id"])
    op.create_index("ix_decisions_right_id", "decisions", ["right_id"])
    op.create_index(
        "uq_decisions_live", "decisions", ["left_id", "right_id"], unique=True, **_where("live")
    )

    op.create_table(
        "initiative_versions",
        sa.Column("initiative_id", WIDE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("submission", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name="fk_initiative_versions_initiative_id"
        ),
        sa.PrimaryKeyConstraint("initiative_id", "version", name="pk_initiative_versions"),
    )
    op.create_table(
        "suggestions",
        sa.Column("left_id", WIDE, nullable=False),
        sa.Column("right_id", WIDE, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("scorer_version", sa.Text(), nullable=False),
        sa.Column("left_fingerprint", sa.Text(), nullable=False),
        sa.Column("right_fingerprint", sa.Text(), nullable=False),
        sa.Column("run_id", WIDE, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_suggestions_ordered_pair")),
        sa.ForeignKeyConstraint(["left_id"], ["initiatives.id"], name="fk_suggestions_left_id"),
        sa.ForeignKeyConstraint(["right_id"], ["initiatives.id"], name="fk_suggestions_right_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_suggestions_run_id"),
        sa.PrimaryKeyConstraint("left_id", "right_id", name="pk_suggestions"),
    )
    op.create_index(
        "ix_suggestions_queue_band",
        "suggestions",
        ["decided", "band", sa.text("score DESC"), "left_id", "right_id"],
        **_where("state = 'open'"),
    )
    op.create_index(
        "ix_suggestions_queue_relation",
        "suggestions",
        ["decided", "relation", sa.text("score DESC"), "left_id", "right_id"],
        **_where("state = 'open'"),
    )
    op.create_index("ix_suggestions_right_id", "suggestions", ["right_id"])

    op.create_table(
        "vectors",
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("initiative_id", WIDE, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name="fk_vectors_initiative_id"
        ),
        sa.PrimaryKeyConstraint("model_id", "initiative_id", name="pk_vectors"),
    )
    op.create_table(
        "cluster_members",
        sa.Column("initiative_id", WIDE, nullable=False),
        sa.Column("cluster_id", WIDE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name="fk_cluster_members_cluster_id"
        ),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiatives.id"], name="fk_cluster_members_initiative_id"
        ),
        sa.PrimaryKeyConstraint("initiative_id", name="pk_cluster_members"),
    )
    op.create_index("ix_cluster_members_cluster_id", "cluster_members", ["cluster_id"])
    op.bulk_insert(counters, [{"name": "change", "value": 0}, {"name": "cluster", "value": 0}])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
