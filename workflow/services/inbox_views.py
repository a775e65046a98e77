"""The views of an inbox: what each lists, what it is narrowed to, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class View(StrEnum):
    """The lists that an inbox offers."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    AGENCY = "agency"
    WAITING = "waiting"
    ASIDE = "aside"
    FOLLOWING = "following"
    ASKED = "asked"
    """What the agency was asked; `services.asked` lists it."""
    CONFIRM = "confirm"
    """What its registers have to be confirmed; `services.register_lists` lists it."""
    DONE = "done"


BESIDE = (View.FOLLOWING, View.ASKED, View.CONFIRM)
"""The views that are counted row by row, and never narrowed."""
OF_TASKS = (View.MINE, View.UNASSIGNED, View.AGENCY, View.WAITING, View.ASIDE)
"""The views that list open tasks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of an inbox, narrowed or not; None leaves it as it is."""

    view: View
    type: str | None = None
    opener: str | None = None
    text: str | None = None
    group: str | None = None
    label: int | None = None
    """A label of the agency that the case bears."""
    own: bool = False
    """Of completed tasks, only one's own."""

    @property
    def is_narrowed(self) -> bool:
        """Whether something of the view is left out."""
        narrowings = (self.type, self.opener, self.text, self.group, self.label, self.own)
        return any(narrowings)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are; where that is not exact, there are more."""

    n: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox it is: an officer's, acting for an agency."""

    officer: int
    agency: str
    stands_for: tuple[int, ...] = ()
    """Absent colleagues of the agency whose tasks are this officer's for now."""
    keeps: frozenset[str] = frozenset()
    """The agencies whose entries of registers the officer keeps."""

    @property
    def hands(self) -> tuple[int, ...]:
        """Whose tasks are the reader's own."""
        return (self.officer, *self.stands_for)
