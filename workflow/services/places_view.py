"""The places of a case as people see them: how many are taken, by which agencies, who waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from workflow.core.access import readable_data, reads_inside
from workflow.core.definition import Definition
from workflow.core.errors import UnknownCase
from workflow.core.fields import Field, FieldType
from workflow.core.places import HOLDING, Asking, PlaceStatus, Taken, count
from workflow.core.snapshot import CaseSnapshot
from workflow.services.held_hours import is_known, with_hours
from workflow.services.places import askings
from workflow.services.places_told import Told, told_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import places as kept
from workflow.storage.queries.cases import ended_in, known_to, standing_in

MOST_LISTED: Final = 1000
MOST_OFFERED: Final = 200


@dataclass(frozen=True, slots=True)
class OfAgency:
    """How the places of a case stand for one body."""

    code: str
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Queueing:
    """A case that has a place or waits for one, as far as the reader may know of it."""

    line: kept.Listed
    definition: Definition
    turn: int
    """Which it is in the queue; zero of those who have a place."""
    barred_by: str = ""
    """The case in which its person has a place at the same hours, so that it gets none here."""

    @property
    def has_place(self) -> bool:
        """Whether it has a place."""
        return self.line.status in HOLDING


@dataclass(frozen=True, slots=True)
class PlacesView:
    """The places of a case."""

    case: CaseSnapshot
    seats: int
    quota: int | None
    taken: Taken
    agencies: tuple[OfAgency, ...]
    whole: bool
    """Whether `agencies` counts all there are: for who organises and who coordinates the network.

    For anybody else it counts what they may know of, or a number would tell of a sealed case.
    """
    listed: tuple[Queueing, ...]
    told: tuple[Told, ...] = ()
    """What those who took part told, for whoever has a part in the case."""

    @property
    def free(self) -> int:
        """How many are left; none where more were given than there are now."""
        return max(self.seats - self.taken.taken, 0)

    @property
    def unseen(self) -> int:
        """How many others there are, of whom the reader may not know."""
        return self.taken.taken + self.taken.waiting - len(self.listed)


def places_of(uow: UnitOfWork, number: str) -> PlacesView:
    """Return the places of a case; raise `UnknownCase`, also where it tells the reader of none."""
    case = uow.load(number).snapshot
    spec, data = case.definition.places, readable_data(case, uow.powers)
    if spec is None or spec.seats not in data:
        raise UnknownCase(number=number)
    network = uow.world().network
    whole = reads_inside(case, uow.powers) or network.root in uow.powers.coordinates
    with uow.as_keeper().reading() as connection:
        queued = askings(kept.queue(connection, number), network)
        if spec.hours:
            queued = with_hours(uow, connection, number, queued)
        known = None if whole else kept.known_of(connection, number, visible=known_to(uow.powers))
        seen = kept.listed(connection, number, visible=known_to(uow.powers), limit=MOST_LISTED)
    turns, barred = _turns(queued), {one.case: one.barred_by for one in queued}
    told = {"", *(host for host in set(barred.values()) - {""} if is_known(uow, host))}
    return PlacesView(
        case=case,
        seats=data.get(spec.seats or "") or 0,
        quota=data.get(spec.quota or ""),
        taken=count(queued),
        agencies=_by_agency([one for one in queued if known is None or one.case in known]),
        whole=whole,
        listed=tuple(
            Queueing(
                line,
                uow.installation.definition(line.definition_key, line.definition_version),
                turns[line.case_id],
                barred[line.case_id] if barred[line.case_id] in told else "",
            )
            for line in seen
        ),
        told=told_of(uow, case, limit=MOST_LISTED),
    )


def _turns(queued: list[Asking]) -> dict[int, int]:
    """Return by case which it is of those who wait; zero of those who wait no more."""
    waiting = [one.case for one in queued if one.status is PlaceStatus.WAITING]
    turns = {case: turn for turn, case in enumerate(waiting, 1)}
    return {one.case: turns.get(one.case, 0) for one in queued}


def _by_agency(queued: list[Asking]) -> tuple[OfAgency, ...]:
    taken = Counter(one.body for one in queued if one.status in HOLDING)
    waiting = Counter(one.body for one in queued if one.status is PlaceStatus.WAITING)
    codes = sorted({*taken, *waiting})
    return tuple(OfAgency(code, taken[code], waiting[code]) for code in codes)


def takers(uow: UnitOfWork, case: CaseSnapshot) -> list[tuple[Definition, Field]]:
    """Return the types whose cases may name this one now, each with the field that does."""
    return [
        (definition, field)
        for definition in uow.installation.latest().values()
        for field in definition.data.values()
        if field.type is FieldType.CASE
        and field.of == case.definition.key
        and (not field.standing or case.state in field.standing)
        and case.is_open
    ]


def offered(uow: UnitOfWork, field: Field) -> list[tuple[str, str]]:
    """Return number and subject of the cases that a field may name, as far as the reader knows."""
    named = uow.installation.latest().get(field.of or "")
    if named is None:
        return []
    visible = known_to(uow.powers)
    ends = [key for key in field.standing if key in named.states and named.states[key].final]
    with uow.reading() as connection:
        if ends:
            ended = ended_in(connection, named.key, ends, visible=visible, limit=MOST_OFFERED)
            return [(row.number, row.subject) for row in ended]
        found = standing_in(
            connection,
            named.key,
            field.standing,
            owner=named.owner,
            visible=visible,
            limit=MOST_OFFERED,
        )
    return [(row.number, row.subject) for row in found]
