"""What stands around a case, as its page shows it: all of it asked for in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

from sqlalchemy import Select, bindparam, select

from workflow.core.events import Event, Kind, Private
from workflow.core.powers import Powers
from workflow.storage.base import BigId
from workflow.storage.case import PrivateValue
from workflow.storage.dialect import object_as_json, objects_as_json, rows_as_json
from workflow.storage.direct import Held, Question
from workflow.storage.labels import beside_case
from workflow.storage.projections import DocumentRow
from workflow.storage.queries.cases import SortOfReader, all_tasks, names_of, sort_of, ties_of
from workflow.storage.queries.events import last_events, read_events
from workflow.storage.several import among, several

Rows: TypeAlias = Sequence[Mapping[str, Any]]
"""Rows as they came, their instants as text."""


@dataclass(frozen=True, slots=True)
class Around:
    """The rows that belong to a case."""

    tasks: Rows
    """Ended ones too, as they were opened."""
    documents: Rows
    """Every version of every document, the newest first."""
    ties: Rows
    """Cases tied to it that exist for the reader."""
    beside: Rows
    """Labels of the reader's agency, and whether the reader follows the case."""
    events: list[Event]
    """The last ones before a line, in order."""


def around(
    connection: Held,
    case_id: int,
    number: str,
    *,
    powers: Powers,
    agency: str,
    with_data: str,
    kinds: Collection[Kind] | None,
    before: int | None,
    limit: int,
) -> Around:
    """Return what stands around a case for its reader; `agency` is whose labels are wanted.

    Of tied cases of the type `with_data` come the data. History is narrowed as by `events_of`.
    """
    named = None if kinds is None else sorted(kind.value for kind in kinds)
    asked = {"kinds": named, "before": before, "limit": limit}
    narrowed = {name: value for name, value in asked.items() if value is not None}
    found = _around(sort_of(powers), frozenset(narrowed)).tell(
        connection,
        case_id=case_id,
        number=number,
        with_data=with_data,
        agency=agency,
        reader=powers.officer,
        **names_of(powers),
        **narrowed,
    )
    return Around(
        tasks=found["tasks"] or (),
        documents=found["documents"] or (),
        ties=found["ties"] or (),
        beside=found["beside"] or (),
        events=read_events(found["events"] or (), partial(_private, connection, case_id)),
    )


@cache
def _around(sort: SortOfReader, narrowed: frozenset[str]) -> Question:
    parts = {
        "tasks": all_tasks(),
        "documents": _documents(),
        "ties": ties_of(sort),
        "beside": beside_case(),
        "events": last_events(narrowed),
    }
    told = (rows_as_json(wanted).label(name) for name, wanted in parts.items())
    return Question(select(object_as_json(*told)))


def _private(held: Held, case_id: int, wanted: Collection[str]) -> dict[str, Private]:
    """Return the personal values of some commitments of a case, without those erased."""
    rows = _not_erased().tell(held, case_id=case_id, wanted=sorted(wanted)) or ()
    return {row["commitment"]: Private(row["salt"], row["value"]) for row in rows}


@cache
def _not_erased() -> Question:
    row = PrivateValue
    wanted = select(objects_as_json(row.commitment, row.salt, row.value)).where(
        row.case_id == bindparam("case_id", type_=BigId),
        among(row.commitment, several("wanted")),
        row.erased_at.is_(None),
    )
    return Question(wanted)


def _documents() -> Select[*tuple[Any, ...]]:
    row = DocumentRow
    columns = (
        *(row.field, row.version, row.name, row.media_type, row.size),
        *(row.officer, row.agency, row.at, row.withdrawn_at),
    )
    wanted = select(*columns).where(row.case_id == bindparam("case_id", type_=BigId))
    return wanted.order_by(row.field, row.version.desc())
