"""Asking for what a task lacks: one question at a time, and the clock stands still meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from workflow.core.access import may_read_field
from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_reason, demand_running, rule_of, who_acts
from workflow.core.acts.answers import attach, document_fields
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.documents import attachable
from workflow.core.acts.finishing import finish
from workflow.core.cascade import demand_answer_inside
from workflow.core.change import Change
from workflow.core.clocks import pause, resume
from workflow.core.deadlines.rules import HOUSE
from workflow.core.draft import Draft
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    AnswersRefused,
    InformationPending,
    NothingAsked,
)
from workflow.core.events import By, Kind, Private
from workflow.core.moving import move_clock
from workflow.core.powers import REQUESTER, Powers
from workflow.core.questions import ANSWER_TERM, question_clock
from workflow.core.snapshot import CaseSnapshot, Clock, InformationRequest, Task
from workflow.core.spelling import spell_request
from workflow.core.terms import Term

INFORMATION = "information"
"""The reason that a clock's pause carries."""

FURTHEST = timedelta(days=366)
"""How far ahead the day may lie by which an answer is wanted (house rule)."""


def ask_information(
    case: CaseSnapshot,
    no: int,
    question: str,
    *,
    of: str | None,
    now: Circumstances,
    fields: tuple[str, ...] = (),
    term: Term = ANSWER_TERM,
    day: date | None = None,
    knowingly: bool = False,
) -> Change:
    """Ask an agency, or the requester (`of` None), for what a task needs; its clock stands still.

    The answer is due when the term is over on the calendar of whoever is asked, or on a day.
    Raise `InformationPending` if a question is open, `AgencyUnknown`, `ReasonMissing` for no
    question, `AnswersRefused` for fields that hold no document or one that the asked may not
    know of and for a closed day, `ActNotAllowed` where the type forbids it or the day is past or
    far, `BeyondOwnDeadline` if the answer would come too late, unless asked `knowingly`.
    """
    demand_running(case)
    task = case.task(no)
    by = who_acts(case, task, now.powers)
    _demand_may_ask(case, task, of, now)
    _demand_among(document_fields(case), fields)
    _demand_askable(case, of, fields)
    draft = now.draft(case, by)
    request = InformationRequest(
        no=case.seq + 1,
        question=demand_reason(question),
        of=of,
        asked_by=task.agency,
        asked_at=now.at,
        fields=tuple(dict.fromkeys(fields)),
        clock=_answer_clock(draft, of, term=term, day=day),
    )
    draft.emit(Kind.INFORMATION_ASKED, {"no": no, "request": spell_request(request)})
    if task.clock:
        _stand_still(draft, task, task.clock, of)
    if not knowingly:
        demand_answer_inside(draft.case, no)
    return finish(draft)


def _demand_may_ask(case: CaseSnapshot, task: Task, of: str | None, now: Circumstances) -> None:
    """Refuse a question that the type forbids, a second one, and one to nobody."""
    if not rule_of(case, ActName.ASK_INFORMATION).allowed:
        raise ActNotAllowed(act=ActName.ASK_INFORMATION, why="never", number=case.number)
    if task.request:
        raise InformationPending(task=task.no, of=task.request.of, number=case.number)
    if of is not None and not now.world.network.is_active(of, now.world.day(now.at)):
        raise AgencyUnknown(agency=of)


def _answer_clock(draft: Draft, of: str | None, *, term: Term, day: date | None) -> Clock | None:
    """Start the deadline of the answer; raise for a day that is past, far or closed."""
    case, world = draft.case, draft.world
    agency = of or case.opener
    earliest, latest = draft.today, draft.today + FURTHEST
    clock = question_clock(case.seq + 1, agency, term=term, day=day, now=draft.at, world=world)
    if clock and not earliest <= clock.due_on <= latest:
        about = {"earliest": earliest, "latest": latest, "number": case.number}
        raise ActNotAllowed(act=ActName.ASK_INFORMATION, why="day", **about)
    if day and not world.calendar(agency).is_open(day, HOUSE):
        raise AnswersRefused(problems={"day": "closed_day"})
    return clock


def _stand_still(draft: Draft, task: Task, clock: Clock, of: str | None) -> None:
    """Stop the clock of a task until whoever was asked answers."""
    ended_by = (of or draft.case.opener,)
    stopped = pause(
        clock,
        on=draft.today,
        reason=INFORMATION,
        world=draft.world,
        by=task.agency,
        ended_by=ended_by,
    )
    move_clock(draft, stopped, because=INFORMATION)


def answer_information(
    case: CaseSnapshot,
    no: int,
    answer: str,
    *,
    now: Circumstances,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> Change:
    """Answer what was asked, with documents; the clock of the task goes on.

    The documents fill the fields that were asked for; where none were, those that whoever
    answers may put a version in anyhow. Raise `NothingAsked`, `NotAssigned` or `AnswersRefused`.
    """
    demand_running(case)
    task = case.task(no)
    request = _asked(case, task)
    draft = now.draft(case, _who_answers(case, request, now.powers))
    given = documents or {}
    if not answer.strip() and not given:
        raise AnswersRefused(problems={"answer": "missing"})
    _demand_among(frozenset(request.fields) or attachable(case, now.powers), given)
    for key, document in given.items():
        attach(draft, key, document, no=no)
    private: dict[str, Private] = {}
    body = {"no": no, "request": request.no, "answer": draft.commit(answer, private)}
    draft.emit(Kind.INFORMATION_ANSWERED, body, private=private)
    _go_on(draft, no)
    return finish(draft)


def withdraw_question(case: CaseSnapshot, no: int, *, now: Circumstances) -> Change:
    """Take a question back; the clock of the task goes on. Raise `NothingAsked`."""
    demand_running(case)
    task = case.task(no)
    return end_question(now.draft(case, who_acts(case, task, now.powers)), no)


def end_question(draft: Draft, no: int) -> Change:
    """Let the question of a task be asked no more, by whoever may; raise `NothingAsked`."""
    request = _asked(draft.case, draft.case.task(no))
    draft.emit(Kind.INFORMATION_WITHDRAWN, {"no": no, "request": request.no})
    _go_on(draft, no)
    return finish(draft)


def _demand_among(known: frozenset[str], fields: Iterable[str]) -> None:
    unknown = [key for key in fields if key not in known]
    if unknown:
        raise AnswersRefused(problems=dict.fromkeys(unknown, "not_asked"))


def askable(case: CaseSnapshot, of: str | None) -> frozenset[str]:
    """Return the document fields that an agency, or the requester (`of` None), may be asked for.

    Of the requester none whose present version is others' and not for it to know. An agency
    that is asked has a part in the case from then on, and reads what its agencies read.
    """
    fields = document_fields(case)
    if of is not None:
        return fields
    guest = Powers(guest=REQUESTER, guest_of=case.number)
    return frozenset(key for key in fields if _is_known(case, key, guest))


def _demand_askable(case: CaseSnapshot, of: str | None, fields: Iterable[str]) -> None:
    hidden = [key for key in fields if key not in askable(case, of)]
    if hidden:
        raise AnswersRefused(problems=dict.fromkeys(hidden, "not_theirs"))


def _is_known(case: CaseSnapshot, field: str, guest: Powers) -> bool:
    held = case.data.get(field)
    if not isinstance(held, Mapping) or held.get("by") in (case.opener, REQUESTER):
        return True
    return may_read_field(case, case.definition.data[field], guest)


def _asked(case: CaseSnapshot, task: Task) -> InformationRequest:
    if task.request is None:
        raise NothingAsked(task=task.no, number=case.number)
    return task.request


def _who_answers(case: CaseSnapshot, request: InformationRequest, powers: Powers) -> By:
    """Return who answers: the agency asked; of the requester, the guest or the opener's people."""
    if request.of is None and powers.guest == "requester":
        return By(guest="requester")
    return powers.by(request.of or case.opener)


def _go_on(draft: Draft, no: int) -> None:
    clock = draft.case.task(no).clock
    if clock:
        again = resume(clock, on=draft.today, world=draft.world, reason=INFORMATION)
        move_clock(draft, again, because=INFORMATION)
