"""Which entry of a register somebody means who writes its number or its name."""

from __future__ import annotations

import re
from typing import Final

from workflow.core.folding import plain
from workflow.core.registers.entries import Standing
from workflow.core.registers.errors import UnknownEntry, UnknownRegister
from workflow.services import registers
from workflow.services.register_lists import Narrowing, list_entries
from workflow.services.unit_of_work import UnitOfWork

_MOST: Final = 300
_NUMBER: Final = re.compile(r"[A-Za-z]{2,6}-\d{1,12}")
_ENTRY_IN: Final = re.compile(rf"\((?P<number>{_NUMBER.pattern})\)\s*$")


def entry_named(uow: UnitOfWork, register: str, typed: str) -> str | None:
    """Return the number of the entry that was typed by number or by its exact name, if one is.

    Accents and capitals do not count; what the reader may not see is as good as not there.
    """
    in_brackets = _ENTRY_IN.search(typed)
    number = in_brackets["number"] if in_brackets else typed.strip()
    if _NUMBER.fullmatch(number):
        return _numbered(uow, register, number.upper())
    wanted = " ".join(plain(typed).split())
    try:
        found = list_entries(uow, register, Narrowing(text=typed), limit=_MOST)
    except UnknownRegister:
        return None
    named = [e for e in found.entries if plain(found.type.name_of(e.values)) == wanted]
    return named[0].number if len(named) == 1 else None


def _numbered(uow: UnitOfWork, register: str, number: str) -> str | None:
    try:
        entry = registers.read(uow, number)
    except UnknownEntry:
        return None
    usable = entry.standing(uow.today) is not Standing.UNDONE
    return number if entry.type == register and usable else None
