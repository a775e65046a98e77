"""Who follows which case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, delete, or_, select

from workflow.storage import dialect
from workflow.storage.case import Case
from workflow.storage.desk import CaseFollower
from workflow.storage.people import Membership, Officer


def add_follower(connection: Connection, case_id: int, officer: int, *, at: datetime) -> bool:
    """Let an officer follow a case; return whether they did not yet."""
    row = {"case_id": case_id, "officer_id": officer, "since": at}
    added = dialect.insert(connection)(CaseFollower).values(row).on_conflict_do_nothing()
    return connection.execute(added.returning(CaseFollower.case_id)).first() is not None


def drop_follower(connection: Connection, case_id: int, officer: int) -> bool:
    """Let an officer follow a case no more; return whether they did."""
    dropped = delete(CaseFollower).where(
        CaseFollower.case_id == case_id, CaseFollower.officer_id == officer
    )
    return connection.execute(dropped).rowcount == 1


def followers_of(
    connection: Connection, number: str, *, agencies: Collection[str] | None, today: date
) -> list[int]:
    """List the active officers who follow a case; with `agencies`, only who acts for one today."""
    wanted = (
        select(CaseFollower.officer_id)
        .join(Case, Case.id == CaseFollower.case_id)
        .join(Officer, Officer.id == CaseFollower.officer_id)
        .where(Case.number == number, Officer.active)
        .order_by(CaseFollower.officer_id)
    )
    if agencies is not None:
        acts = select(Membership.id).where(
            Membership.officer_id == CaseFollower.officer_id,
            Membership.agency.in_(sorted(agencies)),
            Membership.valid_from <= today,
            or_(Membership.valid_to.is_(None), Membership.valid_to >= today),
        )
        wanted = wanted.where(acts.exists())
    return list(connection.execute(wanted).scalars())
