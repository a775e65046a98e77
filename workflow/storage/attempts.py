"""Attempts to sign in, counted where every web process sees them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, delete, or_, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from workflow.storage import dialect
from workflow.storage.base import UtcDateTime
from workflow.storage.direct import Held, Question
from workflow.storage.people import SignInAttempt

FORGOTTEN_AFTER = timedelta(hours=24)


class Key(NamedTuple):
    """From where an attempt came and to which account, both hashed; empty is any."""

    account: str
    address: str


class Tried(NamedTuple):
    """How often it has been tried in a row, and until when it must wait."""

    times: int
    blocked_until: datetime | None


def count_attempt(connection: Connection, key: Key, at: datetime) -> Tried:
    """Count one more attempt, unless it has to wait, and return how things stand."""
    given = {"of": key.account, "by": key.address, "now": at, "old": at - FORGOTTEN_AFTER}
    return Tried(*connection.execute(_counted(dialect.insert(connection)), given).one())


def count_alone(held: Held, key: Key, at: datetime) -> int:
    """Count one more attempt where nobody is made to wait, and return how many there were."""
    given = {"of": key.account, "by": key.address, "now": at, "old": at - FORGOTTEN_AFTER}
    return int(_alone().ask(held, **given))


@cache  # whoever is not signed in is counted for every page
def _alone() -> Question:
    on_sqlite, on_postgresql = _counted(sqlite.insert), _counted(postgresql.insert)
    return Question(on_sqlite, on_postgresql=on_postgresql)


@cache
def _counted(insert: Any) -> ReturningInsert[int, datetime | None]:  # noqa: ANN401 - of either database
    row, now = SignInAttempt, bindparam("now", type_=UtcDateTime)
    old = row.at < bindparam("old", type_=UtcDateTime)
    waits = and_(row.blocked_until.is_not(None), row.blocked_until > now)
    first = insert(row).values(
        account=bindparam("of"), address=bindparam("by"), at=now, count=1, blocked_until=None
    )
    counted = first.on_conflict_do_update(
        index_elements=[row.account, row.address],
        set_={
            "count": case((waits, row.count), (old, 1), else_=row.count + 1),
            "at": case((waits, row.at), else_=first.excluded.at),
        },
    ).returning(row.count, row.blocked_until)
    return cast(ReturningInsert[int, datetime | None], counted)


def block(connection: Connection, key: Key, until: datetime) -> None:
    """Make whoever tries again wait."""
    connection.execute(update(SignInAttempt).where(_is(key)).values(blocked_until=until))


def forgive(connection: Connection, *keys: Key) -> None:
    """Forget the attempts counted under these keys."""
    row = SignInAttempt
    connection.execute(delete(row).where(tuple_(row.account, row.address).in_(keys)))


def take_back(connection: Connection, key: Key, times: int) -> None:
    """Count fewer attempts, and let nobody wait for them."""
    row = SignInAttempt
    fewer = case((row.count > times, row.count - times), else_=0)
    connection.execute(update(row).where(_is(key)).values(count=fewer, blocked_until=None))


def forget_attempts(connection: Connection, at: datetime) -> int:
    """Remove attempts that no longer count; return how many."""
    row = SignInAttempt
    over = and_(
        row.at < at - FORGOTTEN_AFTER, or_(row.blocked_until.is_(None), row.blocked_until < at)
    )
    return connection.execute(delete(row).where(over)).rowcount


def _is(key: Key) -> ColumnElement[bool]:
    return and_(SignInAttempt.account == key.account, SignInAttempt.address == key.address)
