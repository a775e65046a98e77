"""The inbox of an agency and of an officer: its views, the most urgent task first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.inbox.filters import (
    LONG_PAGE,
    read_back,
    read_cursor,
    read_size,
    read_view,
    read_wanted,
    spell_back,
    spell_cursor,
    spell_size,
    spell_wanted,
)
from web.inbox.lines import done_lines, followed_lines, task_lines
from web.inbox.saved import reader, shortcut
from web.links import address_asking, local_address
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from workflow.core.registers.access import holders_within
from workflow.services.cases import undo
from workflow.services.inbox import (
    OF_TASKS,
    Counted,
    Counting,
    Reader,
    View,
    Wanted,
    count_besides,
    done_tasks,
    followed_cases,
    glance,
    task_page,
)
from workflow.services.labels import Labels, labels_for
from workflow.services.saved_filters import COLUMNS, read_arranged
from workflow.services.tasks import claim
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.desk import Back
from workflow.storage.queries.inbox import GROUPS

WHOLE: Final = {view: Wanted(view) for view in View}
"""Every view with nothing left out."""

bp = Blueprint("inbox", __name__, url_prefix="/caixa")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a view: its lines, and where the next page begins."""

    lines: list[Any] = field(default_factory=list)
    following: str | None = None

    @property
    def cases(self) -> list[int]:
        """The ids of the cases on the page."""
        return [line.case_id for line in self.lines]


@bp.get("/")
def index() -> str | Response:
    """List what the address asks for: at first one's own tasks, or the agency's for want of any."""
    principal = current_principal()
    agency = principal.current_agency
    if not agency:
        first = "calendars.index" if principal.administrator else "cases.index"
        return redirect(url_for(first), 303)
    args = request.args.to_dict()  # which finds nothing ten times as quickly
    asked = read_view(args)
    with unit_of_work() as uow, uow.asking():
        network = uow.world().network
        keeps = holders_within(uow.powers, network, uow.today)
        who = replace(reader(), keeps=keeps)
        seen = glance(uow, who, read_wanted(args, asked or View.AGENCY))
        desk = read_arranged(seen.arranged, who)
        saved = [shortcut(kept) for kept in desk.kept]
        counted_views = [*_counted(args, asked), *(one.wanted for one in saved)]
        counting = Counting.of(who, counted_views, seen)
        counts = counting.counts(seen, count_besides(uow, counting))
        wanted = read_wanted(args, asked or _first_view(counts))
        shown = show(uow, who, wanted, args)
        labels = labels_for(uow, agency, shown.cases) if seen.has_labels else Labels()
        names = network.present_names
        counted = {view.value: counts[one] for view, one in WHOLE.items()}
        page = {
            "counts": counted,
            "numbers": tuple(counted.items()),
            "saved": saved,
            "own": [one for one in saved if one.kept.owner is None],
            "saved_counts": counts,
            "chosen": desk.columns,
            "all_columns": COLUMNS,
            "made_at": uow.now,
            "due": seen.due,
            "total": counts.get(wanted, Counted(0)),
            "types": uow.installation.offered(seen.newest),
            "chosen_type": wanted.type if wanted.type in seen.newest else None,
            "agency_names": names,
            "labels": labels,
        }
    return render_template(
        "inbox/index.html",
        section="inbox",
        view=wanted.view.value,
        wanted=wanted,
        address=spell_wanted(wanted),
        back=address_asking("inbox.index", {**args, "ver": wanted.view.value}),
        further=bool(args.get("apos")),
        size=spell_size(read_size(args)),
        long_page=LONG_PAGE,
        groups=grouped(shown.lines) if wanted.view in OF_TASKS else (),
        shown=shown,
        agency=agency,
        agency_name=names.get(agency, agency),
        absent=principal.absent,
        **page,
    )


def show(uow: UnitOfWork, reader: Reader, wanted: Wanted, args: Mapping[str, str]) -> Shown:
    """Return the page of a view that the address asks for."""
    place, size = args.get("apos", ""), read_size(args)
    if wanted.view in OF_TASKS:
        items = task_page(uow, reader, wanted, after=read_cursor(place), limit=size + 1)
        more = spell_cursor(items[size - 1].cursor) if len(items) > size else None
        return Shown(task_lines(uow, items[:size]), more)
    after = read_back(place)
    if wanted.view is View.DONE:
        rows = done_tasks(uow, reader, wanted, after=after, limit=size + 1)
        ends = [Back(row.ended_at, row.case_id, row.no) for row in rows]
        lines: list[Any] = done_lines(uow, rows[:size])
    else:
        rows = followed_cases(uow, reader, after=after, limit=size + 1)
        ends = [Back(row.since, row.id) for row in rows]
        lines = followed_lines(uow, rows[:size])
    return Shown(lines, spell_back(ends[size - 1]) if len(rows) > size else None)


@bp.post("/assumir")
def take() -> Response:
    """Take a task of the agency for oneself, and come back to the list."""
    number, no = request.form.get("number", ""), request.form.get("no", "0")
    there = local_address(request.form.get("back") or url_for("inbox.index"))
    with unit_of_work() as uow:
        done = claim(uow, number, typed_number(no) or 0, key=once_key())
    if not done.repeated:
        undoing = url_for("inbox.give_back", number=number, back=there)
        task = url_for("cases.task", number=number, no=no)
        say("task_claimed", undo=undoing, task=task, number=number)
    return redirect(there, 303)


@bp.post("/desfazer/<number>")
def give_back(number: str) -> Response:
    """Undo one's own last act on a case."""
    with unit_of_work() as uow:
        undo(uow, number, key=once_key())
    say("undone", number=number)
    return redirect(local_address(request.args.get("back") or url_for("inbox.index")), 303)


def _counted(args: Mapping[str, str], asked: View | None) -> list[Wanted]:
    """Return what the page counts: every view, and the one it shows as it is narrowed."""
    shown = [asked] if asked else [View.MINE, View.AGENCY]
    return [*WHOLE.values(), *(read_wanted(args, view) for view in shown)]


def _first_view(counts: Mapping[Wanted, Counted]) -> View:
    """Show one's own tasks first, or the agency's to whoever has none."""
    return View.MINE if counts[WHOLE[View.MINE]].n else View.AGENCY


def grouped(lines: list[Any]) -> list[tuple[str, list[Any]]]:
    """Part the lines of a list into its groups."""
    return [(group, [x for x in lines if x.group == group]) for group in GROUPS]
