"""The inbox of an agency and of an officer: open tasks, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.links import local_address
from web.security import once_key
from web.sessions import current_principal
from web.words.said import say
from web.words.wording import Due, due
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import Definition, TaskSpec
from workflow.core.fields import Text
from workflow.core.world import World
from workflow.services.cases import undo
from workflow.services.tasks import claim
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.inbox import (
    PAGE,
    Cursor,
    InboxFilter,
    InboxItem,
    QueueCounts,
    inbox_page,
    queue_counts,
)

bp = Blueprint("inbox", __name__, url_prefix="/caixa")

VIEWS = ("mine", "unassigned", "agency")
GROUPS = ("late", "today", "week", "later", "undated")


@dataclass(frozen=True, slots=True)
class Line:
    """A task as a line of the inbox."""

    item: InboxItem
    spec: TaskSpec
    definition: Definition
    due: Due
    group: str
    is_new: bool

    @property
    def title(self) -> Text:
        """What is to be done."""
        return self.spec.title


@bp.get("/")
def index() -> str | Response:
    """List the open tasks of the officer's agency, or only the officer's, as the address asks."""
    principal = current_principal()
    agency = principal.current_agency
    if not agency:
        return redirect(url_for("cases.index"), 303)
    view = request.args.get("ver", "")
    with unit_of_work() as uow:
        with uow.reading() as connection:
            counts = queue_counts(
                connection, agency=agency, officer=principal.officer_id, today=uow.today
            )
            view = view if view in VIEWS else _first_view(counts)
            narrowed = _filter(view, principal.officer_id)
            after = _cursor(request.args.get("apos", ""))
            items = inbox_page(
                connection, agency=agency, narrowed=narrowed, after=after, limit=PAGE + 1
            )
        lines = _lines(uow, items[:PAGE])
        types = uow.installation.latest()
        names = {a.code: a.name for a in uow.world().network}
    return render_template(
        "inbox/index.html",
        section="inbox",
        view=view,
        agency=agency,
        agency_name=names.get(agency, agency),
        agency_names=names,
        counts=counts,
        groups=[(group, [x for x in lines if x.group == group]) for group in GROUPS],
        shown=len(lines),
        total=_total(view, counts),
        following=_spell(items[PAGE - 1].cursor) if len(items) > PAGE else None,
        types=sorted(types.values(), key=lambda d: d.key),
        narrowed=narrowed,
        is_narrowed=bool(narrowed.text or narrowed.type or narrowed.opener),
        absent=principal.absent,
    )


@bp.post("/assumir")
def take() -> Response:
    """Take a task of the agency for oneself, and come back to the list."""
    number, no = request.form.get("number", ""), request.form.get("no", "0")
    with unit_of_work() as uow:
        done = claim(uow, number, int(no) if no.isdigit() else 0, key=once_key())
    if not done.repeated:
        say("task_claimed", undo=url_for("inbox.give_back", number=number), number=number)
    return redirect(local_address(request.form.get("back") or url_for("inbox.index")), 303)


@bp.post("/desfazer/<number>")
def give_back(number: str) -> Response:
    """Undo one's own last act on a case."""
    with unit_of_work() as uow:
        undo(uow, number, key=once_key())
    say("undone", number=number)
    return redirect(url_for("inbox.index"), 303)


def _first_view(counts: QueueCounts) -> str:
    """Show one's own tasks first, or the agency's to whoever has none."""
    return "mine" if counts.mine else "agency"


def _filter(view: str, officer: int) -> InboxFilter:
    assignees: dict[str, int | Literal["nobody"]] = {"mine": officer, "unassigned": "nobody"}
    return InboxFilter(
        assignee=assignees.get(view),
        type=request.args.get("tipo") or None,
        opener=request.args.get("de", "").strip().upper() or None,
        text=request.args.get("q", "").strip() or None,
    )


def _total(view: str, counts: QueueCounts) -> int:
    return {"mine": counts.mine, "unassigned": counts.unassigned}.get(view, counts.all)


def _lines(uow: UnitOfWork, items: list[InboxItem]) -> list[Line]:
    world = uow.world()
    return [_line(uow, item, world) for item in items]


def _line(uow: UnitOfWork, item: InboxItem, world: World) -> Line:
    definition = uow.installation.definition(item.definition_key, item.definition_version)
    return Line(
        item=item,
        spec=definition.task(item.key),
        definition=definition,
        due=due_of(item, world=world, today=uow.today),
        group=_group(item, uow.today),
        is_new=item.received_at is None,
    )


def due_of(item: InboxItem, *, world: World, today: date) -> Due:
    """Say when a task of the inbox is due, on the calendar of the agency that owes it."""
    clock = item.clock
    if clock and clock["status"] == "paused":
        since = date.fromisoformat(clock["pauses"][-1][0])
        return due(None, today=today, working_days=0, status="paused", on=since)
    left = 0
    if item.due_on:
        calendar = world.calendar(item.agency)
        left = working_days_between(today, item.due_on, calendar, HOUSE)
    return due(item.due_on, today=today, working_days=left)


def _group(item: InboxItem, today: date) -> str:
    if item.due_on is None or (item.clock and item.clock["status"] == "paused"):
        return "undated"
    if item.due_on <= today:
        return "today" if item.due_on == today else "late"
    return "week" if item.due_on < today + timedelta(days=7) else "later"


def _spell(cursor: Cursor) -> str:
    return f"{cursor.order_at.isoformat()}_{cursor.case_id}_{cursor.no}"


def _cursor(text: str) -> Cursor | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    order_at, _, rest = text.partition("_")
    case_id, _, no = rest.partition("_")
    if not (case_id.isdigit() and no.isdigit()):
        return None
    try:
        return Cursor(datetime.fromisoformat(order_at), int(case_id), int(no))
    except ValueError:
        return None
