"""Renders the page of a task: its form while it is open, what became of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import abort, render_template
from werkzeug.datastructures import MultiDict

from web.cases.divergences import divergences
from web.cases.page import agency_choices
from web.cases.reminders import reminders
from web.cases.returned import proposed_values, shown_return
from web.cases.task_page import Typing, task_page
from web.errors import kept_refusal_text
from web.forms.told import told_with_questions
from web.words.case_words import CaseWords
from workflow.core.dissent import dissents
from workflow.core.errors import Refusal
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine
from workflow.services.case_view import world_of
from workflow.services.children import refusals
from workflow.services.task_view import (
    Returned,
    colleagues,
    kept_draft,
    names_of,
    returned_proposal,
    task_lines,
)
from workflow.services.tasks import receive
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded


@dataclass(frozen=True, slots=True)
class QuestionTyped:
    """The form of a question as it was sent, and what is wrong with it."""

    typed: MultiDict[str, str]
    errors: Mapping[str, str]
    """By the name of the input."""

    @property
    def summary(self) -> dict[str, str]:
        """The faults by what follows `f-` in the ids of their inputs."""
        return {f"ask-{name}": text for name, text in self.errors.items()}


NO_QUESTION: Final = QuestionTyped(MultiDict(), {})


def render_task(
    uow: UnitOfWork,
    number: str,
    no: int,
    *,
    typing: Typing | None = None,
    asking: QuestionTyped = NO_QUESTION,
) -> str:
    """Render the page of a task of a case; 404 for a number that no task of it ever had."""
    loaded = uow.load(number)
    task = next((t for t in loaded.snapshot.tasks if t.no == no), None)
    if task is None:
        return _ended(uow, loaded, no)
    if task.received_at is None and task.agency in uow.powers.own.agencies and typing is None:
        loaded = _received(uow, loaded, no) or loaded
    return _open(uow, loaded, loaded.snapshot.task(no), typing, asking)


def _received(uow: UnitOfWork, loaded: Loaded, no: int) -> Loaded | None:
    """Note that the agency has opened the task for the first time; None where it cannot be."""
    number, revision = loaded.snapshot.number, loaded.snapshot.revision
    try:  # a task handed on is received again, so its number alone is no key
        receive(uow, number, no, key=f"receive:{number}:{no}:{revision}")
    except Refusal:
        return None
    return uow.load(number)


def _open(
    uow: UnitOfWork, loaded: Loaded, task: Task, typing: Typing | None, asking: QuestionTyped
) -> str:
    case = loaded.snapshot
    world = world_of(uow, loaded)
    lines = task_lines(uow, loaded.case_id)
    returned = returned_proposal(uow, loaded, task)
    named = _named(case, task, returned, lines)
    keys = {line.no: (line.key, line.slot) for line in lines}
    words = CaseWords(case, world, names_of(uow, named), uow.today, keys, powers=uow.powers)
    page = task_page(
        words,
        task,
        now=uow.circumstances(world),
        draft=kept_draft(uow, case.number, task.no),
        proposed=proposed_values(case, task, returned.proposal) if returned else {},
        typing=typing,
    )
    form = case.spec(task).form
    others = colleagues(uow, task.agency) if page.standing.works else []
    return render_template(
        "cases/task.html",
        section="inbox",
        case=case,
        words=words,
        page=page,
        returned=shown_return(words, task, returned) if returned else None,
        task=task,
        divergences=divergences(words, lines, uow.powers, but_visit=None),
        reminders=reminders(words, uow.powers, at=uow.now),
        reasons=may_read_reasons(case, uow.powers),
        stuck=_stuck(uow, case, task),
        before=[line for line in lines if not line.is_open and line.outcome],
        colleagues=[(number, name) for number, name in others if number != task.assignee],
        agencies=agency_choices(world, uow.today),
        errors=page.shown.errors,
        summary={**told_with_questions(case.definition, page.shown.errors, form), **asking.summary},
        asking=asking,
        has_errors=bool(page.shown.errors or asking.errors),
        refused=typing.refused if typing else "",
    )


def _named(
    case: CaseSnapshot, task: Task, returned: Returned | None, lines: Sequence[TaskLine]
) -> set[int | None]:
    """Return the officers whose names the page of a task says."""
    proposer = task.proposal.by if task.proposal else None
    returner = returned.by if returned else None
    reminding = {last.officer for last in case.reminded.values()}
    departed = {one.task.ended_by for one in dissents(case.definition, lines)}
    return {*departed, task.assignee, proposer, returner, case.opened_by, *reminding}


def _stuck(uow: UnitOfWork, case: CaseSnapshot, task: Task) -> tuple[int, str] | None:
    """Return which line of history says why another case does not do a task, and its words."""
    if case.spec(task).child is None:
        return None
    found = (one for one in refusals(uow, case.number) if one.body["no"] == task.no)
    line = next(found, None)
    if line is None:
        return None
    why = line.body["why"]
    return line.seq, kept_refusal_text(why["refusal"], why["particulars"])


def _ended(uow: UnitOfWork, loaded: Loaded, no: int) -> str:
    """Tell what became of a task that has ended."""
    lines = task_lines(uow, loaded.case_id)
    line = next((line for line in lines if line.no == no), None)
    if line is None:
        abort(404)
    names = names_of(uow, {line.ended_by})
    world = world_of(uow, loaded)
    words = CaseWords(loaded.snapshot, world, names, uow.today, powers=uow.powers)
    return render_template(
        "cases/task_ended.html", section="inbox", case=loaded.snapshot, words=words, line=line
    )
