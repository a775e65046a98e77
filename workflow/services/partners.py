"""A partner with all that the network has to do with it, as far as one reader may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_

from workflow.catalogue.register_panels import register_panels
from workflow.core.access import is_sealed, readable_data
from workflow.core.fields import Field, FieldType
from workflow.core.partnering import RegisterPanels, Touch, touch_of, touches_of
from workflow.core.registers.access import reads_fields_of_all
from workflow.core.registers.entries import FROM_CASE, Entry, Standing
from workflow.core.registers.errors import UnknownEntry
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.register_desk import Desk, desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.registers import Order, Wanted, entries_page, find_entry

MOST: Final = 200
"""Entries of one register, and cases, that the page of a partner tells of (house rule)."""
_EVER: Final = (Standing.CURRENT, Standing.STALE, Standing.ENDED)


@dataclass(frozen=True, slots=True, eq=False)
class PartnerView:
    """A partner and what names it."""

    panels: RegisterPanels
    kind: EntryType
    entry: Entry
    entries: tuple[tuple[EntryType, Entry], ...]
    """Of other registers: letters, agreements and what else names it."""
    cases: tuple[CaseSnapshot, ...]
    touches: tuple[Touch, ...]
    """The latest first."""
    more: bool
    """Whether older cases or entries were left out."""
    world: World

    @property
    def agreements(self) -> tuple[Entry, ...]:
        """Its agreements, whether in force or not."""
        return tuple(e for kind, e in self.entries if kind.key == self.panels.agreements)


def partner_view(uow: UnitOfWork, number: str) -> PartnerView:
    """Gather a partner; raise `UnknownEntry` for what is none, or may not be seen."""
    panels, desk = register_panels(), desk_of(uow)
    with uow.reading() as connection:
        kind, entry = desk.known(find_entry(connection, number), number)
        if kind.key != panels.partners:
            raise UnknownEntry(number=number)
        naming = tuple(_naming(connection, desk, kind.key, number))
        loaded = _cases(connection, uow, number, naming)
    of_each = Counter(kind.key for kind, _ in naming)
    more = max([len(loaded), *of_each.values()]) > MOST
    loaded, naming = loaded[:MOST], tuple(_newest(naming))
    uow.sealed |= {one.case_id for one in loaded if is_sealed(one.snapshot)}
    cases = tuple(one.snapshot for one in loaded)
    return PartnerView(
        panels=panels,
        kind=kind,
        entry=desk.shown(kind, entry),
        entries=naming,
        cases=cases,
        touches=tuple(_touches(panels, desk.world, naming, cases)),
        more=more,
        world=desk.world,
    )


def _newest(naming: Iterable[tuple[EntryType, Entry]]) -> Iterator[tuple[EntryType, Entry]]:
    """Go through the entries that are told of: of each register so many."""
    told: Counter[str] = Counter()
    for kind, entry in naming:
        told[kind.key] += 1
        if told[kind.key] <= MOST:
            yield kind, entry


def _naming(
    connection: Connection, desk: Desk, register: str, number: str
) -> Iterator[tuple[EntryType, Entry]]:
    """Go through the entries that name an entry in a field that the reader may read."""
    for kind in desk.kinds.values():
        readable = reads_fields_of_all(kind, desk.reader, desk.kept)
        for field in _fields(kind.fields.values(), register):
            if field.key in readable:
                wanted = Wanted(standings=_EVER, where={field.key: number})
                scope, today = desk.scope(kind), desk.today
                page = entries_page(
                    connection, scope, wanted, today=today, order=Order.NEWEST, limit=MOST + 1
                )
                yield from ((kind, desk.shown(kind, one.entry)) for one in page)


def _fields(fields: Iterable[Field], register: str) -> Iterator[Field]:
    """Go through the fields that name entries of a register."""
    for field in fields:
        if field.type is FieldType.ENTRY and field.of == register:
            yield field


def _cases(
    connection: Connection,
    uow: UnitOfWork,
    number: str,
    naming: tuple[tuple[EntryType, Entry], ...],
) -> list[Loaded]:
    """Return the cases that name a partner, and those that wrote the entries that do."""
    register = register_panels().partners
    types = uow.installation.every()
    named = {(d.key, f.key) for d in types for f in _fields(d.data.values(), register)}
    written = {c for _, e in naming for c in (e.case, e.source.removeprefix(FROM_CASE)) if c}
    conditions: list[ColumnElement[bool]] = [Case.number.in_(sorted(written))]
    conditions += [
        and_(Case.definition_key == key, Case.data[field].as_string() == number)
        for key, field in sorted(named)
    ]
    found = load_cases(
        connection,
        and_(known_to(uow.powers), or_(*conditions)),
        newest_first=True,
        limit=MOST + 1,
        definitions=uow.installation.definition,
    )
    return [one for one in found if _tells(one, uow, number, written)]


def _tells(one: Loaded, uow: UnitOfWork, number: str, written: set[str]) -> bool:
    """Say whether the reader may know that a case has to do with a partner."""
    case = one.snapshot
    data = readable_data(case, uow.powers)
    register = register_panels().partners
    named = (data.get(field.key) for field in _fields(case.definition.data.values(), register))
    return case.number in written or number in named


def _touches(
    panels: RegisterPanels,
    world: World,
    naming: tuple[tuple[EntryType, Entry], ...],
    cases: tuple[CaseSnapshot, ...],
) -> list[Touch]:
    found = [
        touch_of(kind, entry, panels.letters, entered=world.day(entry.created_at))
        for kind, entry in naming
    ]
    for case in cases:
        closed = world.day(case.closed_at) if case.closed_at else None
        found += touches_of(case, world.day(case.opened_at), closed)
    return sorted(found, key=lambda touch: (touch.on, touch.number), reverse=True)
