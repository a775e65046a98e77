"""What a view of the inbox shows, all of its pages, as a file that spreadsheets open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, request, stream_with_context

from web.db import unit_of_work
from web.inbox.filters import read_view, read_wanted
from web.inbox.lines import DoneLine, FollowedLine, Line, done_lines, followed_lines, task_lines
from web.inbox.saved import reader
from web.spreadsheets import written
from web.words.languages import in_language
from web.words.phrases import phrase
from workflow.services.inbox import (
    OF_TASKS,
    Reader,
    View,
    Wanted,
    done_tasks,
    followed_cases,
    task_page,
)
from workflow.services.labels import Labels, labels_for
from workflow.services.saved_filters import arranged
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.desk import Back
from workflow.storage.queries.inbox import Cursor

bp = Blueprint("sheet", __name__, url_prefix="/caixa")

BATCH = 500


@bp.get("/planilha.csv")
def download() -> Response:
    """Send all pages of a view, as they are read."""
    view = read_view(request.args) or View.AGENCY
    wanted = read_wanted(request.args, view)
    with unit_of_work() as uow:
        who = reader()
        columns = arranged(uow, who).columns
        name = f"{view.value}-{uow.today.isoformat()}.csv"
        rows = stream_with_context(written(_table(uow, who, wanted, columns)))
    return Response(
        rows,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(
    uow: UnitOfWork, who: Reader, wanted: Wanted, columns: tuple[str, ...]
) -> Iterator[list[str]]:
    if wanted.view in OF_TASKS:
        heads = ("number", "subject", "task", "due", *columns, "priority")
        yield _heads(heads)
        for lines in _tasks(uow, who, wanted):
            of_page = [line.case_id for line in lines] if "labels" in columns else []
            labels = labels_for(uow, who.agency, of_page)
            for line in lines:
                cells = _task_cells(uow, line, labels)
                yield [cells[head] for head in heads]
    elif wanted.view is View.DONE:
        yield _heads(("number", "subject", "task", "requester", "outcome", "by", "done_on"))
        for done in _done(uow, who, wanted):
            yield _done_cells(uow, done)
    else:
        yield _heads(("number", "subject", "requester", "state", "changed_on"))
        for followed in _followed(uow, who):
            yield _followed_cells(uow, followed)


def _heads(names: Iterable[str]) -> list[str]:
    return [phrase("columns", name) for name in names]


def _task_cells(uow: UnitOfWork, line: Line, labels: Labels) -> dict[str, str]:
    item = line.item
    return {
        "number": item.number,
        "subject": item.subject,
        "task": in_language(line.title),
        "due": _day(item.due_on),
        "requester": item.opener,
        "officer": item.assignee_name or "",
        "since": _day(_local(uow, item.opened_at)),
        "type": in_language(line.definition.title),
        "state": in_language(line.definition.state(item.state).title),
        "labels": ", ".join(label.name for label in labels.on(line.case_id)),
        "priority": item.priority,
    }


def _done_cells(uow: UnitOfWork, line: DoneLine) -> list[str]:
    outcome = in_language(line.outcome.title) if line.outcome else ""
    on = _day(_local(uow, line.ended_at))
    task = in_language(line.title)
    return [line.number, line.subject, task, line.opener, outcome, line.by or "", on]


def _followed_cells(uow: UnitOfWork, line: FollowedLine) -> list[str]:
    state = in_language(line.state.title)
    return [line.number, line.subject, line.opener, state, _day(_local(uow, line.updated_at))]


def _local(uow: UnitOfWork, at: datetime) -> date:
    return at.astimezone(uow.installation.zone).date()


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _tasks(uow: UnitOfWork, who: Reader, wanted: Wanted) -> Iterator[list[Line]]:
    after: Cursor | None = None
    while page := task_page(uow, who, wanted, after=after, limit=BATCH):
        yield task_lines(uow, page)
        after = page[-1].cursor


def _done(uow: UnitOfWork, who: Reader, wanted: Wanted) -> Iterator[DoneLine]:
    after: Back | None = None
    while page := done_tasks(uow, who, wanted, after=after, limit=BATCH):
        yield from done_lines(uow, page)
        last: Any = page[-1]
        after = Back(last.ended_at, last.case_id, last.no)


def _followed(uow: UnitOfWork, who: Reader) -> Iterator[FollowedLine]:
    after: Back | None = None
    while page := followed_cases(uow, who, after=after, limit=BATCH):
        yield from followed_lines(uow, page)
        after = Back(page[-1].since, page[-1].id)
