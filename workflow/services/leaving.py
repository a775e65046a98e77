"""Leaving an agency: every open task is handed on in one act, then the doors are closed.

Each case is a transaction of its own under a key of the departure, so that whoever is stopped
anywhere goes on where that was; only when all is handed on does the membership end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.leaving import hand_over
from workflow.core.change import Change, JobKind
from workflow.core.errors import NotAssigned, Refusal
from workflow.core.events import By
from workflow.core.offices import Office, Post
from workflow.core.snapshot import CaseSnapshot
from workflow.services.departing import close_doors
from workflow.services.notices import CLOCK_POWERS, LeaseLost
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import staff
from workflow.storage.absences import substitutions_of
from workflow.storage.jobs import ClaimedJob, complete, enqueue, extend
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.leaving import count_followed, feed_agencies, tasks_held
from workflow.storage.queries.staff import departures_under_way, memberships_listed, person
from workflow.storage.queries.staff import staff_of as people_of

log = logging.getLogger(__name__)

BITE: Final = 20
"""How many cases are gone through before it is noted how far it got."""


class UnknownDeparture(Refusal):
    """There is no such officer or departure, as far as the reader may know."""


class HeirMissing(Refusal):
    """A task was given to somebody who does not work where it is, or who leaves."""


@dataclass(frozen=True, slots=True)
class Estate:
    """What an officer leaves behind in an agency, and who could take it."""

    officer_id: int
    name: str
    agency: str
    posts: tuple[str, ...]
    tasks: tuple[Row[Any], ...]
    heirs: Mapping[int, tuple[str, frozenset[str]]]
    """Name and agencies of each colleague, by id."""
    followed: int
    calendars: int
    substitutions: tuple[Row[Any], ...]
    under_way: int | None
    """The departure that has begun and not ended."""


def estate(uow: UnitOfWork, officer_id: int, agency: str, *, office: Office) -> Estate:
    """Return what an officer would leave behind; raise `UnknownDeparture` or `NotInCharge`."""
    with uow.as_keeper().reading() as connection:
        places = _places(connection, uow, officer_id, agency)
        who = person(connection, officer_id)
        posts = _posts(connection, officer_id, agency)
        if who is None or not posts or not office.administers(agency):
            raise UnknownDeparture
        for post in posts:
            office.demand_post(post, agency, to=officer_id)
        visible = known_to(uow.powers)
        found: dict[int, tuple[str, frozenset[str]]] = {}
        for row in people_of(connection, places, today=uow.today):
            if row.active and row.officer_id != officer_id and row.valid_from <= uow.today:
                _, known = found.get(row.officer_id, ("", frozenset()))
                reach = places if row.agency == agency and row.role == Post.HEAD else {row.agency}
                found[row.officer_id] = row.name, known | reach
        lent = substitutions_of(connection, officers={officer_id}, since=uow.today)
        begun = departures_under_way(connection, officer_id)
        return Estate(
            officer_id=officer_id,
            name=who.name,
            agency=agency,
            posts=posts,
            tasks=tuple(tasks_held(connection, officer_id, places, visible=visible)),
            heirs=dict(sorted(found.items(), key=lambda item: item[1][0])),
            followed=count_followed(connection, officer_id),
            calendars=len(feed_agencies(connection, officer_id)),
            substitutions=tuple(lent),
            under_way=next((row.id for row in begun if row.agency == agency), None),
        )


def begin(
    uow: UnitOfWork,
    left: Estate,
    to: Mapping[tuple[int, int], int | None],
    *,
    reason: str,
    key: str,
) -> int:
    """Begin to hand on what an officer leaves, by case id and task; return the departure.

    Whatever is not named goes to the queue of its agency. With the same key it is begun once.
    Raise `HeirMissing`.
    """
    for task in left.tasks:
        heir = to.get((task.case_id, task.no))
        if heir is not None and task.agency not in left.heirs.get(heir, ("", frozenset()))[1]:
            raise HeirMissing(agency=task.agency)
    with uow.writing() as connection:
        made = staff.add_departure(
            connection,
            key=key,
            officer_id=left.officer_id,
            agency=left.agency,
            reason=reason,
            moves=_moves(uow, left, to),
            created_at=uow.now,
            created_by=uow.powers.officer,
        )
        if made is None:
            return int(staff.departure_of(connection, key=key).id)
        enqueue(
            connection,
            JobKind.DEPART,
            key=f"{JobKind.DEPART}:{made}",
            payload={"departure": made},
        )
    return made


def _moves(
    uow: UnitOfWork, left: Estate, to: Mapping[tuple[int, int], int | None]
) -> list[dict[str, Any]]:
    """Say case by case who takes which tasks over; 0 is the queue of their agency."""
    moves: dict[str, dict[str, Any]] = {}
    for task in left.tasks:
        by = _hand(uow, task.agency)
        move = moves.setdefault(task.number, {"number": task.number, "for": by, "tasks": []})
        move["tasks"].append([task.no, to.get((task.case_id, task.no)) or 0, task.agency])
    return list(moves.values())


def _hand(uow: UnitOfWork, agency: str) -> int | None:
    """Return in whose name the tasks of an agency are handed on, if not in one's own."""
    try:
        return uow.powers.as_head(agency).on_behalf_of
    except NotAssigned:
        return None  # the coordinator of the network, who heads nothing


def departure(uow: UnitOfWork, departure_id: int, *, office: Office | None = None) -> Any:  # noqa: ANN401
    """Return a departure with the officer's name; raise `UnknownDeparture`."""
    with uow.reading() as connection:
        found = staff.departure_of(connection, departure_id=departure_id)
        who = person(connection, found.officer_id) if found else None
    if found is None or who is None or (office and not office.administers(found.agency)):
        raise UnknownDeparture
    return {**found._mapping, "name": who.name, "total": len(found.moves)}


# --- The work ----------------------------------------------------------------------------------


def advance(uow: UnitOfWork, departure_id: int, *, limit: int = BITE) -> bool:
    """Hand on some more, and close the doors once all is; say whether it has ended."""
    with uow.reading() as connection:
        row = staff.departure_of(connection, departure_id=departure_id)
    if row is None or row.ended_at is not None:
        return True
    if row.gone < len(row.moves):
        gone = min(row.gone + limit, len(row.moves))
        failed = [
            *row.failures,
            *filter(None, (_move(uow, row, n) for n in range(row.gone, gone))),
        ]
        with uow.writing() as connection:
            staff.change_departure(connection, departure_id, gone=gone, failures=failed)
        return False
    if row.failures:
        return True
    return _end(uow, row)


def try_again(uow: UnitOfWork, departure_id: int) -> None:
    """Go through all cases once more, for what could not be handed on; what was is left alone."""
    with uow.writing() as connection:
        row = staff.departure_of(connection, departure_id=departure_id, held=True)
        if row is None or row.ended_at is not None or not row.failures:
            return
        staff.change_departure(connection, departure_id, gone=0, failures=[])
        again = f"{JobKind.DEPART}:{departure_id}:{uow.now.isoformat()}"
        enqueue(connection, JobKind.DEPART, key=again, payload={"departure": departure_id})


def go_on(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Go on with a departure to its end; raise `LeaseLost` if another worker has it."""
    while not advance(uow, job.payload["departure"]):
        with uow.writing() as connection:
            if not extend(connection, job):
                raise LeaseLost(job.key)
    with uow.writing() as connection:
        if not complete(connection, job):
            raise LeaseLost(job.key)


def _move(uow: UnitOfWork, row: Row[Any], place: int) -> list[str] | None:
    """Hand on the tasks of one case; return its number and the refusal if that fails."""
    move = row.moves[place]
    number = move["number"]
    to = {no: heir or None for no, heir, _ in move["tasks"]}
    by = By(row.created_by, move["tasks"][0][2], move["for"])
    try:
        uow.as_powers(CLOCK_POWERS).act(
            number, _handing(row.officer_id, to, by), key=f"departure:{row.id}:{place}:{number}"
        )
    except Refusal as refusal:
        log.warning("departure %s: %s was not handed on: %s", row.id, number, refusal)
        return [number, type(refusal).__name__]
    return None


def _handing(
    officer: int, to: Mapping[int, int | None], by: By
) -> Callable[[CaseSnapshot, Circumstances], Change | None]:
    return lambda case, now: hand_over(case, officer, to, by=by, now=now)


def _end(uow: UnitOfWork, row: Row[Any]) -> bool:
    """Give what came meanwhile to the queue, or else end what the officer is in the agency."""
    with uow.as_keeper().writing() as connection:
        places = _places(connection, uow, row.officer_id, row.agency)
        held = staff.departure_of(connection, departure_id=row.id, held=True)
        if held.ended_at is not None:
            return True
        came = tasks_held(connection, row.officer_id, places, visible=known_to(CLOCK_POWERS))
        if not came:
            close_doors(connection, uow, row, last=uow.today - timedelta(days=1))
            return True
        late: dict[str, dict[str, Any]] = {}
        for task in came:
            move = {"number": task.number, "for": None, "tasks": []}
            late.setdefault(task.number, move)["tasks"].append([task.no, 0, task.agency])
        moves = [*held.moves, *late.values()]
        staff.change_departure(connection, row.id, moves=moves)
    return False


def _places(
    connection: Connection, uow: UnitOfWork, officer_id: int, agency: str
) -> frozenset[str]:
    """Return where an officer who leaves an agency can act no more: there, and what it headed."""
    rows = memberships_listed(connection, officer_id)
    heads = any(row.agency == agency and row.role == Post.HEAD for row in rows)
    places = uow.world().network.below(agency) if heads else frozenset({agency})
    return places - {
        row.agency
        for row in rows
        if row.agency != agency and (row.valid_to is None or row.valid_to >= uow.today)
    }


def _posts(connection: Connection, officer_id: int, agency: str) -> tuple[str, ...]:
    rows = memberships_listed(connection, officer_id)
    return tuple(dict.fromkeys(row.role for row in rows if row.agency == agency))
