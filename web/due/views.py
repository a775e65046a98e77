"""The pages of what falls due: list, month, and what happens if nobody acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.due.foretold import told
from web.due.lines import GROUPS, lines_of
from web.row_numbers import typed_number
from web.sessions import current_principal
from web.words.languages import by_title, language
from workflow.services.falling_due import (
    PAGE,
    Place,
    Reader,
    View,
    due_list,
    due_month,
    reader,
    summary,
)
from workflow.services.outlooks import outlooks
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("due", __name__, url_prefix="/prazos")

VIEWS = {"meus": View.MINE, "orgao": View.AGENCY, "tipos": View.TYPES}
SHAPES = ("lista", "mes")
LONGEST_KEY = 80


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show what falls due, as a list or as a month, of whom the address asks for."""
    with unit_of_work() as uow:
        looking = _reader(uow)
        asked = _asked(looking)
        show = _month if asked["ver"] == "mes" else _list
        return show(uow, looking, asked)


@bp.get("/radar")
def radar() -> ResponseReturnValue:
    """Show what will happen in the cases whose deadlines come first, if nobody acts."""
    with unit_of_work() as uow:
        looking = _reader(uow)
        asked = {**_asked(looking), "ver": "radar"}
        view = VIEWS[asked["de"]]
        found, following = outlooks(uow, looking.whose(view), after=_place())
        world = uow.world()
        cases = [told(outlook, world, today=uow.today, powers=uow.powers) for outlook in found]
        return render_template(
            "due/radar.html",
            **_frame(uow, looking, asked),
            cases=[case for case in cases if case.days],
            quiet=[case for case in cases if not case.days],
            following=_spell(following) if following else None,
        )


def _list(uow: UnitOfWork, looking: Reader, asked: Mapping[str, str]) -> str:
    whose = looking.whose(VIEWS[asked["de"]])
    on = _date(asked.get("dia", ""))
    items = due_list(uow, whose, type=asked.get("tipo"), on=on, after=_place(), limit=PAGE + 1)
    lines = lines_of(uow, items[:PAGE])
    return render_template(
        "due/list.html",
        **_frame(uow, looking, asked),
        summary=summary(uow, whose),
        groups=[(group, [x for x in lines if x.group == group]) for group in GROUPS],
        shown=len(lines),
        on=on,
        following=_spell(items[PAGE - 1].place) if len(items) > PAGE else None,
    )


def _month(uow: UnitOfWork, looking: Reader, asked: Mapping[str, str]) -> str:
    first = _date(f"{asked.get('mes', '')}-01") or uow.today.replace(day=1)
    whose = looking.whose(VIEWS[asked["de"]])
    agency = looking.agency
    month = due_month(uow, whose, first, agency=agency, type=asked.get("tipo"))
    items = [item for day in month.days for item in day.items]
    lines = {(line.item.number, line.item.key): line for line in lines_of(uow, items)}
    return render_template(
        "due/month.html",
        **_frame(uow, looking, asked),
        summary=summary(uow, whose),
        month=month,
        month_title=format_skeleton("yMMMM", first, locale=language()),
        lines=lines,
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=(first + timedelta(days=32)).strftime("%Y-%m"),
        today=uow.today,
    )


def _frame(uow: UnitOfWork, looking: Reader, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the three pages have in common."""
    return {
        "section": "due",
        "asked": asked,
        "views": [name for name, view in VIEWS.items() if view in looking.views],
        "reader": looking,
        "agency_names": uow.world().network.present_names,
        "types": by_title(uow.installation.latest().values()),
    }


def _reader(uow: UnitOfWork) -> Reader:
    principal = current_principal()
    return reader(
        uow,
        agency=principal.current_agency,
        agencies=[code for code, _ in principal.agencies],
    )


def _asked(looking: Reader) -> dict[str, str]:
    """Read what the address asks for; what cannot be is left out."""
    shape, whose = request.args.get("ver", ""), request.args.get("de", "")
    view = VIEWS.get(whose)
    known = {
        "ver": shape if shape in SHAPES else "lista",
        "de": whose if view and view in looking.views else "meus",
    }
    typed = {key: request.args.get(key, "").strip()[:LONGEST_KEY] for key in ("tipo", "dia", "mes")}
    return {**known, **{key: value for key, value in typed.items() if value}}


def _date(typed: str) -> date | None:
    """Read a day that a calendar can show; a mistyped one is none."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _spell(place: Place) -> str:
    return f"{place.order_at.isoformat()}_{place.case_id}_{place.no}_{place.key}"


def _place() -> Place | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    at, _, rest = request.args.get("apos", "").partition("_")
    case_id, _, rest = rest.partition("_")
    no, _, key = rest.partition("_")
    case, task = typed_number(case_id), typed_number(no)
    if case is None or task is None:
        return None
    try:
        order_at = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Place(order_at, case, task, key[:LONGEST_KEY]) if order_at.tzinfo else None
