"""What an officer finds in the inbox: the views, a page of each, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, false

from workflow.core.folding import searched_words
from workflow.core.tallies import ANY
from workflow.services.inbox_counts import NOTHING_BESIDES, Besides, Counting, shelves_of, within
from workflow.services.inbox_views import OF_TASKS, Counted, Reader, View, Wanted
from workflow.services.register_lists import SOON
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import TaskRow
from workflow.storage.labels import bears
from workflow.storage.queries import glance as at_a_glance
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.desk import (
    Back,
    DoneFilter,
    done_page,
    followed_page,
    wanted_done,
)
from workflow.storage.queries.glance import Asked, Glance
from workflow.storage.queries.inbox import (
    Cursor,
    InboxFilter,
    InboxItem,
    OfCases,
    Week,
    wanted_tasks,
)
from workflow.storage.queries.inbox_pages import ask_page, read_page, searched_page
from workflow.storage.queries.search import says_all
from workflow.storage.queries.search_plan import plan_anywhere
from workflow.storage.queries.shelves import COUNTED_UPTO, count_each, tallies

__all__ = (
    "OF_TASKS",
    "Besides",
    "Counted",
    "Counting",
    "Reader",
    "View",
    "Wanted",
    "ask_glance",
    "ask_tasks",
    "asked_at_a_glance",
    "count_all",
    "count_arrived",
    "count_besides",
    "done_tasks",
    "followed_cases",
    "glance",
    "is_told",
    "narrowed",
    "read_glance",
    "read_tasks",
    "task_page",
    "week_of",
)


def week_of(uow: UnitOfWork) -> Week:
    """Return the groups of today's inbox."""
    return Week.on(uow.today, uow.installation.zone)


def glance(uow: UnitOfWork, reader: Reader, narrowed: Wanted | None = None) -> Glance:
    """Look at what stands around the tasks of an inbox, with the counts of what is narrowed."""
    return read_glance(ask_glance(uow, reader, narrowed), reader, narrowed)


def ask_glance(uow: UnitOfWork, reader: Reader, narrowed: Wanted | None = None) -> str:
    """Return what the database tells at that glance, as it wrote it."""
    with uow.asking() as connection:
        return at_a_glance.ask_glance(
            connection,
            asked_at_a_glance(reader, narrowed),
            powers=uow.powers,
            week=week_of(uow),
            soon=SOON,
        )


def read_glance(told: str, reader: Reader, narrowed: Wanted | None = None) -> Glance:
    """Read what `ask_glance` returned for the same."""
    return at_a_glance.read_glance(told, asked_at_a_glance(reader, narrowed))


def asked_at_a_glance(reader: Reader, narrowed: Wanted | None) -> Asked:
    """Return what a glance asks of the database."""
    return Asked(
        officer=reader.officer,
        agency=reader.agency,
        shelves=shelves_of(reader),
        type=(narrowed and narrowed.type) or ANY,
        opener=(narrowed and narrowed.opener) or ANY,
        keeps=reader.keeps,
    )


def task_page(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, *, after: Cursor | None, limit: int
) -> list[InboxItem]:
    """List the open tasks of a view, the most urgent first."""
    if is_told(wanted):
        told = ask_tasks(uow, reader, wanted, after=after, limit=limit)
        return read_tasks(uow, told, limit=limit)
    page = _page(uow, reader, wanted, after, limit)
    with uow.reading() as connection:
        return searched_page(connection, _of_cases(connection, uow, wanted, reader), **page)


def is_told(wanted: Wanted) -> bool:
    """Say whether the database tells the tasks of a view as `ask_tasks` asks for them."""
    return wanted.view in OF_TASKS and wanted.text is None and wanted.label is None


def ask_tasks(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, *, after: Cursor | None, limit: int
) -> str:
    """Return what the database tells of a page of tasks, as it wrote it."""
    with uow.asking() as direct:
        return ask_page(direct, **_page(uow, reader, wanted, after, limit))


def read_tasks(uow: UnitOfWork, told: str, *, limit: int) -> list[InboxItem]:
    """Read what `ask_tasks` returned on the same day."""
    return read_page(told, week_of(uow), limit)


def _page(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, after: Cursor | None, limit: int
) -> dict[str, Any]:
    return {
        "agency": reader.agency,
        "week": week_of(uow),
        "narrowed": narrowed(wanted, reader),
        "after": after,
        "limit": limit,
    }


def done_tasks(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, *, after: Back | None, limit: int
) -> list[Row[Any]]:
    """List what the agency has completed, the latest first."""
    with uow.reading() as connection:
        kept = _done(wanted, reader, cases=_of_cases(connection, uow, wanted, reader))
        return done_page(connection, reader.agency, kept, after=after, limit=limit)


def followed_cases(
    uow: UnitOfWork, reader: Reader, *, after: Back | None, limit: int
) -> list[Row[Any]]:
    """List the cases that the officer follows, the latest followed first."""
    with uow.reading() as connection:
        return followed_page(
            connection, reader.officer, visible=known_to(uow.powers), after=after, limit=limit
        )


def count_all(uow: UnitOfWork, reader: Reader, asked: Iterable[Wanted]) -> Mapping[Wanted, Counted]:
    """Count several views in the same few statements, however many they are."""
    seen = glance(uow, reader)
    counting = Counting.of(reader, asked, seen)
    return counting.counts(seen, count_besides(uow, counting))


def count_besides(uow: UnitOfWork, counting: Counting) -> Besides:
    """Count what was not told at a glance, if there is anything."""
    if not counting.asks:
        return NOTHING_BESIDES
    with uow.reading() as connection:
        found = tallies(connection, set(counting.unseen))
        each = [_selected(connection, uow, one, counting.reader) for one in counting.listed]
        return Besides(found, tuple(count_each(connection, each)))


def count_arrived(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, *, since: datetime
) -> Counted | None:
    """Count what has come into a view since an instant; None is nothing at all."""
    came = {
        View.MINE: TaskRow.claimed_at,
        View.UNASSIGNED: TaskRow.arrived_at,
        View.AGENCY: TaskRow.arrived_at,
    }.get(wanted.view)
    if came is None:
        return None
    with uow.reading() as connection:
        tasks = _selected(connection, uow, wanted, reader)
        (n,) = count_each(connection, [tasks.where(came > since)])
    return Counted(within(n), n <= COUNTED_UPTO) if n else None


def narrowed(wanted: Wanted, reader: Reader) -> InboxFilter:
    """Say what a view of open tasks is narrowed to, but for what it asks of the case."""
    mine = reader.hands if reader.stands_for else reader.officer
    held = {View.MINE: mine, View.UNASSIGNED: "nobody"}
    return InboxFilter(
        assignee=held.get(wanted.view),  # type: ignore[arg-type]  # ids or the one word
        waiting=wanted.view is View.WAITING,
        aside=wanted.view is View.ASIDE,
        type=wanted.type,
        opener=wanted.opener,
        group=wanted.group,
    )


def _selected(
    connection: Connection, uow: UnitOfWork, wanted: Wanted, reader: Reader
) -> Select[int, int]:
    cases = _of_cases(connection, uow, wanted, reader)
    if wanted.view is View.DONE:
        return wanted_done(reader.agency, _done(wanted, reader, cases=cases))
    to = narrowed(wanted, reader)
    return wanted_tasks(reader.agency, week=week_of(uow), narrowed=to, cases=cases)


def _done(wanted: Wanted, reader: Reader, *, cases: OfCases) -> DoneFilter:
    officer = reader.officer if wanted.own else None
    return DoneFilter(officer, wanted.type, wanted.opener, cases)


def _of_cases(connection: Connection, uow: UnitOfWork, wanted: Wanted, reader: Reader) -> OfCases:
    """Return what a case must meet for a view that is narrowed by a text or a label."""
    saying = _saying(connection, uow, wanted.text)
    if wanted.label is None:
        return saying
    return (bears(wanted.label, agency=reader.agency), *saying)


def _saying(connection: Connection, uow: UnitOfWork, text: str | None) -> OfCases:
    """Return what a case must meet to say what was typed in a text that the reader may read."""
    words = searched_words(text or "")
    if not words:
        return (false(),) if text else ()
    return says_all(plan_anywhere(connection, words), uow.powers)
