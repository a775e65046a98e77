"""Imports as pages: a template to fill in, a preview of each line, its bringing in, its undoing."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.administration.import_kinds import KINDS, Importable, importables, imports_entries
from web.db import unit_of_work
from web.errors import kept_refusal_text, refusal_text
from web.forms.packages import brought_by
from web.forms.uploads import MEDIA_TYPES, shown_name
from web.row_numbers import row_number
from web.security import once_key
from web.spreadsheets import written
from web.stores import document_store, most_bytes
from web.words.import_words import bare_text, fault_text
from web.words.languages import alphabetical, language_tag
from web.words.said import say
from web.words.wording import full_day
from workflow.catalogue.sheet_writing import headings, workbook_template
from workflow.catalogue.sheets import SheetRefused
from workflow.core.registers.types import EntryType
from workflow.services import batches
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.batches import Batch, BatchPhase

bp = Blueprint("imports", __name__, url_prefix="/administracao/importacoes")
PAGE = 100
AT_ONCE = 200
"""How many lines a page brings in itself; more are left to the clock process."""


@bp.app_context_processor
def offered() -> dict[str, Any]:
    """Let the pages of registers ask whether they lead here."""
    return {"may_import": _may_import}


def _may_import(kind: EntryType) -> bool:
    with unit_of_work() as uow:
        return imports_entries(uow, kind)


@bp.get("")
def index() -> str:
    """Show what can be brought in, the templates, and the latest imports."""
    with unit_of_work() as uow:
        return _index(uow, _mine(uow), {})


@bp.post("")
def upload() -> ResponseReturnValue:
    """Preview a file, and show what each of its lines would become."""
    sent = request.files.get("file")
    with unit_of_work() as uow:
        mine = _mine(uow)
        chosen = mine.get(request.form.get("what", ""))
        errors = {} if chosen else {"what": "not_a_choice"}
        if sent is None or not sent.filename:
            errors["file"] = "missing"
        if errors or chosen is None or sent is None:
            said = {name: bare_text({"code": code, "about": {}}) for name, code in errors.items()}
            return _index(uow, mine, said), 422
        try:
            with brought_by(sent.stream, store=document_store(), limit=most_bytes()) as brought:
                batch = KINDS[chosen.kind].preview(
                    uow,
                    chosen.key,
                    brought.table,
                    file_name=shown_name(sent.filename or ""),
                    key=once_key(),
                    agency=chosen.agency,
                    files=brought.files,
                )
        except SheetRefused as refusal:
            return _index(uow, mine, {"file": refusal_text(refusal)}), 422
    return _to(batch)


@bp.get("/modelo/<name>.<ending>")
def template(name: str, ending: str) -> Response:
    """Give the table to fill in for one type, as a workbook or as CSV."""
    with unit_of_work() as uow:
        chosen = _mine(uow).get(name)
        agencies = uow.world().network.active(uow.today)
    if chosen is None or ending not in ("xlsx", "csv"):
        abort(404)
    language = language_tag()
    content = (
        workbook_template(chosen.columns, language, agencies=agencies)
        if ending == "xlsx"
        else "".join(written([headings(chosen.columns, language)])).encode()
    )
    answer = Response(content, mimetype=MEDIA_TYPES[ending])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{chosen.key}.{ending}")
    return answer


@bp.get("/<int:batch_id>")
def show(batch_id: int) -> str:
    """Show what an import would bring, how far it is, or what came of it."""
    with unit_of_work() as uow:
        chosen, batch = _asked(uow, batch_id)
        faulty = bool(batch.faulty) and request.args.get("ver", "faltas") == "faltas"
        after = request.args.get("apos", 0, type=row_number)
        lines = batches.lines_page(uow, batch, after=after, limit=PAGE + 1, faulty=faulty)
        left = batches.is_left(uow, batch)
    because = batch.because
    return render_template(
        "administration/import.html",
        batch=batch,
        left=left,
        chosen=chosen,
        lines=lines[:PAGE],
        following=lines[PAGE - 1].line if len(lines) > PAGE else None,
        only_faulty=faulty,
        header=[fault_text(fault) for fault in batch.faults],
        because=kept_refusal_text(because["refusal"], because["particulars"]) if because else "",
        fault_text=fault_text,
        day_words=lambda written: full_day(date.fromisoformat(written)),
    )


@bp.get("/<int:batch_id>/andamento")
def progress(batch_id: int) -> str:
    """Show whether the work is done, for the page that waits for it."""
    with unit_of_work() as uow:
        _, batch = _asked(uow, batch_id)
        left = batches.is_left(uow, batch)
    return render_template("administration/_import_progress.html", batch=batch, left=left)


@bp.post("/<int:batch_id>/importar")
def apply(batch_id: int) -> Response:
    """Bring everything in, at once where it is little."""
    with unit_of_work() as uow:
        _, batch = _asked(uow, batch_id)
        batch = batches.begin(uow, batch)
        if batch.total <= AT_ONCE:
            batch = KINDS[batch.kind].bring_in(uow, batch)
    return _to(batch)


@bp.post("/<int:batch_id>/desfazer")
def undo(batch_id: int) -> Response:
    """Undo everything that an import brought, unless somebody acted on it."""
    with unit_of_work() as uow:
        _, batch = _asked(uow, batch_id)
        batch = batches.begin_undoing(uow, batch)
        if batch.total <= AT_ONCE:
            batch = KINDS[batch.kind].take_back(uow, batch)
    return _to(batch)


@bp.post("/<int:batch_id>/de-novo")
def again(batch_id: int) -> Response:
    """Let the clock process try again what it had given up."""
    with unit_of_work() as uow:
        _, batch = _asked(uow, batch_id)
        batches.again(uow, batch)
    return _to(batch)


@bp.post("/<int:batch_id>/descartar")
def drop(batch_id: int) -> Response:
    """Forget an import that brought nothing."""
    with unit_of_work() as uow:
        _, batch = _asked(uow, batch_id)
        batches.drop(uow, batch)
    say("import_dropped")
    return redirect(url_for("imports.index"), 303)


def _mine(uow: UnitOfWork) -> dict[str, Importable]:
    """Return what the visitor may bring in; for whoever may nothing, these pages do not exist."""
    found = importables(uow)
    if not found:
        abort(404)
    return found


def _asked(uow: UnitOfWork, batch_id: int) -> tuple[Importable, Batch]:
    batch = batches.any_batch(uow, batch_id)
    chosen = importables(uow).get(f"{batch.kind}:{batch.type}")
    if chosen is None:
        abort(404)
    return chosen, batch


def _index(uow: UnitOfWork, mine: dict[str, Importable], errors: dict[str, str]) -> str:
    offered = sorted(mine.values(), key=lambda one: (one.kind, alphabetical(one.title)))
    found = batches.latest(uow, [(one.kind, one.key) for one in offered])
    return render_template(
        "administration/imports.html",
        offered=offered,
        batches=[(one, mine[f"{one.kind}:{one.type}"]) for one in found],
        chosen=request.values.get("what", ""),
        errors=errors,
        phases=BatchPhase,
    )


def _to(batch: Batch) -> Response:
    return redirect(url_for("imports.show", batch_id=batch.id), 303)
