"""Questions between agencies: asking for what a task lacks, answering, taking a question back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from web.cases.acts import back, refused
from web.db import unit_of_work
from web.forms.uploads import keep_upload
from web.security import once_key
from web.stores import document_store, most_bytes
from web.words.said import say
from workflow.catalogue.form_values import Fault
from workflow.core.errors import AnswersRefused, Refusal
from workflow.core.snapshot import CaseSnapshot
from workflow.services import tasks

bp = Blueprint("questions", __name__, url_prefix="/pedidos/<number>/tarefas/<int:no>")
bp.register_error_handler(Refusal, refused)


@bp.post("/perguntar")
def ask(number: str, no: int) -> Response:
    """Ask an agency, or the requester, for what the task needs."""
    of = request.form.get("of") or None
    fields = tuple(request.form.getlist("fields"))
    with unit_of_work() as uow:
        question = request.form.get("question", "")
        done = tasks.ask_information(
            uow, number, no, question, of=of, fields=fields, key=once_key()
        )
    if not done.repeated:
        say("information_asked")
    return _to_task(number, no)


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
            raise AnswersRefused(problems={key: fault.code}) from fault
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
