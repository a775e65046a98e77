"""What a reform makes of the network, and everything that may be wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from workflow.core.errors import Refusal
from workflow.core.network import Agency, Network
from workflow.core.reform import Create, End, Move, Reform, Rename, Step

_DAY = timedelta(days=1)


class FaultKind(StrEnum):
    """Everything that can be wrong with a reform."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    """No agency has the code."""
    TAKEN = "taken"
    """An agency to be made has the code of one that is or was there."""
    NOT_THERE = "not_there"
    """The agency does not exist on the day, or was to end on the day on which it began."""
    TWICE = "twice"
    """Two changes of one kind, or an agency that ends and changes."""
    ORPHANS = "orphans"
    """Units would be left inside an agency that is no more."""
    UNIT_TWICE = "unit_twice"
    """A body would have two units of one kind."""
    CIRCLE = "circle"
    """An agency would be inside itself."""
    NO_HEIR = "no_heir"
    """An agency that answers for request types ends without an heir."""
    NO_CALENDAR = "no_calendar"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in a reform."""

    step: int
    """The position of the change; -1 is the whole."""
    kind: FaultKind
    agency: str = ""
    others: tuple[str, ...] = ()


class ReformUnsound(Refusal):
    """A reform cannot be carried out as it is written."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = "; ".join(f"change {f.step + 1}: {_told(f)}" for f in self.faults)
        super().__init__(told, faults=self.faults)


_SENTENCES: Mapping[FaultKind, str] = {
    FaultKind.NOTHING: "nothing would change; write what does",
    FaultKind.UNKNOWN: "no agency has the code '{agency}'; correct it, or create that agency",
    FaultKind.TAKEN: "the code '{agency}' is taken; choose another, codes are never used again",
    FaultKind.NOT_THERE: "'{agency}' is not there on the day, or begins on it; name another",
    FaultKind.TWICE: "'{agency}' is changed twice; keep one of the changes",
    FaultKind.ORPHANS: "'{agency}' would leave {others} behind; move or end each of them, or let"
    " the units go along",
    FaultKind.UNIT_TWICE: "'{agency}' would have {others} for one purpose; merge them",
    FaultKind.CIRCLE: "'{agency}' would be inside itself; choose another parent",
    FaultKind.NO_HEIR: "'{agency}' answers for {others}; name an heir",
    FaultKind.NO_CALENDAR: "no calendar is called {others}; correct it",
}


def _told(fault: Fault) -> str:
    others = ", ".join(f"'{other}'" for other in fault.others)
    return _SENTENCES[fault.kind].format(agency=fault.agency, others=others)


def told_fault(fault: Fault) -> tuple[str, str]:
    """Say in English what is wrong and how to mend it."""
    what, _, mend = _told(fault).partition("; ")
    return what, mend


# --- What it makes of the network ---------------------------------------------------------------


def reformed(
    network: Network,
    reform: Reform,
    *,
    calendars: Iterable[str] = (),
    owners: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Agency]:
    """Return the agencies that a reform makes or changes, by code; raise `ReformUnsound`.

    `owners` are the agencies that answer for request types in use, with those types.
    """
    faults = [*_misnamed(network, reform), *_ownerless(reform, owners or {})]
    faults += _without_calendar(reform, frozenset(calendars))
    if faults:
        raise ReformUnsound(faults)
    after = {agency.code: agency for agency in network}
    for step in reform.steps:
        _STEPS[type(step)](after, step, reform.day)
    changed = {a.code: a for a in after.values() if network.get(a.code) != a}
    faults += _misplaced(Network(after.values()), reform)
    if not changed:
        faults.append(Fault(-1, FaultKind.NOTHING))
    if faults:
        raise ReformUnsound(faults)
    return changed


def _create(after: dict[str, Agency], step: Create, day: date) -> None:
    parts = {key: value for key, value in asdict(step).items() if key != "agency"}
    after[step.agency] = Agency(code=step.agency, valid_from=day, **parts)


def _rename(after: dict[str, Agency], step: Rename, _day: date) -> None:
    known = after[step.agency]
    sei_code = known.sei_code if step.sei_code is None else step.sei_code or None
    after[step.agency] = replace(known, name=step.name, sei_code=sei_code)


def _move(after: dict[str, Agency], step: Move, _day: date) -> None:
    places = ("parent", "municipality", "calendar")
    moved: dict[str, Any] = {
        p: getattr(step, p) or None for p in places if getattr(step, p) is not None
    }
    after[step.agency] = replace(after[step.agency], **moved)


def _end(after: dict[str, Agency], step: End, day: date) -> None:
    known = after[step.agency]
    after[step.agency] = replace(known, valid_to=day - _DAY, successor=step.heir)
    if step.units_along and step.heir:
        for unit in list(after.values()):
            if unit.parent == step.agency and (unit.valid_to is None or unit.valid_to >= day):
                after[unit.code] = replace(unit, parent=step.heir)


_STEPS: Mapping[type[Step], Callable[[dict[str, Agency], Any, date], None]] = {
    Create: _create,
    Rename: _rename,
    Move: _move,
    End: _end,
}


def _misnamed(network: Network, reform: Reform) -> Iterator[Fault]:
    """Find codes that are nobody's, that are taken or that are changed twice."""
    made = {step.agency for step in reform.steps if isinstance(step, Create)}
    seen: dict[str, list[type[Step]]] = {}
    for n, step in enumerate(reform.steps):
        others = seen.setdefault(step.agency, [])
        if type(step) in others or (others and End in (type(step), *others)):
            yield Fault(n, FaultKind.TWICE, step.agency)
        others.append(type(step))
        if kind := _absence(network, step, reform.day):
            yield Fault(n, kind, step.agency)
        unknown = (other for other in sorted(_named(step)) if network.get(other) is None)
        yield from (Fault(n, FaultKind.UNKNOWN, other) for other in unknown if other not in made)


def _absence(network: Network, step: Step, day: date) -> FaultKind | None:
    """Say what keeps an agency from being changed so, or None."""
    known = network.get(step.agency)
    if isinstance(step, Create):
        return FaultKind.TAKEN if known else None
    if known is None:
        return FaultKind.UNKNOWN
    began = isinstance(step, End) and not network.is_active(step.agency, day - _DAY)
    return FaultKind.NOT_THERE if began or not network.is_active(step.agency, day) else None


def _named(step: Step) -> frozenset[str]:
    """Return the other agencies that a change names."""
    if isinstance(step, End):
        return frozenset({*step.heirs, *filter(None, step.people.values())})
    parent = step.parent if isinstance(step, Create | Move) else None
    return frozenset({parent}) if parent else frozenset()


def _ownerless(reform: Reform, owners: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    for n, step in enumerate(reform.steps):
        if isinstance(step, End) and step.heir is None and step.agency in owners:
            yield Fault(n, FaultKind.NO_HEIR, step.agency, tuple(owners[step.agency]))


def _without_calendar(reform: Reform, known: frozenset[str]) -> Iterator[Fault]:
    for n, step in enumerate(reform.steps):
        calendar = step.calendar if isinstance(step, Create | Move) else None
        if known and calendar and calendar not in known:
            yield Fault(n, FaultKind.NO_CALENDAR, step.agency, (calendar,))


def _misplaced(after: Network, reform: Reform) -> Iterator[Fault]:
    """Find who would be left behind, doubled, inside itself or with nobody."""
    looked: set[str] = set()
    for n, step in enumerate(reform.steps):
        for other in sorted(_named(step)):
            if not after.is_active(other, reform.day):
                yield Fault(n, FaultKind.NOT_THERE, other)
        if isinstance(step, End):
            left = tuple(u.code for u in after.units(step.agency) if _there(after, u, reform.day))
            if left:
                yield Fault(n, FaultKind.ORPHANS, step.agency, left)
        if _inside_itself(after, step.agency):
            yield Fault(n, FaultKind.CIRCLE, step.agency)
        place = step.heir if isinstance(step, End) else getattr(step, "parent", None)
        if place and place not in looked:
            looked.add(place)
            yield from _doubled(after, place, reform.day, n)


def _doubled(after: Network, place: str, day: date, n: int) -> Iterator[Fault]:
    kinds: dict[str, list[str]] = {}
    for unit in after.units(place):
        if unit.unit_role and _there(after, unit, day):
            kinds.setdefault(unit.unit_role, []).append(unit.code)
    for codes in kinds.values():
        if len(codes) > 1:
            yield Fault(n, FaultKind.UNIT_TWICE, place, tuple(codes))


def _there(network: Network, agency: Agency, day: date) -> bool:
    return network.is_active(agency.code, day)


def _inside_itself(network: Network, code: str) -> bool:
    seen: set[str] = set()
    known = network.get(code)
    while known and known.parent and known.parent not in seen:
        if known.parent == code:
            return True
        seen.add(known.parent)
        known = network.get(known.parent)
    return False
