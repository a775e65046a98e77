"""The cases that belong together, as one page tells one reader of them: their ties, one story.

A case that the reader may not know of does not exist here either: neither its number nor its
ties, nor what lies behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from workflow.core.access import is_sealed
from workflow.core.acts.record import Relation
from workflow.core.errors import NotAssigned
from workflow.core.events import Event
from workflow.core.kinship import Link, link
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import Entry, headline, story, told
from workflow.core.world import World
from workflow.services.case_view import officers_named, readable_of_each, world_of
from workflow.services.cases import relate
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage.case import Case
from workflow.storage.load import Loaded, load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.events import Place, events_among
from workflow.storage.queries.kin import kin_of, task_keys_of
from workflow.storage.queries.people import officer_names

MOST: Final = 60
"""Cases that one page tells of (house rule)."""
DEEPEST: Final = 4
"""How many ties a case may be away from the one asked for (house rule)."""
PAGE: Final = 60
"""Lines of history read at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Kindred:
    """A case and the cases that belong to it, as far as the reader may know of them."""

    first: str
    cases: Mapping[int, Loaded]
    """By id, in the order of their ids."""
    links: tuple[Link, ...]
    more: bool
    world: World

    @property
    def snapshots(self) -> tuple[CaseSnapshot, ...]:
        """The cases themselves."""
        return tuple(loaded.snapshot for loaded in self.cases.values())

    @property
    def case(self) -> CaseSnapshot:
        """The case that was asked for."""
        return next(case for case in self.snapshots if case.number == self.first)


@dataclass(frozen=True, slots=True)
class Told:
    """One act of one of the cases."""

    case: CaseSnapshot
    entry: Entry


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A stretch of the story of several cases, the latest act first."""

    acts: tuple[Told, ...]
    before: Place | None
    """Where the next stretch begins, or None at the beginning."""
    task_keys: Mapping[str, Mapping[int, tuple[str, str]]]
    """Of each case, key and holder of every task by its number."""
    names: Mapping[int, str]
    """Officers by id."""


def kindred(uow: UnitOfWork, number: str) -> Kindred:
    """Gather the cases that belong to a case; raise `UnknownCase`."""
    asked = uow.load(number)
    with uow.reading() as connection:
        kin = kin_of(
            connection,
            asked.case_id,
            number,
            visible=known_to(uow.powers),
            most=MOST,
            deepest=DEEPEST,
        )
        found = load_cases(
            connection,
            Case.id.in_(sorted(kin.numbers)),
            after=0,
            limit=MOST,
            definitions=uow.installation.definition,
        )
    uow.sealed |= {one.case_id for one in found if is_sealed(one.snapshot)}
    ties = {link(tie.owner, tie.other, Relation(tie.kind)) for tie in kin.ties}
    cases = {one.case_id: one for one in found}
    return Kindred(number, cases, tuple(sorted(ties)), kin.more, world_of(uow, asked))


def story_of(
    uow: UnitOfWork, family: Kindred, *, only: str | None = None, before: Place | None = None
) -> Stretch:
    """Return a stretch of the story of all cases of a family, or of one, as the reader may read it.

    What an act brought about at once is told with it, as on the page of a case.
    """
    wanted = [i for i, one in family.cases.items() if only in (None, one.snapshot.number)]
    with uow.reading() as connection:
        found = events_among(connection, wanted, before=before, limit=PAGE)
        parts, rest = _parted(found)
        histories = [(events, family.cases[case].snapshot) for case, events in parts]
        seen = readable_of_each(connection, histories, uow.powers)
        acts = [
            Told(case, headline(entry))
            for (_, case), events in zip(reversed(histories), reversed(seen), strict=True)
            for act in story(events)
            if (entry := told(act))
        ]
        people = {who for act in acts for who in _named(act.entry)}
        names = officer_names(connection, people)
        keys: dict[str, dict[int, tuple[str, str]]] = {}
        for row in task_keys_of(connection, sorted(wanted)):
            case = family.cases[row.case_id].snapshot
            keys.setdefault(case.number, {})[row.no] = (row.key, row.slot)
    return Stretch(tuple(acts), rest, keys, names)


def mark_duplicate(uow: UnitOfWork, number: str, other: str, *, key: str) -> Done:
    """Note in both cases that they ask the same; in the other only where the reader has a part.

    Raise what `cases.relate` raises.
    """
    done = relate(uow, number, other, Relation.DUPLICATE, key=key)
    try:
        relate(uow, other, number, Relation.DUPLICATE, key=f"{key}:back")
    except NotAssigned:
        return done  # the tie is told on both pages, whoever noted it
    return done


def _parted(
    found: Sequence[tuple[int, Event]],
) -> tuple[list[tuple[int, list[Event]]], Place | None]:
    """Part events by case and instant, and leave an act whose beginning is still to be read."""
    parts = [
        (case_id, [event for _, event in lines])
        for (case_id, _), lines in groupby(found, key=lambda one: (one[0], one[1].at))
    ]
    if len(found) < PAGE:
        return parts, None
    if len(parts) > 1:
        del parts[0]
    first_case, events = parts[0]
    return parts, Place(events[0].at, first_case, events[0].seq)


def _named(entry: Entry) -> Iterator[int]:
    for event in (entry.head, *entry.followed):
        yield from officers_named(event)
