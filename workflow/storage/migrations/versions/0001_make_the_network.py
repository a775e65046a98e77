"""Make the tables of the network, its people and its request types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "agency",
    "calendar_day",
    "counting_rule",
    "setting",
    "definition",
    "officer",
    "membership",
    "substitution",
    "invitation",
    "session",
    "sign_in_attempt",
)


def upgrade() -> None:
    """Go on to this revision."""
    _agency()
    _calendar_day()
    _counting_rule()
    _setting()
    _definition()
    _officer()
    _membership()
    _substitution()
    _invitation()
    _session()
    _sign_in_attempt()


def downgrade() -> None:
    """Go back to the one before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _agency() -> None:
    op.create_table(
        "agency",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("municipality", sa.String(), nullable=True),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.Column("sei_code", sa.String(), nullable=True),
        sa.Column("strategic", sa.String(), nullable=True),
        sa.Column("unit_role", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("requires_release", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_agency"),
    )


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", BigId, nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("closes", sa.String(), nullable=False),
        sa.Column("added_in", sa.Integer(), nullable=False),
        sa.Column("removed_in", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_day"),
        sa.UniqueConstraint(
            "layer", "day", "added_in", "kind", name="uq_calendar_day_layer_day_added_in_kind"
        ),
    )
    op.create_index("ix_calendar_day_layer_day", "calendar_day", ["layer", "day"])


def _counting_rule() -> None:
    op.create_table(
        "counting_rule",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name="pk_counting_rule"),
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )


def _definition() -> None:
    op.create_table(
        "definition",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("normal", Json, nullable=False),
        sa.Column("layout", Json, nullable=True),
        sa.Column("proof", Json, nullable=True),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.Column("deployed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_definition"),
        sa.UniqueConstraint("key", "version", name="uq_definition_key_version"),
    )


def _officer() -> None:
    op.create_table(
        "officer",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_officer"),
        sa.UniqueConstraint("email", name="uq_officer_email"),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_membership_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    op.create_index("ix_membership_agency", "membership", ["agency"])
    op.create_index("ix_membership_officer_id", "membership", ["officer_id"])


def _substitution() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", BigId, nullable=False),
        sa.Column("absent_id", BigId, nullable=False),
        sa.Column("substitute_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by", BigId, nullable=False),
        sa.ForeignKeyConstraint(["absent_id"], ["officer.id"], name="fk_substitution_absent_id"),
        sa.ForeignKeyConstraint(["created_by"], ["officer.id"], name="fk_substitution_created_by"),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["officer.id"], name="fk_substitution_substitute_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
    )
    op.create_index("ix_substitution_absent_id", "substitution", ["absent_id"])
    op.create_index("ix_substitution_substitute_id", "substitution", ["substitute_id"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_invitation_officer_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )
    op.create_index("ix_invitation_officer_id", "invitation", ["officer_id"])


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_session_officer_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_officer_id", "session", ["officer_id"])


def _sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("account", "address", name="pk_sign_in_attempt"),
    )
