"""What a mail says, as data, and whether it still says what is true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from itertools import groupby
from typing import Any, Final, TypeAlias

from sqlalchemy import Row

from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.ladder import WarningKind
from workflow.core.moving import all_clocks
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.topics import REVIEW_DUE
from workflow.core.waiting import Neglect
from workflow.core.world import World

NEAR: Final = 5
"""A deadline is near when at most so many working days are left."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one officer about one case, before it is put into words."""

    notice_id: int
    kind: str
    name: str
    address: str
    language: str
    fictional: bool
    number: str
    subject: str
    """What the request is about; empty where not everybody may know it."""
    opener: str
    title: Mapping[str, str] | None
    """What is to be done."""
    agency: str | None
    task_no: int | None
    due_on: date | None
    today: date
    working_days: int
    """Until the due day, on the calendar that counts; below zero once it is missed."""
    substituted: str | None = None
    """Whom the officer answers for."""
    facts: Mapping[str, Any] | None = None

    @property
    def reference(self) -> str:
        """What names this letter among all others, however often it is sent."""
        return f"{self.number}-{self.notice_id:06d}"


class Urgency(IntEnum):
    """How the lines of a mail of the day are grouped, in the order in which they are read."""

    LATE = 1
    TODAY = 2
    SOON = 3
    NEWS = 4


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """The one mail of a day to an officer, before it is put into words."""

    officer_id: int
    day: date
    name: str
    address: str
    language: str
    fictional: bool
    today: date
    lines: tuple[Letter, ...]
    """The most urgent first."""
    more: int = 0
    """How many others are read on the pages."""

    @property
    def reference(self) -> str:
        """What names this letter among all others, however often it is sent."""
        return f"digest-{self.officer_id}-{self.day.isoformat()}"

    def parts(self) -> list[tuple[Urgency, list[Letter]]]:
        """Group the lines by how urgent they are."""
        grouped = groupby(self.lines, key=urgency)
        return [(group, list(lines)) for group, lines in grouped]


@dataclass(frozen=True, slots=True)
class PersonalLetter:
    """A mail to one officer about no case, before it is put into words."""

    notice_id: int
    kind: str
    name: str
    address: str
    language: str
    fictional: bool
    facts: Mapping[str, Any]

    @property
    def reference(self) -> str:
        """What names this letter among all others, however often it is sent."""
        return f"personal-{self.notice_id:06d}"


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """The mail that lets an officer set a password; nobody else ever sees its link."""

    officer_id: int
    name: str
    address: str
    language: str
    fictional: bool
    token: str
    expires_at: datetime
    resets: bool = False
    """Whether they asked for it themselves, as the password was forgotten."""

    @property
    def reference(self) -> str:
        """What names this letter among all others: the latest takes the place of earlier ones."""
        return f"{'reset' if self.resets else 'invitation'}-{self.officer_id:06d}"


@dataclass(frozen=True, slots=True)
class HeadLetter:
    """The mail of a day that carries the signed head of the log, to be kept by whoever gets it."""

    address: str
    language: str
    note: str
    size: int
    at: datetime
    name: str = ""
    fictional: bool = False

    @property
    def reference(self) -> str:
        """What names this letter among all others."""
        return f"head-{self.at:%Y%m%d}-{self.size}"


AnyLetter: TypeAlias = Letter | DigestLetter | PersonalLetter | InvitationLetter | HeadLetter
"""Whatever a courier is given to put into words and to take away."""


def urgency(letter: Letter) -> Urgency:
    """Say under which heading a line of the mail of a day stands."""
    if letter.due_on is None:
        return Urgency.NEWS
    if letter.due_on < letter.today:
        return Urgency.LATE
    if letter.due_on == letter.today:
        return Urgency.TODAY
    return Urgency.SOON if letter.working_days <= NEAR else Urgency.NEWS


def compose(row: Row[Any], case: CaseSnapshot, world: World, *, today: date) -> Letter:
    """Return the letter of a notice as things stand today."""
    written = row.params.get("due_on")
    due_on = date.fromisoformat(written) if written else None
    agency = row.params.get("agency")
    days = 0
    if due_on:
        calendar = world.calendar(agency or case.definition.owner)
        days = working_days_between(today, due_on, calendar, HOUSE)
    return Letter(
        notice_id=row.id,
        kind=row.kind,
        name=row.name,
        address=row.email,
        language=row.language,
        fictional=row.fictional,
        number=case.number,
        subject=_subject(case),
        opener=case.opener,
        title=row.params.get("title"),
        agency=agency,
        task_no=row.task_no,
        due_on=due_on,
        today=today,
        working_days=days,
        facts=row.params,
    )


def _subject(case: CaseSnapshot) -> str:
    """Return what a case is about, if it may stand in a mail."""
    field = case.definition.data.get("subject")
    hidden = case.access is Access.RESTRICTED or not case.announced or (field and field.personal)
    return "" if hidden else str(case.data.get("subject") or "")


# --- Whether it is still owed --------------------------------------------------------------------

Owed: TypeAlias = Callable[[Row[Any], CaseSnapshot], bool]


def still_owed(row: Row[Any], case: CaseSnapshot) -> bool:
    """Say whether a notice still says what is true; else it is withdrawn instead of sent."""
    check = _CHECKS.get(row.kind)
    return check(row, case) if check else True


def _clock_stands(row: Row[Any], case: CaseSnapshot) -> bool:
    clock: Clock | None = {c.key: c for c in all_clocks(case)}.get(row.clock_key)
    if clock is None or clock.status is not ClockStatus.RUNNING:
        return False
    return bool(clock.generation == row.generation)


def _task(row: Row[Any], case: CaseSnapshot) -> Task | None:
    return next((task for task in case.tasks if task.no == row.task_no), None)


def _nobody_took_it(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    same_agency = bool(task and task.agency == row.params["agency"])
    return same_agency and bool(task and task.assignee in (None, row.officer_id))


def _is_unreceived(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return _is_unassigned(row, case) and bool(task and task.received_at is None)


def _is_unassigned(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return bool(task and task.agency == row.params["agency"] and task.assignee is None)


def _is_assigned(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return bool(task and task.assignee == row.params["assignee"])


def _is_open(row: Row[Any], case: CaseSnapshot) -> bool:
    return _task(row, case) is not None


def _is_asked(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return bool(task and task.request and task.request.no == row.params["request"])


def _is_proposed(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return bool(task and task.proposal)


def _is_returned(row: Row[Any], case: CaseSnapshot) -> bool:
    task = _task(row, case)
    return bool(task and not task.proposal)


def _is_suspended(_row: Row[Any], case: CaseSnapshot) -> bool:
    return case.suspension is not None


def _is_closed(_row: Row[Any], case: CaseSnapshot) -> bool:
    return not case.is_open


def _is_let_in(row: Row[Any], case: CaseSnapshot) -> bool:
    return row.officer_id in case.readers


_CHECKS: Mapping[str, Owed] = {
    Kind.ACCESS_GRANTED: _is_let_in,
    **dict.fromkeys((kind.value for kind in WarningKind), _clock_stands),
    Kind.TASK_OPENED: _nobody_took_it,
    Kind.TASK_REASSIGNED: _nobody_took_it,
    Kind.TASK_ASSIGNED: _is_assigned,
    Kind.TASK_REVIEWED: _is_open,
    Kind.INFORMATION_ASKED: _is_asked,
    Kind.INFORMATION_REDIRECTED: _is_asked,
    Kind.INFORMATION_ANSWERED: _is_open,
    Kind.OUTCOME_PROPOSED: _is_proposed,
    Kind.PROPOSAL_RETURNED: _is_returned,
    Kind.CASE_CLOSED: _is_closed,
    Neglect.UNASSIGNED: _is_unassigned,
    Neglect.UNRECEIVED: _is_unreceived,
    REVIEW_DUE: _is_suspended,
}
