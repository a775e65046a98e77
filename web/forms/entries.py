"""Fields that name an entry of a register: what is offered, and what was meant or likely meant."""

from __future__ import annotations

from typing import Final

from flask import Flask

from web.db import unit_of_work
from workflow.core.registers.entries import Entry
from workflow.core.registers.errors import UnknownEntry, UnknownRegister
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.entry_names import entry_named
from workflow.services.register_lists import list_entries, similar

MOST_OFFERED: Final = 300
"""How many entries an input offers while somebody types; the rest is found by name or number."""


def install_entries(app: Flask) -> None:
    """Give templates what inputs that name entries offer."""
    app.jinja_env.globals.update(entries_offered=entries_offered, entries_likely=entries_likely)


def find_entry(register: str, typed: str) -> str | None:
    """Return the number of the entry that was typed by number or by its exact name, if one is.

    Accents and capitals do not count; what the reader may not see is as good as not there.
    """
    with unit_of_work() as uow:
        return entry_named(uow, register, typed)


def entries_offered(register: str) -> list[tuple[str, str]]:
    """Return number and name of the entries that an input offers to its reader."""
    with unit_of_work() as uow:
        try:
            page = list_entries(uow, register, limit=MOST_OFFERED)
        except UnknownRegister:
            return []
    return [_told(page.type, entry) for entry in page.entries]


def entries_likely(register: str, typed: str) -> list[tuple[str, str]]:
    """Return number and name of the entries that may have been meant, likeliest first."""
    with unit_of_work() as uow:
        try:
            kind = registers.entry_type(uow, register)
        except UnknownRegister:
            return []
        return [_told(kind, entry) for entry in similar(uow, register, {kind.name: typed})]


def entry_words(number: str) -> str:
    """Return how an entry is called, with its number; the number alone of what may not be seen."""
    with unit_of_work() as uow:
        try:
            entry = registers.read(uow, number)
            _, name = _told(registers.entry_type(uow, entry.type), entry)
        except (UnknownEntry, UnknownRegister):
            return number
    return f"{name} ({number})"


def _told(kind: EntryType, entry: Entry) -> tuple[str, str]:
    return entry.number, kind.name_of(entry.values) or entry.number
