"""A case as its page shows it: gathered in few reads, each line already fit for the reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workflow.core.access import may_read_field
from workflow.core.acts.commitments import COMMITMENT
from workflow.core.events import Event, Kind
from workflow.core.fields import Field
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, TaskStatus
from workflow.core.spelling import read_clock
from workflow.core.story import (
    COMMENTS,
    DOCUMENTS,
    Entry,
    headline,
    story,
    told,
    visible,
    without_withheld,
)
from workflow.core.track import TaskLine
from workflow.core.world import World
from workflow.services.labels import Beside, beside_in, whose_labels
from workflow.services.related import Related, related_in
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.base import read_instant
from workflow.storage.load import Loaded
from workflow.storage.queries.around import Rows, around
from workflow.storage.queries.cases import known_among, known_to
from workflow.storage.queries.people import officer_names
from workflow.storage.world import Versions

PAGE = 60
"""Lines of history read at a time."""

TABS: Mapping[str, frozenset[Kind] | None] = {
    "moves": None,
    "documents": DOCUMENTS,
    "comments": COMMENTS,
    "all": None,
}


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a document of the case, as the reader may see it."""

    field: Field
    version: int
    name: str
    media_type: str
    size: int
    officer: int | None
    agency: str | None
    at: datetime
    withdrawn: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A stretch of history, the latest act first."""

    entries: tuple[Entry, ...]
    before: int | None
    """Where the next stretch begins, or None at the beginning of the case."""


@dataclass(frozen=True, slots=True, eq=False)
class CaseView:
    """Everything that the page of a case tells one reader."""

    loaded: Loaded
    world: World
    powers: Powers
    tasks: tuple[TaskLine, ...]
    documents: tuple[DocumentVersion, ...]
    story: StoryPage
    related: tuple[Related, ...]
    names: Mapping[int, str]
    """Officers by id."""
    beside: Beside

    @property
    def case(self) -> CaseSnapshot:
        """The case itself."""
        return self.loaded.snapshot

    def task(self, no: int) -> TaskLine | None:
        """Return a task by its number, open or ended."""
        return next((task for task in self.tasks if task.no == no), None)


def case_view(
    uow: UnitOfWork, number: str, *, tab: str = "moves", before: int | None = None
) -> CaseView:
    """Gather what the page of a case shows; raise `UnknownCase`."""
    powers = uow.powers
    with uow.asking() as connection:
        loaded = uow.load_by(connection, number)
        case = loaded.snapshot
        found = around(
            connection,
            loaded.case_id,
            number,
            powers=powers,
            agency=whose_labels(powers),
            with_data=COMMITMENT,
            kinds=TABS.get(tab),
            before=before,
            limit=PAGE,
        )
        tasks = tuple(map(task_line, found.tasks))
        documents = _documents(found.documents, case, powers)
        related = related_in(found.ties)
        known = frozenset(other.number for other in related)
        told = _knowing(_visible(found.events, case, powers), known)
        page = _story(found.events, told, tab=tab)
        people = {*_people(tasks, documents), *_named_in(page.entries), case.opened_by}
        people |= {last.officer for last in case.reminded.values()}
        names = officer_names(connection, people - {None})  # type: ignore[arg-type]
    return CaseView(
        loaded=loaded,
        world=world_of(uow, loaded),
        powers=powers,
        tasks=tasks,
        documents=documents,
        story=page,
        related=related,
        names=names,
        beside=beside_in(found.beside),
    )


def world_of(uow: UnitOfWork, loaded: Loaded) -> World:
    """Return the world at the versions that came with a case, without asking again."""
    return uow.installation.world(Versions(loaded.calendar_version, loaded.network_version))


def task_line(row: Mapping[str, Any]) -> TaskLine:
    """Return a row of a task, its instants as text, as pages tell of it."""
    request = row["request"]
    claimed_at, ended_at = row["claimed_at"], row["ended_at"]
    return TaskLine(
        no=row["no"],
        key=row["key"],
        slot=row["slot"],
        agency=row["agency"],
        visit=row["visit"],
        status=TaskStatus(row["status"]),
        opened_at=read_instant(row["opened_at"]),
        assignee=row["assignee"],
        claimed_at=read_instant(claimed_at) if claimed_at else None,
        clock=read_clock(row["clock"]),
        outcome=row["outcome"],
        reason=row["reason"],
        ended_at=read_instant(ended_at) if ended_at else None,
        ended_by=row["ended_by"],
        has_proposal=row["proposal"] is not None,
        asked_of=(request["of"] or "requester") if request else None,
    )


def _documents(rows: Rows, case: CaseSnapshot, powers: Powers) -> tuple[DocumentVersion, ...]:
    fields = case.definition.data
    seen: set[str] = set()
    found = []
    for row in rows:
        field = fields.get(row["field"])
        if field is None or not may_read_field(case, field, powers):
            continue
        found.append(_version(row, field, newest=field.key not in seen))
        seen.add(field.key)
    return tuple(found)


def _version(row: Mapping[str, Any], field: Field, *, newest: bool) -> DocumentVersion:
    return DocumentVersion(
        field=field,
        version=row["version"],
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        officer=row["officer"],
        agency=row["agency"],
        at=read_instant(row["at"]),
        withdrawn=row["withdrawn_at"] is not None,
        newest=newest,
    )


def _story(found: Sequence[Event], readable: Sequence[Event], *, tab: str) -> StoryPage:
    """Return a stretch of history of what was found, as far as it is readable."""
    more = len(found) == PAGE and found[0].seq > 1
    acts = story(readable)
    before = found[0].seq if more else None
    if more and len(acts) > 1:
        cut = acts.pop()  # its beginning is on the next page
        before = max(e.seq for e in (cut.head, *cut.followed)) + 1
    if tab != "all":
        acts = [headline(entry) for act in acts if (entry := told(act))]
    return StoryPage(tuple(acts), before)


def readable(
    connection: Connection, events: Sequence[Event], case: CaseSnapshot, powers: Powers
) -> list[Event]:
    """Return the lines of history that a person may read; none tells of a case they may not."""
    return readable_of_each(connection, [(events, case)], powers)[0]


def readable_of_each(
    connection: Connection,
    histories: Sequence[tuple[Sequence[Event], CaseSnapshot]],
    powers: Powers,
) -> list[list[Event]]:
    """Return of several cases the lines of history that a person may read, in one statement."""
    seen = [_visible(events, case, powers) for events, case in histories]
    named = {number for events in seen for event in events if (number := _names(event))}
    known = known_among(connection, named, visible=known_to(powers)) if named else frozenset()
    return [_knowing(events, known) for events in seen]


def _visible(events: Iterable[Event], case: CaseSnapshot, powers: Powers) -> list[Event]:
    """Return the lines of a case that a person may read, as far as their own case says."""
    return [
        without_withheld(event, case, powers) for event in events if visible(event, case, powers)
    ]


def _knowing(events: Iterable[Event], known: frozenset[str]) -> list[Event]:
    """Return lines as they are told to whoever may know of these other cases only."""
    return [told for event in events if (told := _without_unknown(event, known))]


def _names(event: Event) -> str | None:
    """Return the number of another case that a line of history tells, if it tells one."""
    found = event.body.get("number" if event.kind in _NAMING else "parent")
    return found if event.kind in {*_NAMING, Kind.CASE_OPENED} else None


def _without_unknown(event: Event, known: Collection[str]) -> Event | None:
    """Return a line without a case that the reader may not know, or nothing if it has no other."""
    number = _names(event)
    if number is None or number in known:
        return event
    if event.kind in _NAMING:
        return None
    return replace(event, body={**event.body, "parent": None})


_NAMING = frozenset({Kind.CASE_RELATED, Kind.CHILD_OPENED})
"""Lines that tell the number of another case and nothing else."""


def _people(
    tasks: Sequence[TaskLine], documents: Sequence[DocumentVersion]
) -> Iterator[int | None]:
    for task in tasks:
        yield from (task.assignee, task.ended_by)
    for document in documents:
        yield document.officer


def _named_in(entries: Iterable[Entry]) -> Iterator[int]:
    for entry in entries:
        for event in (entry.head, *entry.followed):
            yield from officers_named(event)


def officers_named(event: Event) -> Iterator[int]:
    """Go through the officers that a line of history speaks of."""
    called = event.body.get("mentioned", ())
    named = (event.by.officer, event.by.on_behalf_of, event.body.get("officer"), *called)
    held_before = event.body.get("from") if event.kind is Kind.TASK_ASSIGNED else None
    yield from (person for person in (*named, held_before) if isinstance(person, int))
