"""What the coordination of the network means to reach in a year, as entries of a register."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from workflow.catalogue.network_panel import network_panel
from workflow.core.fields import NATIVE
from workflow.core.registers.entries import Entry
from workflow.services.network_counts import EVER
from workflow.services.register_desk import Desk, desk_of
from workflow.services.registers import change, create, end
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.registers import Wanted, entries_page

MOST: Final = 5000
"""Entries of a register that a panel looks at (house rule)."""
HIGHEST: Final = 1_000_000


def read_in_part(desk: Desk, registers: Collection[str]) -> frozenset[str]:
    """Return those of some registers of which the reader knows the entries of few agencies."""
    kinds = [desk.kinds[key] for key in registers if key in desk.kinds]
    return frozenset(kind.key for kind in kinds if desk.scope(kind).holders is not None)


def entries_of(uow: UnitOfWork, desk: Desk, register: str) -> list[Entry]:
    """Return the entries of a register that the reader may know of, over or not.

    A register that is not kept here has none.
    """
    kind = desk.kinds.get(register)
    if kind is None:
        return []
    with uow.reading() as connection:
        wanted, scope = Wanted(standings=EVER), desk.scope(kind)
        page = entries_page(connection, scope, wanted, today=uow.today, limit=MOST)
    return [desk.shown(kind, one.entry) for one in page]


def targets_of(entries: Iterable[Entry], year: int) -> dict[str, Entry]:
    """Return the targets of a year by counter, of those that stand."""
    of_year = (one for one in entries if one.values.get("year") == year and not one.ended_on)
    return {one.values["counter"]: one for one in of_year}


def read_number(typed: str) -> int | None:
    """Read a number as people type it, `1.200` or `1200`; None for nothing or anything else."""
    digits = typed.strip().replace(".", "").replace(" ", "")
    known = digits.isascii() and digits.isdigit() and len(digits) <= 7
    return int(digits) if known and int(digits) <= HIGHEST else None


def set_targets(uow: UnitOfWork, year: int, wanted: Mapping[str, int | None], *, key: str) -> None:
    """Write what is meant to be reached in a year; None takes a target back.

    Raise `NotAssigned` for who does not keep them, or `UnknownRegister`.
    """
    panel = network_panel()
    known = targets_of(entries_of(uow, desk_of(uow), panel.targets), year)
    for counter in panel.counters:
        if counter.key not in wanted:
            continue
        target, entry, once = wanted[counter.key], known.get(counter.key), f"{key}:{counter.key}"
        if entry is None and target is not None:
            name = f"{counter.title[NATIVE]}, {year}"
            values = {"name": name, "year": year, "counter": counter.key, "target": target}
            create(uow, panel.targets, values, key=once, holder=panel.coordinated_by)
        elif entry is not None and target is None:
            end(uow, entry.number, reason=str(year), key=once)
        elif entry is not None and entry.values["target"] != target:
            change(uow, entry.number, {"target": target}, key=once)
