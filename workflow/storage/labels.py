"""The labels that an agency keeps for itself, and the cases that they are on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.orm import aliased

from workflow.storage import dialect
from workflow.storage.base import BigId
from workflow.storage.case import Case
from workflow.storage.desk import AgencyLabel, CaseFollower, CaseLabel
from workflow.storage.people import Officer
from workflow.storage.several import among, several


def labels_on(connection: Connection, agency: str, cases: Collection[int]) -> list[Row[Any]]:
    """List the labels of an agency by name, each once for every one of some cases that it is on.

    A label that is on none of them stands there once, without a case.
    """
    given = {"agency": agency, "cases": sorted(cases)}
    return list(connection.execute(_labels_on(), given))


@cache  # pages of lists ask for it
def _labels_on() -> Select[*tuple[Any, ...]]:
    borne = among(CaseLabel.case_id, several("cases", BigInteger))
    on = and_(CaseLabel.label_id == AgencyLabel.id, borne, CaseLabel.is_on)
    return (
        select(
            *(AgencyLabel.id, AgencyLabel.name, AgencyLabel.colour, AgencyLabel.retired_at),
            *(CaseLabel.case_id, CaseLabel.is_on, CaseLabel.at, Officer.name.label("by")),
        )
        .select_from(AgencyLabel)
        .outerjoin(CaseLabel, on)
        .outerjoin(Officer, Officer.id == CaseLabel.officer_id)
        .where(AgencyLabel.agency == bindparam("agency"))
        .order_by(AgencyLabel.folded, CaseLabel.case_id)
    )


@cache
def beside_case() -> Select[*tuple[Any, ...]]:
    """Select the labels of an agency with what became of each on a case, and who follows it.

    Every line says whether the reader follows the case; without any label one says that alone.
    """
    case_id, officer = bindparam("case_id", type_=BigId), bindparam("reader", type_=BigId)
    followed = select(CaseFollower.case_id).where(
        CaseFollower.case_id == case_id, CaseFollower.officer_id == officer
    )
    on = and_(CaseLabel.label_id == AgencyLabel.id, CaseLabel.case_id == case_id)
    reader = aliased(Officer)
    return (
        select(
            *(AgencyLabel.id, AgencyLabel.name, AgencyLabel.colour, AgencyLabel.retired_at),
            *(CaseLabel.case_id, CaseLabel.is_on, CaseLabel.at, Officer.name.label("by")),
            followed.exists().label("followed"),
        )
        .select_from(reader)
        .outerjoin(AgencyLabel, AgencyLabel.agency == bindparam("agency"))
        .outerjoin(CaseLabel, on)
        .outerjoin(Officer, Officer.id == CaseLabel.officer_id)
        .where(reader.id == officer)
        .order_by(AgencyLabel.folded)
    )


def bears(label: int, *, agency: str) -> ColumnElement[bool]:
    """Select the cases that a label is on; with one of another agency, none."""
    worn = (
        select(CaseLabel.case_id)
        .join(AgencyLabel, AgencyLabel.id == CaseLabel.label_id)
        .where(
            *(CaseLabel.case_id == Case.id, CaseLabel.label_id == label, CaseLabel.is_on),
            AgencyLabel.agency == agency,
        )
    )
    return worn.exists()


def labels_of(connection: Connection, agency: str) -> list[Row[Any]]:
    """List the labels of an agency by name: who changed each last and on how many cases it is."""
    on = (
        select(func.count())
        .where(CaseLabel.label_id == AgencyLabel.id, CaseLabel.is_on)
        .scalar_subquery()
    )
    wanted = (
        select(
            *(AgencyLabel.id, AgencyLabel.name, AgencyLabel.folded, AgencyLabel.colour),
            *(AgencyLabel.retired_at, AgencyLabel.changed_at),
            *(Officer.name.label("by"), on.label("cases")),
        )
        .join(Officer, Officer.id == AgencyLabel.changed_by)
        .where(AgencyLabel.agency == agency)
        .order_by(AgencyLabel.folded)
    )
    return list(connection.execute(wanted))


def add_label(connection: Connection, values: dict[str, Any]) -> bool:
    """Keep a new label; return whether the agency had none of that name."""
    key = [AgencyLabel.agency, AgencyLabel.folded]
    insert = dialect.insert(connection)(AgencyLabel).values(values)
    made = insert.on_conflict_do_nothing(index_elements=key).returning(AgencyLabel.id)
    return connection.execute(made).first() is not None


def change_label(
    connection: Connection, label: int, *, agency: str, values: dict[str, Any]
) -> bool:
    """Change a label of an agency; return whether it has that one."""
    there = (AgencyLabel.id == label, AgencyLabel.agency == agency)
    return connection.execute(update(AgencyLabel).where(*there).values(values)).rowcount == 1


def put_on(connection: Connection, case_id: int, label: int, *, by: int, at: datetime) -> bool:
    """Put a label on a case; return whether it was not on it."""
    key = {"case_id": case_id, "label_id": label}
    values = {"is_on": True, "officer_id": by, "at": at}
    put = dialect.insert(connection)(CaseLabel).values({**key, **values})
    changed = put.on_conflict_do_update(
        index_elements=list(key), set_=values, where=~CaseLabel.is_on
    )
    return connection.execute(changed.returning(CaseLabel.case_id)).first() is not None


def take_off(connection: Connection, case_id: int, label: int, *, by: int, at: datetime) -> bool:
    """Take a label off a case; return whether it was on it."""
    there = (CaseLabel.case_id == case_id, CaseLabel.label_id == label, CaseLabel.is_on)
    taken = update(CaseLabel).where(*there).values(is_on=False, officer_id=by, at=at)
    return connection.execute(taken).rowcount == 1
