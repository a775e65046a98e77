"""How long cases took, from their opening to their end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from workflow.core.fields import Access
from workflow.storage.case import Case

NEWEST = 20_000
"""Among how many of the newest cases is looked, so that the question costs the same for ever."""
ENOUGH = 100


def lengths_of(connection: Connection, key: str) -> list[tuple[datetime, datetime]]:
    """Return when the last ended cases of a type were opened and closed.

    Those that only few may know of are left out, so that no number tells of them.
    """
    newest = select(func.max(Case.id) - NEWEST).scalar_subquery()
    wanted = (
        select(Case.opened_at, Case.closed_at)
        .where(Case.id > newest, Case.definition_key == key, Case.closed_at.is_not(None))
        .where(Case.announced, Case.access != Access.RESTRICTED.value)
        .order_by(Case.id.desc())
        .limit(ENOUGH)
    )
    return [(row.opened_at, row.closed_at) for row in connection.execute(wanted)]
