"""The network, calendars and rules as rows: how an import reads what there is and changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from workflow.core.network import Agency, FormerName
from workflow.storage import dialect
from workflow.storage.network import AgencyName, AgencyRow, CalendarDayRow, CountingRule, Setting
from workflow.storage.world import CALENDARS


class Day(NamedTuple):
    """A line of a calendar's layer, as it is kept."""

    layer: str
    day: date
    kind: str
    name: str
    source: str
    confidence: str
    closes: str


def raise_version(connection: Connection, key: str) -> int:
    """Count a version up and return it; whoever does so at the same time waits."""
    version: int = hold_setting(connection, key, 0) + 1
    keep_setting(connection, key, version)
    return version


def hold_setting(connection: Connection, key: str, otherwise: object) -> Any:  # noqa: ANN401
    """Return a value the network keeps, and keep others from changing it meanwhile."""
    made = dialect.insert(connection)(Setting).values(key=key, value=otherwise)
    held = made.on_conflict_do_update(index_elements=[Setting.key], set_={"value": Setting.value})
    return connection.execute(held.returning(Setting.value)).scalar_one()


def keep_setting(connection: Connection, key: str, value: object) -> None:
    """Keep a value of the network."""
    made = dialect.insert(connection)(Setting).values(key=key, value=value)
    kept = made.on_conflict_do_update(
        index_elements=[Setting.key], set_={"value": made.excluded.value}
    )
    connection.execute(kept)


def setting(connection: Connection, key: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a value the network keeps, or None."""
    return connection.execute(select(Setting.value).where(Setting.key == key)).scalar_one_or_none()


def agencies(connection: Connection) -> dict[str, Agency]:
    """Return every agency by its code."""
    rows = connection.execute(select(AgencyRow.__table__)).mappings()
    return {row["code"]: Agency(**row) for row in rows}


def keep_agencies(connection: Connection, changed: Iterable[Agency]) -> None:
    """Add agencies, or change those that are there."""
    rows = [asdict(agency) for agency in changed]
    if not rows:
        return
    made = dialect.insert(connection)(AgencyRow)
    columns = {name: made.excluded[name] for name in rows[0] if name != "code"}
    connection.execute(
        made.on_conflict_do_update(index_elements=[AgencyRow.code], set_=columns), rows
    )


def declare_distribution(connection: Connection, agency: str, rule: str) -> bool:
    """Keep how an agency gives out its tasks; False if it did so before."""
    other = AgencyRow.code == agency, AgencyRow.distribution != rule
    changed = update(AgencyRow).where(*other).values(distribution=rule)
    return connection.execute(changed).rowcount == 1


def end_names(
    connection: Connection, names: Iterable[FormerName], following: Mapping[str, Agency]
) -> None:
    """Keep what agencies were called up to a day; a name that held on none leaves no trace."""
    row, new = AgencyName, []
    for one in names:
        here = (row.code == one.code, row.valid_to == one.valid_to)
        before = connection.execute(select(row.name).where(*here)).scalar_one_or_none()
        if before is None:
            new.append(one)
        elif before == following[one.code].name:
            connection.execute(delete(row).where(*here))
    if new:
        connection.execute(insert(AgencyName), [asdict(one) for one in new])


def days(connection: Connection) -> dict[Day, int]:
    """Return every day that holds now, with the number of its row."""
    row = CalendarDayRow
    columns = (row.layer, row.day, row.kind, row.name, row.source, row.confidence, row.closes)
    wanted = select(row.id, *columns).where(row.removed_in.is_(None))
    return {Day(*line[1:]): line.id for line in connection.execute(wanted)}


def change_days(
    connection: Connection, *, added: Iterable[Day], removed: Iterable[int], version: int
) -> None:
    """Let days hold from a version of the calendars on, and others no longer."""
    gone = list(removed)
    if gone:
        row = CalendarDayRow
        connection.execute(update(row).where(row.id.in_(gone)).values(removed_in=version))
    if new := [{**day._asdict(), "added_in": version, "removed_in": None} for day in added]:
        connection.execute(insert(CalendarDayRow), new)


def named_calendars(connection: Connection) -> dict[str, Any]:
    """Return the calendars there are: title and layers by key."""
    return setting(connection, CALENDARS) or {}


def rules(connection: Connection) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Return every version of every counting rule."""
    row = CountingRule
    return {
        (key, version): data
        for key, version, data in connection.execute(select(row.key, row.version, row.data))
    }


def add_rules(
    connection: Connection, added: Mapping[tuple[str, int], Mapping[str, Any]], *, version: int
) -> None:
    """Let versions of counting rules hold from a version of the calendars on."""
    rows = [
        {"key": k, "version": v, "data": dict(data), "added_in": version}
        for (k, v), data in added.items()
    ]
    if rows:
        connection.execute(insert(CountingRule), rows)


def days_at(connection: Connection, version: int) -> list[Day]:
    """Return the days that held at a version of the calendars, in the order they came."""
    row = CalendarDayRow
    columns = (row.layer, row.day, row.kind, row.name, row.source, row.confidence, row.closes)
    held = (row.added_in <= version, (row.removed_in.is_(None)) | (row.removed_in > version))
    wanted = select(*columns).where(*held).order_by(row.id)
    return [Day(*line) for line in connection.execute(wanted)]


def rules_at(connection: Connection, version: int) -> list[Mapping[str, Any]]:
    """Return the counting rules that were known at a version of the calendars, the latest last."""
    row = CountingRule
    wanted = select(row.data).where(row.added_in <= version).order_by(row.version)
    return list(connection.execute(wanted).scalars())
