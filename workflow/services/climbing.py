"""Whether delays are told above an agency's head: the coordinator of each type decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.services.installation import UnknownDefinition
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.notices import switch_ladder
from workflow.storage.people import MembershipRole
from workflow.storage.queries.audience import agencies_as, climbs_of, switches_of


@dataclass(frozen=True, slots=True)
class Switched:
    """Who allowed or forbade it, and when."""

    audience: Audience
    is_on: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TypeLadder:
    """A request type, who hears of its delays, and how that came about."""

    key: str
    title: Text
    owner: str
    above: frozenset[str]
    history: tuple[Switched, ...] = ()
    """The newest first."""


def ladders(uow: UnitOfWork, officer_id: int) -> list[TypeLadder]:
    """List the request types that an officer coordinates, with who hears of their delays."""
    mine = _coordinated(uow, officer_id)
    with uow.reading() as connection:
        rows = switches_of(connection, list(mine))
        above = {key: climbs_of(connection, key) for key in mine}
    return [
        TypeLadder(
            key=key,
            title=definition.title,
            owner=definition.owner,
            above=above[key],
            history=tuple(
                Switched(Audience(row.audience), row.is_on, row.name, row.at)
                for row in rows
                if row.definition_key == key
            ),
        )
        for key, definition in mine.items()
    ]


def let_climb(uow: UnitOfWork, officer_id: int, key: str, audiences: Collection[str]) -> None:
    """Let delays in cases of a type be told to these above the heads, and to no others there.

    Raise `UnknownDefinition` if the officer does not coordinate the type.
    """
    if key not in _coordinated(uow, officer_id):
        raise UnknownDefinition(key=key, version=None)
    with uow.writing() as connection:
        now_on = climbs_of(connection, key)
        for audience in ABOVE_THE_HEAD:
            wanted = audience in audiences
            if wanted != (audience in now_on):
                switch_ladder(
                    connection, key, audience.value, is_on=wanted, by=officer_id, at=uow.now
                )


def coordinates(uow: UnitOfWork, officer_id: int) -> bool:
    """Say whether an officer coordinates any request type."""
    return bool(_coordinated(uow, officer_id))


def _coordinated(uow: UnitOfWork, officer_id: int) -> dict[str, Definition]:
    with uow.reading() as connection:
        role = MembershipRole.COORDINATOR
        owners = agencies_as(connection, officer_id, role=role, today=uow.today)
    latest = uow.installation.latest() if owners else {}
    return {key: found for key, found in sorted(latest.items()) if found.owner in owners}
