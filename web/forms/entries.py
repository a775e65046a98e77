"""Fields that name an entry of a register: what is offered, and what was meant or likely meant."""

from __future__ import annotations

import re
from typing import Final

from flask import Flask

from web.db import unit_of_work
from workflow.core.folding import plain
from workflow.core.registers.entries import Entry, Standing
from workflow.core.registers.errors import UnknownEntry, UnknownRegister
from workflow.core.registers.types import EntryType
from workflow.services import registers
from workflow.services.register_lists import Narrowing, list_entries, similar
from workflow.services.unit_of_work import UnitOfWork

MOST_OFFERED: Final = 300
"""How many entries an input offers while somebody types; the rest is found by name or number."""
_NUMBER: Final = re.compile(r"[A-Za-z]{2,6}-\d{1,12}")
_ENTRY_IN: Final = re.compile(rf"\((?P<number>{_NUMBER.pattern})\)\s*$")


def install_entries(app: Flask) -> None:
    """Give templates what inputs that name entries offer."""
    app.jinja_env.globals.update(entries_offered=entries_offered, entries_likely=entries_likely)


def find_entry(register: str, typed: str) -> str | None:
    """Return the number of the entry that was typed by number or by its exact name, if one is.

    Accents and capitals do not count; what the reader may not see is as good as not there.
    """
    with unit_of_work() as uow:
        in_brackets = _ENTRY_IN.search(typed)
        number = in_brackets["number"] if in_brackets else typed.strip()
        if _NUMBER.fullmatch(number):
            return _numbered(uow, register, number.upper())
        wanted = " ".join(plain(typed).split())
        try:
            found = list_entries(uow, register, Narrowing(text=typed), limit=MOST_OFFERED)
        except UnknownRegister:
            return None
        named = [e for e in found.entries if plain(found.type.name_of(e.values)) == wanted]
    return named[0].number if len(named) == 1 else None


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


def _numbered(uow: UnitOfWork, register: str, number: str) -> str | None:
    try:
        entry = registers.read(uow, number)
    except UnknownEntry:
        return None
    usable = entry.standing(uow.today) is not Standing.UNDONE
    return number if entry.type == register and usable else None


def _told(kind: EntryType, entry: Entry) -> tuple[str, str]:
    return entry.number, kind.name_of(entry.values) or entry.number
