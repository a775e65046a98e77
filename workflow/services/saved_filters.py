"""Keeping a view of the inbox under a name, for oneself or for the agency, and one's columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflow.core.errors import Refusal
from workflow.services.inbox import Reader
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.saved_filters import (
    arranged_for,
    drop_filter,
    keep_columns,
    keep_filter,
)

LONGEST_NAME: Final = 60
MOST: Final = 20
"""Filters that one officer keeps in one agency (house rule)."""
COLUMNS: Final = ("requester", "officer", "since", "type", "state", "labels")
"""What an inbox may show of each task besides its deadline and its subject, in this order."""
USUAL: Final = ("requester", "officer", "since")


class FilterNotKept(Refusal):
    """A filter has a name of its own, and one officer keeps only so many."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A filter that an officer can open."""

    id: int
    name: str
    query: str
    is_shared: bool
    owner: str | None
    """Who shares it; None is the officer."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """How an officer has arranged the inbox of an agency."""

    kept: list[Kept]
    """The officer's filters and those that others share in the agency."""
    columns: tuple[str, ...]


def arranged(uow: UnitOfWork, reader: Reader) -> Arranged:
    """Return how the officer has arranged the inbox, in one statement."""
    with uow.reading() as connection:
        rows = arranged_for(connection, officer=reader.officer, agency=reader.agency)
    return read_arranged([row._mapping for row in rows], reader)


def read_arranged(rows: Collection[Mapping[Any, Any]], reader: Reader) -> Arranged:
    """Return how an officer has arranged the inbox, out of what the database tells of it."""
    kept = [
        Kept(
            id=row["id"],
            name=row["name"],
            query=row["query"],
            is_shared=bool(row["is_shared"]),
            owner=None if row["officer_id"] == reader.officer else row["owner"],
        )
        for row in rows
        if row["id"] is not None
    ]
    chosen = next((row["columns"] for row in rows), None)
    return Arranged(kept, USUAL if chosen is None else _known(chosen.split(",")))


def keep(uow: UnitOfWork, reader: Reader, name: str, query: str, *, is_shared: bool) -> None:
    """Keep a view under a name, in the place of one of that name; raise `FilterNotKept`."""
    written = " ".join(name.split())
    own = {kept.name for kept in arranged(uow, reader).kept if kept.owner is None}
    if not written or len(written) > LONGEST_NAME:
        raise FilterNotKept(why="name", longest=LONGEST_NAME)
    if written not in own and len(own) >= MOST:
        raise FilterNotKept(why="many", most=MOST)
    with uow.writing() as connection:
        keep_filter(
            connection,
            officer=reader.officer,
            agency=reader.agency,
            name=written,
            query=query,
            is_shared=is_shared,
            at=uow.now,
        )


def drop(uow: UnitOfWork, reader: Reader, filter_id: int) -> bool:
    """Forget a filter of one's own; return whether there was one."""
    with uow.writing() as connection:
        return drop_filter(connection, filter_id, officer=reader.officer)


def choose_columns(uow: UnitOfWork, reader: Reader, names: Collection[str]) -> None:
    """Keep the columns that the officer wants to see; unknown ones are left out."""
    with uow.writing() as connection:
        keep_columns(connection, reader.officer, ",".join(_known(names)))


def _known(names: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name in names)
