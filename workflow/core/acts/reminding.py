"""Reminding whoever is waited for: a notice and a line in history, never another day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import agencies_for, demand_running, rule_of
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.errors import AlreadyReminded, NotAssigned, Refusal, UnknownTask
from workflow.core.events import By, Kind
from workflow.core.powers import Powers
from workflow.core.questions import owes_answer
from workflow.core.snapshot import CaseSnapshot, Reminded, Task
from workflow.core.world import World

REMIND: Final = "remind"
"""The word in refusals for reminding somebody."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a case waits for: a task, or the question that a task waits for."""

    task: Task
    agency: str
    """Who is to do it, or to answer."""

    @property
    def key(self) -> str:
        """What it is remembered by."""
        question = self.task.request
        return f"question:{question.no}" if question else f"task:{self.task.no}"


def awaited(case: CaseSnapshot) -> tuple[Awaited, ...]:
    """Return all that a case waits for and that people do, not other cases."""
    return tuple(_awaited(case, task) for task in case.tasks if not case.spec(task).done_elsewhere)


def _awaited(case: CaseSnapshot, task: Task) -> Awaited:
    asked = task.request
    return Awaited(task, owes_answer(case, asked) if asked else task.agency)


def remind(case: CaseSnapshot, nos: Sequence[int] | None, *, now: Circumstances) -> Change:
    """Remind those who have these tasks, or everybody who is waited for and may be reminded.

    Each is reminded once a working day. Raise `AlreadyReminded`, `NotAssigned` or `UnknownTask`.
    """
    demand_running(case)
    found = awaited(case)
    if nos is not None:
        known = {one.task.no: one for one in found}
        if unknown := set(nos) - known.keys():
            raise UnknownTask(number=case.number, task=min(unknown))
        found = tuple(known[no] for no in dict.fromkeys(nos))
    refused: list[Refusal] = []
    reminded: list[tuple[Awaited, By]] = []
    for one in found:
        try:
            reminded.append((one, may_remind(case, one, now.powers, now.world, at=now.at)))
        except (AlreadyReminded, NotAssigned) as refusal:
            refused.append(refusal)
    if not reminded:
        raise refused[0] if refused else UnknownTask(number=case.number, task=0)
    draft = now.draft(case, reminded[0][1])
    for one, by in reminded:
        draft.emit(Kind.REMINDER_SENT, _body(one), by=by)
    return finish(draft)


def _body(one: Awaited) -> dict[str, object]:
    task, question = one.task, one.task.request
    asked = {"request": question.no} if question else {}
    about = {"no": task.no, "task": task.key, "slot": task.slot, "agency": one.agency}
    return {**about, **asked, "key": one.key}


def may_remind(
    case: CaseSnapshot, one: Awaited, powers: Powers, world: World, *, at: datetime
) -> By:
    """Return who reminds; raise `NotAssigned`, or `AlreadyReminded` if somebody has today.

    Whoever asked may, and whoever answers for the type; nobody reminds themselves.
    """
    able = _askers(case, one)
    acting = next((agency for agency in able if agency in powers.agencies), None)
    if acting is None or one.agency in powers.agencies:
        raise NotAssigned(act=REMIND, agencies=able, officer=powers.officer)
    last = case.reminded.get(one.key)
    if last and _is_still_that_day(last, one.agency, world, day=world.day(at)):
        raise AlreadyReminded(
            number=case.number, agency=one.agency, at=last.at, by=last.agency, officer=last.officer
        )
    return powers.by(acting)


def _askers(case: CaseSnapshot, one: Awaited) -> tuple[str, ...]:
    rounds = agencies_for(case, rule_of(case, ActName.ADD_AGENCY))
    asked_by = (one.task.request.asked_by,) if one.task.request else ()
    able = (*asked_by, case.definition.owner, *rounds, case.opener)
    return tuple(dict.fromkeys(agency for agency in able if agency != one.agency))


def _is_still_that_day(last: Reminded, agency: str, world: World, *, day: date) -> bool:
    """Say whether no working day of whoever is reminded has begun since."""
    calendar = world.calendar(agency)
    return working_days_between(world.day(last.at), day, calendar, HOUSE) == 0
