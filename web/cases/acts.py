"""What is done with a case as a whole; every act says on the next page what it has done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.cases.act_again import act_again
from web.cases.confirming import knowingly, too_late
from web.cases.history import Particulars
from web.db import unit_of_work
from web.errors import answer_refusal, refusal_text, status_of
from web.forms.uploads import keep_upload
from web.kept import kept_form
from web.row_numbers import typed_number
from web.security import once_key
from web.stores import document_store, most_bytes
from web.words.phrases import has_phrase, phrase
from web.words.said import say
from workflow.catalogue.form_values import Fault
from workflow.core.acts.record import Relation
from workflow.core.errors import (
    AnswersRefused,
    BeyondOwnDeadline,
    ReasonMissing,
    Refusal,
    UnknownCase,
)
from workflow.core.events import Kind
from workflow.core.fields import Access, FieldType
from workflow.core.numbers import read_case_number
from workflow.services import cases, children, tasks
from workflow.services.kindred import mark_duplicate
from workflow.services.unit_of_work import Done, UnitOfWork

bp = Blueprint("case_acts", __name__, url_prefix="/pedidos")

Ending = Callable[..., Done]


def back(done: Done, what: str, *, anchor: str = "") -> Response:
    """Go back to the case and tell what was done, unless it had been done before."""
    if not done.repeated:
        say(what, number=done.number)
    return redirect(url_for("cases.show", number=done.number, _anchor=anchor or None), 303)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """Say why an act on a case was refused, with the way back to the case and what was typed."""
    status = status_of(refusal)
    number = (request.view_args or {}).get("number")
    if status not in (409, 422) or number is None or request.headers.get("HX-Request"):
        return answer_refusal(refusal)
    try:
        again = act_again(number) if status == 422 else {}
    except UnknownCase as unknown:
        return answer_refusal(unknown)  # the form was wrong before it was asked whose case it is
    page = render_template(
        "cases/refused.html",
        section="cases",
        number=number,
        task_no=_task_no(),
        text=said_of(refusal),
        faults=faults_of(refusal),
        kept=kept_form(),
        **again,
    )
    return page, status


def _task_no() -> int | None:
    """Return the task of which the act was refused, to whose page the way back leads."""
    of_task = request.url_rule is not None and "/tarefas/<int:no>" in request.url_rule.rule
    return (request.view_args or {}).get("no") if of_task else None


def said_of(refusal: Refusal) -> str:
    """Say why an act was refused; what is asked, answered or told is a text and no reason."""
    if isinstance(refusal, ReasonMissing) and "reason" not in request.form:
        return phrase("errors", "text_missing", {})
    return refusal_text(refusal)


def faults_of(refusal: Refusal) -> list[str]:
    """Say what is wrong with what was typed, where it is known."""
    problems = refusal.particulars.get("problems")
    codes = dict.fromkeys(problems.values()) if isinstance(problems, Mapping) else ()
    about = refusal.particulars.get("about")
    facts = Particulars(about) if isinstance(about, Mapping) else Particulars()
    return [phrase("faults", code, facts) for code in codes if has_phrase("faults", code)]


bp.register_error_handler(Refusal, refused)


def _reason() -> str:
    return request.form.get("reason", "")


def _with_reason(act: Ending, number: str, what: str) -> Response:
    with unit_of_work() as uow:
        return back(act(uow, number, _reason(), key=once_key()), what)


@bp.post("/<number>/desistir")
def withdraw(number: str) -> Response:
    """Take the request back."""
    return _with_reason(cases.withdraw, number, "case_withdrawn")


@bp.post("/<number>/cancelar")
def cancel(number: str) -> Response:
    """End a case that should not go on."""
    return _with_reason(cases.cancel, number, "case_cancelled")


@bp.post("/<number>/encerrar")
def terminate(number: str) -> Response:
    """End what is in force before its term."""
    return _with_reason(cases.terminate, number, "case_terminated")


@bp.post("/<number>/reabrir")
def reopen(number: str) -> Response:
    """Open an ended case again."""
    return _with_reason(cases.reopen, number, "case_reopened")


@bp.post("/<number>/tornar-publico")
def announce(number: str) -> Response:
    """Let it be known that the case exists."""
    with unit_of_work() as uow:
        return back(cases.announce(uow, number, key=once_key()), "case_announced")


@bp.post("/<number>/devolver")
def send_back(number: str) -> Response:
    """Send the case back to an earlier state."""
    target = request.form.get("target", "")
    with unit_of_work() as uow:
        done = cases.send_back(uow, number, target, _reason(), key=once_key())
        return back(done, "case_sent_back")


@bp.post("/<number>/orgaos")
def add_agency(number: str) -> ResponseReturnValue:
    """Ask one agency more in a running round; should it answer too late, that is told first."""
    task, agency = request.form.get("task", ""), request.form.get("agency", "")
    with unit_of_work() as uow:
        try:
            done = tasks.add_agency(
                uow, number, task, agency, key=once_key(), knowingly=knowingly()
            )
        except BeyondOwnDeadline as late:
            target = url_for("case_acts.add_agency", number=number)
            return too_late(number, late, act="add_agency", target=target)
        later = done.change.after.scheduled if done.change else ()
        queued = any(waiting.slot == agency for waiting in later)
        return back(done, "agency_queued" if queued else "agency_added", anchor="round")


@bp.post("/<number>/orgaos/dispensar")
def remove_agency(number: str) -> Response:
    """Spare one agency of a running round, whether its turn has come or not."""
    no = request.form.get("no", "")
    task, _, slot = no.partition(":")
    with unit_of_work() as uow:
        if slot:
            done = tasks.remove_waiting(uow, number, task, slot, _reason(), key=once_key())
        else:
            task_no = typed_number(no) or 0
            done = tasks.remove_agency(uow, number, task_no, _reason(), key=once_key())
        return back(done, "agency_removed", anchor="round")


@bp.post("/<number>/lembrar")
def remind(number: str) -> Response:
    """Remind whoever is waited for: those named by their tasks, or everybody."""
    nos = [no for one in request.form.getlist("no") if (no := typed_number(one)) is not None]
    with unit_of_work() as uow:
        done = tasks.remind(uow, number, nos or None, key=once_key())
    if done.change:
        sent = [e.body["agency"] for e in done.change.events if e.kind is Kind.REMINDER_SENT]
        say("reminded", n=len(sent), agencies=", ".join(dict.fromkeys(sent)))
    return redirect(url_for("cases.show", number=number, _anchor="round"), 303)


@bp.post("/<number>/tentar-de-novo/<int:seq>")
def try_again(number: str, seq: int) -> Response:
    """Ask once more for another case that could not be opened."""
    with unit_of_work() as uow:
        done = children.try_again(uow, number, seq, key=once_key())
        return back(done, "child_asked_again", anchor="history")


@bp.post("/<number>/documentos")
def attach(number: str) -> Response:
    """Attach a document, or a newer version of one; raise `AnswersRefused`."""
    key = request.form.get("field", "")
    upload = request.files.get("document")
    if upload is None or not upload.filename:
        raise AnswersRefused(problems={key: "missing_document"})
    with unit_of_work() as uow:
        spec = uow.load(number).snapshot.definition.data.get(key)
        if spec is None or spec.type is not FieldType.DOCUMENT:
            raise AnswersRefused(problems={key: "not_asked"})
        try:
            kept = keep_upload(spec, upload, document_store(), limit=most_bytes())
        except Fault as fault:
            raise AnswersRefused(problems={key: fault.code}, about=fault.particulars) from fault
        done = cases.attach(uow, number, key, kept, key=once_key())
        return back(done, "document_attached", anchor="documents")


@bp.post("/<number>/relacionar")
def relate(number: str) -> Response:
    """Note that another case belongs to this one; raise `UnknownCase` for one not there."""
    read = read_case_number(request.form.get("other", ""))
    wanted = request.form.get("relation", "")
    if read is None or wanted not in set(Relation):
        raise AnswersRefused(problems={"other": "missing"})
    relation = Relation(wanted)
    with unit_of_work() as uow:
        done = _relate(uow, number, read.number, relation)
    if relation is not Relation.DUPLICATE:
        return back(done, "case_related")
    say("case_related")
    return redirect(url_for("kindred.show", number=number), 303)


def _relate(uow: UnitOfWork, number: str, other: str, relation: Relation) -> Done:
    """Relate two cases; one that the person may not know is as one mistyped."""
    try:
        if relation is Relation.DUPLICATE:
            return mark_duplicate(uow, number, other, key=once_key())
        return cases.relate(uow, number, other, relation, key=once_key())
    except UnknownCase as unknown:
        if unknown.particulars.get("number") == number:
            raise
        raise AnswersRefused(problems={"other": "unknown_case"}) from unknown


@bp.post("/<number>/acesso")
def change_access(number: str) -> Response:
    """Open or restrict the case."""
    wanted = request.form.get("access", "")
    if wanted not in set(Access):
        raise AnswersRefused(problems={"access": "missing"})
    ground = request.form.get("ground") or None
    with unit_of_work() as uow:
        done = cases.change_access(uow, number, Access(wanted), ground, _reason(), key=once_key())
        return back(done, "access_changed")


@bp.post("/<number>/desfazer")
def undo(number: str) -> Response:
    """Take back one's own last act."""
    with unit_of_work() as uow:
        return back(cases.undo(uow, number, key=once_key()), "undone")
