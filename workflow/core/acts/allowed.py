"""Whether an act may be done at all: by this person, in this case, in this state."""

from __future__ import annotations

from typing import Final

from workflow.core.act_rules import ActName, ActRule
from workflow.core.acts.circumstances import Circumstances
from workflow.core.definition import TaskSpec
from workflow.core.errors import (
    ActNotAllowed,
    CaseClosed,
    CaseSuspended,
    DutiesNotSeparate,
    NotAssigned,
    ReasonMissing,
    ReasonTooLong,
)
from workflow.core.events import By
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Task

LONGEST_REASON: Final = 50_000
"""Letters of a reason or a comment, as of a long text in a form."""


def demand_open(case: CaseSnapshot) -> None:
    """Raise `CaseClosed` if the case has ended."""
    if not case.is_open:
        raise CaseClosed(number=case.number, state=case.state)


def demand_running(case: CaseSnapshot) -> None:
    """Raise `CaseClosed` or `CaseSuspended` if no work can be done on the case now."""
    demand_open(case)
    if case.suspension:
        raise CaseSuspended(
            number=case.number,
            since=case.suspension.since,
            review_on=case.suspension.review_on,
            by=case.suspension.by,
        )


def demand_reason(reason: str | None, *, rule: ActRule | None = None) -> str:
    """Return a reason without blank edges; raise `ReasonMissing` where one is asked for.

    Raise `ReasonTooLong` for more than anybody writes by hand.
    """
    written = (reason or "").strip()
    if len(written) > LONGEST_REASON:
        raise ReasonTooLong(most=LONGEST_REASON, actual=len(written))
    if not written and (rule is None or rule.asks_reason):
        raise ReasonMissing
    return written


def rule_of(case: CaseSnapshot, act: ActName) -> ActRule:
    """Return how the type limits an act; one it does not mention is its owner's."""
    return case.definition.acts.get(act) or _OF_THE_OWNER[act]


_OF_THE_OWNER: Final = {act: ActRule(act) for act in ActName}


def agencies_for(case: CaseSnapshot, rule: ActRule) -> tuple[str, ...]:
    """Return the agencies that may do an act: those of its roles, else the type's owner.

    A suspension that names who can end it is ended by them, or by the owner of the type.
    """
    if rule.act is ActName.RESUME and case.suspension and case.suspension.ended_by:
        return tuple(dict.fromkeys((*case.suspension.ended_by, case.definition.owner)))
    held = tuple(code for role in rule.by for code in case.participants.get(role, ()))
    return held or (case.definition.owner,)


def permit(case: CaseSnapshot, act: ActName, powers: Powers) -> tuple[By, ActRule]:
    """Return who does an act and its rule; raise `ActNotAllowed` or `NotAssigned`."""
    rule = rule_of(case, act)
    why = _forbidden(case, rule)
    if why:
        raise ActNotAllowed(act=act, why=why, state=case.state, number=case.number)
    able = agencies_for(case, rule)
    for agency in sorted(able, key=lambda code: code != powers.agency):
        if agency in powers.agencies:
            return powers.by(agency), rule
    raise NotAssigned(act=act, agencies=able, officer=powers.officer)


def _forbidden(case: CaseSnapshot, rule: ActRule) -> str | None:
    """Say in a word why nobody may do an act just now, or None if somebody may."""
    if not rule.allowed:
        return "never"
    if rule.act is not ActName.REOPEN and rule.states and case.state not in rule.states:
        return "state"
    if rule.before_entering and rule.before_entering in case.entered:
        return "too_late"
    return None


def demand_separate_duties(case: CaseSnapshot, spec: TaskSpec, *acting: By) -> None:
    """Raise `DutiesNotSeparate` if who acts, or is acted for, did a task kept apart from this.

    Two tasks of one state stay apart whichever of them is done first.
    """
    apart = _kept_apart(case, spec)
    if not apart:
        return
    everybody = (person for by in acting for person in (by.officer, by.on_behalf_of))
    persons = {person for person in everybody if person is not None}
    for earlier in apart:
        done = persons.intersection(case.doers.get(earlier, ()))
        if done:
            raise DutiesNotSeparate(task=spec.key, earlier=earlier, officers=tuple(sorted(done)))


def kept_from(case: CaseSnapshot, spec: TaskSpec) -> frozenset[int]:
    """Return who may not do a task: they did one that is kept apart from it, or have one to do."""
    did = (case.doers.get(earlier, ()) for earlier in _kept_apart(case, spec))
    to_do = (
        (task.assignee, *((task.proposal.by, task.proposal.on_behalf_of) if task.proposal else ()))
        for task in case.tasks
        if task.key in spec.not_by or spec.key in case.spec(task).not_by
    )
    return frozenset(who for some in (*did, *to_do) for who in some if who is not None)


def _kept_apart(case: CaseSnapshot, spec: TaskSpec) -> tuple[str, ...]:
    return (*spec.not_by, *_done_beside(case, spec))


def _done_beside(case: CaseSnapshot, spec: TaskSpec) -> list[str]:
    """Return the tasks done in this visit that whoever does this one may not do."""
    beside = [one.key for one in case.state_spec.tasks.values() if spec.key in one.not_by]
    if not beside:
        return []
    done = {task.key for task in case.ended}
    return [key for key in beside if key in done]


def who_acts(case: CaseSnapshot, task: Task, powers: Powers) -> By:
    """Return who acts on a task, and in whose name; raise `NotAssigned`."""
    if powers.guest is not None:
        if powers.guest == task.slot and task.slot.startswith("row:"):
            return By(guest=powers.guest)
        raise NotAssigned(agency=task.agency, task=task.no, number=case.number)
    return powers.by(task.agency, assignee=task.assignee)


def must_be_released(task: Task, spec: TaskSpec, now: Circumstances) -> bool:
    """Say whether what this person decides on a task is only proposed to the head."""
    return released_by(task, spec, now) is None


def released_by(task: Task, spec: TaskSpec, now: Circumstances) -> By | None:
    """Return in whose name a person releases at once what they decide; nobody's if none need.

    None is where the head must, and this person may not in the head's name.
    """
    agency = now.world.network.get(task.agency)
    wanted = spec.released_by_head or bool(agency and agency.requires_release)
    if not wanted or now.powers.guest is not None:
        return _NOBODY
    return now.powers.as_head(task.agency) if now.powers.heads(task.agency) else None


_NOBODY: Final = By()
