"""Keep who officers are at providers of identity, and by whose word a session began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0026"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "identity",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_identity_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_identity_issuer_subject"),
        sa.UniqueConstraint("officer_id", "issuer", name="uq_identity_officer_id_issuer"),
    )
    op.create_table(
        "errand",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("officer_id", BigId, nullable=True),
        sa.Column("way_on", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=True),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_errand_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_errand"),
    )
    op.create_index("ix_errand_officer_id", "errand", ["officer_id"])
    op.add_column("session", sa.Column("issuer", sa.String(), nullable=True))
    op.add_column(
        "session",
        sa.Column("strong", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("session", "strong")
    op.drop_column("session", "issuer")
    op.drop_table("errand")
    op.drop_table("identity")
