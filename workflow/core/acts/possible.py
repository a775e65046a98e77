"""What a person may do with a case just now; for the rest, why not and who could."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workflow.core.act_rules import MOVING_ACTS, ActName
from workflow.core.acts.allowed import (
    agencies_for,
    demand_open,
    demand_running,
    permit,
    rule_of,
)
from workflow.core.acts.documents import attachable
from workflow.core.acts.record import part_in
from workflow.core.acts.starts import movable
from workflow.core.definition import TaskSpec
from workflow.core.engine import act_leads_to
from workflow.core.errors import ActNotAllowed, Refusal
from workflow.core.moving import all_clocks
from workflow.core.powers import Powers
from workflow.core.questions import is_question
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Scheduled, Task
from workflow.core.turns import queue


class PlainAct(StrEnum):
    """What an agency of a case may do, whatever the type says."""

    ATTACH = "attach"
    MOVE_START = "move_start"
    ASK_OPINION = "ask_opinion"
    RELATE = "relate"
    COMMIT = "commit"

    __hash__ = str.__hash__  # that of `Enum` is slow


@dataclass(frozen=True, slots=True)
class Possible:
    """An act, and whether this person may do it now."""

    act: ActName | PlainAct
    refused: Refusal | None = None
    who: tuple[str, ...] = ()
    """The agencies that may do it."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.refused is None


_OFFERED: tuple[ActName | PlainAct, ...] = (
    PlainAct.ATTACH,
    PlainAct.ASK_OPINION,
    PlainAct.COMMIT,
    ActName.EXTEND,
    PlainAct.MOVE_START,
    ActName.SEND_BACK,
    ActName.ADD_AGENCY,
    ActName.REMOVE_AGENCY,
    ActName.SUSPEND,
    ActName.RESUME,
    ActName.CORRECT_DATA,
    ActName.CHANGE_ACCESS,
    ActName.ANNOUNCE,
    PlainAct.RELATE,
    ActName.WITHDRAW,
    ActName.CANCEL,
    ActName.TERMINATE,
    ActName.REOPEN,
)
"""In the order in which pages offer them; acts on a task are offered with the task."""

_RUNNING = frozenset(
    {
        ActName.EXTEND,
        ActName.SEND_BACK,
        ActName.ADD_AGENCY,
        ActName.REMOVE_AGENCY,
        ActName.SUSPEND,
    }
)
_ANY_TIME = frozenset(
    {ActName.REOPEN, ActName.CHANGE_ACCESS, ActName.ANNOUNCE, PlainAct.RELATE, PlainAct.COMMIT}
)


def possible_acts(case: CaseSnapshot, powers: Powers) -> list[Possible]:
    """Return the acts that make sense on a case as it is, allowed or not."""
    return [_possible(case, act, powers) for act in _OFFERED if _makes_sense(case, act)]


def _makes_sense(case: CaseSnapshot, act: ActName | PlainAct) -> bool:
    """Leave out what the present situation has no use for, and what the type never has."""
    if act in MOVING_ACTS:
        reopens = act is ActName.REOPEN
        return case.is_open is not reopens and bool(rule_of(case, ActName(act)).to)
    useful = _USES.get(act)
    if useful:
        return useful(case)
    return case.is_open or act in _ANY_TIME


def _possible(case: CaseSnapshot, act: ActName | PlainAct, powers: Powers) -> Possible:
    ruled = ActName.CORRECT_DATA if act is PlainAct.MOVE_START else act
    who = agencies_for(case, rule_of(case, ruled)) if isinstance(ruled, ActName) else ()
    try:
        _demand(case, act, powers)
    except Refusal as refusal:
        return Possible(act, refusal, who)
    return Possible(act, None, who)


def _demand(case: CaseSnapshot, act: ActName | PlainAct, powers: Powers) -> None:
    if act in _RUNNING:
        demand_running(case)
    elif act not in _ANY_TIME:
        demand_open(case)
    if act is PlainAct.MOVE_START:
        permit(case, ActName.CORRECT_DATA, powers)
        return
    if isinstance(act, PlainAct):
        part_in(case, powers)
        if act is PlainAct.ATTACH and not attachable(case, powers):
            raise ActNotAllowed(act=act, why="document", number=case.number)
        return
    check = _CHECKS.get(act)
    if check:
        check(case, powers)
        return
    _, rule = permit(case, act, powers)
    if act in MOVING_ACTS and not targets(case, act):
        raise ActNotAllowed(act=rule.act, why="state", state=case.state, number=case.number)


def targets(case: CaseSnapshot, act: ActName) -> tuple[str, ...]:
    """Return the states that a moving act leads to from here."""
    wanted = rule_of(case, act).to
    return tuple(to for to in wanted if act_leads_to(case.definition, case.state, act, to))


def extendable(case: CaseSnapshot) -> tuple[Clock, ...]:
    """Return the deadlines that run and were counted from a term, so that more can be given.

    Not those of questions: whoever asks can take one back and ask for another day.
    """
    running = ClockStatus.RUNNING
    counted = (c for c in all_clocks(case) if c.term is not None and c.status is running)
    return tuple(clock for clock in counted if not is_question(clock.key))


def extendable_by(case: CaseSnapshot, powers: Powers) -> tuple[Clock, ...]:
    """Return the deadlines that a person may extend: any as the type says, else one's own.

    Raise what `permit` raises where there is none.
    """
    found = extendable(case)
    try:
        permit(case, ActName.EXTEND, powers)
    except Refusal:
        own = [t.clock for t in case.tasks if t.agency in powers.agencies]
        found = tuple(clock for clock in found if clock in own)
        if not found:
            raise
    return found


def _may_extend(case: CaseSnapshot, powers: Powers) -> None:
    """Raise unless the person may extend some deadline."""
    extendable_by(case, powers)


_CHECKS: dict[ActName, Callable[[CaseSnapshot, Powers], None]] = {ActName.EXTEND: _may_extend}


def shared_tasks(case: CaseSnapshot) -> tuple[TaskSpec, ...]:
    """Return the tasks of this state that each agency of a part does, so that one more may."""
    if not case.is_open:
        return ()
    specs = case.state_spec.tasks.values()
    return tuple(spec for spec in specs if spec.each and not spec.by_rows)


def removable(case: CaseSnapshot) -> tuple[Task, ...]:
    """Return the open tasks that one agency of several does."""
    shared = {spec.key for spec in shared_tasks(case)}
    return tuple(task for task in case.tasks if task.key in shared)


def removable_later(case: CaseSnapshot) -> tuple[Scheduled, ...]:
    """Return who waits for the turn to do such a task."""
    return tuple(waiting for spec in shared_tasks(case) for waiting in queue(case, spec.key))


_USES: dict[ActName | PlainAct, Callable[[CaseSnapshot], bool]] = {
    ActName.RESUME: lambda case: case.suspension is not None,
    ActName.ANNOUNCE: lambda case: not case.announced,
    ActName.ADD_AGENCY: lambda case: bool(shared_tasks(case)),
    ActName.REMOVE_AGENCY: lambda case: bool(removable(case)),
    ActName.EXTEND: lambda case: bool(extendable(case)),
    PlainAct.MOVE_START: lambda case: bool(movable(case)),
}
"""When an act has a use at all."""
