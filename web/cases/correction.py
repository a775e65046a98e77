"""Correcting what a case says: one field at a time, chosen first, with the reason."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.cases.acts import back, refused
from web.db import unit_of_work
from web.errors import refusal_text
from web.forms.reading import FormRead, errors_of, named_fields, read_form, shown_values
from web.forms.shown import Shown, show_form
from web.forms.told import told_with_questions
from web.security import once_key
from web.stores import document_store, most_bytes
from web.words.languages import in_language
from workflow.core.access import readable_data, withheld_columns
from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import permit
from workflow.core.definition import DataItem
from workflow.core.errors import AnswersRefused, ReasonMissing, Refusal
from workflow.core.fields import Field, FieldType
from workflow.core.network import Network
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.services.case_view import world_of
from workflow.services.cases import correct

bp = Blueprint("correction", __name__, url_prefix="/pedidos")
bp.register_error_handler(Refusal, refused)


@bp.get("/<number>/corrigir")
def choose(number: str) -> ResponseReturnValue:
    """Show which data can be corrected, or the form of those chosen."""
    with unit_of_work() as uow:
        loaded = uow.load(number)
        case, world, today = loaded.snapshot, world_of(uow, loaded), uow.today
        permit(case, ActName.CORRECT_DATA, uow.powers)
    fields = correctable(case, uow.powers)
    chosen = [field.key for field in fields if field.key in request.args.getlist("campo")]
    items = [DataItem(key) for key in chosen]
    typed = shown_values(case.definition, items, case.data)
    return render_template(
        "cases/correction.html",
        section="cases",
        case=case,
        subject=case.data.get("subject") or in_language(case.definition.title),
        choices=[(field.key, in_language(field.title)) for field in fields],
        fields=named_fields(case.definition, items),
        chosen=chosen,
        errors={},
        summary={},
        shown=show_form(typed, network=world.network, today=today),
        reason="",
    )


@bp.post("/<number>/corrigir")
def correct_data(number: str) -> ResponseReturnValue:
    """Correct the data that were chosen, or show what is wrong with them."""
    with unit_of_work() as uow:
        loaded = uow.load(number)
        case, world = loaded.snapshot, world_of(uow, loaded)
        known = {field.key for field in correctable(case, uow.powers)}
        chosen = [key for key in request.form.getlist("fields") if key in known]
        if not chosen:
            return redirect(url_for("correction.choose", number=number), 303)
        items = [DataItem(key) for key in chosen]
        read = _sent(case, items, network=world.network, today=uow.today)
        errors = dict(read.errors)
        if not errors and not read.wants_rows:
            try:
                reason = read.answers.reason or ""
                done = correct(uow, number, read.answers.data, reason, key=once_key())
                return back(done, "data_corrected")
            except AnswersRefused as refused:
                errors = errors_of(refused, items)
            except ReasonMissing as refused:
                errors = {"reason": refusal_text(refused)}
        shown = show_form(
            read.typed,
            network=world.network,
            today=uow.today,
            errors=errors,
            doubtful=read.doubtful,
            wants_rows=request.form.get("more_rows", ""),
        )
    return _page(case, items, errors, shown), 422 if errors else 200


def _sent(case: CaseSnapshot, items: list[DataItem], *, network: Network, today: date) -> FormRead:
    """Read the form that was sent for the data chosen."""
    return read_form(
        case.definition,
        items,
        request.form,
        request.files,
        network=network,
        today=today,
        current=case.data,
        store=document_store(),
        limit=most_bytes(),
    )


def _page(case: CaseSnapshot, items: list[DataItem], errors: dict[str, str], shown: Shown) -> str:
    """Show the form of the data chosen as it was sent, with what is wrong in it."""
    return render_template(
        "cases/correction.html",
        section="cases",
        case=case,
        subject=case.data.get("subject") or in_language(case.definition.title),
        choices=[],
        fields=named_fields(case.definition, items),
        chosen=[item.field for item in items],
        errors=errors,
        summary=told_with_questions(case.definition, errors),
        has_errors=bool(errors),
        shown=shown,
        reason=request.form.get("reason", ""),
    )


def correctable(case: CaseSnapshot, powers: Powers) -> list[Field]:
    """Return the fields that a person may read whole, and so correct; documents have versions."""
    readable = readable_data(case, powers)
    return [
        field
        for field in case.definition.data.values()
        if field.computed is None
        and field.type is not FieldType.DOCUMENT
        and (field.key in readable or field.key not in case.data)
        and not withheld_columns(case, field, powers)
    ]
