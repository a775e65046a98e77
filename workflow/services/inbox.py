"""What an officer finds in the inbox: the views, a page of each, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, false

from workflow.core.folding import searched_words
from workflow.core.tallies import ANY, DONE, EVERY, FREE, WAITING, Tally, done_by, held_by
from workflow.services.register_lists import SOON
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import NOBODY
from workflow.storage.case import TaskRow
from workflow.storage.labels import bears
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.desk import (
    Back,
    DoneFilter,
    done_page,
    followed_page,
    wanted_done,
)
from workflow.storage.queries.glance import Asked, Glance, look
from workflow.storage.queries.inbox import (
    Cursor,
    InboxFilter,
    InboxItem,
    OfCases,
    Week,
    wanted_tasks,
)
from workflow.storage.queries.inbox_pages import inbox_page, searched_page
from workflow.storage.queries.search import says_all
from workflow.storage.queries.search_plan import plan_anywhere
from workflow.storage.queries.shelves import (
    COUNTED_UPTO,
    Aside,
    count_each,
    tallies,
)


class View(StrEnum):
    """The lists that an inbox offers."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    AGENCY = "agency"
    WAITING = "waiting"
    ASIDE = "aside"
    FOLLOWING = "following"
    ASKED = "asked"
    """What the agency was asked; `services.asked` lists it."""
    CONFIRM = "confirm"
    """What its registers have to be confirmed; `services.register_lists` lists it."""
    DONE = "done"


BESIDE = (View.FOLLOWING, View.ASKED, View.CONFIRM)
"""The views that are counted row by row, and never narrowed."""
OF_TASKS = (View.MINE, View.UNASSIGNED, View.AGENCY, View.WAITING, View.ASIDE)
"""The views that list open tasks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of an inbox, narrowed or not; None leaves it as it is."""

    view: View
    type: str | None = None
    opener: str | None = None
    text: str | None = None
    group: str | None = None
    label: int | None = None
    """A label of the agency that the case bears."""
    own: bool = False
    """Of completed tasks, only one's own."""

    @property
    def is_narrowed(self) -> bool:
        """Whether something of the view is left out."""
        narrowings = (self.type, self.opener, self.text, self.group, self.label, self.own)
        return any(narrowings)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are; where that is not exact, there are more."""

    n: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox it is: an officer's, acting for an agency."""

    officer: int
    agency: str
    stands_for: tuple[int, ...] = ()
    """Absent colleagues of the agency whose tasks are this officer's for now."""
    keeps: frozenset[str] = frozenset()
    """The agencies whose entries of registers the officer keeps."""

    @property
    def hands(self) -> tuple[int, ...]:
        """Whose tasks are the reader's own."""
        return (self.officer, *self.stands_for)


def week_of(uow: UnitOfWork) -> Week:
    """Return the groups of today's inbox."""
    return Week.on(uow.today, uow.installation.zone)


def glance(uow: UnitOfWork, reader: Reader, narrowed: Wanted | None = None) -> Glance:
    """Look at what stands around the tasks of an inbox, with the counts of what is narrowed."""
    own = (*map(held_by, reader.hands), done_by(reader.officer))
    asked = Asked(
        officer=reader.officer,
        agency=reader.agency,
        shelves=(FREE, EVERY, WAITING, DONE, *own),
        type=(narrowed and narrowed.type) or ANY,
        opener=(narrowed and narrowed.opener) or ANY,
        keeps=reader.keeps,
    )
    with uow.asking() as connection:
        return look(connection, asked, powers=uow.powers, week=week_of(uow), soon=SOON)


def task_page(
    uow: UnitOfWork, reader: Reader, wanted: Wanted, *, after: Cursor | None, limit: int
) -> list[InboxItem]:
    """List the open tasks of a view, the most urgent first."""
    page: dict[str, Any] = {
        "agency": reader.agency,
        "week": week_of(uow),
        "narrowed": narrowed(wanted, reader),
        "after": after,
        "limit": limit,
    }
    if wanted.text is None and wanted.label is None:
        with uow.asking() as direct:
            return inbox_page(direct, **page)
    with uow.reading() as connection:
        return searched_page(connection, _of_cases(connection, uow, wanted, reader), **page)


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


def count_all(
    uow: UnitOfWork, reader: Reader, asked: Iterable[Wanted], *, seen: Glance | None = None
) -> Mapping[Wanted, Counted]:
    """Count several views in the same few statements, however many they are.

    What was `seen` at a glance is not asked for again.
    """
    seen = seen or glance(uow, reader)
    views = list(dict.fromkeys(asked))
    shelves = _shelves(reader)
    kept = {one: tallied for one in views if (tallied := _tallied(one, reader, shelves))}
    listed = [one for one in views if one not in kept and _is_searched(one)]
    wanted = {tally for tallied in kept.values() for tally in tallied}
    counts, found = dict(seen.tallies), dict[Wanted, Counted]()
    unseen = wanted - counts.keys()
    if unseen or listed:
        with uow.reading() as connection:
            counts |= tallies(connection, unseen)
            searched = count_each(
                connection, [_selected(connection, uow, one, reader) for one in listed]
            )
        found = {
            one: Counted(_within(n), n <= COUNTED_UPTO)
            for one, n in zip(listed, searched, strict=True)
        }
    for one in views:
        if one in kept:
            n = sum(counts.get(tally, 0) for tally in kept[one])
            found[one] = Counted(n - _hidden(one, reader, seen.aside))
        elif one.view is View.ASIDE and one not in found:
            found[one] = Counted(sum(a.n for a in seen.aside if _concerns(one, a)))
        elif one.view in BESIDE:
            found[one] = Counted(_beside(seen)[one.view])
    return found


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
    return Counted(_within(n), n <= COUNTED_UPTO) if n else None


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


def _within(n: int) -> int:
    return min(n, COUNTED_UPTO)


def _is_searched(wanted: Wanted) -> bool:
    return bool(wanted.text or wanted.group or wanted.label) and wanted.view not in BESIDE


def _shelves(reader: Reader) -> Mapping[View, tuple[str, ...]]:
    """Return the shelves on which the tasks of each view are counted."""
    return {
        View.MINE: tuple(map(held_by, reader.hands)),
        View.UNASSIGNED: (FREE,),
        View.AGENCY: (EVERY,),
        View.WAITING: (WAITING,),
        View.DONE: (DONE,),
    }


def _tallied(
    wanted: Wanted, reader: Reader, shelves: Mapping[View, tuple[str, ...]]
) -> tuple[Tally, ...]:
    """Return the counts that are kept and that add up to a view, or none where there are none."""
    if _is_searched(wanted):
        return ()
    of_type, opener = wanted.type or ANY, wanted.opener or ANY
    found = shelves.get(wanted.view, ())
    if wanted.own and wanted.view is View.DONE:
        found = (done_by(reader.officer),)
    return tuple(Tally(reader.agency, shelf, of_type, opener) for shelf in found)


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


def _hidden(wanted: Wanted, reader: Reader, aside: Iterable[Aside]) -> int:
    """Count what stands on the shelf of a view but has been put aside."""
    holders = {View.MINE: reader.hands, View.UNASSIGNED: (NOBODY,)}
    among = holders.get(wanted.view)
    if wanted.view is View.DONE:
        return 0
    return sum(
        a.n
        for a in aside
        if _concerns(wanted, a)
        and (among is None or a.holder in among)
        and (a.waits or wanted.view is not View.WAITING)
    )


def _concerns(wanted: Wanted, aside: Aside) -> bool:
    return wanted.type in (None, aside.type) and wanted.opener in (None, aside.opener)


def _beside(seen: Glance) -> dict[View, int]:
    return {
        View.FOLLOWING: seen.followed,
        View.ASKED: seen.asked,
        View.CONFIRM: seen.to_confirm,
    }
