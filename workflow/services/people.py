"""Brings officers into an installation: by invitation, who sets their own password."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from workflow.catalogue.people import Entry
from workflow.core.errors import Refusal
from workflow.services.sign_in import digest
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import officers

INVITATION_LASTS = timedelta(days=7)


class UnknownOfficer(Refusal):
    """No active officer has that address."""


class AdministratorExists(Refusal):
    """The installation has its administrator already."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A link for one person, told once; only its hash is kept."""

    name: str
    email: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """What an import of officers did, or would do."""

    added: tuple[str, ...] = ()
    """Addresses of officers who were not known."""
    changed: tuple[str, ...] = ()
    """Addresses of officers whose name, language or memberships changed."""
    kept: int = 0
    """How many lines say what is known already."""
    invitations: tuple[Invite, ...] = ()


def officer_ids(uow: UnitOfWork) -> dict[str, int]:
    """Return the ids of active officers by address."""
    with uow.reading() as connection:
        known = officers.officers_by_email(connection)
    return {email: row["id"] for email, row in known.items() if row["active"]}


def addresses(uow: UnitOfWork) -> tuple[str, ...]:
    """Return the address of everybody who has an account, active or not."""
    with uow.reading() as connection:
        return tuple(officers.officers_by_email(connection))


def import_people(
    uow: UnitOfWork, entries: Iterable[Entry], *, preview: bool = False, fictional: bool = False
) -> PeopleImported:
    """Add officers with what they are in agencies, and invite those who are new; all or nothing.

    Whoever is not in the file stays as they are. `preview` only says what would be.
    """
    listed = list(entries)
    with uow.writing() as connection:
        known = officers.officers_by_email(connection)
        new = {e.email: e for e in listed if e.email not in known}
        held = officers.memberships(connection)
        changes = [_Change.of(entry, known, held, uow.today) for entry in listed]
        changed = {c.entry.email for c in changes if c.matters} - set(new)
        done = PeopleImported(
            added=tuple(new),
            changed=tuple(sorted(changed)),
            kept=sum(not c.matters for c in changes),
        )
        if preview:
            return done
        ids = {email: person["id"] for email, person in known.items()}
        for email, entry in new.items():
            ids[email] = _add(connection, entry, at=uow.now, fictional=fictional)
        for change in changes:
            change.write(connection, ids[change.entry.email], uow.today)
        invited = [] if fictional else [_invite(connection, ids[e], new[e], uow.now) for e in new]
    return PeopleImported(done.added, done.changed, done.kept, tuple(invited))


@dataclass(frozen=True, slots=True)
class _Change:
    """What one line changes of what is known."""

    entry: Entry
    person: Mapping[str, Any] | None
    membership: Mapping[str, Any] | None

    @classmethod
    def of(
        cls,
        entry: Entry,
        known: Mapping[str, Mapping[str, Any]],
        held: Iterable[Mapping[str, Any]],
        today: date,
    ) -> _Change:
        """Find the person and the membership that a line speaks of."""
        person = known.get(entry.email)
        own = [
            m
            for m in held
            if person and (m["officer_id"], m["agency"], m["role"]) == _place(entry, person)
        ]
        begins = entry.valid_from or today
        exact = [m for m in own if m["valid_from"] == entry.valid_from]
        met = [m for m in own if m["valid_to"] is None or m["valid_to"] >= begins]
        return cls(entry, person, next(iter(exact or met), None))

    @property
    def renames(self) -> bool:
        """Whether the person is called otherwise, or wants another language."""
        if self.person is None:
            return False
        said = (self.entry.name, self.entry.language)
        return said != (self.person["name"], self.person["language"])

    @property
    def moves(self) -> bool:
        """Whether the membership is new or has other dates."""
        if self.membership is None:
            return True
        begins = self.entry.valid_from or self.membership["valid_from"]
        return (begins, self.entry.valid_to) != (
            self.membership["valid_from"],
            self.membership["valid_to"],
        )

    @property
    def matters(self) -> bool:
        """Whether anything is different afterwards."""
        return self.renames or self.moves

    def write(self, connection: Connection, officer_id: int, today: date) -> None:
        """Write what is different."""
        entry, membership = self.entry, self.membership
        if self.renames:
            names = {"name": entry.name, "language": entry.language}
            officers.change_officer(connection, officer_id, **names)
        if not self.moves:
            return
        if membership:
            begins = entry.valid_from or membership["valid_from"]
            number = membership["id"]
            officers.change_membership(
                connection, number, valid_from=begins, valid_to=entry.valid_to
            )
            return
        row = {"officer_id": officer_id, "agency": entry.agency, "role": entry.role}
        dates = {"valid_from": entry.valid_from or today, "valid_to": entry.valid_to}
        officers.add_memberships(connection, [{**row, **dates}])


def _place(entry: Entry, person: Mapping[str, Any]) -> tuple[int, str, str]:
    return person["id"], entry.agency, entry.role


def create_administrator(
    uow: UnitOfWork, *, name: str, email: str, language: str = "pt_BR", fictional: bool = False
) -> Invite:
    """Add the first administrator of an installation; raise `AdministratorExists`."""
    with uow.writing() as connection:
        if officers.has_administrator(connection):
            raise AdministratorExists
        officer_id = officers.add_officer(
            connection,
            email=email,
            name=name,
            language=language,
            administrator=True,
            fictional=fictional,
            created_at=uow.now,
        )
        return _link(connection, officer_id, name=name, email=email.lower(), at=uow.now)


def invite(uow: UnitOfWork, email: str) -> Invite:
    """Invite an officer again, as when the password is forgotten; earlier links stop working.

    Raise `UnknownOfficer`.
    """
    with uow.writing() as connection:
        known = officers.officers_by_email(connection)
        officer_id = officer_among(known, email)
        person = known[email.strip().lower()]
        officers.close_invitations(connection, officer_id, uow.now)
        return _link(connection, officer_id, name=person["name"], email=person["email"], at=uow.now)


def officer_among(known: Mapping[str, Mapping[str, Any]], email: str) -> int:
    """Return the id of the active officer of an address; raise `UnknownOfficer`."""
    person = known.get(email.strip().lower())
    if person is None or not person["active"]:
        raise UnknownOfficer(email=email)
    number: int = person["id"]
    return number


def give_password(uow: UnitOfWork, emails: Iterable[str], password_hash: str) -> None:
    """Give fictional officers who have none a password that everybody knows."""
    wanted = set(emails)
    with uow.writing() as connection:
        for email, person in officers.officers_by_email(connection).items():
            if email in wanted and person["fictional"] and person["password_hash"] is None:
                officers.change_officer(connection, person["id"], password_hash=password_hash)


def _add(connection: Connection, entry: Entry, *, at: datetime, fictional: bool) -> int:
    return officers.add_officer(
        connection,
        email=entry.email,
        name=entry.name,
        language=entry.language,
        fictional=fictional,
        created_at=at,
    )


def _invite(connection: Connection, officer_id: int, entry: Entry, at: datetime) -> Invite:
    return _link(connection, officer_id, name=entry.name, email=entry.email, at=at)


def _link(
    connection: Connection, officer_id: int, *, name: str, email: str, at: datetime
) -> Invite:
    token, expires_at = secrets.token_urlsafe(32), at + INVITATION_LASTS
    officers.add_invitation(connection, digest(token), officer_id=officer_id, expires_at=expires_at)
    return Invite(name, email, token, expires_at)
