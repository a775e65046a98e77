"""The history of a case, read back as the events that were written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    literal,
    select,
    tuple_,
)

from workflow.core.altering import made
from workflow.core.events import By, Event, Kind, Private
from workflow.storage.base import BigId, UtcDateTime, read_instant
from workflow.storage.case import Case, EventRow, PrivateValue
from workflow.storage.several import among, several


def events_of(
    connection: Connection,
    case_id: int,
    *,
    from_seq: int | None = None,
    before: int | None = None,
    limit: int | None = None,
    kinds: Collection[Kind] | None = None,
    since: datetime | None = None,
) -> list[Event]:
    """Return a case's events in order, personal values beside them unless they were erased.

    With `limit`, the last ones before the line `before`, for paging back from the newest;
    `kinds` leaves out all others, `since` those before an instant.
    """
    named = None if kinds is None else sorted(kind.value for kind in kinds)
    asked = {"from_seq": from_seq, "before": before, "since": since, "kinds": named, "limit": limit}
    given = {name: value for name, value in asked.items() if value is not None}
    rows = connection.execute(last_events(frozenset(given)), {"case_id": case_id, **given})
    return read_events(
        [row._asdict() for row in rows],
        lambda wanted: _private_values(connection, [case_id], wanted),
    )


def read_events(
    rows: Sequence[Mapping[str, Any]], kept: Callable[[Collection[str]], Mapping[str, Private]]
) -> list[Event]:
    """Return rows of a case's history, the last first, as events in order.

    Rows that came as JSON have their instants as text. `kept` gives the personal values of some
    commitments; it is asked where there are any.
    """
    sealed = [list(commitments(row["body"])) for row in rows]
    wanted = set(chain.from_iterable(sealed))
    private = kept(wanted) if wanted else {}
    found = [_event(row, of, private) for row, of in zip(rows, sealed, strict=True)]
    found.reverse()
    return found


@cache  # every page of a case asks for it
def last_events(narrowed: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Select events of a case, the last first, narrowed by some of the names of `events_of`."""
    by_name = {
        "from_seq": EventRow.seq >= bindparam("from_seq"),
        "before": EventRow.seq < bindparam("before"),
        "since": EventRow.at >= bindparam("since", type_=UtcDateTime),
        "kinds": among(EventRow.kind, several("kinds")),
    }
    of_case = select(EventRow.__table__).where(
        EventRow.case_id == bindparam("case_id", type_=BigId)
    )
    wanted = of_case.where(*(by_name[name] for name in sorted(narrowed - {"limit"})))
    wanted = wanted.order_by(EventRow.seq.desc())
    return wanted.limit(bindparam("limit", type_=Integer)) if "limit" in narrowed else wanted


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands among those of several cases, the earliest first."""

    at: datetime
    case_id: int
    seq: int


def events_among(
    connection: Connection, cases: Collection[int], *, before: Place | None, limit: int
) -> list[tuple[int, Event]]:
    """Return the last events of several cases before a place, in order, each with its case."""
    table = EventRow.__table__
    place = tuple_(table.c.at, table.c.case_id, table.c.seq)
    wanted = select(table).where(table.c.case_id.in_(sorted(cases)))
    if before is not None:
        ended = (literal(before.at, UtcDateTime), literal(before.case_id), literal(before.seq))
        wanted = wanted.where(place < tuple_(*ended))
    order = (table.c.at.desc(), table.c.case_id.desc(), table.c.seq.desc())
    rows = list(connection.execute(wanted.order_by(*order).limit(limit)))
    rows.reverse()
    sealed = [list(commitments(row.body)) for row in rows]
    kept = _private_values(connection, cases, set(chain.from_iterable(sealed)))
    return [
        (row.case_id, _event(row._asdict(), of, kept)) for row, of in zip(rows, sealed, strict=True)
    ]


def kinds_since(connection: Connection, since: datetime) -> frozenset[tuple[str, str]]:
    """Return which kinds of event people of which agencies brought about since an instant."""
    wanted = select(EventRow.kind, EventRow.agency).distinct()
    acted = wanted.where(EventRow.at > since, EventRow.agency.is_not(None))
    return frozenset((row.kind, row.agency or "") for row in connection.execute(acted))


def last_event(connection: Connection, case_id: int) -> Event | None:
    """Return the last event of a case."""
    return next(iter(events_of(connection, case_id, limit=1)), None)


def case_id_of(connection: Connection, number: str) -> int | None:
    """Return the id of a case, or None if there is none of that number."""
    return connection.execute(select(Case.id).where(Case.number == number)).scalar_one_or_none()


_WANTED: Final = select(PrivateValue.commitment, PrivateValue.salt, PrivateValue.value).where(
    among(PrivateValue.case_id, several("cases", BigInteger)),
    among(PrivateValue.commitment, several("wanted")),
    PrivateValue.erased_at.is_(None),
)


def _private_values(
    connection: Connection, cases: Collection[int], wanted: Collection[str]
) -> dict[str, Private]:
    if not wanted:
        return {}
    given = {"cases": sorted(cases), "wanted": sorted(wanted)}
    rows = connection.execute(_WANTED, given)
    return {row.commitment: Private(row.salt, row.value) for row in rows}


_PRIVATE: Final = select(PrivateValue.__table__).where(
    PrivateValue.case_id == bindparam("case_id", type_=BigId)
)


def private_values_of(connection: Connection, case_id: int) -> dict[str, Row[Any]]:
    """Return what is kept of the personal values of a case, the erased ones too, by commitment."""
    kept = connection.execute(_PRIVATE, {"case_id": case_id})
    return {row.commitment: row for row in kept}


def commitments(value: object) -> Iterator[str]:
    """Go through the commitments to personal values anywhere in an event's body."""
    if isinstance(value, _PLAIN):
        return
    if isinstance(value, Mapping):
        if len(value) == 1 and "commitment" in value:
            yield value["commitment"]
            return
        for part in value.values():
            yield from commitments(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from commitments(part)


_PLAIN: Final = (str, int, float, type(None))
"""What holds nothing else; to ask it whether it is a mapping takes many times as long."""


def _event(row: Mapping[str, Any], sealed: Iterable[str], kept: Mapping[str, Private]) -> Event:
    return made(
        Event,
        {
            "seq": row["seq"],
            "kind": _KINDS.get(row["kind"]) or Kind(row["kind"]),
            "at": read_instant(row["at"]),
            "by": By(row["officer"], row["agency"], row["on_behalf_of"], row["guest"]),
            "body": row["body"],
            "hash": row["hash"],
            "private": {one: kept[one] for one in sealed if one in kept},
        },
    )


_KINDS: Final = {kind.value: kind for kind in Kind}
