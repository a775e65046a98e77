"""Imports of what was kept elsewhere, as rows: a file, its lines, and what came of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId, Json


class ImportBatch(Base):
    """A file of lines that are brought in together or not at all."""

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "kind", "type", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Of the act that made it, so that a form sent twice makes one."""
    kind: Mapped[str]
    """What its lines become: `cases` or `entries`."""
    type: Mapped[str]
    """Key of the request type, or of the type of entry."""
    version: Mapped[int]
    """The version of the type that its lines were read with."""
    file_name: Mapped[str]
    phase: Mapped[str]
    agency: Mapped[str]
    """The agency in whose name it is brought in."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    total: Mapped[int]
    """How many lines it has."""
    faulty: Mapped[int]
    """How many of them cannot be brought in."""
    faults: Mapped[list[Any]]
    """What is wrong with its header."""
    because: Mapped[dict[str, Any] | None] = mapped_column(Json, nullable=True)
    """Why it came to nothing, or could not be undone, in the name of a refusal."""


class ImportLine(Base):
    """One line of a file: what it says, what is wrong with it, what it became."""

    __tablename__ = "import_line"
    __table_args__ = (Index(None, "number"),)

    batch_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    external: Mapped[str]
    """What it is called elsewhere."""
    body: Mapped[dict[str, Any] | None] = mapped_column(Json, nullable=True)
    """What it says; forgotten once it is brought in."""
    shown: Mapped[dict[str, Any]]
    """What it becomes, for the preview."""
    faults: Mapped[list[Any]]
    notes: Mapped[list[Any]]
    """What somebody should know who brings it in."""
    number: Mapped[str | None]
    """What it became."""
    seq: Mapped[int | None]
    """The last line of history that the import wrote of it."""
