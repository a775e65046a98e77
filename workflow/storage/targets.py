"""The tables that a change writes beside the case, and what happens to a row already there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from workflow.storage.models import METADATA
from workflow.storage.search import COLUMNS

FIXED = frozenset({"id", "number", "definition_key", "opener", "opened_by", "opened_at"})
"""Columns of a case that never change."""
KEPT = frozenset({"noticed_until", "access_code_hash", "data", "participants", "memory", "clocks"})
"""Columns of a case that change only to a value."""
OFTEN = frozenset(
    {"revision", "updated_at", "memory", "clocks", "seq", "head", "wake_at", "last_event"}
)
"""Columns of a case that most acts change; of many acts they are all that is written of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A table that a change adds rows to."""

    table: Table
    unique: tuple[str, ...] = ()
    """The key by which a row is already there."""
    updates: tuple[str, ...] = ()
    """Columns that a row already there takes over."""
    keeps: tuple[str, ...] = ()
    """Columns that a row already there takes over only where there is a value."""
    ignores: bool = False
    """Whether a row already there is left as it is."""
    clocked: tuple[str, ...] = ()
    """Columns that the database's clock fills where nothing is given."""
    given: tuple[str, ...] = ()
    """The columns written; empty means every one but the case's id."""

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.table.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that rows give."""
        return self.given or tuple(c.name for c in self.table.columns if c.name != "case_id")

    @property
    def of_case(self) -> bool:
        """Whether each row carries the case's id."""
        return "case_id" in self.table.columns


_TABLES = METADATA.tables
_JOB = ("kind", "key", "payload", "created_at", "run_at")
_TASK_KEY = ("case_id", "no")
_TASK_UPDATES = tuple(c.name for c in _TABLES["task"].columns if c.name not in _TASK_KEY)
_CLOCK_UPDATES = ("agency", "due_on", "due_at", "status", "generation")

TARGETS = (
    Target(
        _TABLES["act_key"],
        clocked=("asked_at",),
        given=("key", "seq", "at", "tell_from", "asked_at"),
    ),
    Target(_TABLES["task"], unique=_TASK_KEY, updates=_TASK_UPDATES),
    Target(_TABLES["event"]),
    Target(
        _TABLES["private_value"],
        unique=("case_id", "commitment"),
        updates=("salt", "value", "erased_at"),
    ),
    Target(_TABLES["case_agency"], unique=("case_id", "agency"), ignores=True),
    Target(_TABLES["case_reader"], unique=("case_id", "officer_id"), updates=("until",)),
    Target(_TABLES["place"], unique=("case_id", "host"), updates=("status",)),
    Target(_TABLES["place_person"], unique=("case_id", "host", "field"), updates=("person",)),
    Target(_TABLES["case_deadline"], unique=("case_id", "key"), updates=_CLOCK_UPDATES),
    Target(_TABLES["document"]),
    Target(_TABLES["relation"], unique=("case_id", "other_number", "kind"), ignores=True),
    Target(_TABLES["queue_move"]),
    Target(
        _TABLES["passage"],
        unique=("case_id", "place"),
        updates=("readers", "text", "words"),
        keeps=("commitment",),
        given=COLUMNS,
    ),
    Target(
        _TABLES["job"],
        unique=("key",),
        ignores=True,
        clocked=("created_at", "run_at"),
        given=_JOB,
    ),
)
"""In this order; an act that was done before is found out first."""
