"""Signing in and out, and who is behind a session: accounts with passwords kept here."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from workflow.core.errors import NotAssigned, Refusal
from workflow.core.network import Network
from workflow.core.offices import Office
from workflow.core.powers import Powers
from workflow.services.passwords import hash_password, matches, needs_rehash
from workflow.services.standing import agencies_of, current_agency, powers_of
from workflow.services.throttle import TooManyAttempts, admit, welcome
from workflow.services.tokens import digest, new_token
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import attempts, officers, sessions
from workflow.storage.factors import has_factor
from workflow.storage.failures import UNREACHABLE
from workflow.storage.identities import forget_errands
from workflow.storage.queries.people import SignedIn as Known
from workflow.storage.queries.people import officer_by_email, signed_in
from workflow.storage.world import Versions

__all__ = (
    "Entrance",
    "Limits",
    "Principal",
    "SignInRefused",
    "SignedIn",
    "TooManyAttempts",
    "begin_session",
    "digest",
    "forget_the_past",
    "principal",
    "save_preferences",
    "sign_in",
    "sign_out",
    "switch_agency",
)

HALFWAY_LASTS = timedelta(minutes=10)
"""How long the second factor may be shown after the password."""
SEEN_EVERY = timedelta(minutes=5)
"""How exact the last use of a session is kept; more would write on every page."""


class SignInRefused(Refusal):
    """The address or the password is wrong; it is not told which."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without being used, and at all."""

    idle: timedelta = timedelta(hours=2)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Entrance:
    """From where somebody comes in, and the session that they leave by it."""

    address: str
    device: str = ""
    leaves: str = ""
    """The token of the session that the new one takes the place of."""
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun; its token is known to the browser only."""

    token: str
    officer_id: int
    awaits_factor: bool = False
    """Whether the token only serves to show the second factor."""


@dataclass(frozen=True, slots=True, eq=False)  # another one as soon as anything of it differs
class Principal:
    """The officer behind a session, and all that they may act for today."""

    officer_id: int
    name: str
    email: str
    language: str
    theme: str
    shortcuts: bool
    administrator: bool
    agencies: tuple[tuple[str, str], ...]
    """Code and name of each agency to choose from, absent colleagues' included."""
    current_agency: str
    csrf: str
    powers: Powers
    unread: int = 0
    """How many notices wait to be read."""
    absent: Mapping[int, str] = field(default_factory=dict)
    """The names of the colleagues for whom the officer answers today."""
    absent_until: Mapping[int, date] = field(default_factory=dict)
    """The last day on which the officer answers for each of them."""
    administers: bool = False
    """Whether there are agencies whose people the officer administers."""
    coordinates: bool = False
    """Whether the officer coordinates the whole network."""
    second_factor: bool = False
    """Whether the officer has one, or has shown one to a provider of identity in this session."""
    proven_at: datetime | None = None
    """When the officer last proved who they are, by all that is asked of them."""
    versions: Versions | None = None
    """Those of the world in which the officer was recognised."""


def sign_in(
    uow: UnitOfWork,
    email: str,
    password: str,
    *,
    address: str = "",
    entrance: Entrance | None = None,
) -> SignedIn:
    """Begin a session for whoever knows the password of an account.

    Who has a second factor is to show it next. Raise `TooManyAttempts` or `SignInRefused`,
    alike for accounts that do not exist.
    """
    entrance = entrance or Entrance(address)
    email = email.strip().lower()
    admit(uow, email, entrance.address)
    with uow.reading() as connection:
        account = officer_by_email(connection, email)
    kept = account.password_hash if account else None
    if not matches(kept, password) or account is None or kept is None:
        raise SignInRefused
    renewed = hash_password(password) if needs_rehash(kept) else None
    with uow.writing() as connection:
        awaits = has_factor(connection, account.id)
        begun = begin_session(connection, uow, account.id, entrance=entrance, awaits_factor=awaits)
        if renewed:
            officers.change_officer(connection, account.id, password_hash=renewed)
        welcome(connection, email, entrance.address)
    return begun


def begin_session(
    connection: Connection,
    uow: UnitOfWork,
    officer_id: int,
    *,
    entrance: Entrance,
    awaits_factor: bool = False,
    issuer: str | None = None,
    elsewhere: str | None = None,
    strong: bool = False,
) -> SignedIn:
    """Begin a session for an officer, however they have proven who they are.

    `elsewhere` marks the session at the provider `issuer` by whose word it begins, if one is known.
    It always has a token of its own, and the session it takes the place of ends; one that
    awaits the second factor takes no place yet.
    """
    token = new_token()
    sessions.add_session(
        connection,
        digest(token),
        officer_id=officer_id,
        csrf=new_token(),
        at=uow.now,
        expires_at=uow.now + (HALFWAY_LASTS if awaits_factor else entrance.limits.absolute),
        device=entrance.device,
        awaits_factor=awaits_factor,
        issuer=issuer,
        elsewhere=elsewhere,
        strong=strong,
    )
    if entrance.leaves and not awaits_factor:
        sessions.end_session(connection, digest(entrance.leaves))
    return SignedIn(token, officer_id, awaits_factor)


def principal(
    uow: UnitOfWork, token: str, *, limits: Limits | None = None, seen: bool = True
) -> Principal | None:
    """Return who is behind a session, or None if it has ended; one SELECT.

    What a page asks by itself is no sign that somebody is there: then it is not `seen`.
    """
    limits = limits or Limits()
    hashed = digest(token)
    with uow.recognising() as connection:
        known = signed_in(connection, hashed, now=uow.now, today=uow.today, foresight=uow.foresight)
    if known is None or known.seen_at + limits.idle <= uow.now:
        return None
    if seen and uow.now - known.seen_at >= SEEN_EVERY:
        # While nothing can be written, what is kept can still be read.
        with suppress(*UNREACHABLE), uow.writing() as connection:
            sessions.note_seen(connection, hashed, uow.now)
    kept: Principal | None = uow.installation.recognised.get((known, uow.today))
    if kept is None:
        network = uow.installation.world(known.versions).network
        kept = _behind(known, network, today=uow.today)
        uow.installation.recognised.keep((known, uow.today), kept)
    return kept


def _behind(known: Known, network: Network, *, today: date) -> Principal:
    """Say who an officer is on a day, which follows from what is known of them and the network."""
    powers = powers_of(known, network, today=today)
    office = Office(powers, network)
    return Principal(
        officer_id=known.officer_id,
        name=known.name,
        email=known.email,
        language=known.language,
        theme=known.theme,
        shortcuts=known.shortcuts,
        administrator=known.administrator,
        agencies=tuple((code, _name(network, code)) for code in agencies_of(known)),
        current_agency=current_agency(known),
        csrf=known.csrf,
        powers=powers,
        unread=known.unread,
        absent={held.of: held.of_name for held in known.substituted},
        absent_until={
            held.of: date.fromisoformat(held.until)
            for held in sorted(known.substituted, key=lambda held: held.until)
        },
        administers=known.administrator or office.administers_any,
        coordinates=office.coordinates,
        second_factor=known.second_factor,
        proven_at=known.created_at,
        versions=known.versions,
    )


def sign_out(uow: UnitOfWork, token: str) -> str | None:
    """End a session; return by the word of which provider of identity it had begun, if by any."""
    with uow.writing() as connection:
        return sessions.end_session(connection, digest(token))


def switch_agency(uow: UnitOfWork, token: str, agency: str) -> None:
    """Act for another agency from now on; raise `NotAssigned` if it is none of the officer's."""
    known = principal(uow, token)
    if known is None or agency not in dict(known.agencies):
        raise NotAssigned(agency=agency)
    with uow.writing() as connection:
        sessions.choose_agency(connection, digest(token), agency)


def save_preferences(
    uow: UnitOfWork, officer_id: int, *, language: str, theme: str, shortcuts: bool | None = None
) -> None:
    """Keep how an officer wants pages to look."""
    values: dict[str, object] = {"language": language, "theme": theme}
    if shortcuts is not None:
        values["shortcuts"] = shortcuts
    with uow.writing() as connection:
        officers.change_officer(connection, officer_id, **values)


def forget_the_past(uow: UnitOfWork, *, limits: Limits | None = None) -> int:
    """Remove sessions and attempts that no longer matter; return how many rows."""
    idle = (limits or Limits()).idle
    with uow.writing() as connection:
        ended = sessions.forget_sessions(connection, unseen_since=uow.now - idle, at=uow.now)
        ended += forget_errands(connection, uow.now)
        return ended + attempts.forget_attempts(connection, uow.now)


def _name(network: Network, code: str) -> str:
    agency = network.get(code)
    return agency.name if agency else code
