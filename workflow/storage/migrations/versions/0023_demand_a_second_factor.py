"""Keep second factors, recovery codes and links to a new password; name the device of a session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0023"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    _factors()
    op.drop_column("session", "address_hash")
    op.add_column("session", _text("device"))
    op.add_column("session", _flag("awaits_factor"))
    op.add_column("session", sa.Column("challenge", sa.String(), nullable=True))
    op.add_column("invitation", _flag("resets"))


def _factors() -> None:
    op.create_table(
        "factor",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_factor_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_factor"),
        sa.UniqueConstraint("credential", name="uq_factor_credential"),
    )
    op.create_index("ix_factor_officer_id", "factor", ["officer_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_recovery_code_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_officer_id", "recovery_code", ["officer_id"])


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def downgrade() -> None:
    """Go back to the one before."""
    op.execute(sa.text("DELETE FROM session WHERE awaits_factor"))
    op.execute(sa.text("DELETE FROM invitation WHERE resets"))
    op.drop_column("invitation", "resets")
    for column in ("challenge", "awaits_factor", "device"):
        op.drop_column("session", column)
    op.add_column("session", sa.Column("address_hash", sa.String(), nullable=True))
    op.drop_table("recovery_code")
    op.drop_table("factor")
