"""The public status page: a case by its number, without an account and without scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData
from werkzeug import Response

from web.db import unit_of_work
from web.errors import too_often
from web.forms.uploads import keep_upload
from web.papers.printing import printed
from web.papers.receipt import carried, sheet_of
from web.papers.receipts import sent
from web.security import once_key
from web.sessions import address, looker
from web.settings import cookie_named, current_settings
from web.signed import signed
from web.stores import document_store, most_bytes
from web.words.phrases import phrase
from workflow.catalogue.form_values import Fault
from workflow.core.access import is_public
from workflow.core.acts.documents import attachable
from workflow.core.errors import AnswersRefused, UnknownCase
from workflow.core.fields import Field
from workflow.core.numbers import read_case_number
from workflow.core.snapshot import Task
from workflow.core.world import World
from workflow.services import cases
from workflow.services.public_view import PublicCase, count_look_up, look_up
from workflow.services.receipts import receipt_of
from workflow.services.requester import Pass, Requested, give_pass, requested
from workflow.services.tasks import answer_information
from workflow.services.throttle import TooManyAttempts
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("tracking", __name__, url_prefix="/acompanhar")

COOKIE = "tramita_requester"
PURPOSE = "access code"
HALF_AN_HOUR = 30 * 60
LONGEST_NUMBER = 24


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Let nobody keep what was told to whoever had a number or a code."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/", strict_slashes=False)
def index() -> ResponseReturnValue:
    """Ask for the number of a case, or go to the one that was typed."""
    typed = request.args.get("protocolo", "").strip()[:LONGEST_NUMBER]
    if typed:
        read = read_case_number(typed)
        if read is None:
            return _unknown(typed)
        return redirect(url_for("tracking.show", number=read.number), 303)
    return render_template("tracking/index.html")


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    """Show where a case is, or that nothing can be told of that number."""
    number = _spelled(number)
    with unit_of_work() as uow:
        try:
            count_look_up(uow, looker())
        except TooManyAttempts as refusal:
            return too_often(refusal)
        own = _requested(uow, number)
        view = own.view if own else look_up(uow, number)
        return _page(uow, number, view, own)


@bp.post("/<number>/codigo")
def unlock(number: str) -> ResponseReturnValue:
    """Let whoever knows the access code of a case see what is asked of the requester."""
    number = _spelled(number)
    with unit_of_work() as uow:
        try:
            held = give_pass(uow, number, request.form.get("code", "")[:80], address=address())
        except TooManyAttempts as refusal:
            return too_often(refusal)
        except UnknownCase:
            return _page(uow, number, look_up(uow, number), None, wrong_code=True)
    response = redirect(url_for("tracking.show", number=number, _anchor="perguntas"), 303)
    response.set_cookie(
        cookie_named(COOKIE),
        signed(PURPOSE).dumps([held.number, held.seal]),
        max_age=HALF_AN_HOUR,
        path="/",
        secure=current_settings().cookie_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/<number>/sair")
def lock(number: str) -> Response:
    """Forget the access code in this browser."""
    response = redirect(url_for("tracking.show", number=_spelled(number)), 303)
    secure = current_settings().cookie_secure
    response.delete_cookie(cookie_named(COOKIE), secure=secure, httponly=True, samesite="Lax")
    return response


@bp.post("/<number>/resposta/<int:no>")
def answer(number: str, no: int) -> ResponseReturnValue:
    """Answer a question asked of the requester, with documents."""
    number = _spelled(number)
    with unit_of_work() as uow:
        own = _requested(uow, number)
        if own is None:
            return _page(uow, number, look_up(uow, number), None, ended=True)
        task = next((t for t in own.questions if t.no == no), None)
        if task is None:  # answered meanwhile, perhaps by this very form sent twice
            return redirect(url_for("tracking.show", number=number, respondido=1), 303)
        return _answer(uow, own, task)


def _answer(uow: UnitOfWork, own: Requested, task: Task) -> ResponseReturnValue:
    number, text = own.view.number, request.form.get("answer", "").strip()
    documents, errors = _documents(asked_documents(own, task))
    if not text and not documents and not errors:
        errors["answer"] = phrase("public", "empty_answer")
    if not errors:
        key = once_key()
        try:
            answer_information(own.uow, number, task.no, text, key=key, documents=documents)
        except AnswersRefused:
            errors["answer"] = phrase("public", "empty_answer")
        else:
            return redirect(url_for("tracking.show", number=number, respondido=1), 303)
    ids = {name: f"f-{task.no}-{name}" for name in errors}
    typed = {task.no: text}
    return _page(uow, number, own.view, own, errors=errors, ids=ids, typed=typed, at=task.no)


@bp.post("/<number>/documento")
def attach(number: str) -> ResponseReturnValue:
    """Attach a document that nobody asked for, as the requester."""
    number = _spelled(number)
    with unit_of_work() as uow:
        own = _requested(uow, number)
        if own is None:
            return _page(uow, number, look_up(uow, number), None, ended=True)
        offered = own_documents(own)
        wanted = [spec for spec in offered if spec.key == request.form.get("field")]
        documents, errors = _documents([replace(spec, key="own") for spec in wanted])
        if not documents and not errors:
            errors["documents.own"] = phrase("public", "no_document")
        if errors:
            return _page(uow, number, own.view, own, errors=errors, ids={})
        cases.attach(own.uow, number, wanted[0].key, documents["own"], key=once_key())
    return redirect(url_for("tracking.show", number=number, juntado=1), 303)


@bp.get("/<number>/recibos/<int:seq>.pdf")
def receipt(number: str, seq: int) -> Response:
    """Give the requester the receipt of a line that this page tells."""
    number = _spelled(number)
    with unit_of_work() as uow:
        own = _requested(uow, number)
        if own is None:
            raise UnknownCase(number=number)
        kept = receipt_of(own.uow, number, seq)
    return sent(kept, printed(sheet_of(kept, None), carried(kept)), "pdf")


def own_documents(own: Requested) -> list[Field]:
    """Return the document fields for which the requester may bring a version unasked."""
    mine = attachable(own.case, own.uow.powers)
    return [field for field in own.case.definition.data.values() if field.key in mine]


def asked_documents(own: Requested, task: Task) -> list[Field]:
    """Return the document fields that a question asks for, or else those the requester has."""
    wanted = task.request.fields if task.request else ()
    asked = [own.case.definition.data[key] for key in wanted if key in own.case.definition.data]
    return asked or own_documents(own)


def _documents(specs: list[Field]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    kept: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for spec in specs:
        name = f"documents.{spec.key}"
        upload = request.files.get(name)
        if upload is None or not upload.filename:
            continue
        try:
            kept[spec.key] = keep_upload(spec, upload, document_store(), limit=most_bytes())
        except Fault as fault:
            errors[name] = phrase("faults", fault.code, fault.particulars)
    return kept, errors


def _unknown(number: str, **facts: object) -> ResponseReturnValue:
    """Say that no case of that number is told of, and why that may be."""
    read = read_case_number(number)
    page = render_template(
        "tracking/unknown.html",
        number=number,
        checks=bool(read and read.checks),
        shaped=read is not None,
        **facts,
    )
    return page, 404


def _page(
    uow: UnitOfWork,
    number: str,
    view: PublicCase | None,
    own: Requested | None,
    **facts: object,
) -> ResponseReturnValue:
    """Show a case, or the one page that is shown for whatever may not be seen."""
    if view is None:
        return _unknown(number, **facts)
    world = uow.world()
    names = partial(_names, view, world)
    page = render_template(
        "tracking/show.html",
        view=view,
        own=own,
        names=names(view.closed_at),
        names_at=names,
        names_now=names(None),
        owner=world.network.get(view.definition.owner),
        asked_documents=asked_documents,
        own_documents=own_documents,
        is_public=is_public,
        **facts,
    )
    return page, 422 if facts.get("errors") or facts.get("wrong_code") else 200


def _names(view: PublicCase, world: World, at: datetime | None) -> dict[str, str]:
    """Return what the agencies of a case were called at an instant, or are now."""
    known = (code for code in view.agencies() if world.network.get(code))
    return {code: world.name_at(code, at) for code in known}


def _requested(uow: UnitOfWork, number: str) -> Requested | None:
    held = _held(number)
    if held is None:
        return None
    try:
        return requested(uow, held)
    except UnknownCase:
        return None


def _held(number: str) -> Pass | None:
    """Return the pass that the browser holds, if it is one to this case."""
    try:
        kept, seal = signed(PURPOSE).loads(
            request.cookies.get(cookie_named(COOKIE), ""), max_age=HALF_AN_HOUR
        )
    except (BadData, ValueError, TypeError):
        return None
    return Pass(kept, seal) if kept == number else None


def _spelled(typed: str) -> str:
    """Return a number as we write it, or what was typed if it cannot be one."""
    read = read_case_number(typed)
    return read.number if read else typed[:LONGEST_NUMBER]
