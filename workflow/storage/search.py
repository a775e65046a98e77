"""The texts of cases as they are searched: one row for each, kept by the acts that change it.

The words of each row stand in an index that the database itself keeps, so that whatever writes a
row has written the index too: FTS5 on SQLite, a GIN index on PostgreSQL. Both are given words that
`core.folding` has made plain, so both find the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId
from workflow.storage.case import Case

INDEX: Final = "passage_words"
"""How the names of all that the database keeps of itself begin; the models do not know it."""


class Passage(Base):
    """A text of a case that can be searched, with who may read it."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("case_id", "place"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId)
    place: Mapped[str]
    readers: Mapped[str]
    """See `core.passages.Text`."""
    commitment: Mapped[str | None]
    """Of the personal value that it tells: erasing the one empties the other."""
    text: Mapped[str]
    words: Mapped[str]
    """What it is found by, each word once."""


COLUMNS: Final = ("place", "readers", "commitment", "text", "words")
"""What is written of a passage beside the case's id."""


def held_cases(connection: Connection, *, before: int | None, limit: int) -> list[Row[Any]]:
    """List cases, the newest first, and hold them: nobody acts on them until the commit."""
    columns = (Case.id, Case.number, Case.definition_key, Case.definition_version)
    wanted = select(*columns).order_by(Case.id.desc()).limit(limit).with_for_update()
    if before is not None:
        wanted = wanted.where(Case.id < before)
    return list(connection.execute(wanted))


def replace_passages(
    connection: Connection, case_id: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put other texts in the place of those that a case has."""
    connection.execute(delete(Passage).where(Passage.case_id == case_id))
    if rows:
        connection.execute(insert(Passage), [{**row, "case_id": case_id} for row in rows])
