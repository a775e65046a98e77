"""Working a task: taking it, giving it back, handing it on, and ending it with an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflow.core.acts.allowed import (
    demand_open,
    demand_reason,
    demand_running,
    demand_separate_duties,
    released_by,
    who_acts,
)
from workflow.core.acts.answers import (
    Answers,
    check_answers,
    demand_documents,
    record_answers,
    with_given,
    without_blanks,
)
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.documents import attachable
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.computed import computed_values
from workflow.core.conditions import FieldTest, holds, tests_in
from workflow.core.definition import DataItem, Guard, Outcome, TaskSpec
from workflow.core.draft import Draft
from workflow.core.errors import (
    ActNotAllowed,
    InformationPending,
    NotAssigned,
    OutcomeHeld,
    OutcomeNotOffered,
    TaskNotOpen,
)
from workflow.core.events import By, Kind
from workflow.core.fields import Field
from workflow.core.following import follow_data
from workflow.core.moving import open_child
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Task, TaskStatus


def receive(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Note that an agency has seen a task; a term that runs from receipt starts."""
    demand_open(case)
    task = case.task(no)
    if task.received_at:
        raise TaskNotOpen(task=no, why="received", number=case.number)
    draft = now.draft(case, who_acts(case, task, now.powers))
    draft.emit(Kind.TASK_RECEIVED, {"no": no})
    follow_data(draft)
    return finish(draft)


def claim(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Take a task of one's agency; raise `TaskNotOpen` if a colleague has it."""
    demand_open(case)
    task = case.task(no)
    by = who_acts(case, task, now.powers)
    if task.assignee is not None:
        raise TaskNotOpen(task=no, why="claimed", assignee=task.assignee, number=case.number)
    draft = now.draft(case, by)
    draft.emit(Kind.TASK_CLAIMED, {"no": no, "officer": by.officer})
    follow_data(draft)
    return finish(draft)


def release(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Give a task back to the agency; its holder may, and the head."""
    demand_open(case)
    task = case.task(no)
    by = holder_or_head(case, task, now.powers)
    if task.assignee is None:
        raise TaskNotOpen(task=no, why="unclaimed", number=case.number)
    draft = now.draft(case, by)
    draft.emit(Kind.TASK_RELEASED, {"no": no, "officer": task.assignee})
    return finish(draft)


def assign(case: CaseSnapshot, no: int, officer: int, *, now: Circumstances) -> Change:
    """Hand a task to a colleague; its holder may, and the head; a free one, anybody of the agency.

    That the colleague acts for the agency is for the caller to see.
    """
    demand_open(case)
    task = case.task(no)
    by = holder_or_head(case, task, now.powers)
    draft = now.draft(case, by)
    draft.emit(Kind.TASK_ASSIGNED, {"no": no, "officer": officer, "from": task.assignee})
    return finish(draft)


def complete_task(
    case: CaseSnapshot, no: int, outcome: str, *, answers: Answers, now: Circumstances
) -> Change:
    """End a task with an outcome, and move its case on if that is what the case waited for.

    Where the head must release it, the outcome is only proposed. Raise `UnknownTask`,
    `NotAssigned`, `TaskNotOpen`, `OutcomeNotOffered`, `OutcomeHeld`, `DutiesNotSeparate`,
    `InformationPending`, `ReasonMissing`, `AnswersRefused` or `DocumentMissing`.
    """
    demand_running(case)
    task = case.task(no)
    spec = case.spec(task)
    by = who_acts(case, task, now.powers)
    _demand_free(case, task, by)
    released = released_by(task, spec, now)
    chosen = demand_offered(spec, outcome)
    demand_separate_duties(case, spec, by, released or By())
    if chosen.asks_reason:
        demand_reason(answers.reason)
    if chosen.form_optional:
        answers = without_blanks(case.definition, spec.form, answers)
    given = with_given(case, answers.data)
    if given != answers.data:
        answers = replace(answers, data=given)
    also = attachable(case, now.powers) if answers.documents else frozenset()
    check_answers(case, spec.form, answers, asked=also, whole=not chosen.form_optional)
    draft = now.draft(case, by)
    if released is None:
        propose(draft, task, chosen, answers)
    else:
        end_task(draft, task, chosen, answers, doers=_persons(by, released))
    return finish(draft)


def demand_offered(spec: TaskSpec, outcome: str) -> Outcome:
    """Return the outcome of that name; raise `OutcomeNotOffered`."""
    chosen = spec.outcomes.get(outcome)
    if chosen is None or spec.done_elsewhere:
        raise OutcomeNotOffered(task=spec.key, outcome=outcome, offered=tuple(spec.outcomes))
    return chosen


def _demand_not_held(draft: Draft, task: str, outcome: str, given: Mapping[str, Any]) -> None:
    """Raise `OutcomeHeld`; the data that comes with an act may lift a guard, or call for one."""
    case = draft.case
    if not case.definition.guards:
        return
    data = {**case.data, **given}
    follows = computed_values(
        case.definition, data, completed_on=case.completed_on, world=draft.world
    )
    guard = held_by(case, task, outcome, {**given, **follows})
    if guard:
        raise OutcomeHeld(task=task, outcome=outcome, because=guard.because)


def held_by(
    case: CaseSnapshot, task: str, outcome: str, given: Mapping[str, Any] | None = None
) -> Guard | None:
    """Return the guard that holds an outcome back, were it given with this data."""
    data = {**case.data, **(given or {})}
    for guard in case.definition.guards:
        concerned = guard.task == task and outcome in guard.outcomes
        if concerned and holds(guard.hold_if, data, case.latest):
            return guard
    return None


def barred_by(case: CaseSnapshot, spec: TaskSpec, outcome: str) -> Guard | None:
    """Return the guard that holds an outcome back whatever the task's form is answered.

    Nobody answers the form of a task that another case ends.
    """
    guard = held_by(case, spec.key, outcome)
    if guard is None or spec.done_elsewhere:
        return guard
    asked = {item.field for item in spec.form if isinstance(item, DataItem)}
    for field in case.definition.computed_fields:
        if field.computed and not asked.isdisjoint(field.computed.sources):
            asked.add(field.key)
    tests = tests_in(guard.hold_if)
    answerable = any(isinstance(test, FieldTest) and test.field in asked for test in tests)
    return None if answerable else guard


def end_task(
    draft: Draft, task: Task, outcome: Outcome, answers: Answers, *, doers: list[int]
) -> None:
    """Record the answers and the outcome of a task, and open the case that the outcome opens."""
    record_answers(draft, answers, no=task.no)
    spec = draft.case.spec(task)
    _demand_not_held(draft, spec.key, outcome.key, {})
    if not outcome.form_optional:
        demand_documents(draft.case, task)
    own, private = draft.protect(answers.own, _own_fields(spec))
    draft.emit(
        Kind.TASK_COMPLETED,
        {
            "no": task.no,
            "task": task.key,
            "slot": task.slot,
            "outcome": outcome.key,
            "reason": answers.reason,
            "answers": own,
            "on": draft.today.isoformat(),
            "doers": doers,
        },
        private=private,
    )
    follow_data(draft)
    if outcome.opens:
        open_child(draft, outcome.opens, opener=task.agency, no=None)


def propose(draft: Draft, task: Task, outcome: Outcome, answers: Answers) -> None:
    """Put an outcome before the head of the agency, with all that was answered."""
    _demand_not_held(draft, task.key, outcome.key, {**answers.data, **answers.documents})
    data, private = draft.protect(answers.data)
    own, more = draft.protect(answers.own, _own_fields(draft.case.spec(task)))
    by = draft.by
    draft.emit(
        Kind.OUTCOME_PROPOSED,
        {
            "no": task.no,
            "proposal": {
                "outcome": outcome.key,
                "answers": {
                    "data": data,
                    "roles": {role: list(held) for role, held in answers.roles.items()},
                    **({"in_turn": sorted(answers.in_turn)} if answers.in_turn else {}),
                    "own": own,
                    "documents": dict(answers.documents),
                },
                "by": by.officer,
                "for": by.on_behalf_of,
                "reason": answers.reason,
                "at": draft.at.isoformat(),
            },
        },
        private=private | more,
    )


def _own_fields(spec: TaskSpec) -> dict[str, Field]:
    return {item.key: item for item in spec.form if isinstance(item, Field)}


def release_proposal(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Let a proposed outcome take effect, as head of the agency."""
    demand_running(case)
    task = case.task(no)
    proposal = task.proposal
    if proposal is None:
        raise TaskNotOpen(task=no, why="not_proposed", number=case.number)
    if task.request:
        raise InformationPending(task=no, of=task.request.of, number=case.number)
    by = now.powers.as_head(task.agency)
    spec = case.spec(task)
    given = proposal.answers
    chosen = demand_offered(spec, proposal.outcome)
    proposed = By(proposal.by, task.agency, proposal.on_behalf_of)
    demand_separate_duties(case, spec, proposed, by)
    answers = Answers(
        data=given["data"],
        roles={role: tuple(held) for role, held in given["roles"].items()},
        in_turn=frozenset(given.get("in_turn", ())),
        own=given["own"],
        documents=given["documents"],
        reason=proposal.reason,
    )
    draft = now.draft(case, by)
    end_task(draft, task, chosen, answers, doers=_persons(proposed, by))
    return finish(draft)


def return_proposal(case: CaseSnapshot, no: int, reason: str, *, now: Circumstances) -> Change:
    """Give a proposed outcome back to who proposed it, with the reason, as head of the agency."""
    demand_running(case)
    task = case.task(no)
    if task.proposal is None:
        raise TaskNotOpen(task=no, why="not_proposed", number=case.number)
    draft = now.draft(case, now.powers.as_head(task.agency))
    draft.emit(Kind.PROPOSAL_RETURNED, {"no": no, "reason": demand_reason(reason)})
    return finish(draft)


def _persons(*acting: By) -> list[int]:
    everybody = [person for by in acting for person in (by.officer, by.on_behalf_of)]
    return [person for person in dict.fromkeys(everybody) if person is not None]


def _demand_free(case: CaseSnapshot, task: Task, by: By) -> None:
    """Raise `TaskNotOpen` or `InformationPending` if the task is not this person's to end now."""
    if task.request:
        raise InformationPending(task=task.no, of=task.request.of, number=case.number)
    if task.proposal:
        raise TaskNotOpen(task=task.no, why="proposed", number=case.number)
    mine = task.assignee in (None, by.officer, by.on_behalf_of)
    if task.status is TaskStatus.CLAIMED and not mine and by.guest is None:
        raise TaskNotOpen(task=task.no, why="claimed", assignee=task.assignee, number=case.number)


def holder_or_head(case: CaseSnapshot, task: Task, powers: Powers) -> By:
    """Return who arranges a task: its holder, or the head; raise `NotAssigned`, `ActNotAllowed`."""
    by = who_acts(case, task, powers)
    if task.assignee in (None, by.officer, by.on_behalf_of):
        return by
    try:
        return powers.as_head(task.agency)
    except NotAssigned as refused:
        raise ActNotAllowed(
            act="release", why="holder", assignee=task.assignee, number=case.number
        ) from refused
