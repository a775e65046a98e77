"""What is wrong with a definition file, said with its line and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from workflow.core.errors import Refusal

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a file: keys of mappings and positions in lists, from the top."""

Written: TypeAlias = Any
"""Whatever was written in a file: plain values of any type."""

MOST_TOLD = 200
"""A file with more problems than this is told of the first ones; nobody reads more."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend in a file."""

    file: str
    line: int
    column: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}"


class Refused(Refusal):
    """A definition file cannot be used, for every reason listed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))[:MOST_TOLD]
        super().__init__("\n".join(map(str, self.problems)))


class Marks:
    """The line and column of every value of a file."""

    __slots__ = ("_places", "file")

    def __init__(self, file: str, places: dict[Path, tuple[int, int]] | None = None) -> None:
        self.file = file
        self._places = places or {(): (1, 1)}

    def at(self, path: Path) -> tuple[int, int]:
        """Return where a value stands, else the nearest thing written that holds it."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, (1, 1))

    def problem(self, path: Path, what: str, mend: str) -> Problem:
        """Say what is wrong with the value at a path."""
        line, column = self.at(path)
        return Problem(self.file, line, column, what, mend)


def quoted(value: object) -> str:
    """Return a value in quotes, cut short when nobody would read it whole."""
    text = str(value).replace("\n", " ")
    return f"'{text[:57]}…'" if len(text) > 60 else f"'{text}'"


def nearest(name: object, known: Iterable[str], *, otherwise: str = "") -> str:
    """Suggest the known name that a mistaken one most resembles, else list what is known."""
    names = sorted(known)
    close = get_close_matches(str(name)[:80], names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if otherwise or not names:
        return otherwise or "there is none to name"
    listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"write one of: {listed}"
