"""Registers as rows: their declared types, their entries, and the sealed history of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, TextClause, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.storage.base import Base, BigId, Json

_CURRENT = text("status = 'current'")
_DUE = text("status = 'current' AND due_on IS NOT NULL")
_ENDING = text("status = 'current' AND ends_on IS NOT NULL")
_ELSEWHERE = text("source <> ''")
_WAKES = text("wake_at IS NOT NULL")
_UNLOGGED = text("logged < revision")


def _entry_index(name: str, where: TextClause, *columns: str) -> Index:
    """Make a partial index of entries in the order in which a list is read."""
    return Index(f"ix_register_entry_{name}", *columns, postgresql_where=where, sqlite_where=where)


class RegisterType(Base):
    """One version of one register, as deployed; entries follow the newest."""

    __tablename__ = "register_type"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    hash: Mapped[str]
    source: Mapped[str]
    """The YAML as its author wrote it."""
    normal: Mapped[dict[str, Any]]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[int | None]
    """None is the command line."""


class RegisterEntry(Base):
    """A thing that somebody keeps up to date, as its last event left it."""

    __tablename__ = "register_entry"
    __table_args__ = (
        _entry_index("name", _CURRENT, "type", "folded", "id"),
        _entry_index("country", _CURRENT, "type", "country", "folded", "id"),
        _entry_index("holder", _CURRENT, "holder", "due_on", "id"),
        _entry_index("due", _DUE, "due_on", "id"),
        _entry_index("ends", _ENDING, "ends_on", "id"),
        _entry_index("source", _ELSEWHERE, "source", "id"),
        _entry_index("wake_at", _WAKES, "wake_at", "id"),
        _entry_index("unlogged", _UNLOGGED, "id"),
        Index(None, "type", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    holder: Mapped[str]
    status: Mapped[str]
    data: Mapped[dict[str, Any]]
    """Its values by field."""
    folded: Mapped[str]
    """Its name in plain letters, by which lists are ordered and searched."""
    country: Mapped[str | None]
    renewed_on: Mapped[date]
    due_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    source: Mapped[str]
    case_number: Mapped[str | None]
    """The last case that wrote it."""
    replaced_by: Mapped[str | None]
    """The entry that was made in its stead when it ended."""
    before_the_system: Mapped[bool]
    code: Mapped[str | None] = mapped_column(unique=True)
    revision: Mapped[int]
    """Counts the events, so that a decision taken on an older entry is refused."""
    head: Mapped[str]
    """Hash of the last event."""
    warned_until: Mapped[datetime]
    """Up to when the warnings owed have been given."""
    wake_at: Mapped[datetime | None]
    """When time itself next has something to do with it."""
    logged: Mapped[int] = mapped_column(server_default=text("0"))
    """How many of its events have their places in the log of all events."""


class RegisterEvent(Base):
    """One line of an entry's history; appended, never edited."""

    __tablename__ = "register_event"

    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_entry.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    officer: Mapped[int | None]
    agency: Mapped[str | None]
    on_behalf_of: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    hash: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    """The key of the act that it came of, so that an act is done once."""


class RegisterPrivate(Base):
    """A personal value that an entry's history only commits to; erasing it leaves it whole."""

    __tablename__ = "register_private"

    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("register_entry.id"), primary_key=True)
    commitment: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str | None]
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    erased_at: Mapped[datetime | None]


class RegisterNumber(Base):
    """The last number given in a register."""

    __tablename__ = "register_number"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
