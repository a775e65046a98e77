"""The versions of a long text of a case, as far as one reader may read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.core.access import may_read_field
from workflow.core.definition import DataItem, Definition, FormItem
from workflow.core.errors import UnknownCase
from workflow.core.events import By, Event
from workflow.core.fields import Field, FieldType
from workflow.core.history import begin, evolve
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.case_view import readable, world_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.events import events_of
from workflow.storage.queries.people import officer_names


@dataclass(frozen=True, slots=True)
class TextVersion:
    """What a text said from one act to the next."""

    no: int
    text: str
    at: datetime
    by: By


@dataclass(frozen=True, slots=True, eq=False)
class TextVersions:
    """The versions of one text, the oldest first."""

    case: CaseSnapshot
    field: Field
    versions: tuple[TextVersion, ...]
    names: Mapping[int, str]
    """Officers by id."""
    world: World


def written_again(definition: Definition, done: Collection[str] | None = None) -> frozenset[str]:
    """Return the long texts that more than one form asks for, so that they come in versions.

    Where the tasks are named that were `done`, only their forms are asked and that of the opening.
    """
    forms: list[Sequence[FormItem]] = [definition.opening]
    for state in definition.states.values():
        forms += [task.form for key, task in state.tasks.items() if done is None or key in done]
    asked = [{one.field for one in form if isinstance(one, DataItem)} for form in forms]
    return frozenset(
        key
        for key, field in definition.data.items()
        if field.type is FieldType.LONG_TEXT and sum(key in form for form in asked) > 1
    )


def versions_of(uow: UnitOfWork, number: str, key: str) -> TextVersions:
    """Gather the versions of a text; raise `UnknownCase`, also where there is no such text."""
    loaded = uow.load(number)
    case = loaded.snapshot
    field = case.definition.data.get(key)
    if field is None or field.type is not FieldType.LONG_TEXT or not _reads(case, field, uow):
        raise UnknownCase(number=number)
    with uow.reading() as connection:
        events = events_of(connection, loaded.case_id)
        known = {event.seq for event in readable(connection, events, case, uow.powers)}
        versions = tuple(_versions(number, case.definition, events, key=key, known=known))
        people = {one.by.officer for one in versions} | {one.by.on_behalf_of for one in versions}
        names = officer_names(connection, {one for one in people if one is not None})
    return TextVersions(case, field, versions, names, world_of(uow, loaded))


def _reads(case: CaseSnapshot, field: Field, uow: UnitOfWork) -> bool:
    powers: Powers = uow.powers
    return may_read_field(case, field, powers)


def _versions(
    number: str, definition: Definition, events: Sequence[Event], *, key: str, known: set[int]
) -> Iterator[TextVersion]:
    """Go through what a text said; an act that the reader may not know of brought no version."""
    case, last, no = begin(number, definition, events[0]), "", 0
    for event in events:
        case = evolve(case, event)
        text = case.data.get(key)
        if not isinstance(text, str) or text == last or event.seq not in known:
            continue
        last, no = text, no + 1
        yield TextVersion(no, text, event.at, event.by)
