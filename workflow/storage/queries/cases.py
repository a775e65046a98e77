"""Cases as lists and pages see them, filtered where rows are selected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    bindparam,
    case,
    false,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from workflow.core.fields import Access
from workflow.core.powers import Powers
from workflow.storage.base import BigId
from workflow.storage.case import Case, TaskRow
from workflow.storage.dialect import rows_as_json
from workflow.storage.direct import Question
from workflow.storage.labels import bears
from workflow.storage.projections import CaseAgency, CaseReader, DocumentRow, Relation
from workflow.storage.several import among, several

PAGE = 25
_Id = InstrumentedAttribute[int] | ColumnElement[int]
ONE_BY_ONE: Final = 0
"""An offset has PostgreSQL look into each case by itself, and never read the table for all."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; None leaves it as it is."""

    type: str | None = None
    opener: str | None = None
    part_of: str | None = None
    """An agency that has or had a part."""
    is_open: bool | None = None
    text: str | None = None
    """Words of the subject, or the beginning of a number."""
    label: tuple[str, int] | None = None
    """An agency, and one of the labels that it keeps."""


def known_to(powers: Powers) -> ColumnElement[bool]:
    """Select the cases that exist for an officer: what `core.access.may_read` says of one case."""
    reader = (powers.officer, powers.on) if powers.officer and powers.on else None
    return visible_to(powers.agencies, everything=powers.auditor, reader=reader)


class SortOfReader(NamedTuple):
    """What those have in common for whom `known_by_name` selects in the same words."""

    sees_everything: bool
    acts_for_agencies: bool
    is_officer: bool


def sort_of(powers: Powers) -> SortOfReader:
    """Return what somebody with these powers has in common with others."""
    is_officer = bool(powers.officer and powers.on)
    return SortOfReader(powers.auditor, bool(powers.agencies), is_officer)


def known_by_name(sort: SortOfReader) -> ColumnElement[bool]:
    """Select what `known_to` does in a statement made once, which is given `names_of` anybody."""
    reader = (bindparam("reads", type_=BigId), bindparam("reads_on", type_=Date))
    return visible_to(
        several("agencies") if sort.acts_for_agencies else (),
        everything=sort.sees_everything,
        reader=reader if sort.is_officer else None,
    )


def names_of(powers: Powers) -> dict[str, Any]:
    """Return what `known_by_name` is given of whoever reads."""
    return {"agencies": sorted(powers.agencies), "reads": powers.officer, "reads_on": powers.on}


def visible_to(
    agencies: Collection[str] | BindParameter[Any],
    *,
    everything: bool = False,
    reader: tuple[int | BindParameter[int], date | BindParameter[date]] | None = None,
) -> ColumnElement[bool]:
    """Select the cases that exist for whoever acts for these agencies.

    `everything` is for auditors; `reader` is an officer and the day on which they ask, for the
    cases that they were let into by name.
    """
    if everything:
        return Case.id.is_not(None)
    seen = (
        [is_no_secret(), _has_part(agencies)]
        if isinstance(agencies, BindParameter) or agencies
        else []
    )  # who acts for none knows of none
    named = [_is_let_in(*reader)] if reader else []
    return or_(false(), *seen, *named)


def is_no_secret() -> ColumnElement[bool]:
    """Select the cases that the whole network may know of."""
    return (Case.announced) & (Case.access != Access.RESTRICTED.value)


def read_inside_by(powers: Powers, case_id: _Id = Case.id) -> ColumnElement[bool]:
    """Select the cases in which an officer reads what their agencies read.

    It says of rows what `core.access.reads_inside` says of one case; `case_id` is the column that
    names the case, for rows that are not the case's own.
    """
    if powers.auditor:
        return case_id.is_not(None)
    reader = (powers.officer, powers.on) if powers.officer and powers.on else None
    named = [_is_let_in(*reader, case_id)] if reader else []
    return or_(_has_part(powers.agencies, case_id), *named)


def cases_page(
    connection: Connection,
    *,
    visible: ColumnElement[bool],
    narrowed: CaseFilter | None = None,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """List cases, the latest opened first; `before_id` is the last id of the page before."""
    wanted = _narrowed(_listed(), narrowed or CaseFilter()).where(visible)
    if before_id is not None:
        wanted = wanted.where(Case.id < before_id)
    return list(connection.execute(wanted.order_by(Case.id.desc()).limit(limit)))


def find_case(
    connection: Connection, number: str, *, visible: ColumnElement[bool]
) -> Row[Any] | None:
    """Return the line of a list for one case, or None where it does not exist for the reader."""
    return connection.execute(_listed().where(Case.number == number, visible)).one_or_none()


def known_among(
    connection: Connection, numbers: Collection[str], *, visible: ColumnElement[bool]
) -> frozenset[str]:
    """Return those of some numbers whose cases exist for the reader."""
    wanted = select(Case.number).where(Case.number.in_(sorted(numbers)), visible)
    return frozenset(connection.execute(wanted).scalars())


def tasks_of(connection: Connection, case_id: int) -> list[Mapping[str, Any]]:
    """List every task of a case, ended ones too, as they were opened; instants are text."""
    found: list[Mapping[str, Any]] = _of_case().tell(connection, case_id=case_id) or []
    return found


@cache
def _of_case() -> Question:
    return Question(select(rows_as_json(all_tasks())))


def all_tasks() -> Select[*tuple[Any, ...]]:
    """Select what pages tell of every task of a case."""
    row = TaskRow
    columns = (
        *(row.no, row.key, row.slot, row.agency, row.visit, row.status, row.opened_at),
        *(row.assignee, row.claimed_at, row.clock, row.outcome, row.reason),
        *(row.ended_at, row.ended_by, row.proposal, row.request),
    )
    wanted = select(*columns).where(row.case_id == bindparam("case_id", type_=BigId))
    return wanted.order_by(row.no)


def documents_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List every version of every document of a case, newest version first."""
    return list(connection.execute(_documents(), {"case_id": case_id}))


@cache
def _documents() -> Select[*tuple[Any, ...]]:
    wanted = select(DocumentRow.__table__).where(DocumentRow.case_id == bindparam("case_id"))
    return wanted.order_by(DocumentRow.field, DocumentRow.version.desc())


def find_document(
    connection: Connection, case_id: int, *, field: str, version: int | None = None
) -> Row[Any] | None:
    """Return one version of a document of a case, the newest for None."""
    wanted = select(DocumentRow.__table__).where(
        DocumentRow.case_id == case_id, DocumentRow.field == field
    )
    if version is not None:
        wanted = wanted.where(DocumentRow.version == version)
    return connection.execute(wanted.order_by(DocumentRow.version.desc()).limit(1)).one_or_none()


def ties_of(sort: SortOfReader) -> Select[*tuple[Any, ...]]:
    """Select the cases tied to a case that exist for a sort of reader, with the kind of each tie.

    `inward` are the ties that the other case tells of: their kind is what it is to this one. With
    cases of the type `with_data` come their data, as `promised`.
    """
    visible = known_by_name(sort)
    promises = Case.definition_key == bindparam("with_data")
    data = case((promises, Case.data)).label("promised")
    told = (
        select(Relation.kind, false().label("inward"), data, *_list_columns())
        .join(Case, Case.number == Relation.other_number)
        .where(Relation.case_id == bindparam("case_id", type_=BigId), visible)
    )
    heard = (
        select(Relation.kind, true().label("inward"), data, *_list_columns())
        .join(Case, Case.id == Relation.case_id)
        .where(Relation.other_number == bindparam("number"), visible)
    )
    both = union_all(told, heard).subquery()
    return select(both).order_by(both.c.inward.desc(), both.c.id)


def standing_in(
    connection: Connection,
    type_key: str,
    states: Collection[str],
    *,
    owner: str,
    visible: ColumnElement[bool],
    limit: int,
) -> list[Row[Any]]:
    """List the cases of a type at work in one of some states, those opened last first.

    They are found by their open tasks, which are indexed by who answers for the type.
    """
    at_work = select(TaskRow.case_id).where(
        TaskRow.is_open(), TaskRow.owner == owner, TaskRow.type == type_key
    )
    wanted = select(Case.number, Case.subject).where(Case.id.in_(at_work), visible)
    if states:
        wanted = wanted.where(Case.state.in_(sorted(states)))
    return list(connection.execute(wanted.order_by(Case.id.desc()).limit(limit)))


def ended_in(
    connection: Connection,
    type_key: str,
    states: Collection[str],
    *,
    visible: ColumnElement[bool],
    limit: int,
) -> list[Row[Any]]:
    """List the cases of a type that ended in one of some states, those opened last first."""
    wanted = select(Case.number, Case.subject).where(
        Case.definition_key == type_key,
        Case.result.is_not(None),
        Case.state.in_(sorted(states)),
        visible,
    )
    return list(connection.execute(wanted.order_by(Case.id.desc()).limit(limit)))


def matches(text: str) -> ColumnElement[bool]:
    """Select cases by words of their subject or by the beginning of a number, ours or SEI's."""
    words = text.split()
    said = [Case.subject.icontains(word, autoescape=True) for word in words]
    named = Case.number.startswith(text.strip(), autoescape=True)
    whole = said[0] if said else false()
    for one in said[1:]:
        whole &= one
    filed = Case.external_number.startswith(text.strip(), autoescape=True)
    return or_(named, filed, whole)


def _has_part(
    agencies: Collection[str] | BindParameter[Any], case_id: _Id = Case.id
) -> ColumnElement[bool]:
    return _parts(agencies, case_id).offset(ONE_BY_ONE).exists()


def _parts(
    agencies: Collection[str] | BindParameter[Any], case_id: _Id = Case.id
) -> Select[*tuple[Any, ...]]:
    of_case = select(CaseAgency.case_id).where(CaseAgency.case_id == case_id)
    return of_case.where(among(CaseAgency.agency, agencies))


def _is_let_in(
    officer: int | BindParameter[int],
    on: date | BindParameter[date],
    case_id: _Id = Case.id,
) -> ColumnElement[bool]:
    named = select(CaseReader.case_id).where(
        CaseReader.case_id == case_id, CaseReader.officer_id == officer, CaseReader.until >= on
    )
    return named.offset(ONE_BY_ONE).exists()


def _list_columns() -> tuple[Any, ...]:
    return (
        *(Case.id, Case.number, Case.subject, Case.definition_key, Case.definition_version),
        *(Case.state, Case.opener, Case.opened_at, Case.updated_at, Case.closed_at, Case.result),
        *(Case.access, Case.announced, Case.external_number, Case.last_event),
    )


def _listed() -> Select[Any]:
    return select(*_list_columns())


def _narrowed(wanted: Select[Any], to: CaseFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if to.type is not None:
        conditions.append(Case.definition_key == to.type)
    if to.opener is not None:
        conditions.append(Case.opener == to.opener)
    if to.part_of is not None:
        conditions.append(_parts([to.part_of]).exists())
    if to.is_open is not None:
        conditions.append(Case.closed_at.is_(None) if to.is_open else Case.closed_at.is_not(None))
    if to.text and to.text.strip():
        conditions.append(matches(to.text))
    if to.label is not None:
        agency, label = to.label
        conditions.append(bears(label, agency=agency))
    return wanted.where(*conditions)
