"""The network: bodies and the units inside them, as they stand on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from workflow.core.distribution import Distribution
from workflow.core.errors import Refusal
from workflow.core.forgetting import forgetful

STRATEGIC = "strategic"
"""What a strategic advisory unit is to its body."""

Days: TypeAlias = tuple[date, date | None]
"""A first day and a last one, or none yet."""


class UnknownAgency(Refusal):
    """No agency has that code."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A member of the network: a body, or a unit inside one."""

    code: str
    name: str
    kind: str = "body"
    parent: str | None = None
    municipality: str | None = None
    calendar: str | None = None
    """Key of its calendar; None takes its parent's."""
    sei_code: str | None = None
    unit_role: str | None = None
    """What a unit is to its parent, as `legal` or `strategic`."""
    strategic: str | None = None
    """How sure it is that the unit is one of the strategic network: sourced or illustrative."""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    email: str | None = None
    requires_release: bool = False
    """Whether its head releases what its officers propose."""
    distribution: str = Distribution.BY_HAND
    """How it gives out the tasks that come to it, in a word of `Distribution`."""

    def has_ended(self, day: date) -> bool:
        """Say whether its last day is before a day."""
        return self.valid_to is not None and self.valid_to < day


@dataclass(frozen=True, slots=True)
class FormerName:
    """What an agency was called up to a day."""

    code: str
    valid_to: date
    """The last day of the name; the next one, or the present one, holds from the day after."""
    name: str
    act: str = ""
    """The act by which the name ended, as it is cited."""


class Network:
    """All agencies of an installation at one version, and when each has officers.

    `staff` tells the days on which somebody acts for an agency; where it tells nothing at all,
    as in a proof or before anybody is invited, every agency is taken to have its officers.
    """

    __slots__ = (
        *("_by_code", "_ended", "_has_past", "_names", "_staff", "_units"),
        *("default_calendar", "present_names", "version"),
    )

    def __init__(
        self,
        agencies: Iterable[Agency],
        *,
        default_calendar: str = "MG",
        version: int = 1,
        staff: Mapping[str, Sequence[Days]] | None = None,
        names: Iterable[FormerName] = (),
    ) -> None:
        self._staff = staff or {}
        self._names: dict[str, list[FormerName]] = {}
        for former in sorted(names, key=lambda one: one.valid_to):
            self._names.setdefault(former.code, []).append(former)
        self._by_code = {agency.code: agency for agency in agencies}
        self._units: dict[str, list[Agency]] = {}
        for agency in self._by_code.values():
            if agency.parent:
                self._units.setdefault(agency.parent, []).append(agency)
        self._ended = [(a.code, a.valid_to) for a in self if a.successor and a.valid_to]
        self._has_past = bool(self._names) or any(agency.valid_to for agency in self)
        self.present_names: Mapping[str, str] = {agency.code: agency.name for agency in self}
        """The name of every agency by its code."""
        self.default_calendar = default_calendar
        self.version = version

    def __iter__(self) -> Iterator[Agency]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Agency | None:
        """Return the agency of a code, whatever the day, or None."""
        return self._by_code.get(code)

    def agency(self, code: str) -> Agency:
        """Return the agency of a code; raise `UnknownAgency`."""
        found = self._by_code.get(code)
        if found is None:
            raise UnknownAgency(f"no agency has the code '{code}'", agency=code)
        return found

    @property
    def has_past(self) -> bool:
        """Whether an agency has come to an end, or to another name."""
        return self._has_past

    def former_names(self, code: str) -> tuple[FormerName, ...]:
        """Return what an agency was called before its present name, the oldest first."""
        return tuple(self._names.get(code, ()))

    def name_on(self, code: str, day: date) -> str:
        """Return what an agency was called on a day; of an unknown one, its code."""
        agency = self._by_code.get(code)
        present = agency.name if agency else code
        then = (one.name for one in self._names.get(code, ()) if day <= one.valid_to)
        return next(then, present)

    def names_between(self, code: str, first: date, last: date) -> list[tuple[str, date | None]]:
        """Return what an agency was called from one day to another, each with its last day.

        The present name has none, nor has one that outlived the days.
        """
        found: list[tuple[str, date | None]] = []
        for former in self._names.get(code, ()):
            if last <= former.valid_to:
                return [*found, (former.name, None)]
            if first <= former.valid_to:
                found.append((former.name, former.valid_to))
        return [*found, (self.agency(code).name, None)]

    def named_on(self, day: date) -> Network:
        """Return the same agencies under the names that they had on a day."""
        if not any(day <= names[-1].valid_to for names in self._names.values()):
            return self
        return Network(
            (replace(agency, name=self.name_on(agency.code, day)) for agency in self),
            default_calendar=self.default_calendar,
            version=self.version,
            staff=self._staff,
        )

    def is_active(self, code: str, day: date) -> bool:
        """Say whether an agency exists on a day."""
        agency = self._by_code.get(code)
        if agency is None:
            return False
        begun = agency.valid_from is None or agency.valid_from <= day
        return begun and not agency.has_ended(day)

    def active(self, day: date) -> list[Agency]:
        """Return the agencies that exist on a day."""
        return [agency for agency in self if self.is_active(agency.code, day)]

    def units(self, code: str) -> list[Agency]:
        """Return the agencies directly below one."""
        return self._units.get(code, [])

    def below(self, code: str) -> frozenset[str]:
        """Return the codes of an agency and of the units inside it, at any depth."""
        found = {code}
        for unit in self.units(code):
            if unit.unit_role:
                found |= self.below(unit.code)
        return frozenset(found)

    def unit(self, role: str, of: str, day: date) -> Agency | None:
        """Return the unit of a kind inside an agency; else its strategic unit; else None."""
        here = (u for u in self.units(of) if u.unit_role and self.is_active(u.code, day))
        inside = {u.unit_role: u for u in here}
        return inside.get(role) or inside.get(STRATEGIC)

    def has_officers(self, code: str, day: date) -> bool:
        """Say whether anybody acts for an agency on a day."""
        if not self._staff:
            return True
        spans = self._staff.get(code, ())
        return any(first <= day and (last is None or day <= last) for first, last in spans)

    def heir(self, code: str, *, owner: str, day: date) -> str:
        """Return who does the work of an agency on a day: the agency itself where it can.

        Where it is extinct it is whoever came after it. Where nobody did, or nobody acts for it,
        its work falls to its strategic unit, else to the body it is part of, else to `owner`, who
        coordinates the type. Where nobody acts for any of them it stays with the first that exists.
        """
        return _heir(self, code, owner, day)

    def body(self, code: str) -> str:
        """Return the body that a unit is part of, at any depth; a body is its own."""
        seen: set[str] = set()
        agency = self._by_code.get(code)
        while agency and agency.unit_role and agency.parent and agency.code not in seen:
            seen.add(agency.code)
            agency = self._by_code.get(agency.parent)
        return agency.code if agency else code

    def fully_staffed(self) -> Network:
        """Return the same agencies with officers everywhere, as proofs take for granted."""
        return Network(self, default_calendar=self.default_calendar, version=self.version)

    def calendar_of(self, code: str) -> str:
        """Return the key of an agency's calendar: its own, else of whoever is above it."""
        seen: set[str] = set()
        agency = self._by_code.get(code)
        while agency and agency.code not in seen:
            if agency.calendar:
                return agency.calendar
            seen.add(agency.code)
            agency = self._by_code.get(agency.parent or "")
        return self.default_calendar

    def succeeded(self, code: str, day: date) -> str:
        """Return who came after an agency that is no more on a day; itself while it is there."""
        seen: set[str] = set()
        agency = self._by_code.get(code)
        while agency and not self.is_active(agency.code, day) and agency.code not in seen:
            seen.add(agency.code)
            if agency.successor is None:
                return code
            agency = self._by_code.get(agency.successor)
        return agency.code if agency and self.is_active(agency.code, day) else code

    def absorbed(self, code: str, day: date) -> frozenset[str]:
        """Return the agencies that are no more on a day and that one came after, by any number."""
        return _absorbed(self, day).get(code, frozenset())

    @property
    def staff(self) -> Mapping[str, Sequence[Days]]:
        """The days on which somebody acts for each agency; empty where that is not known."""
        return self._staff

    @property
    def root(self) -> str:
        """The body at the top of the tree."""
        top = (agency.code for agency in self if agency.parent is None and not agency.valid_to)
        return next(top, "")


@forgetful
@lru_cache(maxsize=64)  # a network does not change, and every page asks for it
def _absorbed(network: Network, day: date) -> Mapping[str, frozenset[str]]:
    """Return the agencies that are no more on a day, by which one came after them."""
    heirs: dict[str, frozenset[str]] = {}
    for old, last in network._ended:
        if last < day:
            heir = network.succeeded(old, day)
            heirs[heir] = heirs.get(heir, frozenset()) | {old}
    return heirs


@forgetful
@lru_cache(maxsize=4096)
def _heir(network: Network, code: str, owner: str, day: date) -> str:
    code, owner = network.succeeded(code, day), network.succeeded(owner, day)
    body = network.body(code)
    strategic = network.unit(STRATEGIC, body, day)
    line = [code, *([strategic.code] if strategic else []), body]
    there = [one for one in line if network.is_active(one, day)]
    able = (one for one in [*there, owner] if network.has_officers(one, day))
    return next(able, next(iter(there), owner))
