"""The pages of the panels, each with the same table for spreadsheets beside it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web.db import unit_of_work
from web.panels import endings, week
from web.spreadsheets import spreadsheet
from web.words.phrases import phrase
from workflow.services.terms_ahead import endings_ahead
from workflow.services.week_ahead import weeks_ahead

bp = Blueprint("panels", __name__, url_prefix="/paineis")


@bp.get("/")
def index() -> str:
    """List the panels, each with what it answers."""
    return render_template("panels/index.html", section="cases")


@bp.get("/semana")
def governor_week() -> str:
    """Show what is due to the agency at the top this week and the next, and who still owes."""
    with unit_of_work() as uow:
        ahead = weeks_ahead(uow)
        today = uow.today
    return render_template(
        "panels/week.html",
        section="cases",
        top=ahead.world.network.agency(ahead.agency),
        days=week.days(ahead, today),
        late=week.late(ahead, today),
        more=ahead.more,
        today=today,
    )


@bp.get("/semana.csv")
def governor_week_sheet() -> Response:
    """Give the same lines for spreadsheets."""
    with unit_of_work() as uow:
        ahead = weeks_ahead(uow)
        rows = week.sheet_rows(week.days(ahead, uow.today), week.late(ahead, uow.today))
        return spreadsheet(phrase("panels", "file_name", "week"), rows)


@bp.get("/vigencias")
def terms() -> str:
    """Show what ends by itself within twelve months, by month, with the decision pending."""
    with unit_of_work() as uow:
        ahead = endings_ahead(uow)
        today = uow.today
    lines = endings.lines_of(ahead, today)
    chosen = request.args.get("tipo", "")
    shown = [line for line in lines if chosen in ("", line.type_key)]
    return render_template(
        "panels/endings.html",
        section="cases",
        months=endings.months(shown, ahead.first),
        types=endings.types(lines),
        total=len(lines),
        chosen=chosen if chosen in {line.type_key for line in lines} else "",
        more=ahead.more,
    )


@bp.get("/vigencias.csv")
def terms_sheet() -> Response:
    """Give the same lines for spreadsheets."""
    with unit_of_work() as uow:
        lines = endings.lines_of(endings_ahead(uow), uow.today)
    chosen = request.args.get("tipo", "")
    rows = endings.sheet_rows([line for line in lines if chosen in ("", line.type_key)])
    return spreadsheet(phrase("panels", "file_name", "endings"), rows)
