"""The load of each officer of an agency, on a page from which its head moves work."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from web.db import unit_of_work
from web.inbox.filters import LONG_PAGE, read_cursor, spell_cursor
from web.inbox.inbox import grouped
from web.inbox.lines import task_lines
from web.inbox.visit import Shown
from web.row_numbers import typed_number
from web.sessions import current_principal
from workflow.services.labels import labels_for
from workflow.services.loads import Loads, loads_of, tasks_of_officer
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import NOBODY

bp = Blueprint("load", __name__, url_prefix="/caixa/carga")


@bp.get("")
def index() -> str:
    """Show what each officer has to do, and the tasks of the one that was chosen."""
    agency = current_principal().current_agency
    with unit_of_work() as uow:
        loads = loads_of(uow, agency)
        names = {one.officer: one.name for one in loads.officers} | {NOBODY: ""}
        asked = typed_number(request.args.get("quem", ""))
        whose = -1 if asked is None else asked
        shown = _tasks(uow, agency, whose) if whose in names else Shown()
        return render_template(
            "inbox/load.html",
            section="inbox",
            agency=agency,
            agency_names=uow.world().network.present_names,
            loads=loads,
            rule=uow.world().network.agency(agency).distribution,
            whose=whose if whose in names else None,
            whose_name=names.get(whose, ""),
            heirs=_heirs(loads, besides=whose),
            shown=shown,
            labels=labels_for(uow, agency, shown.cases),
            groups=grouped(shown.lines),
            chosen=("requester",),
            bulk="inbox/_hand_on.html",
        )


def _tasks(uow: UnitOfWork, agency: str, whose: int) -> Shown:
    after = read_cursor(request.args.get("apos", ""))
    items = tasks_of_officer(uow, agency, whose, after=after, limit=LONG_PAGE + 1)
    more = spell_cursor(items[LONG_PAGE - 1].cursor) if len(items) > LONG_PAGE else None
    return Shown(task_lines(uow, items[:LONG_PAGE]), more)


def _heirs(loads: Loads, *, besides: int) -> list[tuple[int, str, int, object]]:
    """Return to whom tasks may be handed, the least loaded first, those who are away last."""
    there = [one for one in loads.officers if one.works_here and one.officer != besides]
    there.sort(key=lambda one: (one.absent_until is not None, one.work.days))
    return [(one.officer, one.name, one.work.days, one.absent_until) for one in there]
