"""The pages of a request being written: its sections, the check of its answers, the sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from werkzeug.datastructures import FileStorage

from web.db import unit_of_work
from web.forms.reading import CONFIRMED, MORE_ROWS, errors_of, named_fields, role_names
from web.forms.shown import show_form
from web.forms.told import told_with_questions
from web.forms.turns import orderable
from web.forms.uploads import keep_upload
from web.requests.request_draft import (
    Draft,
    Section,
    Written,
    checked,
    fields_of,
    input_name,
    read_draft,
    sections,
    typed_in,
)
from web.security import FORM_TOKEN, ONCE_KEY
from web.sessions import current_principal
from web.stores import document_store, most_bytes
from web.words.phrases import phrase
from web.words.said import say
from workflow.catalogue.form_values import Fault
from workflow.core.definition import RoleItem
from workflow.core.errors import AnswersRefused, DocumentMissing
from workflow.core.fields import FieldType
from workflow.services.cases import open_case
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries import drafts as kept_drafts

bp = Blueprint("draft", __name__, url_prefix="/pedidos/novo/rascunho")

NEVER_KEPT = frozenset({FORM_TOKEN, ONCE_KEY, MORE_ROWS, "then", "shown"})
MOST_INPUTS_KEPT = 4000


@bp.get("/<int:draft_id>")
def tasks(draft_id: int) -> ResponseReturnValue:
    """Show the sections as a list of tasks, each with how far it is."""
    with unit_of_work() as uow:
        draft = _draft(uow, draft_id)
        if draft.sent:
            return _sent(draft)
        written = read_draft(draft, world=uow.world(), today=uow.today)
        return render_template(
            "new_case/tasks.html",
            section="cases",
            draft=draft,
            sections=sections(draft.definition),
            standing={s.key: _standing(draft, s, written) for s in sections(draft.definition)},
        )


@bp.get("/<int:draft_id>/<key>")
def section(draft_id: int, key: str) -> ResponseReturnValue:
    """Show one section with what was typed so far."""
    with unit_of_work() as uow:
        draft = _draft(uow, draft_id)
        if draft.sent:
            return _sent(draft)
        return _section_page(uow, draft, _section(draft, key))


@bp.post("/<int:draft_id>/<key>")
def save(draft_id: int, key: str) -> ResponseReturnValue:
    """Keep a section, right or wrong; go on if it is whole, else show what is missing."""
    with unit_of_work() as uow:
        before = _draft(uow, draft_id)
        if before.sent:
            return _sent(before)
        part = _section(before, key)
        draft, wrong = _with_section(before, part)
        _keep(uow, draft)
        if request.headers.get("HX-Request"):
            return render_template("new_case/_saved.html", at=uow.now)
        if request.form.get("then") == "later" and not wrong:
            return redirect(url_for("draft.tasks", draft_id=draft_id), 303)
        written = read_draft(draft, world=uow.world(), today=uow.today)
        asked_before = set(request.form.getlist("shown"))
        new = [i for i in written.shown[key] if input_name(draft.definition, i) not in asked_before]
        rows = request.form.get(MORE_ROWS, "")
        if rows or (new and not wrong):
            return _section_page(uow, draft, part, wants_rows=rows, opened=bool(new))
        if wrong or written.errors[key]:
            errors = {**written.errors[key], **wrong}
            return _section_page(uow, draft, part, errors=errors), 422
    return redirect(_following(draft, part), 303)


@bp.get("/<int:draft_id>/confira")
def check(draft_id: int) -> ResponseReturnValue:
    """Show every answer with a way to change it, before the request is sent."""
    with unit_of_work() as uow:
        draft = _draft(uow, draft_id)
        return _sent(draft) if draft.sent else _check_page(uow, draft, shows_errors=False)


@bp.post("/<int:draft_id>/confira")
def send(draft_id: int) -> ResponseReturnValue:
    """Open the case, once however often it is sent; or say what is missing."""
    officer = current_principal()
    with unit_of_work() as uow:
        draft = _draft(uow, draft_id)
        if draft.sent:
            return _sent(draft)
        written = read_draft(draft, world=uow.world(), today=uow.today)
        if not written.is_complete:
            return _check_page(uow, draft, shows_errors=True), 422
        try:
            opened = open_case(
                uow,
                draft.definition.key,
                opener=draft.agency,
                answers=written.answers,
                key=draft.key,
                access_code=draft.code,
            )
        except (AnswersRefused, DocumentMissing) as refusal:
            more = errors_of(refusal, draft.definition.opening)
            return _check_page(uow, draft, shows_errors=True, more=more), 422
        sent = {"number": opened.number, "code": draft.code}
        if sent["code"]:
            with uow.writing() as connection:
                data = replace(draft, typed={}, documents={}, sent=sent, code="").as_data()
                kept_drafts.save_draft(
                    connection, officer.officer_id, draft_id, data=data, at=uow.now
                )
    return redirect(url_for("new_case.receipt", number=opened.number, rascunho=draft_id), 303)


@bp.post("/<int:draft_id>/descartar")
def discard(draft_id: int) -> Response:
    """Throw a draft away."""
    with unit_of_work() as uow, uow.writing() as connection:
        kept_drafts.forget_draft(connection, current_principal().officer_id, draft_id)
    say("draft_discarded")
    return redirect(url_for("new_case.index"), 303)


def _draft(uow: UnitOfWork, draft_id: int) -> Draft:
    """Return the officer's own draft; there is no other."""
    with uow.reading() as connection:
        row = kept_drafts.draft(connection, current_principal().officer_id, draft_id)
    if row is None or row.case_number is not None:
        abort(404)
    return Draft(
        id=row.id,
        definition=uow.installation.newest(row.kind),
        agency=row.data["agency"],
        key=row.data["key"],
        saved_at=row.saved_at,
        typed=row.data["typed"],
        documents=row.data["documents"],
        sent=row.data.get("sent"),
        code=row.data.get("code", ""),
    )


def _keep(uow: UnitOfWork, draft: Draft) -> None:
    officer = current_principal().officer_id
    with uow.writing() as connection:
        kept_drafts.save_draft(connection, officer, draft.id, data=draft.as_data(), at=uow.now)


def _section(draft: Draft, key: str) -> Section:
    found = next((s for s in sections(draft.definition) if s.key == key), None)
    return found or abort(404)


def _with_section(draft: Draft, part: Section) -> tuple[Draft, dict[str, str]]:
    """Return a draft with a section as it was just sent, and what is wrong with its documents."""
    pairs = [
        [name, value] for name, value in request.form.items(multi=True) if name not in NEVER_KEPT
    ]
    documents, wrong = _documents(draft, part)
    typed = {**draft.typed, part.key: pairs[:MOST_INPUTS_KEPT]}
    return replace(draft, typed=typed, documents={**draft.documents, **documents}), wrong


def _documents(draft: Draft, part: Section) -> tuple[dict[str, Any], dict[str, str]]:
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for spec in fields_of(draft.definition, part.items):
        upload: FileStorage | None = request.files.get(f"documents.{spec.key}")
        if spec.type is not FieldType.DOCUMENT or upload is None or not upload.filename:
            continue
        try:
            kept[spec.key] = keep_upload(spec, upload, document_store(), limit=most_bytes())
        except Fault as fault:
            wrong[f"documents.{spec.key}"] = phrase("faults", fault.code, fault.particulars)
    return kept, wrong


def _standing(draft: Draft, part: Section, written: Written) -> str:
    """Say how far a section is: done, missing, optional or untouched."""
    if part.key not in draft.typed:
        return "untouched" if written.errors[part.key] else "optional"
    return "missing" if written.errors[part.key] else "done"


def _following(draft: Draft, part: Section) -> str:
    keys = [s.key for s in sections(draft.definition)]
    place = keys.index(part.key) + 1
    if request.args.get("volta") or place == len(keys):
        return url_for("draft.check", draft_id=draft.id)
    return url_for("draft.section", draft_id=draft.id, key=keys[place])


def _sent(draft: Draft) -> ResponseReturnValue:
    """Say of a draft that it was sent, and with what number; its receipt comes first."""
    sent = draft.sent or {}
    number = sent["number"]
    if sent.get("seen"):
        return render_template("new_case/sent.html", section="cases", draft=draft, number=number)
    return redirect(url_for("new_case.receipt", number=number, rascunho=draft.id), 303)


def _section_page(
    uow: UnitOfWork,
    draft: Draft,
    part: Section,
    *,
    errors: Mapping[str, str] | None = None,
    wants_rows: str = "",
    opened: bool = False,
) -> str:
    world = uow.world()
    written = read_draft(draft, world=world, today=uow.today)
    items = written.shown[part.key]
    shown = show_form(
        typed_in(draft, part, written),
        network=world.network,
        today=uow.today,
        errors=errors,
        doubtful=written.read[part.key].doubtful if errors else {},
        wants_rows=wants_rows,
        orderable=orderable(draft.definition, role_names(items)),
    )
    keys = [s.key for s in sections(draft.definition)]
    return render_template(
        "new_case/section.html",
        section="cases",
        draft=draft,
        part=part,
        fields=named_fields(draft.definition, items),
        roles=[draft.definition.roles[i.role] for i in items if isinstance(i, RoleItem)],
        names=[input_name(draft.definition, i) for i in items],
        shown=shown,
        summary=told_with_questions(draft.definition, errors or {}),
        place=keys.index(part.key) + 1,
        total=len(keys),
        confirmed=[v for n, v in draft.typed.get(part.key, ()) if n == CONFIRMED],
        opened=opened,
    )


def _check_page(
    uow: UnitOfWork,
    draft: Draft,
    *,
    shows_errors: bool,
    more: Mapping[str, str] | None = None,
) -> str:
    world = uow.world()
    written = read_draft(draft, world=world, today=uow.today)
    parts = checked(draft, written, world.network)
    faults = {name: text for part in written.errors.values() for name, text in part.items()}
    faults |= more or {}
    places = {row.name: part.section.key for part in parts for row in part.rows}
    return render_template(
        "new_case/check.html",
        section="cases",
        draft=draft,
        parts=parts,
        faults=faults if shows_errors else {},
        is_complete=written.is_complete,
        place_of=lambda name: places.get(".".join(name.split(".")[:2]), "sobre"),
    )
