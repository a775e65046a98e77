"""The queue for the places of a case: who holds one, who waits, who is given one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, select, update

from workflow.core.places import HOLDING, PlaceStatus
from workflow.storage.case import Case, TaskRow
from workflow.storage.projections import Place, PlacePerson

_COUNTED = (*HOLDING, PlaceStatus.WAITING)


class Queued(NamedTuple):
    """A case in the queue, with the agency whose quota it counts for."""

    case_id: int
    opener: str
    since: Any
    status: str


class Holding(NamedTuple):
    """A case that takes or asks for a place, with what stands for its person."""

    case_id: int
    host: str
    person: str
    status: str | None
    """How it stands in the queue; None before it asked."""


class Host(NamedTuple):
    """A case that gives places or takes one, with what it says."""

    number: str
    subject: str
    data: dict[str, Any]
    definition_key: str
    definition_version: int


class Awaiting(NamedTuple):
    """An open task that another case ends."""

    number: str
    no: int
    key: str
    definition_key: str
    definition_version: int
    place: str | None
    """How its case stands in the queue, if it asked for a place."""


class Listed(NamedTuple):
    """A case in the queue, as a list shows it."""

    case_id: int
    number: str
    subject: str
    opener: str
    state: str
    definition_key: str
    definition_version: int
    since: Any
    status: str


def hold_still(connection: Connection, number: str) -> Row[Any] | None:
    """Lock a case to the end of the transaction, so that one clock alone gives its places."""
    wanted = (
        *(Case.state, Case.result, Case.data),
        *(Case.definition_key, Case.definition_version),
    )
    found = select(*wanted).where(Case.number == number).with_for_update()
    return connection.execute(found).one_or_none()


def queue(connection: Connection, host: str) -> list[Queued]:
    """List all who hold a place of a case or wait for one, in the order of the queue."""
    wanted = (
        select(Place.case_id, Place.opener, Place.since, Place.status)
        .where(Place.host == host, Place.status.in_(_COUNTED))
        .order_by(Place.since, Place.case_id)
    )
    return [Queued(*row) for row in connection.execute(wanted)]


def known_of(connection: Connection, host: str, *, visible: ColumnElement[bool]) -> frozenset[int]:
    """Return the ids of those of the queue that exist for the reader, however many."""
    wanted = select(Place.case_id).join(Case, Case.id == Place.case_id)
    here = wanted.where(Place.host == host, Place.status.in_(_COUNTED), visible)
    return frozenset(connection.execute(here).scalars())


def persons_of(connection: Connection, host: str) -> list[Holding]:
    """List what stands for each person who takes a place of a case, or asks for one."""
    return _holdings(connection, PlacePerson.host == host)


def held_by(connection: Connection, persons: Collection[str]) -> list[Holding]:
    """List the open cases of some persons that take places, or ask for them."""
    return _holdings(connection, PlacePerson.person.in_(persons)) if persons else []


def _holdings(connection: Connection, which: ColumnElement[bool]) -> list[Holding]:
    here = (Place.case_id == PlacePerson.case_id) & (Place.host == PlacePerson.host)
    wanted = (
        select(PlacePerson.case_id, PlacePerson.host, PlacePerson.person, Place.status)
        .outerjoin(Place, here)
        .where(which, PlacePerson.person != "")
        .order_by(PlacePerson.case_id)
    )
    return [Holding(*row) for row in connection.execute(wanted)]


def hosts(connection: Connection, numbers: Collection[str]) -> list[Host]:
    """List the cases of some numbers with what says at which hours they hold their places."""
    wanted = select(
        *(Case.number, Case.subject, Case.data, Case.definition_key, Case.definition_version)
    ).where(Case.number.in_(numbers))
    return [Host(*row) for row in connection.execute(wanted)] if numbers else []


def told(
    connection: Connection, host: str, *, visible: ColumnElement[bool], limit: int
) -> list[Host]:
    """List what those say who asked for a place in a case, as far as they exist for the reader."""
    wanted = (
        select(
            *(Case.number, Case.subject, Case.data, Case.definition_key, Case.definition_version)
        )
        .join(Place, Place.case_id == Case.id)
        .where(Place.host == host, visible)
        .order_by(Place.case_id)
        .limit(limit)
    )
    return [Host(*row) for row in connection.execute(wanted)]


def listed(
    connection: Connection, host: str, *, visible: ColumnElement[bool], limit: int
) -> list[Listed]:
    """List those of the queue that exist for the reader, in its order."""
    wanted = (
        select(
            *(Case.id, Case.number, Case.subject, Case.opener, Case.state),
            *(Case.definition_key, Case.definition_version, Place.since, Place.status),
        )
        .join(Case, Case.id == Place.case_id)
        .where(Place.host == host, Place.status.in_(_COUNTED), visible)
        .order_by(Place.since, Place.case_id)
        .limit(limit)
    )
    return [Listed(*row) for row in connection.execute(wanted)]


def give(connection: Connection, host: str, cases: Sequence[int]) -> int:
    """Give a place to each of some who still wait for one; return how many got it."""
    if not cases:
        return 0
    given = (
        update(Place)
        .where(
            Place.host == host,
            Place.case_id.in_(cases),
            Place.status == PlaceStatus.WAITING,
        )
        .values(status=PlaceStatus.GIVEN.value)
    )
    return connection.execute(given).rowcount


def awaiting(connection: Connection, host: str) -> list[Awaiting]:
    """List the open tasks that a case ends for others, in the order in which those were opened.

    They are found along the index of all that waits, which has the case behind its order.
    """
    wanted = (
        select(
            *(Case.number, TaskRow.no, TaskRow.key),
            *(Case.definition_key, Case.definition_version, Place.status),
        )
        .join(Case, Case.id == TaskRow.case_id)
        .outerjoin(Place, (Place.case_id == TaskRow.case_id) & (Place.host == host))
        .with_hint(TaskRow, "INDEXED BY ix_task_waiting", "sqlite")
        .where(TaskRow.is_open(), TaskRow.child.is_not(None), TaskRow.child == host)
        .order_by(Case.opened_at, Case.id, TaskRow.no)
    )
    return [Awaiting(*row) for row in connection.execute(wanted)]
