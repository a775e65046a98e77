"""What a search can be narrowed by: the addresses that do it, and the words and counts of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from web.words.case_words import words_for
from web.words.languages import in_language
from web.words.phrases import phrase
from workflow.core.definition import Definition
from workflow.core.fields import Access
from workflow.core.world import World
from workflow.services.searching import ENDED, OPEN, Asked, Facet, Found

ARGUMENTS: Final[Mapping[Facet, str]] = {
    Facet.TYPE: "tipo",
    Facet.PHASE: "fase",
    Facet.STANDING: "situacao",
    Facet.AGENCY: "orgao",
    Facet.ACCESS: "acesso",
    Facet.YEAR: "ano",
}
"""What the address calls each way of narrowing."""
_STANDINGS: Final = {OPEN: "abertos", ENDED: "encerrados"}
_CLOSED: Final = {Facet.STANDING: frozenset(_STANDINGS), Facet.ACCESS: frozenset(Access)}
"""The values there are, where that is a closed list."""
MOST_OFFERED: Final = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """One value to narrow by."""

    words: str
    title: str
    """The words in full, where they are short."""
    n: int
    href: str
    """Narrows to it, or takes that back where it is chosen."""
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one facet, the most frequent first."""

    title: str
    offers: tuple[Offer, ...]
    left_out: int
    """How many values are not offered."""


def chosen_in(arguments: Mapping[str, str]) -> dict[Facet, str]:
    """Read from an address what a search is narrowed to; a value that there is not is left out."""
    spelt = {written: value for value, written in _STANDINGS.items()}
    found = {}
    for facet, name in ARGUMENTS.items():
        value = arguments.get(name, "").strip()
        value = spelt.get(value, "") if facet is Facet.STANDING else value
        value = value.upper() if facet is Facet.AGENCY else value
        if value and value in _CLOSED.get(facet, (value,)):
            found[facet] = value
    if Facet.TYPE not in found:
        found.pop(Facet.PHASE, None)
    return found


def addressed(
    asked: Asked, *, chosen: Mapping[Facet, str] | None = None, after: int | None = None
) -> str:
    """Return the address of a search, narrowed otherwise or going on from a case, where wished."""
    narrowed = asked.chosen if chosen is None else chosen
    values: dict[str, Any] = {
        ARGUMENTS[facet]: _STANDINGS.get(value, value) if facet is Facet.STANDING else value
        for facet, value in narrowed.items()
    }
    return url_for("search.index", q=asked.typed, **values, apos=after)


def facets_of(
    found: Found, asked: Asked, world: World, latest: Mapping[str, Definition]
) -> list[Group]:
    """Return what is offered to narrow a search by: nothing that would leave all there is."""
    narrower = _Narrower(asked, world, latest, found.total)
    groups = (narrower.group(facet, dict(counted)) for facet, counted in found.counts.items())
    return [group for group in groups if group]


@dataclass(frozen=True, slots=True, eq=False)
class _Narrower:
    """What the values of facets are called here, and where they lead from a search."""

    asked: Asked
    world: World
    latest: Mapping[str, Definition]
    total: int

    def group(self, facet: Facet, counted: Mapping[str, int]) -> Group | None:
        chosen = self.asked.chosen.get(facet)
        known = counted if chosen is None else {chosen: 0, **counted}
        if chosen is None:
            known = {value: n for value, n in counted.items() if n < self.total}
        if not known:
            return None
        listed = sorted(known.items(), key=lambda item: (item[0] != chosen, -item[1]))
        offers = tuple(self._offer(facet, value, n) for value, n in listed[:MOST_OFFERED])
        return Group(phrase("search", facet.value), offers, max(0, len(listed) - MOST_OFFERED))

    def _offer(self, facet: Facet, value: str, n: int) -> Offer:
        is_chosen = self.asked.chosen.get(facet) == value
        others = {other: v for other, v in self.asked.chosen.items() if other is not facet}
        if facet is Facet.TYPE:
            others.pop(Facet.PHASE, None)
        narrowed = others if is_chosen else {**others, facet: value}
        agency = self.world.network.get(value) if facet is Facet.AGENCY else None
        return Offer(
            words=self._words(facet, value),
            title=agency.name if agency else "",
            n=n,
            href=addressed(self.asked, chosen=narrowed),
            is_chosen=is_chosen,
        )

    def _words(self, facet: Facet, value: str) -> str:
        match facet:
            case Facet.TYPE if value in self.latest:
                return in_language(self.latest[value].title)
            case Facet.PHASE:
                definition = self.latest.get(self.asked.chosen[Facet.TYPE])
                phase = definition.phases.get(value) if definition else None
                return in_language(phase.title) if phase else value
            case Facet.STANDING:
                return phrase("search", f"is_{value}")
            case Facet.ACCESS:
                return words_for("access", value)
            case _:
                return value
