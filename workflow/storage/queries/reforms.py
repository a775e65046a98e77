"""What a reform of agencies touches: cases, people and what they arranged; and its preview."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, or_, select

from workflow.core.reform_staff import Member
from workflow.storage.case import Case
from workflow.storage.desk import SavedFilter
from workflow.storage.feeds import Feed
from workflow.storage.people import Membership, Officer, Substitution
from workflow.storage.plans import ReformLine
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.cases import is_no_secret


def cases_naming(agencies: Collection[str]) -> ColumnElement[bool]:
    """Select the open cases in which some agencies have or had a part."""
    named = select(CaseAgency.case_id).where(CaseAgency.agency.in_(sorted(agencies)))
    return and_(Case.result.is_(None), Case.id.in_(named))


def members_from(connection: Connection, day: date) -> list[Member]:
    """List what active officers are in agencies on a day, or will be later."""
    row = Membership
    wanted = (
        select(row.id, row.officer_id, row.agency, row.role, row.valid_from, row.valid_to)
        .join(Officer, Officer.id == row.officer_id)
        .where(Officer.active.is_(True), or_(row.valid_to.is_(None), row.valid_to >= day))
        .order_by(row.id)
    )
    return [Member(*line) for line in connection.execute(wanted)]


def substitutions_in(
    connection: Connection, agencies: Collection[str], *, day: date
) -> list[Row[Any]]:
    """List the substitutions for some agencies that hold on a day, or will."""
    row = Substitution
    wanted = select(row.__table__).where(
        row.agency.in_(sorted(agencies)), row.valid_to >= day, row.valid_from <= row.valid_to
    )
    return list(connection.execute(wanted.order_by(row.id)))


def filters_in(connection: Connection, agencies: Collection[str]) -> list[Row[Any]]:
    """List the views of an inbox that people keep in some agencies."""
    row = SavedFilter
    wanted = select(row.id, row.officer_id, row.agency, row.name, row.is_shared)
    return list(connection.execute(wanted.where(row.agency.in_(sorted(agencies))).order_by(row.id)))


def feeds_in(connection: Connection, agencies: Collection[str]) -> list[Row[Any]]:
    """List the calendars in use that tell the deadlines of some agencies."""
    row = Feed
    wanted = select(row.id, row.officer_id, row.agency).where(
        row.agency.in_(sorted(agencies)), row.token_hash.is_not(None)
    )
    return list(connection.execute(wanted.order_by(row.id)))


# --- The preview --------------------------------------------------------------------------------


def lines_page(
    connection: Connection,
    plan_id: int,
    *,
    visible: ColumnElement[bool],
    kinds: Collection[str] = (),
    agency: str = "",
    after: int = 0,
    limit: int = 50,
) -> list[Row[Any]]:
    """List lines of a preview, perhaps of some kinds or of one agency, with the officer's name.

    `readable` says whether the reader may open the case, `named` whether its number may stand
    in the preview; beside the cases both are true.
    """
    row = ReformLine
    beside = row.case_id.is_(None)
    wanted = (
        select(
            *row.__table__.columns,
            Officer.name.label("officer_name"),
            or_(beside, and_(Case.id.is_not(None), visible)).label("readable"),
            or_(beside, and_(Case.id.is_not(None), or_(visible, is_no_secret()))).label("named"),
        )
        .outerjoin(Case, Case.id == row.case_id)
        .outerjoin(Officer, Officer.id == row.officer_id)
        .where(row.plan_id == plan_id, row.id > after)
        .order_by(row.id)
    )
    if kinds:
        wanted = wanted.where(row.kind.in_(sorted(kinds)))
    if agency:
        wanted = wanted.where(or_(row.agency == agency, row.heir == agency))
    return list(connection.execute(wanted.limit(limit)))


def line_counts(connection: Connection, plan_id: int) -> list[Row[Any]]:
    """Count the lines of a preview by agency, heir and kind: `n`, and `later` of moved days."""
    row = ReformLine
    moved = row.due_from.is_not(None) & (row.due_from != row.due_to)
    counted = (
        select(
            *(row.agency, row.heir, row.kind, func.count().label("n")),
            func.count().filter(func.coalesce(moved, false())).label("moved"),
        )
        .where(row.plan_id == plan_id)
        .group_by(row.agency, row.heir, row.kind)
        .order_by(row.agency, row.kind, row.heir)
    )
    return list(connection.execute(counted))
