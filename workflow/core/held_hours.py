"""Hours at which a case holds its places: nobody can be in two places at the same hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.fields import FieldType
from workflow.core.snapshot import CaseSnapshot

Values = Mapping[str, Any]


class Span(NamedTuple):
    """From when to when something is held."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class PersonHere:
    """By which of its fields a case tells who takes a place in another."""

    host: str
    field: str
    person: str
    """A hash that stands for the person, by which who suspects somebody could make sure, as it has
    no key; empty once the case has ended."""


def spans_of(definition: Definition, data: Values) -> tuple[Span, ...]:
    """Return the hours at which a case of a type holds its places, as far as they are known."""
    spec = definition.places.hours if definition.places else None
    if spec is None:
        return ()
    rows = ((row.get(spec.begins), row.get(spec.ends)) for row in data.get(spec.table) or ())
    return tuple(
        Span(datetime.fromisoformat(begins), datetime.fromisoformat(ends))
        for begins, ends in rows
        if begins and ends
    )


def first_clash(ours: Iterable[Span], theirs: Iterable[Span]) -> Span | None:
    """Return the first hours of theirs that overlap with any of ours."""
    taken = list(ours)
    return next(
        (
            span
            for span in sorted(theirs)
            if any(span.begins < own.ends and own.begins < span.ends for own in taken)
        ),
        None,
    )


def persons_in(definition: Definition, data: Values) -> Iterator[PersonHere]:
    """Go through what tells who takes a place in each case that the data name."""
    for awaits in definition.awaited:
        host = data.get(awaits.case) if awaits.place else None
        if not host:
            continue
        for key in awaits.person:
            person = _token(definition.data[key].type, key, data.get(key))
            if person:
                yield PersonHere(host, key, person)


def _token(kind: FieldType, key: str, value: object) -> str:
    """Return what stands for a person, however their name in a field was typed."""
    text = str(value or "").casefold()
    same = text.strip() if kind is FieldType.EMAIL else "".join(c for c in text if c.isalnum())
    return sha256(f"{key}:{same}".encode()).hexdigest() if same else ""


def person_moves(change: Change) -> tuple[PersonHere, ...]:
    """Return what a change makes known, or takes back, of who takes places in other cases."""
    was, now = change.before, change.after
    if was and was.data is now.data and was.is_open and now.is_open:
        return ()
    before, after = _known(was), _known(now)
    gone = (PersonHere(*key, "") for key in before if key not in after)
    new = (PersonHere(*key, said) for key, said in after.items() if before.get(key) != said)
    return (*gone, *new)


def _known(case: CaseSnapshot | None) -> dict[tuple[str, str], str]:
    if case is None or not case.is_open:
        return {}
    found = persons_in(case.definition, case.data)
    return {(one.host, one.field): one.person for one in found}
