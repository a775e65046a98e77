"""The services of the network as people look for them, and how they are found by words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Final, TypeAlias

from workflow.core.folding import searched_words, words_of

Said: TypeAlias = Mapping[str, str]
"""One text in each language."""

REGISTERS: Final = "registers/"
"""What the file of a register begins with, among those that serve."""
LEAST_MEASURED: Final = 5
"""With fewer ended cases nothing is said of how long they took: it would tell of one of them."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A part of the network's work, to list services by."""

    key: str
    title: Said


@dataclass(frozen=True)
class ServiceRow:
    """Something that people need, and what serves it."""

    row: str
    axis: str
    title: Said
    purpose: Said
    needs: Said
    takes: Said
    next: Said
    words: tuple[str, ...]
    """What else people call it."""
    served_by: tuple[str, ...]
    """Files of request types and of registers, without their ending."""
    scenario: str
    """The file of a story that shows it from the request to the end."""
    page: str = ""
    """A page of the program that answers it besides; it has its own name there."""

    @property
    def types(self) -> tuple[str, ...]:
        """Keys of the request types that serve it."""
        return tuple(name for name in self.served_by if not name.startswith(REGISTERS))

    @property
    def registers(self) -> tuple[str, ...]:
        """Keys of the registers that serve it."""
        named = (name for name in self.served_by if name.startswith(REGISTERS))
        return tuple(name.removeprefix(REGISTERS) for name in named)

    @cached_property
    def titled(self) -> frozenset[str]:
        """The words of its title and of what else it is called."""
        return words_of(" ".join((self.row, *self.title.values(), *self.words)))

    @cached_property
    def told(self) -> frozenset[str]:
        """All words by which it is found."""
        texts = (self.purpose, self.needs, self.next)
        return self.titled | words_of(" ".join(said for text in texts for said in text.values()))


@dataclass(frozen=True)
class Elsewhere:
    """What another system calls something that this one has, and where that is here."""

    words: tuple[str, ...]
    here: Said

    def answers(self, wanted: Sequence[str]) -> bool:
        """Say whether a search names it: each of its words stands in one of the names."""
        return any(_all_in(wanted, words_of(name)) for name in self.words)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found."""

    services: tuple[ServiceRow, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    nearly: bool = False
    """Whether no service has all the words, so that these have some of them."""


@dataclass(frozen=True, slots=True)
class ServiceCatalogue:
    """Every service, by axis."""

    axes: tuple[Axis, ...]
    services: tuple[ServiceRow, ...]
    elsewhere: tuple[Elsewhere, ...] = ()

    def service(self, row: str) -> ServiceRow | None:
        """Return a service by its number, or None."""
        return next((one for one in self.services if one.row == row), None)

    def by_axis(self, services: Iterable[ServiceRow]) -> Iterator[tuple[Axis, list[ServiceRow]]]:
        """Go through the axes that have any of some services, each with its own."""
        among = list(services)
        for axis in self.axes:
            if here := [one for one in among if one.axis == axis.key]:
                yield axis, here

    def search(self, typed: str) -> Found:
        """Find services by words, accents and endings aside; those so called come first."""
        wanted = searched_words(typed)
        if not wanted:
            return Found(self.services)
        elsewhere = tuple(one for one in self.elsewhere if one.answers(wanted))
        whole = [one for one in self.services if _all_in(wanted, one.told)]
        if whole:
            whole.sort(key=lambda one: not _all_in(wanted, one.titled))
            return Found(tuple(whole), elsewhere)
        some = [sum(_is_in(word, one.told) for word in wanted) for one in self.services]
        most = max(some, default=0)
        pairs = zip(self.services, some, strict=True)
        best = tuple(one for one, has in pairs if most and has == most)
        return Found(best, elsewhere, nearly=bool(best))

    def serving(self, name: str) -> tuple[ServiceRow, ...]:
        """Return the services that a request type, or a register, serves."""
        return tuple(one for one in self.services if name in one.served_by)


@dataclass(frozen=True, slots=True)
class Measured:
    """How long ended cases took."""

    cases: int
    days: int
    """Half of them took at most as many days from the opening to the end."""


def measured(lengths: Sequence[float]) -> Measured | None:
    """Return how long cases took, given the days of each; None for too few to say anything."""
    if len(lengths) < LEAST_MEASURED:
        return None
    return Measured(len(lengths), max(1, round(median(lengths))))


def _all_in(wanted: Iterable[str], words: Iterable[str]) -> bool:
    known = tuple(words)
    return all(_is_in(word, known) for word in wanted)


def _is_in(beginning: str, words: Iterable[str]) -> bool:
    return any(word.startswith(beginning) for word in words)
