"""Plans of mass changes: which cases a change may move, and how far a plan has got."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from workflow.core.questions import ANSWERING, SCOPE
from workflow.storage import dialect
from workflow.storage.case import ActKey, Case, TaskRow
from workflow.storage.plans import RecountFailure, RecountMove, RecountPlan, ReformLine
from workflow.storage.projections import CaseDeadline
from workflow.storage.queries.cases import is_no_secret


class Phase(StrEnum):
    """How far a plan is."""

    COUNTING = "counting"
    """Its preview is being counted."""
    COUNTED = "counted"
    """Its preview is whole; it waits for somebody to apply it."""
    WAITING = "waiting"
    """It is decided, and waits for its day."""
    APPLYING = "applying"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Plan:
    """A change of calendars, rules or agencies, and how far its work has got."""

    id: int
    kind: str
    body: Mapping[str, Any]
    source: str
    phase: Phase
    created_at: datetime
    created_by: int | None
    base_version: int
    new_version: int | None
    applied_at: datetime | None
    applied_by: int | None
    ended_at: datetime | None
    total: int
    gone: int
    cursor: int
    cases: int
    moves: int
    kept: int
    moved: int

    @property
    def works(self) -> bool:
        """Whether there is still something for somebody to go on with."""
        return self.phase in (Phase.COUNTING, Phase.APPLYING)


class Place(NamedTuple):
    """Where a page of a preview ended."""

    case_id: int
    clock_key: str


_COLUMNS = tuple(c for c in RecountPlan.__table__.columns if c.name != "key")


# --- Which cases -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a change reaches, in the words of rows."""

    first: date
    last: date
    """The first and the last day that differ."""
    agencies: Collection[str] = ()
    """Whose calendars differ, or with `spared` whose do not."""
    spared: bool = False
    rules: Collection[str] = ()
    places: Collection[tuple[str, str]] = ()
    """States, by request type, in which calendars decide more than deadlines."""


def reached(reach: Reach) -> ColumnElement[bool]:
    """Select the open cases with a deadline whose counted span the change may touch."""
    places = tuple_(Case.definition_key, Case.state).in_(sorted(reach.places))
    tasks = exists().where(
        TaskRow.case_id == Case.id, TaskRow.is_open(), TaskRow.due_on.is_not(None), _task(reach)
    )
    clocks = exists().where(
        CaseDeadline.case_id == Case.id, CaseDeadline.status == "running", _clock(reach)
    )
    return and_(Case.result.is_(None), or_(tasks, clocks, *([places] if reach.places else [])))


def _task(reach: Reach) -> ColumnElement[bool]:
    start, term = TaskRow.clock["start"].as_string(), TaskRow.clock["term"].as_string()
    after = (reach.last + timedelta(days=1)).isoformat() if reach.last < date.max else "9999-12-32"
    back = and_(term.like("%before%"), TaskRow.due_on <= reach.last)
    ahead = and_(TaskRow.due_on >= reach.first, start < after)
    by_rule = TaskRow.clock["rule"].as_string().in_(sorted(reach.rules))
    return or_(and_(_owed_by(TaskRow.agency, reach), or_(ahead, back)), by_rule)


def _clock(reach: Reach) -> ColumnElement[bool]:
    written = cast(Case.clocks, String)
    owed = _owed_by(CaseDeadline.agency, reach)
    spans = or_(CaseDeadline.due_on >= reach.first, written.like("%before%"))
    by_rule: list[ColumnElement[bool]] = [
        written.like(f'%"{rule}"%') for rule in sorted(reach.rules)
    ]
    if ANSWERING.rule in reach.rules:
        by_rule.append(CaseDeadline.key.startswith(f"{SCOPE}:"))
    return or_(and_(owed, spans), *by_rule)


def _owed_by(agency: Any, reach: Reach) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    listed = sorted(reach.agencies)
    found: ColumnElement[bool] = agency.not_in(listed) if reach.spared else agency.in_(listed)
    return found


def missed(plan: Plan) -> ColumnElement[bool]:
    """Select the cases that somebody acted on while the plan began, and that it did not write.

    Their act may have been decided on the calendars before it.
    """
    since = (plan.applied_at or plan.created_at) - timedelta(minutes=5)
    key = literal(f"recount:{plan.id}:").concat(Case.number)
    return and_(Case.updated_at >= since, ~exists().where(ActKey.key == key))


def how_many(connection: Connection, which: ColumnElement[bool]) -> int:
    """Count cases."""
    number: int = connection.execute(
        select(func.count()).select_from(Case).where(which)
    ).scalar_one()
    return number


def known_keys(connection: Connection, keys: Collection[str]) -> frozenset[str]:
    """Return those of some keys whose acts have been done."""
    wanted = select(ActKey.key).where(ActKey.key.in_(sorted(keys)))
    return frozenset(connection.execute(wanted).scalars())


def wake_otherwise(connection: Connection, changed: Sequence[Mapping[str, Any]]) -> None:
    """Let the clock look at cases at other instants, those that have not moved since.

    Each line names `case_id`, `revision` and `wake_at`.
    """
    for line in changed:
        held = (Case.id == line["case_id"], Case.revision == line["revision"])
        connection.execute(update(Case).where(*held).values(wake_at=line["wake_at"]))


# --- The plan ----------------------------------------------------------------------------------


def add_plan(connection: Connection, **values: Any) -> int | None:  # noqa: ANN401
    """Add a plan; None if its key is known."""
    blank = dict.fromkeys(("total", "gone", "cursor", "cases", "moves", "kept", "moved"), 0)
    made = dialect.insert(connection)(RecountPlan).values({**blank, **values})
    added = made.on_conflict_do_nothing().returning(RecountPlan.id)
    return connection.execute(added).scalar_one_or_none()


def plan_of(connection: Connection, plan_id: int, *, held: bool = False) -> Plan | None:
    """Return a plan, perhaps keeping others from changing it meanwhile."""
    wanted = select(*_COLUMNS).where(RecountPlan.id == plan_id)
    row = connection.execute(wanted.with_for_update() if held else wanted).one_or_none()
    return _plan(row) if row else None


def plan_of_key(connection: Connection, key: str) -> Plan | None:
    """Return the plan that an act made, or None."""
    row = connection.execute(select(*_COLUMNS).where(RecountPlan.key == key)).one_or_none()
    return _plan(row) if row else None


def plans(
    connection: Connection, kinds: Collection[str], *, limit: int = 25, before: int | None = None
) -> list[Plan]:
    """List the plans of some kinds that were not dropped, the latest first."""
    wanted = select(*_COLUMNS).where(
        RecountPlan.phase != Phase.DROPPED.value, RecountPlan.kind.in_(sorted(kinds))
    )
    if before is not None:
        wanted = wanted.where(RecountPlan.id < before)
    rows = connection.execute(wanted.order_by(RecountPlan.id.desc()).limit(limit))
    return [_plan(row) for row in rows]


def plan_applying(connection: Connection) -> Plan | None:
    """Return the plan that is being applied, or None."""
    wanted = select(*_COLUMNS).where(RecountPlan.phase == Phase.APPLYING.value)
    row = connection.execute(wanted.order_by(RecountPlan.id).limit(1)).one_or_none()
    return _plan(row) if row else None


def move_plan(connection: Connection, plan: Plan, **values: Any) -> bool:  # noqa: ANN401
    """Bring a plan on from where it was; False if somebody else has meanwhile."""
    row = RecountPlan
    where = (row.id == plan.id, row.phase == plan.phase.value, row.cursor == plan.cursor)
    return connection.execute(update(row).where(*where).values(values)).rowcount == 1


def _plan(row: Row[Any]) -> Plan:
    values = row._asdict()
    return Plan(**{**values, "phase": Phase(values["phase"])})


# --- Its lines ---------------------------------------------------------------------------------


def add_lines(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    *,
    table: type[RecountMove | ReformLine],
) -> None:
    """Add lines to a preview."""
    if rows:
        connection.execute(insert(table), list(rows))


def forget_preview(connection: Connection, plan_id: int) -> None:
    """Delete the lines of a preview, and what could not be counted."""
    for table in (RecountMove, ReformLine, RecountFailure):
        connection.execute(delete(table).where(table.plan_id == plan_id))


def moves_page(
    connection: Connection,
    plan_id: int,
    *,
    visible: ColumnElement[bool],
    after: Place | None = None,
    limit: int = 50,
) -> list[Row[Any]]:
    """List lines of a preview; `readable` says whether the reader may open the case.

    `named` says whether the case is no secret, so that its number may stand in the preview.
    """
    row = RecountMove
    wanted = (
        select(
            *row.__table__.columns,
            visible.label("readable"),
            or_(visible, is_no_secret()).label("named"),
        )
        .join(Case, Case.id == row.case_id)
        .where(row.plan_id == plan_id)
        .order_by(row.case_id, row.clock_key)
    )
    if after is not None:
        wanted = wanted.where(tuple_(row.case_id, row.clock_key) > tuple(after))
    return list(connection.execute(wanted.limit(limit)))


def moves_by_agency(connection: Connection, plan_id: int) -> list[Row[Any]]:
    """Count the lines of a preview by agency: those that move and those kept."""
    row = RecountMove
    counted = (
        select(
            row.agency,
            func.count().filter(row.kept.is_(None)).label("moves"),
            func.count().filter(row.kept.is_not(None)).label("kept"),
        )
        .where(row.plan_id == plan_id)
        .group_by(row.agency)
        .order_by(func.count().desc(), row.agency)
    )
    return list(connection.execute(counted))


def add_failures(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note cases that could not be recounted."""
    if listed := list(rows):
        connection.execute(
            dialect.insert(connection)(RecountFailure).on_conflict_do_nothing(), listed
        )


def failures(connection: Connection, plan_id: int, *, limit: int = 100) -> list[Row[Any]]:
    """List cases that could not be recounted."""
    row = RecountFailure
    wanted = select(row.number, row.error, row.at).where(row.plan_id == plan_id)
    return list(connection.execute(wanted.order_by(row.case_id).limit(limit)))
