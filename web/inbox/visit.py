"""One look of an officer at an inbox: what it asks the database, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import getsizeof
from typing import Any, Final, TypeVar

from web.inbox.filters import (
    read_back,
    read_cursor,
    read_size,
    read_view,
    read_wanted,
    spell_back,
    spell_cursor,
)
from web.inbox.lines import done_lines, followed_lines, task_lines
from web.inbox.saved import Shortcut, shortcut
from workflow.services.inbox import (
    OF_TASKS,
    Besides,
    Counted,
    Counting,
    Reader,
    View,
    Wanted,
    ask_glance,
    ask_tasks,
    count_besides,
    done_tasks,
    followed_cases,
    is_told,
    read_glance,
    read_tasks,
    task_page,
)
from workflow.services.inbox_imprints import Outline, imprint_asked, tells_all
from workflow.services.labels import Labels, labels_for
from workflow.services.saved_filters import read_arranged
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.foresight import Asked
from workflow.storage.queries.desk import Back
from workflow.storage.queries.glance import Glance

T = TypeVar("T")

WHOLE: Final = {view: Wanted(view) for view in View}
"""Every view with nothing left out."""


class Visit:
    """A look at an inbox; whatever it asks the database it asks once."""

    def __init__(self, uow: UnitOfWork, who: Reader, args: Mapping[str, str]) -> None:
        self.uow = uow
        self.who = who
        self.args = args
        self._told: dict[Hashable, Any] = {}

    @cached_property
    def asked(self) -> View | None:
        """The view that the address names."""
        return read_view(self.args)

    @cached_property
    def narrowed(self) -> Wanted:
        """That view, or the agency's, with what the address narrows it to."""
        return read_wanted(self.args, self.asked or View.AGENCY)

    @cached_property
    def size(self) -> int:
        """How many lines the page has."""
        return read_size(self.args)

    def glance(self) -> str:
        """Return what the database tells at a glance."""
        return self._once("glance", lambda: ask_glance(self.uow, self.who, self.narrowed))

    def tasks(self, wanted: Wanted) -> str:
        """Return what it tells of the page of a view, and of one task more."""
        ask = ask_tasks
        return self._once(wanted, lambda: ask(self.uow, self.who, wanted, **self._page))

    def ask_at_once(self, words: tuple[Asked, ...]) -> None:
        """Have PostgreSQL asked by one statement what is going to be asked."""
        with self.uow.asking() as direct:
            direct.ask_at_once(words)

    def imprint_asked(self, wanted: Wanted, outline: Outline) -> Asked:
        """Return how PostgreSQL is asked of what versions of rows all of that is told."""
        views = self.narrowed, wanted
        return imprint_asked(self.uow, self.who, views, outline, **self._page)

    @property
    def _page(self) -> dict[str, Any]:
        return {"after": read_cursor(self.args.get("apos", "")), "limit": self.size + 1}

    def besides(self, counting: Counting) -> Besides:
        """Return what it counts besides."""
        return self._once("besides", lambda: count_besides(self.uow, counting))

    def labels(self, cases: tuple[int, ...]) -> Labels:
        """Return the labels of the agency, and those that some cases bear."""
        return self._once("labels", lambda: labels_for(self.uow, self.who.agency, cases))

    def _once(self, what: Hashable, ask: Callable[[], T]) -> T:
        if what not in self._told:
            self._told[what] = ask()
        told: T = self._told[what]
        return told


@dataclass(frozen=True, slots=True)
class Told:
    """All that the database told of a page of tasks, and what it was asked for it."""

    glance: str
    wanted: Wanted
    """The view, which follows from the glance where the address names none."""
    tasks: str
    counting: Counting
    besides: Besides
    cases: tuple[int, ...]
    """Those whose labels were asked for."""
    labels: Labels | None
    """None where the agency has none, as is told at the glance."""
    words: tuple[Asked, ...]
    """How PostgreSQL was asked for the glance and the tasks, where it is foreseen."""
    outline: Outline
    sought: Asked | None
    """How it is asked for the imprint of both."""
    imprint: str | None = None
    """Of which versions of rows they are told, once that was told along with them."""

    def told_again(self, visit: Visit) -> Told | None:
        """Ask again for the same reader at the same address; return None unless all is alike.

        What is returned is to be asked again the next time.
        """
        again = self._again(visit)
        if again is None or visit.besides(self.counting) != self.besides:
            return None
        if self.labels is not None and visit.labels(self.cases) != self.labels:
            return None
        if visit.uow.foresight is not None and again.sought is not None:
            # The imprint is asked for along with the words first, and then in their place.
            visit.uow.foresight.plan(*(() if again.imprint else again.words), again.sought)
        return again

    @property
    def size(self) -> int:
        """How many bytes it takes to keep, about."""
        texts = [text for text, _ in self.words] + [self.sought[0] if self.sought else ""]
        return sum(map(getsizeof, (self.glance, self.tasks, self.imprint, *texts)))

    def _again(self, visit: Visit) -> Told | None:
        foresight, imprint = visit.uow.foresight, None
        if foresight is not None and self.sought is not None:
            imprint = foresight.peek(self.sought)
            if imprint is not None and imprint == self.imprint:
                return self
            if imprint is not None and not foresight.holds(self.words):
                visit.ask_at_once(self.words)
                imprint = None  # as it was told before these words were
        alike = visit.glance() == self.glance and visit.tasks(self.wanted) == self.tasks
        return self._imprinted(imprint, visit) if alike else None

    def _imprinted(self, imprint: str | None, visit: Visit) -> Told:
        if imprint is None or tells_all(imprint, self.outline):
            return self if imprint == self.imprint else replace(self, imprint=imprint)
        outline = self.outline._replace(beside=True)
        sought = visit.imprint_asked(self.wanted, outline)
        return replace(self, outline=outline, sought=sought, imprint=None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a view: its lines, and where the next page begins."""

    lines: list[Any] = field(default_factory=list)
    following: str | None = None

    @property
    def cases(self) -> tuple[int, ...]:
        """The ids of the cases on the page."""
        return tuple([line.case_id for line in self.lines])


@dataclass(frozen=True, slots=True)
class Contents:
    """What an officer is shown of an inbox."""

    wanted: Wanted
    seen: Glance
    columns: tuple[str, ...]
    saved: list[Shortcut]
    counts: Mapping[Wanted, Counted]
    shown: Shown
    labels: Labels
    told: Told | None
    """None where more was asked than what is told of a page of tasks."""


def look_at(visit: Visit) -> Contents:
    """Find what a visit is to show."""
    seen = read_glance(visit.glance(), visit.who, visit.narrowed)
    desk = read_arranged(seen.arranged, visit.who)
    saved = [shortcut(kept) for kept in desk.kept]
    views = [*_counted(visit), *(one.wanted for one in saved)]
    counting = Counting.of(visit.who, views, seen)
    besides = visit.besides(counting)
    counts = counting.counts(seen, besides)
    wanted = read_wanted(visit.args, visit.asked or _first_view(counts))
    shown = _show(visit, wanted)
    cases = shown.cases if seen.has_labels else ()
    labels = visit.labels(cases) if seen.has_labels else None
    told = None
    if is_told(wanted):
        tasks = visit.tasks(wanted)
        foresight = visit.uow.foresight
        outline = Outline.of(seen, [line.item for line in shown.lines])
        told = Told(
            *(visit.glance(), wanted, tasks, counting, besides, cases, labels),
            words=foresight.asked if foresight else (),
            outline=outline,
            sought=visit.imprint_asked(wanted, outline) if foresight else None,
        )
    return Contents(wanted, seen, desk.columns, saved, counts, shown, labels or Labels(), told)


def _show(visit: Visit, wanted: Wanted) -> Shown:
    """Return the page of a view that the address asks for."""
    uow, reader, size = visit.uow, visit.who, visit.size
    place = visit.args.get("apos", "")
    if wanted.view in OF_TASKS:
        if is_told(wanted):
            items = read_tasks(uow, visit.tasks(wanted), limit=size + 1)
        else:
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


def _counted(visit: Visit) -> list[Wanted]:
    """Return what the page counts: every view, and the one it shows as it is narrowed."""
    shown = [visit.asked] if visit.asked else [View.MINE, View.AGENCY]
    return [*WHOLE.values(), *(read_wanted(visit.args, view) for view in shown)]


def _first_view(counts: Mapping[Wanted, Counted]) -> View:
    """Show one's own tasks first, or the agency's to whoever has none."""
    return View.MINE if counts[WHOLE[View.MINE]].n else View.AGENCY
