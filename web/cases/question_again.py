"""A question that was refused, once more on the page of its task, with all that was typed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from web.cases.acts import faults_of, said_of
from web.cases.task_show import QuestionTyped, render_task
from web.db import unit_of_work
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    AnswersRefused,
    MalformedTerm,
    Refusal,
    UnknownCase,
)
from workflow.core.snapshot import Task
from workflow.services.unit_of_work import UnitOfWork


def question_again(number: str, no: int, refusal: Refusal) -> str | None:
    """Render the page of the task with its question open; None if it can no longer be asked."""
    errors = {_place_of(refusal): " ".join(faults_of(refusal)) or said_of(refusal)}
    with unit_of_work() as uow:
        try:
            tasks = uow.load(number).snapshot.tasks
        except UnknownCase:
            return None  # the form was wrong before it was asked whose case it is
        task = next((t for t in tasks if t.no == no), None)
        if task is None or not _may_ask(uow, task):
            return None
        return render_task(uow, number, no, asking=QuestionTyped(request.form, errors))


def _may_ask(uow: UnitOfWork, task: Task) -> bool:
    return task.agency in uow.powers.agencies and not task.request and not task.proposal


def _place_of(refusal: Refusal) -> str:
    """Return the name of the input that a refusal is about."""
    match refusal:
        case AnswersRefused():
            problems = refusal.particulars.get("problems")
            name = next(iter(problems), "") if isinstance(problems, Mapping) else ""
            return name if name in ("amount", "day") else "fields"
        case ActNotAllowed(particulars={"why": "day"}):
            return "day" if request.form.get("day") else "amount"
        case MalformedTerm():
            return "amount"
        case AgencyUnknown():
            return "of"
    return "question"
