"""Acts on the deadlines of a case: each shows first where every deadline would fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.cases.acts import back, refused
from web.cases.confirming import knowingly, too_late, typed_again, typed_day
from web.cases.history import days
from web.db import unit_of_work
from web.security import once_key
from web.words.case_words import CaseWords
from web.words.said import say
from workflow.core.acts.answers import Answers
from workflow.core.clock_moves import ClockMove
from workflow.core.deadlines.rules import Ground
from workflow.core.errors import AnswersRefused, BeyondOwnDeadline, Refusal
from workflow.services import cases, resting
from workflow.services.resting import Foreseen
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("rests", __name__, url_prefix="/pedidos")
bp.register_error_handler(Refusal, refused)

OPINION = "opinion_request"
"""The request type by which one agency asks another for an opinion."""


@dataclass(frozen=True, slots=True)
class ShownMove:
    """One deadline before and after an act, with what the page calls it."""

    title: str
    agency: str
    move: ClockMove


def _reason() -> str:
    return request.form.get("reason", "")


def _demanded(name: str) -> date:
    found = typed_day(name)
    if found is None:
        raise AnswersRefused(problems={name: f"no_{name}"})
    return found


def _rest() -> dict[str, Any]:
    """Return the particulars of a suspension besides its reason."""
    ground = request.form.get("ground") or Ground.SUSPENSION.value
    if ground not in set(Ground):
        raise AnswersRefused(problems={"ground": "missing"})
    return {
        "review_on": _demanded("review_on"),
        "since": typed_day("since"),
        "ground": Ground(ground),
        "source": request.form.get("source", ""),
        "ended_by": tuple(code for code in request.form.getlist("ended_by") if code),
    }


def _more() -> tuple[str, str]:
    """Return the deadline to extend and by how much; raise `AnswersRefused` for no number."""
    amount = request.form.get("amount", "").strip()
    if not amount.isdecimal():
        raise AnswersRefused(problems={"amount": "no_amount"})
    return request.form.get("clock", ""), f"{amount} {request.form.get('unit', '')}"


def _foreseen(told: Foreseen, act: str, uow: UnitOfWork, **about: object) -> str:
    """Show where the deadlines would fall, with what was typed ready to be sent."""
    today = uow.today
    before, case = told.change.before or told.case, told.case
    keys = {t.no: (t.key, t.slot) for t in (*before.tasks, *case.tasks)}
    keys |= {line.no: (line.key, line.slot) for line in told.tasks}
    words = CaseWords(case, told.world, told.names, today, keys, powers=uow.powers)
    owed = {c.key: c.agency for c in (*case.clocks, *(t.clock for t in case.tasks if t.clock))}
    return render_template(
        "cases/foreseen.html",
        section="cases",
        act=act,
        case=before,
        moves=[ShownMove(words.clock(m.key), owed[m.key], m) for m in told.moves],
        stays=[words.task(key) for key in told.stays],
        done=days(told.done_since, words, reasons=False),
        typed=typed_again(),
        target=url_for(f"rests.{act}", number=case.number),
        **about,
    )


@bp.post("/<number>/suspender/efeito")
def foresee_suspend(number: str) -> str:
    """Show what a suspension would do."""
    rest: Mapping[str, Any] = _rest()
    with unit_of_work() as uow:
        told = resting.foresee_suspension(uow, number, _reason(), **rest)
        return _foreseen(told, "suspend", uow, goes_on=rest["review_on"], since=rest["since"])


@bp.post("/<number>/suspender")
def suspend(number: str) -> Response:
    """Let the case rest until a review date."""
    rest = _rest()
    with unit_of_work() as uow:
        return back(cases.suspend(uow, number, _reason(), key=once_key(), **rest), "case_suspended")


@bp.post("/<number>/retomar/efeito")
def foresee_resume(number: str) -> str:
    """Show where the deadlines of a suspended case would fall."""
    with unit_of_work() as uow:
        told = resting.foresee_resumption(uow, number, reason=_reason(), on=typed_day("on"))
        return _foreseen(told, "resume", uow)


@bp.post("/<number>/retomar")
def resume(number: str) -> Response:
    """End the rest of a suspended case."""
    with unit_of_work() as uow:
        done = cases.resume(uow, number, reason=_reason(), on=typed_day("on"), key=once_key())
        return back(done, "case_resumed")


@bp.post("/<number>/prorrogar/efeito")
def foresee_extend(number: str) -> str:
    """Show where a deadline would fall with more time."""
    with unit_of_work() as uow:
        told = resting.foresee_extension(uow, number, *_more(), _reason())
        return _foreseen(told, "extend", uow)


@bp.post("/<number>/prorrogar")
def extend(number: str) -> Response:
    """Give a deadline more time."""
    with unit_of_work() as uow:
        done = cases.extend(uow, number, *_more(), _reason(), key=once_key())
        return back(done, "deadline_extended")


@bp.post("/<number>/comeco/efeito")
def foresee_move_start(number: str) -> str:
    """Show where a deadline would fall that began on another day."""
    clock = request.form.get("clock", "")
    with unit_of_work() as uow:
        told = resting.foresee_start(uow, number, clock, _demanded("start"), _reason())
        return _foreseen(told, "move_start", uow)


@bp.post("/<number>/comeco")
def move_start(number: str) -> Response:
    """Count a deadline from the day on which it really began."""
    clock = request.form.get("clock", "")
    with unit_of_work() as uow:
        done = cases.move_start(uow, number, clock, _demanded("start"), _reason(), key=once_key())
        return back(done, "start_moved")


@bp.post("/<number>/parecer")
def ask_opinion(number: str) -> ResponseReturnValue:
    """Ask an agency for an opinion on the case, as a case of its own that this one names.

    Should the answer come after one's own deadline, that is told first.
    """
    question, agency = request.form.get("question", "").strip(), request.form.get("agency", "")
    problems = {
        name: "missing" for name, given in (("question", question), ("agency", agency)) if not given
    }
    if problems:
        raise AnswersRefused(problems=problems)
    with unit_of_work() as uow:
        subject = uow.load(number).snapshot.data.get("subject", number)
        answers = Answers(
            data={"subject": subject, "description": question, "question": question},
            roles={"adviser": (agency,)},
        )
        try:
            opened = cases.ask_opinion(
                uow, number, OPINION, answers=answers, key=once_key(), knowingly=knowingly()
            )
        except BeyondOwnDeadline as late:
            target = url_for("rests.ask_opinion", number=number)
            return too_late(number, late, act="ask_opinion", target=target)
    say("opinion_asked", number=opened.number, agency=agency)
    return redirect(url_for("cases.show", number=number), 303)
