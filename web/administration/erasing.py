"""Erasing personal data as pages: looked at first, then erased with a reason, for good."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.administration.office import office_of
from web.db import unit_of_work
from web.errors import refusal_text
from web.security import once_key
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.acts.erasing import PersonalPart
from workflow.core.errors import ActNotAllowed, ReasonMissing, UnknownCase
from workflow.core.fields import Field
from workflow.services import erasing, retention
from workflow.services.erasing import Erasable, Leaver
from workflow.services.retention import Ahead, Keeping

bp = Blueprint("erasing", __name__, url_prefix="/administracao/apagar")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Ask for a case, and show what it tells of persons without telling it."""
    number = request.args.get("numero", "").strip()
    with unit_of_work() as uow:
        office = office_of(uow)
        if not number:
            return _page(None, {}, ahead=retention.running_out(uow, office=office))
        try:
            found = erasing.erasable(uow, number, office=office)
        except UnknownCase as refusal:
            return _page(None, {"numero": refusal_text(refusal)}), 404
        return _page(found, {}, kept=retention.keeping(uow, number, office=office))


@bp.post("/<number>")
def erase(number: str) -> ResponseReturnValue:
    """Erase the parts that were ticked."""
    reason, keys = request.form.get("reason", ""), request.form.getlist("part")
    with unit_of_work() as uow:
        office = office_of(uow)
        try:
            erasing.erase(uow, number, keys, reason=reason, office=office, key=once_key())
        except (ActNotAllowed, ReasonMissing) as refusal:
            found = erasing.erasable(uow, number, office=office)
            kept = retention.keeping(uow, number, office=office)
            return _page(found, {"reason": refusal_text(refusal)}, kept=kept), 422
    say("personal_erased", number=number)
    return redirect(url_for("erasing.index", numero=number), 303)


@bp.post("/<number>/guarda")
def hold(number: str) -> ResponseReturnValue:
    """Keep what a case tells of persons beyond its term, or let the term run again."""
    once_key()
    with unit_of_work() as uow:
        office = office_of(uow)
        if "lift" in request.form:
            retention.lift(uow, number, office=office)
            say("personal_let_go", number=number)
        else:
            try:
                retention.hold(uow, number, request.form.get("why", ""), office=office)
            except ReasonMissing as refusal:
                found = erasing.erasable(uow, number, office=office)
                kept = retention.keeping(uow, number, office=office)
                return _page(found, {"why": refusal_text(refusal)}, kept=kept), 422
            say("personal_held", number=number)
    return redirect(url_for("erasing.index", numero=number), 303)


@bp.get("/pessoas/<int:officer_id>")
def officer(officer_id: int) -> str:
    """Say what would go of an officer who left, and what stays."""
    with unit_of_work() as uow:
        return _leaver(erasing.leaver(uow, officer_id, office=office_of(uow)), {})


@bp.post("/pessoas/<int:officer_id>")
def erase_officer(officer_id: int) -> ResponseReturnValue:
    """Forget who an officer was."""
    once_key()
    with unit_of_work() as uow:
        office = office_of(uow)
        try:
            erasing.erase_officer(
                uow,
                officer_id,
                called=phrase("people", "who_left"),
                reason=request.form.get("reason", ""),
                office=office,
            )
        except ReasonMissing as refusal:
            found = erasing.leaver(uow, officer_id, office=office)
            return _leaver(found, {"reason": refusal_text(refusal)}), 422
    say("officer_erased")
    return redirect(url_for("erasing.officer", officer_id=officer_id), 303)


def _page(
    found: Erasable | None,
    errors: Mapping[str, str],
    *,
    kept: Keeping | None = None,
    ahead: Ahead | None = None,
) -> str:
    parts = [(part, _title(found, part)) for part in found.parts] if found else []
    return render_template(
        "administration/erasing.html",
        found=found,
        parts=parts,
        kept=kept,
        ahead=ahead,
        errors=errors,
        typed=request.form,
        number=request.args.get("numero", ""),
    )


def _title(found: Erasable, part: PersonalPart) -> str:
    """Say what a part is; nothing for a comment, which has no title."""
    if part.key.startswith("line."):
        return ""
    name = part.key.partition(".")[2]
    forms = (item for _, spec in found.case.definition.tasks() for item in spec.form)
    own = (item for item in forms if isinstance(item, Field) and item.key == name)
    field = found.case.definition.data.get(name) or next(own, None)
    return in_language(field.title) if field else name


def _leaver(found: Leaver, errors: Mapping[str, str]) -> str:
    return render_template(
        "administration/erasing_officer.html", leaver=found, errors=errors, typed=request.form
    )
