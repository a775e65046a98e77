"""What the network has to do with a partner: when it was in touch, who is, and what is pending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from workflow.core.fields import FieldType
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot


@dataclass(frozen=True, slots=True)
class Letters:
    """The register of contacts, and which of its fields say what."""

    register: str
    on: str
    answer_by: str
    answered_on: str
    next_action: str


@dataclass(frozen=True, slots=True)
class Funding:
    """The register of calls, and which of its fields are their days."""

    register: str
    opens_on: str
    closes_on: str


@dataclass(frozen=True, slots=True)
class CaseDate:
    """A date of the cases of a type."""

    type: str
    on: str


@dataclass(frozen=True, slots=True)
class RegisterPanels:
    """What the pages over registers look at."""

    partners: str
    letters: Letters
    agreements: str
    endings: tuple[str, ...]
    funding: Funding
    cases: tuple[CaseDate, ...]


class TouchKind(StrEnum):
    """What brought the network and a partner together."""

    LETTER = "letter"
    ENTRY = "entry"
    """Something else that is kept of the partner, as an agreement."""
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, eq=False)
class Touch:
    """Something that happened between the network and a partner."""

    on: date
    kind: TouchKind
    agency: str
    number: str
    """Of the entry or the case."""
    title: str
    about: EntryType | CaseSnapshot
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Talker:
    """An agency that is in touch with a partner."""

    agency: str
    n: int
    last: date


def touch_of(kind: EntryType, entry: Entry, letters: Letters, *, entered: date) -> Touch:
    """Return what an entry that names a partner tells: on the first day it gives, or `entered`."""
    is_letter = kind.key == letters.register
    days = [f.key for f in kind.fields.values() if f.type is FieldType.DATE]
    keys = [letters.on, *days] if is_letter else days
    written = next((entry.values[key] for key in keys if entry.values.get(key)), None)
    return Touch(
        on=date.fromisoformat(written) if written else entered,
        kind=TouchKind.LETTER if is_letter else TouchKind.ENTRY,
        agency=entry.holder,
        number=entry.number,
        title=kind.name_of(entry.values),
        about=kind,
        values=entry.values,
    )


def touches_of(case: CaseSnapshot, opened: date, closed: date | None) -> Iterator[Touch]:
    """Go through what a case with a partner tells: its opening and its end."""
    title = case.data.get("subject") or ""
    days = ((opened, TouchKind.OPENED), (closed, TouchKind.CLOSED))
    for on, kind in days:
        if on is not None:
            yield Touch(on, kind, case.opener, case.number, title, case, {})


def last_contact(touches: Iterable[Touch], today: date) -> Touch | None:
    """Return the latest letter or meeting up to a day, or what else happened if there is none."""
    past = [touch for touch in touches if touch.on <= today]
    letters = [touch for touch in past if touch.kind is TouchKind.LETTER]
    return max(letters or past, key=lambda touch: (touch.on, touch.number), default=None)


def talkers(touches: Iterable[Touch]) -> list[Talker]:
    """Return who is in touch with a partner or is about to be, whose day is latest first."""
    found: dict[str, list[date]] = {}
    for touch in touches:
        found.setdefault(touch.agency, []).append(touch.on)
    listed = [Talker(agency, len(days), max(days)) for agency, days in found.items()]
    return sorted(listed, key=lambda one: (-one.last.toordinal(), one.agency))


def unanswered(touch: Touch, letters: Letters) -> date | None:
    """Return the day by which a letter is to be answered; None where it was, or need not be."""
    by, answered = touch.values.get(letters.answer_by), touch.values.get(letters.answered_on)
    pending = touch.kind is TouchKind.LETTER and by and not answered
    return date.fromisoformat(by) if pending and by else None
