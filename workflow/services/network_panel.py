"""The panel of the network: what was done in a year, who owes, how plans and projects stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Row

from workflow.catalogue.network_panel import network_panel
from workflow.core.definition import Definition
from workflow.core.errors import NotAssigned
from workflow.core.network import Agency
from workflow.core.network_panel import (
    Counter,
    Light,
    NetworkPanel,
    Owing,
    Told,
    light_of_each,
    plan_of_each,
)
from workflow.core.registers.entries import Entry
from workflow.core.snapshot import TaskStatus
from workflow.core.world import World
from workflow.services.network_counts import CountedList, counted_list, counts, seen_cases
from workflow.services.network_targets import entries_of, read_in_part, targets_of
from workflow.services.register_desk import Desk, desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.panels import asked_of_each, told_of_each
from workflow.storage.queries.tallies import Year

MOST_YEARS: Final = 8


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
    counted: Mapping[str, int]
    """By counter, how much was done."""
    years: tuple[int, ...]
    """In which anything counts, this one too, the latest first."""
    in_part: frozenset[str]
    """Counters that count only what few agencies did, as the reader knows no more."""
    targets: Mapping[str, Entry]
    """By counter: what the coordination means to reach."""
    owed: tuple[Owed, ...]
    """By agency."""
    plans: Mapping[str, Told]
    """By agency: its latest plan."""
    unplanned: tuple[Agency, ...]
    """Agencies that should have a plan and have none."""
    lights: tuple[Light, ...]
    world: World


def may_look(uow: UnitOfWork) -> bool:
    """Say whether the panel is there for a person."""
    return network_panel().is_for(uow.powers, uow.world().network.root)


def panel_view(uow: UnitOfWork, year: int) -> PanelView:
    """Gather the panel of a year; raise `NotAssigned` for who has no business with it."""
    panel, world = network_panel(), uow.world()
    if not panel.is_for(uow.powers, world.network.root):
        raise NotAssigned(agency=panel.coordinated_by, officer=uow.powers.officer)
    with uow.reading() as connection:
        asked = asked_of_each(
            connection,
            [(one.type, one.task) for one in panel.missing],
            visible=known_to(uow.powers),
            since=_midnight(world, year),
            until=_midnight(world, year + 1),
        )
    desk = desk_of(uow, world)
    versions = uow.installation.every()
    done = counts(uow, desk, panel.counters, versions)
    plans = plan_of_each(panel.plans, _told(uow, versions, panel.plans.type))
    of_project = (panel.lights.project, panel.lights.light)
    cycles = _told(uow, versions, panel.lights.type, of_project)
    lights = light_of_each(panel.lights, cycles)
    told = (*plans.values(), *(one.case for one in lights))
    uow.sealed |= {case.id for case in told if case.sealed}
    return PanelView(
        panel=panel,
        year=year,
        years=_years(done, {year, uow.today.year}),
        in_part=_in_part(desk, panel.counters),
        counted={
            one.key: sum(
                found.total for found in done if (found.key, found.year) == (one.key, year)
            )
            for one in panel.counters
        },
        targets=targets_of(entries_of(uow, desk, panel.targets), year),
        owed=tuple(_owed(panel, asked, world, uow.today)),
        plans=plans,
        unplanned=tuple(_unplanned(panel, world, plans, uow.today)),
        lights=tuple(lights),
        world=world,
    )


def panel_list(uow: UnitOfWork, view: PanelView, counter: str) -> CountedList:
    """List what a counter of a panel counts, as far as the reader may know of it."""
    spec = next(one for one in view.panel.counters if one.key == counter)
    return counted_list(uow, desk_of(uow, view.world), spec, view.year)


def _midnight(world: World, year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time(), tzinfo=world.zone)


def _told(
    uow: UnitOfWork, known: Iterable[Definition], type_key: str, fields: Sequence[str] = ()
) -> Iterator[Told]:
    """Go through the cases of a type that the reader may know of, as they were opened."""
    versions = {one.version: one for one in known if one.key == type_key}
    which = seen_cases(uow.powers, versions.values(), fields)
    with uow.reading() as connection:
        rows = told_of_each(connection, type_key, fields, which=which)
    for row in rows:
        yield Told(
            id=row.id,
            number=row.number,
            subject=row.subject,
            opener=row.opener,
            definition=versions[row.definition_version],
            state=row.state,
            opened_at=row.opened_at,
            entered_at=row.entered_at,
            is_open=row.closed_at is None,
            sealed=bool(row.sealed),
            participants=row.participants,
            said={key: row._mapping[f"said_{key}"] for key in fields},
        )


def _in_part(desk: Desk, counters: Iterable[Counter]) -> frozenset[str]:
    return frozenset(
        one.key
        for one in counters
        if not one.whole and one.register and read_in_part(desk, [one.register])
    )


def _years(done: Iterable[Year], known: set[int]) -> tuple[int, ...]:
    return tuple(sorted(known | {one.year for one in done if one.n}, reverse=True)[:MOST_YEARS])


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
    panel: NetworkPanel, world: World, plans: Mapping[str, Told], today: date
) -> Iterator[Agency]:
    """Go through the agencies with a unit that should have drawn up a plan, and none."""
    network = world.network
    for unit in network.active(today):
        above = unit.parent if unit.unit_role == panel.plans.unit else None
        if above and above not in plans and unit.code not in plans:
            yield network.agency(above)
