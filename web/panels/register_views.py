"""The pages over registers: partners with all that happened, and the calendar of funding."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from web.db import unit_of_work
from web.panels import funding, partners
from web.panels.months import months
from web.spreadsheets import spreadsheet
from web.words.phrases import phrase
from workflow.catalogue.register_panels import register_panels
from workflow.services.funding import funding_calendar
from workflow.services.partners import MOST, partner_view

bp = Blueprint("register_panels", __name__, url_prefix="/paineis")


@bp.get("/captacao")
def funding_page() -> str:
    """Show calls that close and days on which cases under way are decided, by month."""
    with unit_of_work() as uow:
        calendar = funding_calendar(uow)
        lines = funding.lines_of(calendar, uow.today)
    return render_template(
        "panels/funding.html",
        section="cases",
        months=months(lines, calendar.first),
        more=calendar.more,
        total=len(lines),
    )


@bp.get("/captacao.csv")
def funding_sheet() -> Response:
    """Give the same lines for spreadsheets."""
    with unit_of_work() as uow:
        lines = funding.lines_of(funding_calendar(uow), uow.today)
    return spreadsheet(phrase("panels", "file_name", "funding"), funding.sheet_rows(lines))


@bp.app_template_global("tells_of_partner")
def tells_of_partner(register: str) -> bool:
    """Tell templates whether the entries of a register have the page of a partner."""
    return register == register_panels().partners


@bp.get("/parceiros/<number>")
def partner(number: str) -> str:
    """Show a partner: what happened, agreements, what is pending, and who is in touch with it."""
    with unit_of_work() as uow:
        view = partner_view(uow, number)
        page = partners.shown(view, uow.today)
    chosen = request.args.get("orgao", "")
    known = {one.agency for one in page.talkers}
    return render_template(
        "panels/partner.html",
        section="cases",
        page=page,
        view=view,
        most_told=MOST,
        names={one.code: one.name for one in view.world.network if one.code in known},
        chosen=chosen if chosen in known else "",
        story=[one for one in page.story if chosen in ("", one.agency) or chosen not in known],
    )


@bp.get("/parceiros/<number>/historia.csv")
def partner_sheet(number: str) -> Response:
    """Give the story of a partner for spreadsheets."""
    with unit_of_work() as uow:
        page = partners.shown(partner_view(uow, number), uow.today)
    return spreadsheet(page.number, partners.sheet_rows(page))
