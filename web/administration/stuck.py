"""Cases that stand still, as a page for whoever coordinates them: why, since when, and the mend."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.cases.acts import refused
from web.db import unit_of_work
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from workflow.core.errors import AnswersRefused, Refusal
from workflow.services import liveness, stuck
from workflow.services.sign_in import Principal
from workflow.services.stuck import ASKS_REASON, TECHNICAL, Wanted

bp = Blueprint("stuck", __name__, url_prefix="/administracao/parados")
bp.register_error_handler(Refusal, refused)


@bp.app_context_processor
def menu() -> dict[str, Any]:
    """Let the menu of all pages ask whether it leads here."""
    return {"may_see_stuck": _coordinates}


def _coordinates(person: Principal) -> bool:
    return person.administrator or bool(person.powers.coordinates)


@bp.get("")
def index() -> str:
    """List the cases that stand still: of one's own types; all for who keeps the place."""
    after = request.args.get("apos", "")
    keeper = current_principal().administrator
    with unit_of_work() as uow:
        found = stuck.stuck_page(
            uow,
            everything=keeper or uow.powers.auditor,
            after=typed_number(after) or 0,
        )
        names = stuck.holders(uow, found)
        today = uow.today
    return render_template(
        "administration/stuck.html",
        page=found,
        names=names,
        today=today,
        keeper=keeper,
        technical=TECHNICAL,
        asks_reason=ASKS_REASON,
    )


@bp.post("/verificar")
def look() -> Response:
    """Look at every open case now."""
    with unit_of_work() as uow:
        liveness.look(uow)
    say("cases_looked_at")
    return redirect(url_for("stuck.index"), 303)


@bp.post("/<number>")
def mend(number: str) -> Response:
    """Do what lets a case go on."""
    form = request.form
    no, officer = form.get("task", ""), form.get("officer", "")
    wanted = Wanted(
        number=number,
        kind=form.get("kind", ""),
        task_no=typed_number(no) or 0,
        reason=form.get("reason", ""),
        officer=typed_number(officer),
        review_on=_day(form.get("review_on", "")),
    )
    with unit_of_work() as uow:
        keeper = current_principal().administrator
        stuck.mend(uow, wanted, key=once_key(), technical=keeper)
    say("case_mended", number=number)
    return redirect(url_for("stuck.index"), 303)


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise AnswersRefused(problems={"review_on": "missing"}) from error
