"""Whether a person can take a place: nobody is in two places at the same hours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from workflow.core.definition import Definition
from workflow.core.errors import HoursOverlap, UnknownCase
from workflow.core.held_hours import Span, first_clash, persons_in, spans_of
from workflow.core.places import HOLDING, Asking, PlaceStatus
from workflow.core.snapshot import CaseSnapshot
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import places as kept
from workflow.storage.queries.events import case_id_of


def demand_free_hours(
    uow: UnitOfWork, definition: Definition, data: Mapping[str, Any], *, beside: str | None = None
) -> None:
    """Raise `HoursOverlap` if somebody has or asks for a place elsewhere at the same hours.

    `data` is what a case is about to say; `beside` is its number, if it is there already.
    """
    persons = list(persons_in(definition, data))
    if not persons:
        return
    with uow.as_keeper().reading() as connection:
        own = case_id_of(connection, beside) if beside else None
        found = kept.held_by(connection, {one.person for one in persons})
        others = {
            one.host for one in found if one.case_id != own and one.status != PlaceStatus.LEFT
        }
        hosts = {one.host for one in persons}
        spans = _spans(uow, connection, hosts | others)
    for number in sorted(others):
        clash = first_clash((s for host in hosts for s in spans[host][1]), spans[number][1])
        if clash:
            known = is_known(uow, number)
            raise HoursOverlap(
                number=number if known else None,
                subject=spans[number][0] if known else None,
                begins=clash.begins,
                ends=clash.ends,
            )


class LinesSoFar:
    """Who asks for places in the lines of a file, of which no two may be at odds."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._lines: dict[str, list[tuple[int, str]]] = {}

    def earlier(
        self, uow: UnitOfWork, line: int, data: Mapping[str, Any]
    ) -> tuple[int, Span] | None:
        """Note what a line says; return an earlier one of the same person at the same hours."""
        persons = list(persons_in(self.definition, data))
        before = {found for one in persons for found in self._lines.get(one.person, ())}
        for one in persons:
            self._lines.setdefault(one.person, []).append((line, one.host))
        if not before:
            return None
        hosts = {one.host for one in persons}
        with uow.as_keeper().reading() as connection:
            spans = _spans(uow, connection, hosts | {host for _, host in before})
        ours = [span for host in hosts for span in spans[host][1]]
        for no, host in sorted(before):
            clash = first_clash(ours, spans[host][1])
            if clash:
                return no, clash
        return None


def demand_still_free(uow: UnitOfWork, case: CaseSnapshot, values: Mapping[str, Any]) -> None:
    """Raise `HoursOverlap` if a case comes to be of somebody who has a place at the same hours."""
    awaited = case.definition.awaited
    if any(key in values for one in awaited for key in one.person):
        data = {**case.data, **values}
        demand_free_hours(uow, case.definition, data, beside=case.number)


def with_hours(
    uow: UnitOfWork, connection: Connection, host: str, queue: list[Asking]
) -> list[Asking]:
    """Return a queue with who each is, and whether they have a place elsewhere at these hours."""
    persons: dict[int, set[str]] = {}
    for one in kept.persons_of(connection, host):
        persons.setdefault(one.case_id, set()).add(one.person)
    waiting = {one.case for one in queue if one.status is PlaceStatus.WAITING}
    asked = {person for case in waiting for person in persons.get(case, ())}
    held = [one for one in kept.held_by(connection, asked) if one.status in HOLDING]
    spans = _spans(uow, connection, {one.host for one in held} | {host})
    ours = spans[host][1]
    taken = {one.person: one.host for one in held if first_clash(ours, spans[one.host][1])}
    return [
        replace(
            one,
            persons=frozenset(persons.get(one.case, ())),
            barred_by=_first(taken, persons.get(one.case, ())) if one.case in waiting else "",
        )
        for one in queue
    ]


def _first(taken: Mapping[str, str], persons: Collection[str]) -> str:
    return next((taken[person] for person in sorted(persons) if person in taken), "")


def _spans(
    uow: UnitOfWork, connection: Connection, numbers: Collection[str]
) -> dict[str, tuple[str, tuple[Span, ...]]]:
    """Return by number the subject of some cases, and the hours at which they hold places."""
    found = kept.hosts(connection, numbers)
    return dict.fromkeys(numbers, ("", ())) | {
        host.number: (host.subject, spans_of(_definition(uow, host), host.data)) for host in found
    }


def _definition(uow: UnitOfWork, host: kept.Host) -> Definition:
    return uow.installation.definition(host.definition_key, host.definition_version)


def is_known(uow: UnitOfWork, number: str) -> bool:
    """Say whether a person may know of a case."""
    try:
        uow.load(number)
    except UnknownCase:
        return False
    return True
