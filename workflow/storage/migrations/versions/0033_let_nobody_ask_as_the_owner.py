"""Let only the accounts at work ask what PostgreSQL answers as the owner of the tables.

A function is everybody's until that is taken away, and these tell of cases whatever the policies
say. Accounts that were given their rights before keep them; `tramita db restrict` gives them to
others.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0025"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "case_lets_in(bigint)",
    "case_is_sealed(text)",
    "case_is_open(text, text)",
    "unread_notices(bigint)",
    "passages_with(text)",
)
AT_WORK = (
    "SELECT DISTINCT quote_ident(grantee) FROM information_schema.role_table_grants"
    " WHERE table_schema = 'public' AND table_name = 'event' AND privilege_type = 'INSERT'"
    " AND grantee NOT IN ('PUBLIC', current_user)"
)


def upgrade() -> None:
    """Go on to this revision."""
    if _is_sqlite():
        return
    roles = list(op.get_bind().execute(sa.text(AT_WORK)).scalars())
    for function in FUNCTIONS:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        for role in roles:
            op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def downgrade() -> None:
    """Go back to the one before."""
    if _is_sqlite():
        return
    for function in FUNCTIONS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO PUBLIC")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
