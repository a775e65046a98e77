"""What an officer was told: the bell, its list, and the way from a notice to what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug import Response

from web.db import unit_of_work
from web.notices.letters import OF_A_TASK, WORDS, facts_of, line_of, silence
from web.notices.personal import headline, place_of
from web.row_numbers import row_number
from web.sessions import current_principal, visitor
from web.words.phrases import phrase
from web.words.said import say
from web.words.wording import day
from workflow.core.ladder import WarningKind
from workflow.core.topics import MENTIONED
from workflow.services import notices

PAGE = 25
CALLED = "citaram"
"""Narrows the list to comments that call the officer by name."""
ICONS = {
    "reminder": "clock",
    "due_today": "clock-alert",
    "overdue": "triangle-alert",
    "unassigned": "user",
    "unreceived": "user",
    "case_closed": "circle-check",
    "comment_added": "message-square",
    MENTIONED: "message-square",
    "reminder_sent": "bell",
}

bp = Blueprint("notices", __name__, url_prefix="/avisos")


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the list shows it."""

    id: int
    words: str
    silence: str
    """What time itself will answer where nobody does."""
    icon: str
    number: str
    about: str
    at: datetime
    unread: bool


@bp.get("/")
def index() -> str:
    """List what the officer was told, the newest first."""
    before = request.args.get("antes", type=row_number)
    called = request.args.get("ver") == CALLED
    with unit_of_work() as uow:
        officer = current_principal().officer_id
        rows = notices.notices_of(
            uow, officer, before=before, limit=PAGE + 1, kind=MENTIONED if called else None
        )
        unread = notices.unread_count(uow, officer)
    lines = [_line(row) for row in rows[:PAGE]]
    more = lines[-1].id if len(rows) > PAGE else None
    return render_template(
        "notices/index.html", lines=lines, more=more, unread=unread, ver=CALLED if called else None
    )


@bp.get("/<int:notice_id>")
def show(notice_id: int) -> Response:
    """Go to what a notice is about, and note that it was read."""
    officer = current_principal().officer_id
    with unit_of_work() as uow:
        found = notices.notices_of(uow, officer, before=notice_id + 1, limit=1)
        if not found or found[0].id != notice_id:
            abort(404)
        notices.mark_read(uow, officer, notice_id=notice_id)
    return redirect(_place(found[0]), 303)


@bp.post("/lidos")
def read_all() -> Response:
    """Note that everything was read."""
    with unit_of_work() as uow:
        notices.mark_read(uow, current_principal().officer_id)
    say("notices_read")
    return redirect(url_for("notices.index"), 303)


def unread_notices() -> int:
    """Return how many notices the visitor has not read, for the bell."""
    principal = visitor()
    return principal.unread if principal else 0


@bp.app_context_processor
def bell() -> dict[str, Any]:
    """Let the frame of all pages ask for `unread_notices()`."""
    return {"unread_notices": unread_notices}


def _line(row: Row[Any]) -> Line:
    if row.number is None:
        return _personal(row)
    facts = {**row.params, **facts_of(row.number, row.subject, row.params)}
    return Line(
        id=row.id,
        words=phrase(WORDS, f"headline_{row.kind}", {**facts, "due": _due(row)}),
        silence=silence(facts) if row.kind in OF_A_TASK else "",
        icon=ICONS.get(row.kind, "bell"),
        number=row.number,
        about=row.subject,
        at=row.issued_at,
        unread=row.read_at is None,
    )


def _personal(row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        words=headline(row.kind, row.params),
        silence="",
        icon="user",
        number="",
        about="",
        at=row.issued_at,
        unread=row.read_at is None,
    )


def _due(row: Row[Any]) -> str:
    """Say the due day as it was when the notice was issued: the list is read later, too."""
    due_on = row.params.get("due_on")
    if not due_on:
        return ""
    sentence = "passed" if row.kind == WarningKind.OVERDUE else "until"
    return phrase(WORDS, sentence, {"day": day(date.fromisoformat(due_on))})


def _place(row: Row[Any]) -> str:
    """Return where a notice leads: to its task, else to its case, if it is about one."""
    if row.number is None:
        return place_of(row.kind, row.params)
    case = f"/pedidos/{row.number}"
    return case + (f"/tarefas/{row.task_no}" if row.task_no is not None else line_of(row.params))
