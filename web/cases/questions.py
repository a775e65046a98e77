"""Questions between agencies: asking for what a task lacks, answering, taking a question back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.cases.acts import back, refused
from web.cases.confirming import knowingly, too_late, typed_again, typed_day
from web.cases.question_again import question_again
from web.db import unit_of_work
from web.errors import status_of
from web.forms.uploads import keep_upload
from web.security import once_key
from web.stores import document_store, most_bytes
from web.words.field_values import term_words
from web.words.said import say
from workflow.catalogue.form_values import Fault
from workflow.core.errors import AnswersRefused, BeyondOwnDeadline, Refusal
from workflow.core.questions import ANSWER_TERM
from workflow.core.snapshot import CaseSnapshot
from workflow.core.terms import parse_term
from workflow.services import asking, tasks

bp = Blueprint("questions", __name__, url_prefix="/pedidos/<number>/tarefas/<int:no>")


def _refused(refusal: Refusal) -> ResponseReturnValue:
    """Show a refused question again where it was typed; whatever else is answered as on a case."""
    asked = request.endpoint in ("questions.foresee", "questions.ask")
    if asked and status_of(refusal) == 422 and not request.headers.get("HX-Request"):
        about = request.view_args or {}
        page = question_again(about["number"], about["no"], refusal)
        if page is not None:
            return page, 422
    return refused(refusal)


bp.register_error_handler(Refusal, _refused)


@bp.post("/perguntar/efeito")
def foresee(number: str, no: int) -> ResponseReturnValue:
    """Show until when an answer would be wanted, and what the question does to one's deadline."""
    typed = _typed()
    with unit_of_work() as uow:
        try:
            told = asking.foresee_question(uow, number, no, **typed)
        except BeyondOwnDeadline as late:
            return _too_late(number, no, late)
    term = typed["term"] if told.request.clock and told.request.clock.term else None
    return render_template(
        "cases/question_foreseen.html",
        section="inbox",
        case=told.case,
        no=no,
        asked=told.request,
        move=told.move,
        term=term_words(str(term)) if term else "",
        typed=typed_again(),
    )


@bp.post("/perguntar")
def ask(number: str, no: int) -> ResponseReturnValue:
    """Ask an agency, or the requester, for what the task needs."""
    with unit_of_work() as uow:
        try:
            done = tasks.ask_information(
                uow, number, no, **_typed(), key=once_key(), knowingly=knowingly()
            )
        except BeyondOwnDeadline as late:
            return _too_late(number, no, late)
    if not done.repeated:
        say("information_asked")
    return _to_task(number, no)


def _typed() -> dict[str, Any]:
    """Return the question that was typed, as the services take it; raise `AnswersRefused`."""
    typed = {
        "question": request.form.get("question", ""),
        "of": request.form.get("of") or None,
        "fields": tuple(request.form.getlist("fields")),
    }
    amount = request.form.get("amount", "").strip() or str(ANSWER_TERM.amount)
    if not amount.isdecimal() or not amount.strip("0"):
        raise AnswersRefused(problems={"amount": "no_answer_amount"})
    unit = request.form.get("unit") or ANSWER_TERM.unit.value
    return {**typed, "term": parse_term(f"{amount} {unit}"), "day": typed_day("day")}


def _too_late(number: str, no: int, late: BeyondOwnDeadline) -> ResponseReturnValue:
    target = url_for("questions.ask", number=number, no=no)
    return too_late(number, late, act="ask_information", target=target)


@bp.post("/responder")
def answer(number: str, no: int) -> Response:
    """Answer what was asked, with documents; raise `AnswersRefused`."""
    with unit_of_work() as uow:
        case = uow.load(number).snapshot
        documents = _answer_documents(case, no)
        text = request.form.get("answer", "")
        done = tasks.answer_information(uow, number, no, text, documents=documents, key=once_key())
        return back(done, "information_answered")


def _answer_documents(case: CaseSnapshot, no: int) -> dict[str, Mapping[str, Any]]:
    """Keep the documents that came with an answer, of those that were asked for."""
    request_ = case.task(no).request
    kept: dict[str, Mapping[str, Any]] = {}
    for key in request_.fields if request_ else ():
        upload = request.files.get(f"documents.{key}")
        spec = case.definition.data.get(key)
        if upload is None or not upload.filename or spec is None:
            continue
        try:
            kept[key] = keep_upload(spec, upload, document_store(), limit=most_bytes())
        except Fault as fault:
            raise AnswersRefused(problems={key: fault.code}, about=fault.particulars) from fault
    return kept


@bp.post("/pergunta/retirar")
def withdraw_question(number: str, no: int) -> Response:
    """Take one's question back."""
    with unit_of_work() as uow:
        done = tasks.withdraw_question(uow, number, no, key=once_key())
    if not done.repeated:
        say("information_withdrawn")
    return _to_task(number, no)


def _to_task(number: str, no: int) -> Response:
    return redirect(url_for("cases.task", number=number, no=no), 303)
