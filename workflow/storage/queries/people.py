"""Who is asking, what they may act for today, and who answers for an agency."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from workflow.core.forgetting import forgetful
from workflow.storage.absences import answers_for
from workflow.storage.asked_as_owner import unread_notices
from workflow.storage.base import UtcDateTime, decode, in_utc
from workflow.storage.dialect import objects_as_json, values_as_json
from workflow.storage.direct import Direct, Question
from workflow.storage.factors import Factor
from workflow.storage.foresight import Foresight
from workflow.storage.network import CALENDAR_VERSION, NETWORK_VERSION, setting
from workflow.storage.people import Membership, Officer, Session, Substitution
from workflow.storage.several import among, several
from workflow.storage.world import Versions


@dataclass(frozen=True, slots=True)
class HeldRole:
    """What somebody is in an agency today."""

    agency: str
    role: str
    of: int
    """The officer whose it is: oneself, or the absent officer one answers for."""
    of_name: str = ""
    until: str = ""
    """The last day on which one answers for that officer."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The officer of a session, with all that a page needs to know of them."""

    officer_id: int
    name: str
    email: str
    language: str
    theme: str
    shortcuts: bool
    administrator: bool
    fictional: bool
    agency: str | None
    csrf: str
    created_at: datetime
    seen_at: datetime = field(compare=False)  # of whose moving nothing else follows
    expires_at: datetime
    second_factor: bool
    """Whether the officer has one to show, or has shown one to a provider of identity."""
    own: tuple[HeldRole, ...]
    substituted: tuple[HeldRole, ...]
    unread: int
    versions: Versions
    """Those of the world that the session is asked in."""


_TOLD: Final = tuple(one.name for one in fields(SignedIn) if one.name != "versions")
"""What a session is told by, in this order, before the versions of the world."""


def signed_in(
    connection: Direct,
    token_hash: str,
    *,
    now: datetime,
    today: date,
    foresight: Foresight | None = None,
) -> SignedIn | None:
    """Return who a session stands for, in one SELECT, or None if it is over or never was."""
    wanted = {"token": token_hash, "now": now, "today": today}
    found: str | None
    if foresight is None:
        found = _signed_in().ask(connection, **wanted)
    else:
        found = _signed_in().ask_first(connection, foresight, **wanted)
    return None if found is None else _as_told(found)


@forgetful
@lru_cache(maxsize=1024)  # most that is told of a session was told of it before, word by word
def _as_told(found: str) -> SignedIn:
    *told, calendar, network = decode(found)
    values: dict[str, Any] = dict(zip(_TOLD, told, strict=True))
    for name in ("created_at", "seen_at", "expires_at"):
        values[name] = in_utc(datetime.fromisoformat(values[name]))
    for name in ("shortcuts", "administrator", "fictional", "second_factor"):
        values[name] = bool(values[name])
    officer = values["officer_id"]
    own = tuple(HeldRole(h["agency"], h["role"], officer) for h in values.pop("own") or ())
    others = tuple(HeldRole(**held) for held in values.pop("substituted") or ())
    return SignedIn(
        **values, own=own, substituted=others, versions=Versions(calendar or 0, network or 0)
    )


def officer_by_email(connection: Connection, email: str) -> Row[Any] | None:
    """Return an active officer by address, with the hash of the password."""
    wanted = select(Officer.__table__).where(
        Officer.email == email.strip().lower(), Officer.active.is_(True)
    )
    return connection.execute(wanted).one_or_none()


def officer_names(connection: Connection | Direct, ids: Collection[int]) -> dict[int, str]:
    """Return the names of officers by their ids."""
    if not ids:
        return {}
    found = _named().tell(connection, ids=sorted(ids)) or ()
    return {row["id"]: row["name"] for row in found}


@cache  # every page of a case asks for it
def _named() -> Question:
    wanted = select(objects_as_json(Officer.id, Officer.name))
    return Question(wanted.where(among(Officer.id, several("ids", BigInteger))))


def officers_of(
    connection: Connection, agency: str, *, today: date, roles: Sequence[str] = ()
) -> list[Row[Any]]:
    """List the active officers of an agency today with their role, perhaps only of some roles."""
    wanted = (
        select(
            *(Officer.id, Officer.name, Officer.email, Officer.language, Officer.fictional),
            Membership.role,
        )
        .join(Membership, Membership.officer_id == Officer.id)
        .where(Membership.agency == agency, Officer.active.is_(True))
        .where(valid_on(Membership, today))
    )
    if roles:
        wanted = wanted.where(Membership.role.in_(roles))
    return list(connection.execute(wanted.order_by(Officer.name, Officer.id)))


def valid_on(table: Any, today: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table with dates
    """Select the rows of a table with dates that hold on a day."""
    not_over = or_(table.valid_to.is_(None), table.valid_to >= today)
    return and_(table.valid_from <= today, not_over)


@cache
def _signed_in() -> Question:
    today = bindparam("today", type_=Date)
    wanted = (
        select(
            values_as_json(
                *(Officer.id, Officer.name, Officer.email, Officer.language, Officer.theme),
                *(Officer.shortcuts, Officer.administrator, Officer.fictional),
                *(Session.agency, Session.csrf),
                *(Session.created_at, Session.seen_at, Session.expires_at),
                or_(Session.strong, _factor()),
                _own(today).scalar_subquery(),
                _substituted(today).scalar_subquery(),
                unread_notices(Officer.id),
                setting(CALENDAR_VERSION),
                setting(NETWORK_VERSION),
            )
        )
        .select_from(Session)
        .join(Officer, Officer.id == Session.officer_id)
        .where(
            Session.token_hash == bindparam("token"),
            Session.expires_at > bindparam("now", type_=UtcDateTime),
            Session.awaits_factor.is_(False),
            Officer.active.is_(True),
        )
    )
    return Question(wanted)


def _own(today: BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """Ask what the officer of a row is in agencies."""
    return select(objects_as_json(Membership.agency, Membership.role)).where(
        Membership.officer_id == Officer.id, valid_on(Membership, today)
    )


def _substituted(today: BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """Ask what those are in agencies for whom the officer of a row answers."""
    absent = aliased(Officer)
    held = aliased(Membership)
    return (
        select(
            objects_as_json(
                held.agency,
                held.role,
                absent.id.label("of"),
                absent.name.label("of_name"),
                Substitution.valid_to.label("until"),
            )
        )
        .select_from(Substitution)
        .join(held, answers_for(held))
        .join(absent, absent.id == held.officer_id)
        .where(
            Substitution.substitute_id == Officer.id,
            valid_on(Substitution, today),
            valid_on(held, today),
        )
    )


def _factor() -> ColumnElement[bool]:
    """Ask whether the officer of a row has a second factor."""
    return select(Factor.id).where(Factor.officer_id == Officer.id).exists()
