"""Agencies and their people, for whoever administers them: looked at, joined, ended, let in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.change import JobKind
from workflow.core.errors import Refusal
from workflow.core.network import Agency, UnknownAgency
from workflow.core.offices import NotInCharge, Office, Post
from workflow.services.personal import tell_person
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import officers, staff
from workflow.storage.absences import substitutions_of
from workflow.storage.jobs import enqueue
from workflow.storage.queries import staff as queries
from workflow.storage.queries.people import officer_names


class UnknownPerson(Refusal):
    """There is no such officer, as far as the reader may know."""


class AlreadyThere(Refusal):
    """The officer is that in the agency already, on some of those days."""


class EndsTooEarly(Refusal):
    """A membership ends today or later; to end it at once, the officer leaves."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who shall be something in an agency; the name counts where the address is new."""

    name: str
    email: str
    agency: str
    post: Post
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An agency with its people."""

    agency: Agency
    above: Agency | None
    units: tuple[Agency, ...]
    """Those below that the reader may look at."""
    before: tuple[Agency, ...]
    """The agencies whose work it took over."""
    calendar: str
    people: tuple[Row[Any], ...]
    posts: tuple[Post, ...]
    """What the reader may make others there."""
    open_tasks: Mapping[int | None, int] | None
    """How many by who holds them, None is nobody; not told to who keeps the machine."""
    astray: Mapping[int, tuple[str, int]]
    """Name and number of tasks of those who hold some and are nothing there any more."""
    headless: bool
    """Whether nobody heads it today."""
    absences: tuple[Row[Any], ...]
    """The substitutions that hold today or will."""


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as whoever administers them sees them."""

    row: Any
    memberships: tuple[tuple[Row[Any], bool], ...]
    """Each with whether the reader may end it."""
    history: tuple[Row[Any], ...]
    invited_until: Any
    leaves: tuple[str, ...]
    """The agencies from which the reader may let them go."""


# --- Looking -----------------------------------------------------------------------------------


def headcounts(uow: UnitOfWork, agencies: frozenset[str]) -> dict[str, int]:
    """Count the people of some agencies today."""
    places = {(agency, officer) for officer, agency in _posts(uow, agencies)}
    return Counter(agency for agency, _ in places)


def headcount(uow: UnitOfWork, agencies: frozenset[str]) -> int:
    """Count the people of all those agencies today, each once in however many they work."""
    return len({officer for officer, _ in _posts(uow, agencies)})


def _posts(uow: UnitOfWork, agencies: frozenset[str]) -> Iterator[tuple[int, str]]:
    with uow.reading() as connection:
        rows = queries.staff_of(connection, agencies, today=uow.today)
    return (
        (row.officer_id, row.agency) for row in rows if row.active and row.valid_from <= uow.today
    )


def place(uow: UnitOfWork, code: str, *, office: Office, technical: bool = False) -> Place:
    """Return an agency with its people; raise `UnknownAgency` if that is not to be told.

    `technical` is for who keeps the machine, and sees people but nothing of their work.
    """
    network = office.network
    agency = network.get(code)
    administers = office.administers(code)
    if agency is None or not (administers or technical):
        raise UnknownAgency(agency=code)
    with uow.as_keeper().reading() as connection:
        people = queries.staff_of(connection, [code], today=uow.today)
        held = queries.open_tasks_by_holder(connection, code) if administers else None
        here = {row.officer_id for row in people if row.active and row.valid_from <= uow.today}
        gone = {who: n for who, n in (held or {}).items() if who is not None and who not in here}
        reach = _heads_above(connection, office, code, uow.today)
        names = officer_names(connection, set(gone) - reach)
        lent = substitutions_of(connection, agencies=[code], since=uow.today, absent=here)
    return Place(
        agency=agency,
        above=network.get(agency.parent) if agency.parent else None,
        units=tuple(
            unit
            for unit in sorted(network.units(code), key=lambda unit: unit.code)
            if technical or office.administers(unit.code)
        ),
        before=tuple(one for one in network if one.successor == code),
        calendar=network.calendar_of(code),
        people=tuple(people),
        posts=office.posts(code),
        open_tasks=held,
        astray={who: (name, gone[who]) for who, name in names.items()},
        headless=not any(r.role == Post.HEAD and r.officer_id in here for r in people),
        absences=tuple(one for one in lent if one.agency in (None, code)),
    )


def person(uow: UnitOfWork, officer_id: int, *, office: Office, technical: bool = False) -> Person:
    """Return an officer; raise `UnknownPerson` if that is not to be told."""
    with uow.reading() as connection:
        row = queries.person(connection, officer_id)
        held = queries.memberships_listed(connection, officer_id)
        if row is None or not (technical or _is_of(office, held)):
            raise UnknownPerson
        current = [one for one in held if one.valid_to is None or one.valid_to >= uow.today]
        return Person(
            row=row,
            memberships=tuple(
                (one, one in current and _may(office, one, officer_id)) for one in held
            ),
            history=tuple(queries.history_of(connection, officer_id)),
            invited_until=queries.invited_until(connection, officer_id, now=uow.now),
            leaves=_leaves(office, current, officer_id),
        )


def _leaves(office: Office, current: list[Row[Any]], officer_id: int) -> tuple[str, ...]:
    """List the agencies where the reader decides on everything that an officer is."""
    places = dict.fromkeys(one.agency for one in current)
    return tuple(
        place
        for place in places
        if all(_may(office, one, officer_id) for one in current if one.agency == place)
    )


def _heads_above(connection: Connection, office: Office, code: str, today: date) -> set[int]:
    """Return who heads the agencies above: their work on what is open below is not astray."""
    above, known = [], office.network.get(code)
    while known and known.unit_role and known.parent and known.parent not in above:
        above.append(known.parent)
        known = office.network.get(known.parent)
    rows = queries.staff_of(connection, above, today=today)
    return {row.officer_id for row in rows if row.role == Post.HEAD and row.active}


def _is_of(office: Office, held: list[Row[Any]]) -> bool:
    return any(office.administers(one.agency) for one in held)


def _may(office: Office, membership: Row[Any], officer_id: int) -> bool:
    return office.may_give(membership.role, membership.agency, to=officer_id)


# --- Joining and ending ------------------------------------------------------------------------


def join(uow: UnitOfWork, wanted: Newcomer, *, office: Office) -> tuple[int, bool]:
    """Make somebody something in an agency; return the officer and whether the account is new.

    Raise `NotInCharge`, `UnknownAgency` or `AlreadyThere`; the same said twice is done once.
    """
    if not office.network.is_active(wanted.agency, max(wanted.first, uow.today)):
        raise UnknownAgency(agency=wanted.agency)
    email = wanted.email.strip().lower()
    with uow.writing() as connection:
        known = officers.officers_by_email(connection).get(email)
        office.demand_post(wanted.post, wanted.agency, to=known["id"] if known else None)
        officer = known["id"] if known else _account(connection, uow, wanted, email)
        if known and _stands(connection, officer, wanted):
            return officer, False
        new = {"valid_from": wanted.first, "valid_to": wanted.last}
        where = {"agency": wanted.agency, "role": wanted.post.value}
        officers.add_memberships(connection, [{"officer_id": officer, **where, **new}])
        closed = known is not None and not known["active"]
        if closed:
            officers.change_officer(connection, officer, active=True)
        _note(connection, uow, "membership_begun", officer, said=wanted)
        if closed or not known:
            return officer, True
    return officer, False


def end_membership(uow: UnitOfWork, membership_id: int, last: date, *, office: Office) -> int:
    """Let a membership end on a day to come, or today; return whose it is.

    Raise `UnknownPerson`, `NotInCharge` or `EndsTooEarly`.
    """
    with uow.writing() as connection:
        held = queries.membership(connection, membership_id)
        if held is None:
            raise UnknownPerson
        office.demand(held.agency)
        office.demand_post(held.role, held.agency, to=held.officer_id)
        if last < uow.today or last < held.valid_from:
            raise EndsTooEarly
        if held.valid_to == last:
            return int(held.officer_id)
        officers.change_membership(
            connection, membership_id, valid_from=held.valid_from, valid_to=last
        )
        said = Newcomer("", "", held.agency, Post(held.role), held.valid_from, last)
        _note(connection, uow, "membership_ended", held.officer_id, said=said)
        return int(held.officer_id)


def send_link(uow: UnitOfWork, officer_id: int, *, office: Office, technical: bool = False) -> None:
    """Have the clock send an officer the link that sets a password: nobody else ever sees it.

    Raise `UnknownPerson` or `NotInCharge`.
    """
    found = person(uow, officer_id, office=office, technical=technical)
    current = (
        one.agency for one, _ in found.memberships if not one.valid_to or one.valid_to >= uow.today
    )
    if not technical and not any(map(office.administers, current)):
        raise NotInCharge
    with uow.writing() as connection:
        key = f"{JobKind.INVITE}:{officer_id}:{uow.now.isoformat(timespec='minutes')}"
        if enqueue(connection, JobKind.INVITE, key=key, payload={"officer": officer_id}):
            staff.note_staff(connection, "link_sent", officer_id, at=uow.now, by=uow.powers.officer)


def _account(connection: Connection, uow: UnitOfWork, wanted: Newcomer, email: str) -> int:
    return officers.add_officer(connection, email=email, name=wanted.name, created_at=uow.now)


def _stands(connection: Connection, officer: int, wanted: Newcomer) -> bool:
    """Say whether it is so already; raise `AlreadyThere` if it is, but on other days."""
    for held in queries.memberships_listed(connection, officer):
        if (held.agency, held.role) != (wanted.agency, wanted.post):
            continue
        if (held.valid_from, held.valid_to) == (wanted.first, wanted.last):
            return True
        begun = wanted.last is None or held.valid_from <= wanted.last
        if begun and (held.valid_to is None or held.valid_to >= wanted.first):
            raise AlreadyThere(agency=wanted.agency)
    return False


def _note(
    connection: Connection,
    uow: UnitOfWork,
    kind: str,
    officer: int,
    *,
    said: Newcomer,
) -> None:
    """Write what was done into the officer's history, and have them told."""
    last = said.last.isoformat() if said.last else None
    facts = {"role": said.post.value, "first": said.first.isoformat(), "last": last}
    staff.note_staff(
        connection, kind, officer, at=uow.now, by=uow.powers.officer, agency=said.agency, **facts
    )
    key = f"{kind}:{officer}:{said.agency}:{said.post}:{said.first}:{last}:{uow.now.isoformat()}"
    tell_person(connection, officer, kind, key=key, params={"agency": said.agency, **facts})
