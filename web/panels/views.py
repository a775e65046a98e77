"""The pages of the panels, each with the same table for spreadsheets beside it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.panels import endings, network_words, week
from web.panels.months import months
from web.row_numbers import typed_number
from web.security import once_key
from web.spreadsheets import spreadsheet
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.said import say
from workflow.catalogue.register_panels import register_panels
from workflow.services.network_counts import CountedList
from workflow.services.network_panel import PanelView, may_look, panel_list, panel_view
from workflow.services.network_targets import read_number, set_targets
from workflow.services.registers import entry_types
from workflow.services.terms_ahead import endings_ahead
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.week_ahead import weeks_ahead

bp = Blueprint("panels", __name__, url_prefix="/paineis")


@bp.get("/")
def index() -> str:
    """List the panels, each with what it answers."""
    partners = register_panels().partners
    with unit_of_work() as uow:
        return render_template(
            "panels/index.html",
            section="cases",
            network=may_look(uow),
            partners=partners if partners in entry_types(uow) else "",
        )


@bp.app_template_global("may_open")
def may_open(page: str) -> bool:
    """Tell templates whether a page is there for the reader: that of the network is for few."""
    if page != "panels.network":
        return True
    with unit_of_work() as uow:
        return may_look(uow)


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
        months=months(shown, ahead.first),
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


@bp.get("/rede")
def network() -> str:
    """Show the coordinator what was done, who owes, and how plans and projects stand."""
    with unit_of_work() as uow:
        return _network_page(uow, {})


@bp.post("/rede/metas")
def targets() -> ResponseReturnValue:
    """Write what the coordination means to reach in the year."""
    with unit_of_work() as uow:
        view = _network(uow)
        typed = {one.key: request.form.get(one.key, "") for one in view.panel.counters}
        wanted = {key: read_number(text) for key, text in typed.items()}
        wrong = {key for key, text in typed.items() if text.strip() and wanted[key] is None}
        if wrong:
            return _network_page(uow, {key: typed[key] for key in wrong}), 422
        set_targets(uow, view.year, wanted, key=once_key())
    say("targets_kept", year=view.year)
    return redirect(url_for("panels.network", ano=view.year), 303)


def _network_page(uow: UnitOfWork, wrong: Mapping[str, str]) -> str:
    view = _network(uow)
    return render_template(
        "panels/network.html",
        section="cases",
        view=view,
        counters=network_words.done(view),
        missing=network_words.missing(view),
        absent=network_words.absent(view),
        parts=_parts(uow, view),
        sets=view.panel.coordinated_by in uow.powers.agencies,
        wrong=wrong,
        has_errors=bool(wrong),
    )


@bp.get("/rede.csv")
def network_sheet() -> Response:
    """Give the numbers of the panel for spreadsheets."""
    with unit_of_work() as uow:
        view = _network(uow)
        rows = network_words.sheet_rows(view, _parts(uow, view), network_words.done(view))
        return spreadsheet(phrase("panels", "file_name", "network"), rows)


@bp.get("/rede/lista/<what>")
def network_list(what: str) -> str:
    """Show the list behind a number of the panel."""
    with unit_of_work() as uow:
        view = _network(uow)
        title = _title(view, what)
        found = panel_list(uow, view, what) if what in view.counted else None
        return render_template(
            "panels/list.html",
            section="cases",
            view=view,
            what=what,
            title=title,
            asked={key: request.args[key] for key in ("parte", "orgao") if request.args.get(key)},
            lines=_listed(view, what, found),
            unseen=found.n - found.seen if found else 0,
            more=found.seen - len(found.lines) if found else 0,
        )


@bp.get("/rede/lista/<what>.csv")
def network_list_sheet(what: str) -> Response:
    """Give the list behind a number for spreadsheets."""
    with unit_of_work() as uow:
        view = _network(uow)
        _title(view, what)
        found = panel_list(uow, view, what) if what in view.counted else None
        return spreadsheet(
            phrase("panels", "file_name", "network"),
            network_words.list_rows(_listed(view, what, found)),
        )


def _network(uow: UnitOfWork) -> PanelView:
    """Gather the panel of the year asked for."""
    year = typed_number(request.values.get("ano", "")) or 0
    return panel_view(uow, year if 2000 <= year <= 9999 else uow.today.year)


def _parts(uow: UnitOfWork, view: PanelView) -> dict[str, list[network_words.Slice]]:
    newest = uow.installation.newest
    return {
        "planos": network_words.stages(view, newest(view.panel.plans.type)),
        "farois": network_words.lights(view, newest(view.panel.lights.type)),
    }


def _listed(view: PanelView, what: str, found: CountedList | None) -> list[network_words.ListLine]:
    if found is not None:
        registers = {one.key for one in view.panel.counters if one.register}
        return network_words.counted(found, of_register=what in registers)
    part, agency = request.args.get("parte", ""), request.args.get("orgao", "")
    return network_words.listed(view, what, part, agency)


def _title(view: PanelView, what: str) -> str:
    """Return what a list is called; answer 404 for one that there is not."""
    if what in {"planos", "farois"}:
        return phrase("panels", "part", what)
    named = {one.key: one.title for one in view.panel.counters}
    named |= {one.key: one.title for one in view.panel.missing}
    if what not in named:
        abort(404)
    return in_language(named[what])
