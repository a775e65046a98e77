"""Officers as pages: who they are, what they are where, how they come, end and get in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.account.freshness import fresh_only
from web.administration.day_form import read_day
from web.administration.office import office_of
from web.db import unit_of_work
from web.errors import refusal_text
from web.notices.courier import courier_of
from web.security import once_key
from web.sessions import current_principal
from web.words.phrases import phrase
from web.words.said import say
from workflow.catalogue.people import EMAIL
from workflow.core.errors import ReasonMissing
from workflow.core.offices import Post
from workflow.services import factors, staffing
from workflow.services.staffing import AlreadyThere, EndsTooEarly, Newcomer, Place
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("people", __name__, url_prefix="/administracao/pessoas")


@bp.get("/<int:officer_id>")
def show(officer_id: int) -> str:
    """Show an officer: memberships, history and how they get in."""
    with unit_of_work() as uow:
        return _person(uow, officer_id, {})


@bp.post("/<int:officer_id>/acesso")
def send_link(officer_id: int) -> Response:
    """Have the officer sent a link that sets a password."""
    with unit_of_work() as uow:
        staffing.send_link(
            uow, officer_id, office=office_of(uow), technical=current_principal().administrator
        )
    say("link_sent")
    return redirect(url_for("people.show", officer_id=officer_id), 303)


@bp.post("/<int:officer_id>/segundo-fator")
@fresh_only
def reset_factor(officer_id: int) -> ResponseReturnValue:
    """Take the second factor from somebody who lost theirs; for who keeps the installation."""
    officer = current_principal()
    if officer_id == officer.officer_id:
        abort(404)
    with unit_of_work() as uow:
        try:
            factors.reset(uow, officer_id, request.form.get("reason", "")[:300])
        except ReasonMissing as refusal:
            return _person(uow, officer_id, {"reason": refusal_text(refusal)}), 422
    say("factor_reset")
    return redirect(url_for("people.show", officer_id=officer_id), 303)


@bp.post("/<int:officer_id>/funcoes/<int:membership_id>")
def end_membership(officer_id: int, membership_id: int) -> ResponseReturnValue:
    """Let what an officer is somewhere end on a day."""
    with unit_of_work() as uow:
        last = read_day(request.form.get("last", ""))
        try:
            if last is None:
                raise EndsTooEarly
            staffing.end_membership(uow, membership_id, last, office=office_of(uow))
        except EndsTooEarly as refusal:
            return _person(uow, officer_id, {f"last-{membership_id}": refusal_text(refusal)}), 422
    say("membership_ends")
    return redirect(url_for("people.show", officer_id=officer_id), 303)


@bp.get("/nova")
def new() -> str:
    """Ask who shall be what in an agency."""
    with unit_of_work() as uow:
        return _form(uow, _place(uow), {}, {})


@bp.post("/nova")
def join() -> ResponseReturnValue:
    """Make somebody something in an agency, and send who is new the way in."""
    once_key()
    with unit_of_work() as uow:
        place = _place(uow)
        typed = {key: value.strip() for key, value in request.form.items()}
        errors: dict[str, str] = {}
        wanted = _read(typed, place, errors)
        if wanted is None:
            return _form(uow, place, typed, errors), 422
        try:
            officer, is_new = staffing.join(uow, wanted, office=office_of(uow))
        except AlreadyThere as refusal:
            return _form(uow, place, typed, {"email": refusal_text(refusal)}), 422
        if is_new and _sends_mail():
            staffing.send_link(uow, officer, office=office_of(uow))
    say("membership_begins" if not is_new or _sends_mail() else "link_by_hand")
    return redirect(url_for("people.show", officer_id=officer), 303)


def _sends_mail() -> bool:
    return courier_of(current_app) is not None


def _place(uow: UnitOfWork) -> Place:
    return staffing.place(uow, request.values.get("orgao", ""), office=office_of(uow))


def _read(typed: Mapping[str, str], place: Place, errors: dict[str, str]) -> Newcomer | None:
    first, last = read_day(typed.get("first", "")), read_day(typed.get("last", ""))
    if not typed.get("name"):
        errors["name"] = phrase("people", "name_missing")
    if not EMAIL.fullmatch(typed.get("email", "")):
        errors["email"] = phrase("people", "email_missing")
    if typed.get("post", "") not in place.posts:
        errors["post"] = phrase("people", "post_missing")
    if first is None:
        errors["first"] = phrase("people", "first_missing")
    if typed.get("last") and (last is None or (first and last < first)):
        errors["last"] = phrase("people", "last_wrong")
    if errors or first is None:
        return None
    return Newcomer(
        typed["name"][:200],
        typed["email"],
        place.agency.code,
        Post(typed["post"]),
        first,
        last,
    )


def _form(
    uow: UnitOfWork, place: Place, typed: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    return render_template(
        "administration/newcomer.html",
        place=place,
        typed=typed,
        errors=errors,
        today=uow.today,
        mails=_sends_mail(),
    )


def _factors(uow: UnitOfWork, officer_id: int) -> int | None:
    """Count the second factors of somebody else, for who may take them away."""
    officer = current_principal()
    if not officer.administrator or officer_id == officer.officer_id:
        return None
    return len(factors.proofs_of(uow, officer_id).factors)


def _person(uow: UnitOfWork, officer_id: int, errors: Mapping[str, str]) -> str:
    principal = current_principal()
    found = staffing.person(
        uow, officer_id, office=office_of(uow), technical=principal.administrator
    )
    return render_template(
        "administration/person.html",
        person=found,
        names=uow.world().network.present_names,
        errors=errors,
        typed=request.form,
        today=uow.today,
        mails=_sends_mail(),
        factors=_factors(uow, officer_id),
        administers=any(office_of(uow).administers(one.agency) for one, _ in found.memberships),
    )
