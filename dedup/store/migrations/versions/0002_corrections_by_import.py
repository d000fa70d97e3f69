"""Which import replaced a version; notes found by their age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WIDE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("initiative_versions") as versions:
        versions.add_column(sa.Column("import_id", WIDE, nullable=True))
        versions.create_foreign_key(
            "fk_initiative_versions_import_id", "imports", ["import_id"], ["id"]
        )
    op.create_index(
        "ix_initiative_versions_import",
        "initiative_versions",
        ["import_id"],
        sqlite_where=sa.text("import_id IS NOT NULL"),
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index("ix_notes_at", "notes", ["at"])


def downgrade() -> None:
    op.drop_index("ix_notes_at", "notes")
    op.drop_index("ix_initiative_versions_import", "initiative_versions")
    with op.batch_alter_table("initiative_versions") as versions:
        versions.drop_constraint("fk_initiative_versions_import_id", type_="foreignkey")
        versions.drop_column("import_id")
