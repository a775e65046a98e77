"""Whom a comment calls by name: who there is to choose from, and who was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from workflow.core.errors import MentionUnclear
from workflow.core.folding import plain
from workflow.core.mentions import MOST, Call, bears, calls, settled
from workflow.core.powers import Powers
from workflow.services.case_view import CaseView
from workflow.services.standing import standing_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded
from workflow.storage.people import MembershipRole
from workflow.storage.queries.mentions import held_by, people_at, people_like
from workflow.storage.queries.people import HeldRole, officer_names

FEW: Final = 6
"""People offered at once; others are searched for."""
MANY: Final = 30


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whom a comment may call."""

    officer: int
    name: str
    agency: str
    """Where they have a part in the case; empty for who only reads it by name."""


@dataclass(frozen=True, slots=True)
class Offered:
    """People to choose from, and whether there are more."""

    people: tuple[Colleague, ...]
    more: bool


def at_hand(view: CaseView) -> Offered:
    """Return who of those that a page of a case names anyway a comment may call: who acted on it.

    Others are searched for.
    """
    acted = dict.fromkeys(_acted(view))
    here = (one for one in acted if one[1] in view.case.agencies and one[0] != view.powers.officer)
    agencies = {officer: agency for officer, agency in here if officer in view.names}
    people = [Colleague(who, view.names[who], agencies[who]) for who in list(agencies)[:FEW]]
    return Offered(tuple(people), more=True)


def _acted(view: CaseView) -> Iterator[tuple[int, str]]:
    """Go through who acted for which agency, who has a task now first."""
    held = [(task.assignee, task.agency) for task in view.tasks if task.is_open]
    acts = [(entry.head.by.officer, entry.head.by.agency) for entry in view.story.entries]
    brought = [(document.officer, document.agency) for document in view.documents]
    for officer, agency in (*held, *acts, *brought):
        if officer is not None and agency is not None:
            yield officer, agency


def search(uow: UnitOfWork, number: str, typed: str, *, chosen: Collection[int] = ()) -> Offered:
    """Return who of the readers of a case is called or works as was typed, with the chosen ones."""
    loaded = uow.load(number)
    with uow.reading() as connection:
        everybody = _readers(connection, loaded, uow.powers)
    words = plain(typed).split()
    told = {one.officer: plain(f"{one.name} {one.agency}") for one in everybody}
    found = [one for one in everybody if all(word in told[one.officer] for word in words)]
    first = [one for one in everybody if one.officer in chosen]
    rest = [one for one in found if one.officer not in chosen]
    return Offered((*first, *rest[:MANY]), len(rest) > MANY)


def called(
    uow: UnitOfWork,
    number: str,
    text: str,
    *,
    chosen: Collection[int] = (),
    answered: Collection[str] = (),
) -> Mapping[int, Powers]:
    """Return who is called to a comment, chosen or named in its text, and what each may do today.

    `answered` are names that were asked about before. Raise `MentionUnclear` for one that may
    mean several, or nobody who reads the case.
    """
    if "@" not in text and not chosen:
        return {}
    loaded = uow.load(number)
    with uow.reading() as connection:
        sure = _named(connection, loaded, uow.powers, text, answered) if "@" in text else []
        officers = list(dict.fromkeys([*chosen, *sure]))[: MOST + 2]
        held = held_by(connection, officers, today=uow.today)
    network = uow.world().network
    return {
        officer: Powers(
            officer=officer,
            own=standing_of(held.get(officer, ()), network),
            auditor=_audits(officer, held.get(officer, ())),
            on=uow.today,
        )
        for officer in officers
    }


def names_of_called(uow: UnitOfWork, officers: Collection[int]) -> Mapping[int, str]:
    """Return the names of people who were called."""
    with uow.reading() as connection:
        return officer_names(connection, officers)


def _audits(officer: int, held: Sequence[HeldRole]) -> bool:
    return any(one.role == MembershipRole.AUDITOR and one.of == officer for one in held)


def _named(
    connection: Connection,
    loaded: Loaded,
    powers: Powers,
    text: str,
    answered: Collection[str],
) -> list[int]:
    """Return who is named in a text, for certain; raise `MentionUnclear`."""
    readers = {one.officer: one for one in _readers(connection, loaded, powers)}
    found = calls(text, {officer: one.name for officer, one in readers.items()})
    sure, unclear = settled([_elsewhere(connection, call) for call in found], answered)
    if unclear:
        asked = [
            {"written": call.written, "key": call.key, "people": _told(call, readers)}
            for call in unclear
        ]
        raise MentionUnclear(calls=asked, number=loaded.snapshot.number)
    return sure


def _elsewhere(connection: Connection, call: Call) -> Call:
    """Look in the whole network for a name that no reader of the case bears."""
    if call.people:
        return call
    like = people_like(connection, call.written)
    bearers = tuple(who for who, name in like.items() if bears(name, call.written))
    return Call(call.written, bearers if len(bearers) == 1 else ())


def _told(call: Call, readers: Mapping[int, Colleague]) -> list[Colleague]:
    return [readers[officer] for officer in call.people if officer in readers]


def _readers(connection: Connection, loaded: Loaded, powers: Powers) -> list[Colleague]:
    case, today = loaded.snapshot, powers.on
    if today is None:
        return []
    named = [officer for officer, until in case.readers.items() if until >= today]
    rows = people_at(connection, loaded.case_id, agencies=case.agencies, named=named, today=today)
    others = (row for row in rows if row.id != powers.officer)
    return [Colleague(row.id, row.name, row.agency or "") for row in others]
