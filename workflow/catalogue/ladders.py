"""The warnings of a deadline as a file writes them, read for a form and written again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from workflow.catalogue.problems import Written
from workflow.core.audience import Audience
from workflow.core.terms import Term, Unit, parse_term

LADDERS: Final = ("remind", "escalate")
"""What a deadline says of its warnings: those before and on its day, and those of delay."""
STANDARD: Final = "standard"
NONE: Final = "none"
DUE_DAY: Final = "due day"
MOST: Final = 20
"""Warnings that one list may have, as the schema of types has it."""
_READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Rung:
    """One warning: `before`, `due`, `after` or `every`, how long, and who hears it."""

    when: str
    amount: int = 0
    unit: str = Unit.WORKING_DAYS.value
    to: tuple[str, ...] = ()
    """Nobody named is the usual audience."""


Ladder: TypeAlias = str | tuple[Rung, ...]
"""The usual warnings, none, or those of a list."""


def read_ladder(said: Written) -> Ladder:
    """Read the warnings of a deadline as its definition has them."""
    if isinstance(said, str):
        return said
    return tuple(map(_rung, said or ())) or NONE


def parse_ladder(text: str) -> Ladder:
    """Read the warnings of a deadline as `spell_ladder` writes them."""
    return read_ladder(yaml.load(text, Loader=_READER))  # noqa: S506 - a safe loader


def spell_ladder(ladder: Ladder) -> str:
    """Write the warnings of a deadline on one line of a file."""
    if isinstance(ladder, str):
        return ladder
    return f"[{', '.join(map(_spell, ladder))}]"


def ordered(audiences: Iterable[str]) -> tuple[str, ...]:
    """Return who hears a warning in the order in which normal forms name them."""
    named = set(audiences)
    return tuple(one.value for one in Audience if one in named)


def _rung(said: Written) -> Rung:
    if isinstance(said, dict):
        to = said["to"]
        rung = _rung(said["when"])
        return Rung(rung.when, rung.amount, rung.unit, ordered([to] if isinstance(to, str) else to))
    if said == DUE_DAY:
        return Rung("due")
    text = str(said)
    term: Term = parse_term(text.removeprefix("every "))
    when = "every" if text.startswith("every ") else term.direction.value
    return Rung(when, term.amount, term.unit.value)


def _spell(rung: Rung) -> str:
    if rung.when == "due":
        when = DUE_DAY
    else:
        unit = re.sub("s$", "", rung.unit) if rung.amount == 1 else rung.unit
        when = f"{rung.amount} {unit} {'before' if rung.when == 'before' else 'after'}"
        when = f"every {when}" if rung.when == "every" else when
    if not rung.to:
        return when
    return f"{{when: {when}, to: [{', '.join(rung.to)}]}}"
