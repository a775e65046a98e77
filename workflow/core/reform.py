"""A reform of the state: agencies made, renamed, moved and ended on one day, by one act of law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from workflow.core.network import Agency

OUT = ""
"""Where somebody goes who goes along to no agency."""


@dataclass(frozen=True, slots=True)
class Create:
    """A new agency."""

    agency: str
    name: str
    kind: str = "body"
    parent: str | None = None
    municipality: str | None = None
    calendar: str | None = None
    sei_code: str | None = None
    unit_role: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for an agency; its code stays, as everything is kept under it."""

    agency: str
    name: str
    sei_code: str | None = None
    """None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Move:
    """Another place for an agency; what is None stays as it is, and empty is none."""

    agency: str
    parent: str | None = None
    municipality: str | None = None
    calendar: str | None = None


class Ending(StrEnum):
    """How an agency comes to be no more."""

    MERGED = "merged"
    SPLIT = "split"
    EXTINGUISHED = "extinguished"


@dataclass(frozen=True, slots=True)
class End:
    """An agency that is no more from the day on, and who has what was its."""

    agency: str
    how: Ending = Ending.EXTINGUISHED
    heir: str | None = None
    """Who has whatever is not shared out otherwise; None leaves it to whom its work falls."""
    share: Mapping[str, str] = field(default_factory=dict)
    """Heir by `NUMBER:NO`, `NUMBER`, `TYPE.TASK`, `TYPE.ROLE` or `TYPE`; the narrowest holds."""
    people: Mapping[str, str] = field(default_factory=dict)
    """By officer: the agency they go to, or `OUT`; whoever is not named goes to the heir."""
    units_along: bool = False
    """Whether the units inside it go to the heir, or into its units for the same purpose; else
    each has a change of its own."""

    @property
    def heirs(self) -> frozenset[str]:
        """Everybody who has anything of it."""
        return frozenset({*self.share.values(), *([self.heir] if self.heir else ())})

    def heir_of(self, number: str, type_key: str, *names: str) -> str | None:
        """Return who has something of a case, by what it is called; None is for the network."""
        narrow = (f"{number}:{name}" for name in names)
        of_type = (f"{type_key}.{name}" for name in names)
        places = (*narrow, number, *of_type, type_key)
        return next((self.share[place] for place in places if place in self.share), self.heir)

    def goes_to(self, officer: int) -> str | None:
        """Return where somebody of the agency goes; `OUT` or None is nowhere."""
        return self.people.get(str(officer), self.heir)


Step: TypeAlias = Create | Rename | Move | End


@dataclass(frozen=True, slots=True)
class Reform:
    """What changes on a day."""

    day: date
    steps: tuple[Step, ...]

    @property
    def ends(self) -> dict[str, End]:
        """Return the agencies that are no more, by code."""
        return {step.agency: step for step in self.steps if isinstance(step, End)}


# --- As plain values ----------------------------------------------------------------------------

_CHANGES: Mapping[str, type[Step]] = {"create": Create, "rename": Rename, "move": Move, "end": End}


def spell_reform(reform: Reform) -> dict[str, Any]:
    """Write a reform as JSON values."""
    words = {kind: word for word, kind in _CHANGES.items()}
    steps = [{"change": words[type(step)], **asdict(step)} for step in reform.steps]
    return {"day": reform.day.isoformat(), "steps": steps}


def read_reform(body: Mapping[str, Any]) -> Reform:
    """Read a reform back."""
    return Reform(date.fromisoformat(body["day"]), tuple(map(_read_step, body["steps"])))


def _read_step(written: Mapping[str, Any]) -> Step:
    parts = {key: value for key, value in written.items() if key != "change"}
    if "how" in parts:
        parts["how"] = Ending(parts["how"])
    return _CHANGES[written["change"]](**parts)


# --- Taking it back -----------------------------------------------------------------------------


def counter_reform(reform: Reform, before: Mapping[str, Agency], *, day: date) -> Reform | None:
    """Return the reform that takes one back, or None where something came into being or ended."""
    back: list[Step] = []
    for step in reversed(reform.steps):
        known = before.get(step.agency)
        if known is None or isinstance(step, Create | End):
            return None
        if isinstance(step, Rename):
            back.append(Rename(step.agency, known.name, known.sei_code or ""))
        else:
            places = (known.parent or "", known.municipality or "", known.calendar or "")
            back.append(Move(step.agency, *places))
    return Reform(day, tuple(back))
