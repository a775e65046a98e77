"""Notices and their sending as a page: what waits, what was sent, what failed and why."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from web.administration.day_form import read_day
from web.db import unit_of_work
from web.row_numbers import typed_number
from web.words.said import say
from web.words.wording import local_date
from workflow.services import clock
from workflow.services.deliveries import DIGEST, Asked, View, deliveries

bp = Blueprint("deliveries", __name__, url_prefix="/administracao/avisos")
KINDS: Final = (
    *("reminder", "due_today", "overdue", "deadline_recounted"),
    *("task_opened", "task_assigned", "task_reassigned", "task_reviewed", "task_lapsed"),
    "reminder_sent",
    *("outcome_proposed", "proposal_returned", "information_asked", "information_answered"),
    "information_redirected",
    *("unassigned", "unreceived", "review_due", "child_refused", "case_stuck", "case_closed"),
    *("comment_added", "mentioned", "access_granted", "substitution_made", "substitution_ended"),
    *("membership_begun", "membership_ended", "invitation", DIGEST),
    *("password_changed", "factor_added", "factor_removed", "factor_reset"),
    *("identity_linked", "identity_unlinked"),
)
"""What notices are about, in the order in which they are offered."""


@bp.get("")
def index() -> str:
    """List notices by how their sending went, day by day."""
    asked = _asked()
    with unit_of_work() as uow:
        page = deliveries(uow, asked)
    days = [
        (day, list(lines)) for day, lines in groupby(page.lines, lambda one: local_date(one.at))
    ]
    return render_template(
        "administration/deliveries.html",
        asked=asked,
        page=page,
        days=days,
        views=View,
        kinds=KINDS,
        query=_query(asked),
    )


@bp.post("/<int:job_id>")
def retry(job_id: int) -> Response:
    """Send once more what was given up."""
    with unit_of_work() as uow:
        if not clock.retry(uow, job_id):
            abort(404)
    say("job_tried_again")
    return redirect(url_for("deliveries.index", ver=View.FAILED.value), 303)


def _asked() -> Asked:
    args = request.args
    view, kind, before = args.get("ver", ""), args.get("tipo", ""), args.get("antes", "")
    return Asked(
        view=View(view) if view in set(View) else View.WAITING,
        kind=kind if kind in KINDS else "",
        number=args.get("pedido", "").strip()[:40],
        day=read_day(args.get("dia", "")),
        before=typed_number(before),
    )


def _query(asked: Asked) -> dict[str, str]:
    """Return what an address that keeps the search carries."""
    day = asked.day.isoformat() if asked.day else ""
    kept = {"tipo": asked.kind, "pedido": asked.number, "dia": day}
    return {name: value for name, value in kept.items() if value}
