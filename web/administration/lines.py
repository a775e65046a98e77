"""An open task as pages about people show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from workflow.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Line:
    """A task with its title in all languages."""

    row: Row[Any]
    title: object
    name: str
    """Of its field in a form."""

    @classmethod
    def of(cls, uow: UnitOfWork, row: Row[Any]) -> Line:
        """Look up the title of a task."""
        definition = uow.installation.definition(row.definition_key, row.definition_version)
        return cls(row, definition.task(row.key).title, name_of(row))


def name_of(row: Row[Any]) -> str:
    """Return the name of the field that says to whom a task goes."""
    return f"to-{row.case_id}-{row.no}"
