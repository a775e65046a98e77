"""The inbox of an agency and of an officer: its views, the most urgent task first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.inbox.filters import LONG_PAGE, spell_size, spell_wanted
from web.inbox.kept_pages import HOUR, MADE, KeptPage, Page, circumstances, kept_pages, mark
from web.inbox.saved import reader
from web.inbox.visit import WHOLE, Contents, Visit, look_at
from web.links import address_asking, local_address
from web.row_numbers import typed_number
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from web.words.wording import turns_at
from workflow.core.registers.access import holders_within
from workflow.services.cases import undo
from workflow.services.inbox import OF_TASKS, Counted, Reader
from workflow.services.saved_filters import COLUMNS
from workflow.services.sign_in import Principal
from workflow.services.tasks import claim
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.inbox import GROUPS

bp = Blueprint("inbox", __name__, url_prefix="/caixa")


@bp.get("/")
def index() -> Response:
    """List what the address asks for: at first one's own tasks, or the agency's for want of any."""
    officer = current_principal()
    if not officer.current_agency:
        first = "administration.index" if officer.administrator else "cases.index"
        return redirect(url_for(first), 303)
    args = request.args.to_dict()  # which finds nothing ten times as quickly
    with unit_of_work() as uow:
        key, pages = circumstances(officer, uow.today), kept_pages()
        kept = pages.get(key) if key else None
        with uow.asking():
            visit = Visit(uow, kept.who if kept else _reader(uow), args)
            if kept and (again := kept.again(visit)):
                if again is not kept:
                    pages.keep(key, again, size=again.size)
                return kept.page.answered(uow.now)
            contents = look_at(visit)
        page = Page.written(_written(visit, contents, officer))
    if key and contents.told:
        turns = _turns(contents, uow.now)
        kept = KeptPage(page, contents.told, visit.who, since=uow.now, until=turns)
        pages.keep(key, kept, size=kept.size)
    return page.answered(uow.now)


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


def _reader(uow: UnitOfWork) -> Reader:
    """Return whose inbox it is, with the agencies whose registers the officer keeps."""
    return replace(reader(), keeps=holders_within(uow.powers, uow.world().network, uow.today))


def _written(visit: Visit, contents: Contents, officer: Principal) -> str:
    """Write the page of an inbox but for what is of each look alone."""
    uow, args, wanted, agency = visit.uow, visit.args, contents.wanted, visit.who.agency
    names = uow.world().network.present_names
    newest = uow.installation.newest_versions(contents.seen.deployed)
    counted = {view.value: contents.counts[one] for view, one in WHOLE.items()}
    return render_template(
        "inbox/index.html",
        section="inbox",
        view=wanted.view.value,
        wanted=wanted,
        address=spell_wanted(wanted),
        back=address_asking("inbox.index", {**args, "ver": wanted.view.value}),
        further=bool(args.get("apos")),
        size=spell_size(visit.size),
        long_page=LONG_PAGE,
        groups=grouped(contents.shown.lines) if wanted.view in OF_TASKS else (),
        shown=contents.shown,
        agency=agency,
        agency_name=names.get(agency, agency),
        agency_names=names,
        absent=officer.absent,
        counts=counted,
        numbers=tuple(counted.items()),
        saved=contents.saved,
        own=[one for one in contents.saved if one.kept.owner is None],
        saved_counts=contents.counts,
        chosen=contents.columns,
        all_columns=COLUMNS,
        made_at=mark(MADE),
        hour=mark(HOUR),
        due=contents.seen.due,
        total=contents.counts.get(wanted, Counted(0)),
        types=uow.installation.offered(newest),
        chosen_type=wanted.type if wanted.type in newest else None,
        labels=contents.labels,
    )


def _turns(contents: Contents, now: datetime) -> datetime | None:
    """Return when the first of the tasks that came today has been there for longer, as is told."""
    lines = contents.shown.lines
    begins = lines[0].desk.begins if lines else now
    came = [line.item.opened_at for line in lines if line.item.opened_at >= begins]
    return min((turns_at(at, now) for at in came), default=None)


def grouped(lines: list[Any]) -> list[tuple[str, list[Any]]]:
    """Part the lines of a list into its groups."""
    return [(group, [x for x in lines if x.group == group]) for group in GROUPS]
