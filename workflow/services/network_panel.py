"""The panel of the network: what was done in a year, who owes, how plans and projects stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, and_

from workflow.catalogue.network_panel import network_panel
from workflow.core.access import is_sealed, readable_data
from workflow.core.errors import NotAssigned
from workflow.core.network import Agency
from workflow.core.network_panel import (
    Counter,
    Light,
    NetworkPanel,
    Owing,
    light_of_each,
    plan_of_each,
)
from workflow.core.registers.entries import Entry
from workflow.core.snapshot import CaseSnapshot, TaskStatus
from workflow.core.world import World
from workflow.services.network_targets import entries_of, read_in_part, targets_of
from workflow.services.register_desk import desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.load import load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.panels import asked_of_each

MOST: Final = 3000
"""Cases that the panel looks at (house rule)."""
MOST_YEARS: Final = 8
Read: TypeAlias = Sequence[tuple[CaseSnapshot, Mapping[str, Any]]]
Counting: TypeAlias = Sequence[tuple[CaseSnapshot | Entry, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A case or an entry that counts, with what it adds."""

    of: CaseSnapshot | Entry
    on: date
    value: int


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that a unit was asked to do and has not done."""

    of: str
    """Key of what is missing."""
    agency: str
    number: str
    subject: str
    no: int
    owing: Owing
    asked_on: date
    due_on: date | None


@dataclass(frozen=True, slots=True, eq=False)
class PanelView:
    """The panel of one year, as one reader may read it."""

    panel: NetworkPanel
    year: int
    counted: Mapping[str, tuple[Counted, ...]]
    """By counter, the latest first."""
    years: tuple[int, ...]
    """In which anything counts, this one too, the latest first."""
    in_part: frozenset[str]
    """Registers of which the reader knows the entries of few agencies."""
    targets: Mapping[str, Entry]
    """By counter: what the coordination means to reach."""
    owed: tuple[Owed, ...]
    """By agency."""
    plans: Mapping[str, CaseSnapshot]
    """By agency: its latest plan."""
    unplanned: tuple[Agency, ...]
    """Agencies that should have a plan and have none."""
    lights: tuple[Light, ...]
    more: bool
    world: World


def may_look(uow: UnitOfWork) -> bool:
    """Say whether the panel is there for a person."""
    return network_panel().is_for(uow.powers, uow.world().network.root)


def panel_view(uow: UnitOfWork, year: int) -> PanelView:
    """Gather the panel of a year; raise `NotAssigned` for who has no business with it."""
    panel, world = network_panel(), uow.world()
    if not may_look(uow):
        raise NotAssigned(agency=panel.coordinated_by, officer=uow.powers.officer)
    visible = known_to(uow.powers)
    with uow.reading() as connection:
        found = load_cases(
            connection,
            and_(visible, Case.definition_key.in_(sorted(panel.types))),
            newest_first=True,
            limit=MOST + 1,
            definitions=uow.installation.definition,
        )
        asked = asked_of_each(
            connection,
            [(one.type, one.task) for one in panel.missing],
            visible=visible,
            since=_midnight(world, year),
            until=_midnight(world, year + 1),
        )
    cases = [one.snapshot for one in reversed(found[:MOST])]
    read = [(case, readable_data(case, uow.powers)) for case in cases]
    desk = desk_of(uow)
    entries = entries_of(uow, desk, {*panel.registers, panel.targets})
    plans = plan_of_each(panel.plans, cases)
    uow.sealed |= {one.case_id for one in found[:MOST] if is_sealed(one.snapshot)}
    return PanelView(
        panel=panel,
        year=year,
        years=tuple(_years(panel, read, entries, {year, uow.today.year})),
        in_part=read_in_part(desk, panel.registers),
        counted={one.key: tuple(_counted(one, read, entries, year)) for one in panel.counters},
        targets=targets_of(entries[panel.targets], year),
        owed=tuple(_owed(panel, asked, world, uow.today)),
        plans=plans,
        unplanned=tuple(_unplanned(panel, world, plans, uow.today)),
        lights=tuple(light_of_each(panel.lights, read)),
        more=len(found) > MOST,
        world=world,
    )


def _midnight(world: World, year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time(), tzinfo=world.zone)


def _counting(counter: Counter, read: Read, entries: Mapping[str, Sequence[Entry]]) -> Counting:
    """Return the cases or entries that may count, with what the reader may read of them."""
    if counter.register:
        return [(entry, entry.values) for entry in entries[counter.register]]
    return [(case, data) for case, data in read if counter.counts(case)]


def _years(
    panel: NetworkPanel, read: Read, entries: Mapping[str, Sequence[Entry]], known: set[int]
) -> list[int]:
    found = {
        int(data[counter.on][:4])
        for counter in panel.counters
        for _, data in _counting(counter, read, entries)
        if data.get(counter.on) and data.get(counter.filled) is not None
    }
    return sorted(found | known, reverse=True)[:MOST_YEARS]


def _counted(
    counter: Counter, read: Read, entries: Mapping[str, Sequence[Entry]], year: int
) -> list[Counted]:
    """Return what counts in a year, the latest first."""
    found = []
    for of, data in _counting(counter, read, entries):
        value = counter.value(data, year)
        if value is not None:
            found.append(Counted(of, date.fromisoformat(data[counter.on][:10]), value))
    return sorted(found, key=lambda one: one.on, reverse=True)


def _owed(panel: NetworkPanel, asked: list[Row[Any]], world: World, today: date) -> Iterator[Owed]:
    of = {(one.type, one.task): one.key for one in panel.missing}
    for row in asked:
        owing = _owing(row, today)
        if owing is not None:
            yield Owed(
                of=of[row.definition_key, row.key],
                agency=row.agency,
                number=row.number,
                subject=row.subject,
                no=row.no,
                owing=owing,
                asked_on=world.day(row.opened_at),
                due_on=row.due_on,
            )


def _owing(row: Row[Any], today: date) -> Owing | None:
    match TaskStatus(row.status):
        case TaskStatus.LAPSED:
            return Owing.SILENT
        case TaskStatus.OPEN | TaskStatus.CLAIMED:
            return Owing.LATE if row.due_on and row.due_on < today else Owing.IN_TIME
        case _:
            return None


def _unplanned(
    panel: NetworkPanel, world: World, plans: Mapping[str, CaseSnapshot], today: date
) -> Iterator[Agency]:
    """Go through the agencies with a unit that should have drawn up a plan, and none."""
    network = world.network
    for unit in network.active(today):
        above = unit.parent if unit.unit_role == panel.plans.unit else None
        if above and above not in plans and unit.code not in plans:
            yield network.agency(above)
