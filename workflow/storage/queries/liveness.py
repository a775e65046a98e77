"""What the look for cases that stand still asks of the database, and what it notes there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, or_, select, tuple_

from workflow.core.change import JobKind
from workflow.storage import dialect
from workflow.storage.absences import answers_for
from workflow.storage.case import Case
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.queries.audience import ACTING
from workflow.storage.watching import StuckCase
from workflow.storage.work import JobRow, Schedule

PAGE = 50


class Part(NamedTuple):
    """What somebody may act as: themselves, or in the name of somebody absent."""

    officer: int
    agency: str
    role: str
    absent: int | None


class Noted(NamedTuple):
    """One fault of a case as the last look noted it."""

    case_id: int
    kind: str
    task_no: int


# --- Who there is --------------------------------------------------------------------------------


def parts_today(connection: Connection, *, today: date) -> list[Part]:
    """List what every active officer may act as today, absent colleagues' parts included."""
    lasting = (
        Membership.role.in_(ACTING),
        Membership.valid_from <= today,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        Officer.active.is_(True),
    )
    own = (
        select(Membership.officer_id, Membership.agency, Membership.role)
        .join(Officer, Officer.id == Membership.officer_id)
        .where(*lasting)
    )
    lent = (
        select(
            Substitution.substitute_id, Membership.agency, Membership.role, Membership.officer_id
        )
        .join(Membership, answers_for(Membership))
        .join(Officer, Officer.id == Substitution.substitute_id)
        .where(*lasting, Substitution.valid_from <= today, Substitution.valid_to >= today)
    )
    mine = [Part(row[0], row[1], row[2], None) for row in connection.execute(own)]
    return mine + [Part(*row) for row in connection.execute(lent)]


def active_officers(connection: Connection) -> frozenset[int]:
    """Return everybody who has an account that works."""
    wanted = select(Officer.id).where(Officer.active.is_(True))
    return frozenset(connection.execute(wanted).scalars())


# --- What a case does not tell of itself ---------------------------------------------------------


def failed_steps(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List the jobs of some cases that were given up.

    A mail that nobody took holds up no case, nor does a task that was not given out.
    """
    wanted = select(JobRow.case_id, JobRow.id, JobRow.kind, JobRow.failed_at).where(
        JobRow.case_id.in_(sorted(case_ids)),
        JobRow.failed_at.is_not(None),
        JobRow.kind.not_in([JobKind.SEND_MAIL, JobKind.DISTRIBUTE]),
    )
    return list(connection.execute(wanted.order_by(JobRow.id)))


def opening(connection: Connection, case_ids: Collection[int]) -> frozenset[int]:
    """Return those of some cases for which another is still to be opened."""
    if not case_ids:
        return frozenset()
    wanted = select(JobRow.case_id).where(
        JobRow.case_id.in_(sorted(case_ids)),
        JobRow.kind == JobKind.OPEN_CHILD,
        JobRow.done_at.is_(None),
        JobRow.failed_at.is_(None),
    )
    found = connection.execute(wanted).scalars()
    return frozenset(case_id for case_id in found if case_id is not None)


def ended_among(connection: Connection, numbers: Collection[str]) -> dict[str, datetime]:
    """Return when those of some cases ended that have."""
    if not numbers:
        return {}
    wanted = select(Case.number, Case.closed_at).where(
        Case.number.in_(sorted(numbers)), Case.closed_at.is_not(None)
    )
    return {number: at for number, at in connection.execute(wanted) if at}


# --- What was found ------------------------------------------------------------------------------


def noted_between(connection: Connection, after: int, last: int | None) -> list[Noted]:
    """List what was noted of the cases whose ids lie after one, up to another or to the end."""
    row = StuckCase
    wanted = select(row.case_id, row.kind, row.task_no).where(row.case_id > after)
    if last is not None:
        wanted = wanted.where(row.case_id <= last)
    return [Noted(*found) for found in connection.execute(wanted)]


def note_faults(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note faults that were not noted yet."""
    listed = [dict(row) for row in rows]
    if listed:
        connection.execute(dialect.insert(connection)(StuckCase).on_conflict_do_nothing(), listed)


def forget_faults(connection: Connection, gone: Collection[Noted]) -> None:
    """Forget faults that are no more."""
    row = StuckCase
    if gone:
        key = tuple_(row.case_id, row.kind, row.task_no)
        connection.execute(delete(row).where(key.in_(sorted(map(tuple, gone)))))


def stuck_ids(
    connection: Connection, owners: Collection[str] | None, *, after: int = 0, limit: int = PAGE
) -> list[int]:
    """List the ids of cases that were found to stand still, of some owners or of all."""
    wanted = select(StuckCase.case_id).where(StuckCase.case_id > after).distinct()
    if owners is not None:
        wanted = wanted.where(StuckCase.owner.in_(sorted(owners)))
    return list(connection.execute(wanted.order_by(StuckCase.case_id).limit(limit)).scalars())


# --- Whose turn it is to look --------------------------------------------------------------------


def take_turn(connection: Connection, key: str, *, now: datetime, every: timedelta) -> bool:
    """Say whether a periodic job is due, and note that it is done; only one process hears so."""
    first = dialect.insert(connection)(Schedule).values(key=key, last_fired_at=now)
    taken = first.on_conflict_do_update(
        index_elements=[Schedule.key],
        set_={"last_fired_at": first.excluded.last_fired_at},
        where=Schedule.last_fired_at <= now - every,
    ).returning(Schedule.key)
    return connection.execute(taken).first() is not None
