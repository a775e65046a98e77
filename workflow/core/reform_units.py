"""The units inside a body that ends: each goes along, or into the one that serves its purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workflow.core.network import Network
from workflow.core.reform import Create, End, Ending, Move, Reform, Step


def with_units(network: Network, reform: Reform) -> tuple[Reform, tuple[int, ...]]:
    """Return a reform that says of every unit what becomes of it, and whence each change comes.

    A unit that goes along is moved; where the heir has one for the same purpose it ends, and
    that one comes after it. What a reform says of a unit itself holds.
    """
    going = _Going(network, reform)
    found = [(n, step) for n, one in enumerate(reform.steps) for step in going.steps(one)]
    return Reform(reform.day, tuple(step for _, step in found)), tuple(n for n, _ in found)


class _Going:
    """Who is where while a reform is gone through."""

    def __init__(self, network: Network, reform: Reform) -> None:
        self._network = network
        self._day = reform.day
        self._said = {s.agency for s in reform.steps if isinstance(s, End | Move)}
        self._units = {
            (unit.parent or "", unit.unit_role): unit.code
            for unit in network.active(reform.day)
            if unit.unit_role and unit.code not in self._said
        }
        for step in reform.steps:
            if isinstance(step, Create) and step.unit_role:
                self._units[step.parent or "", step.unit_role] = step.agency

    def steps(self, step: Step) -> Iterator[Step]:
        """Go through a change and what it means for the units inside."""
        if not isinstance(step, End) or not step.units_along or step.heir is None:
            yield step
            return
        for unit in self._network.units(step.agency):
            if unit.code in self._said or not self._network.is_active(unit.code, self._day):
                continue
            self._said.add(unit.code)
            place = (step.heir, unit.unit_role or "")
            other = self._units.get(place) if unit.unit_role else None
            if other is None:
                if unit.unit_role:
                    self._units[place] = unit.code
                yield Move(unit.code, parent=step.heir)
                continue
            inside = End(unit.code, Ending.MERGED, other, people=step.people, units_along=True)
            yield from self.steps(inside)
        yield replace(step, units_along=False)
