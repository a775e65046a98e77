"""What is done with a task: completing it from its form, and everything short of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.cases.acts import back, refused
from web.cases.conflicts import Moved, finished_page, moved_page, overlap, settle_draft
from web.cases.task_page import Typing, typed_values
from web.cases.task_show import render_task
from web.db import unit_of_work
from web.errors import refusal_text, status_of
from web.forms.reading import MORE_ROWS, FormRead, errors_of, read_form
from web.row_numbers import typed_number
from web.security import once_key
from web.stores import document_store, most_bytes
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.said import say
from web.words.wording import hour
from workflow.core.acts.answers import Answers
from workflow.core.definition import TaskSpec
from workflow.core.errors import (
    AnswersRefused,
    CaseClosed,
    CaseMoved,
    DocumentMissing,
    InformationPending,
    NotAssigned,
    ReasonMissing,
    Refusal,
    TaskNotOpen,
    UnknownTask,
)
from workflow.core.events import Kind
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services import tasks
from workflow.services.case_view import world_of
from workflow.services.task_drafts import drop_drafts, drop_own_draft, keep_draft
from workflow.services.task_view import colleagues
from workflow.services.unit_of_work import Done, UnitOfWork

bp = Blueprint("task_acts", __name__, url_prefix="/pedidos/<number>/tarefas/<int:no>")
bp.register_error_handler(Refusal, refused)

GONE = (UnknownTask, TaskNotOpen, NotAssigned, CaseClosed, CaseMoved, InformationPending)
"""What tells that somebody else was first."""
NO_FAULTS: Final[Mapping[str, str]] = {}


class FormUnfit(Exception):  # noqa: N818 - answered with the form itself, never as an error
    """The form as it was sent has faults, told beside their fields."""

    def __init__(self, read: FormRead) -> None:
        super().__init__()
        self.read = read


class FormReader:
    """Reads the form of a task once its case is known; the same however often it is tried."""

    def __init__(self, no: int, outcome: str, *, uow: UnitOfWork, seen: int | None) -> None:
        self.no = no
        self.outcome = outcome
        self.seen = seen
        """The last line of history that the person had before them; None lets anything pass."""
        self._uow = uow
        self._read: FormRead | None = None

    def __call__(self, case: CaseSnapshot, world: World) -> Answers:
        """Return the answers; raise `Moved`, `FormUnfit` or `UnknownTask`."""
        task = case.task(self.no)
        spec, ours = case.spec(task), task.agency in self._uow.powers.agencies
        if ours and self.seen is not None and self.seen < case.seq:
            raise Moved(seen=self.seen)  # told of only to who works on it
        read = self._read = self._read or self._form_of(case, spec, world)
        if read.errors:
            raise FormUnfit(read)
        return read.answers

    def read_ahead(self, number: str) -> None:
        """Keep the documents sent before the case is held: a slow store holds nobody else up."""
        if sent_files():
            loaded = self._uow.load(number)
            case = loaded.snapshot
            spec = case.spec(case.task(self.no))
            self._read = self._form_of(case, spec, world_of(self._uow, loaded))

    def _form_of(self, case: CaseSnapshot, spec: TaskSpec, world: World) -> FormRead:
        chosen = spec.outcomes.get(self.outcome)
        return read_form(
            case.definition,
            spec.form,
            request.form,
            request.files,
            network=world.network,
            today=self._uow.today,
            current=case.data,
            store=document_store(),
            limit=most_bytes(),
            documents=[key for key in spec.needs if key in case.definition.data],
            whole=not (chosen and chosen.form_optional),
        )


def sent_files() -> list[str]:
    """Name the inputs by which a document came; no browser shows a chosen file again."""
    return [name for name, upload in request.files.items() if upload.filename]


@bp.post("")
def complete(number: str, no: int) -> ResponseReturnValue:
    """End the task with the outcome that was chosen, if its form is whole."""
    outcome = request.form.get("outcome", "")
    if MORE_ROWS in request.form or not outcome:
        return _again(number, no)
    seen = typed_number(request.form.get("seq", ""))
    with unit_of_work() as uow:
        reader = FormReader(no, outcome, uow=uow, seen=seen)
        reader.read_ahead(number)
        try:
            done = _complete(uow, number, no, outcome, reader)
        except Moved as moved:
            return moved_page(uow, number, no, moved)
        except GONE as refusal:
            return finished_page(uow, number, no, refusal)
        except FormUnfit as unfit:
            return render_task(uow, number, no, typing=_typing(uow, number, no, unfit)), 422
        except Refusal as refusal:
            if status_of(refusal) != 422:
                raise
            typing = _typing(uow, number, no, refusal)
            return render_task(uow, number, no, typing=typing), 422
        drop_drafts(uow, number, no)
    return _after(done, outcome)


def _complete(uow: UnitOfWork, number: str, no: int, outcome: str, reader: FormReader) -> Done:
    """Complete the task; what others changed elsewhere in the case meanwhile is no obstacle."""
    key = once_key()
    try:
        return tasks.complete_from_form(uow, number, no, outcome, read=reader, key=key)
    except Moved as moved:
        if overlap(uow, number, no, moved):
            raise
        reader.seen = None
        return tasks.complete_from_form(uow, number, no, outcome, read=reader, key=key)


def _typing(
    uow: UnitOfWork,
    number: str,
    no: int,
    refusal: Refusal | FormUnfit | None,
    faults: Mapping[str, str] = NO_FAULTS,
) -> Typing:
    """Return what stands in the form after a refusal: all that was typed, and what is wrong."""
    loaded = uow.load(number)
    spec = loaded.snapshot.spec(loaded.snapshot.task(no))
    typed = typed_values(loaded.snapshot.definition, spec.form, request.form)
    more = request.form.get(MORE_ROWS, "")
    lost = {name: phrase("faults", "choose_again", {}) for name in sent_files()}
    match refusal:
        case None:
            return Typing(typed, {**lost, **faults} if faults else {}, wants_rows=more)
        case FormUnfit(read=read):
            return Typing(typed, {**lost, **read.errors}, read.doubtful)
        case AnswersRefused() | DocumentMissing():
            return Typing(typed, {**lost, **errors_of(refusal, spec.form)})
        case ReasonMissing():
            return Typing(typed, {**lost, "reason": refusal_text(refusal)})
    return Typing(typed, refused=refusal_text(refusal))


def _again(number: str, no: int) -> tuple[str, int]:
    """Show the form again: with more lines in one of its tables, or for an outcome to choose."""
    more = MORE_ROWS in request.form
    faults = {} if more else {"outcome": phrase("faults", "no_outcome", {})}
    with unit_of_work() as uow:
        page = render_task(uow, number, no, typing=_typing(uow, number, no, None, faults))
    return page, 200 if more else 422


def _after(done: Done, outcome: str) -> Response:
    """Go to the case, and tell what the outcome has caused."""
    if done.change:
        case = done.change.after
        ended = next((e for e in done.change.events if e.kind in _ENDINGS), None)
        key = done.change.before.task(ended.body["no"]).key if ended and done.change.before else ""
        title = in_language(case.definition.task(key).outcomes[outcome].title)
        what = (
            "task_completed" if ended and ended.kind is Kind.TASK_COMPLETED else "outcome_proposed"
        )
        say(what, outcome=title, state=in_language(case.state_spec.title))
    return redirect(url_for("cases.show", number=done.number), 303)


_ENDINGS = (Kind.TASK_COMPLETED, Kind.OUTCOME_PROPOSED)


@bp.post("/assumir")
def claim(number: str, no: int) -> Response:
    """Take the task for oneself."""
    with unit_of_work() as uow:
        done = tasks.claim(uow, number, no, key=once_key())
    if not done.repeated:
        say("task_claimed", undo=url_for("case_acts.undo", number=number), number=number)
    return _to_task(number, no)


@bp.post("/devolver")
def release(number: str, no: int) -> Response:
    """Give the task back to the agency."""
    with unit_of_work() as uow:
        done = tasks.release(uow, number, no, key=once_key())
    if not done.repeated:
        say("task_released", undo=url_for("case_acts.undo", number=number))
    return _to_task(number, no)


@bp.post("/passar")
def assign(number: str, no: int) -> Response:
    """Hand the task to a colleague, who must act for its agency."""
    wanted = request.form.get("officer", "")
    with unit_of_work() as uow:
        agency = uow.load(number).snapshot.task(no).agency
        known = dict(colleagues(uow, agency))
        officer = typed_number(wanted) or 0
        if officer not in known:
            raise NotAssigned(agency=agency, officer=officer)
        done = tasks.assign(uow, number, no, officer, key=once_key())
    if not done.repeated:
        undo = url_for("case_acts.undo", number=number)
        say("task_assigned", undo=undo, name=known[officer])
    return _to_task(number, no)


@bp.post("/orgao")
def reassign(number: str, no: int) -> Response:
    """Hand the task to another agency."""
    agency, reason = request.form.get("agency", ""), request.form.get("reason", "")
    with unit_of_work() as uow:
        done = tasks.reassign(uow, number, no, agency, reason, key=once_key())
    if not done.repeated:
        say("task_reassigned", agency=agency)
    return redirect(url_for("cases.show", number=number), 303)


@bp.post("/liberar")
def release_proposal(number: str, no: int) -> Response:
    """Let a proposed outcome take effect, as head."""
    with unit_of_work() as uow:
        done = tasks.release_proposal(uow, number, no, key=once_key())
        drop_drafts(uow, number, no)
        return back(done, "proposal_released")


@bp.post("/devolver-proposta")
def return_proposal(number: str, no: int) -> Response:
    """Give a proposed outcome back, as head, with the reason."""
    reason = request.form.get("reason", "")
    with unit_of_work() as uow:
        return back(
            tasks.return_proposal(uow, number, no, reason, key=once_key()), "proposal_returned"
        )


@bp.post("/rascunho")
def save_draft(number: str, no: int) -> ResponseReturnValue:
    """Keep what was typed so far; the page itself asks for it while somebody writes."""
    with unit_of_work() as uow:
        case = uow.load(number).snapshot
        spec = case.spec(case.task(no))
        typed = typed_values(case.definition, spec.form, request.form)
        keep_draft(uow, number, no, typed, revision=case.revision)
        saved_at = uow.now
    if request.headers.get("HX-Request"):
        return render_template("cases/_draft_state.html", number=number, no=no, saved_at=saved_at)
    say("draft_saved", hour=hour(saved_at))
    return _to_task(number, no)


@bp.post("/rascunho/apagar")
def drop_draft(number: str, no: int) -> Response:
    """Throw one's draft away."""
    with unit_of_work() as uow:
        drop_own_draft(uow, number, no)
    say("draft_dropped")
    return _to_task(number, no)


@bp.post("/conflito")
def resolve(number: str, no: int) -> Response:
    """Go on after a conflict: with both texts laid together, with one's own or with theirs."""
    with unit_of_work() as uow:
        settle_draft(uow, number, no, request.form.get("resolve", "merge"))
    return _to_task(number, no)


def _to_task(number: str, no: int) -> Response:
    return redirect(url_for("cases.task", number=number, no=no), 303)
