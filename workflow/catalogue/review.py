"""What the second look at a file works with: its parts by name, and the problems found so far.

A part whose shape is wrong is not looked at again, but its name still counts as known, so that
one mistake is told once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from workflow.catalogue.common import Common
from workflow.catalogue.normal_form import Json, merged_data
from workflow.catalogue.problems import Marks, Path, Problem, Written, nearest, quoted
from workflow.catalogue.shape import Shaped

_HELD_UNDER = {
    "role": "roles",
    "field": "data",
    "state": "states",
    "phase": "phases",
    "clock": "deadlines",
    "task": "states",
}


class Part(NamedTuple):
    """A well-shaped part of a definition and where it was written."""

    path: Path
    shape: Json


class TaskPart(NamedTuple):
    """A well-shaped task, and the state it is in."""

    path: Path
    shape: Json
    state: str


@dataclass(slots=True)
class Review:
    """A definition under review."""

    shaped: Shaped
    marks: Marks
    raw: Json
    common: Common
    agencies: Collection[str] | None = None
    rules: Collection[str] | None = None
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    """Every name written, by what it names, well shaped or not."""
    _fields: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the names, and the fields that most questions are about."""
        common_names = [f["key"] for f in self.common.data]
        hidden = (self.shape.get("common") or {}).get("hide") or ()
        self.names = {
            "role": _names_in(self.raw.get("roles")),
            "field": [*(n for n in common_names if n not in hidden), *self.raw_names("data")],
            "state": self.raw_names("states"),
            "phase": self.raw_names("phases"),
            "clock": self.raw_names("deadlines"),
            "task": [name for state in _items(self.raw, "states") for name in _tasks_of(state)],
        }
        self._fields = self._merged_fields()

    @property
    def shape(self) -> Json:
        """What is known of the definition."""
        return self.shaped.data

    @property
    def is_whole(self) -> bool:
        """Whether every part is well shaped, so that what is missing can be told."""
        return not self.shaped.problems

    def tell(self, path: Path, what: str, mend: str) -> None:
        """Note a problem."""
        self.problems.append(self.marks.problem(path, what, mend))

    def knows(self, kind: str, name: str, path: Path) -> bool:
        """Say whether a name names a part of that kind; tell if it does not."""
        if name in self.names[kind]:
            return True
        if (_HELD_UNDER[kind],) in self.shaped.wrong:
            return False  # where the names should be is wrong as a whole
        article = "a" if kind[0] not in "aeiou" else "an"
        self.tell(path, f"{quoted(name)} is not {article} {kind}", nearest(name, self.names[kind]))
        return False

    def knows_agency(self, code: str, path: Path) -> None:
        """Tell if a code is of no agency."""
        if self.agencies is not None and code not in self.agencies:
            self.tell(path, f"no agency has the code {quoted(code)}", nearest(code, self.agencies))

    def knows_rule(self, rule: str, path: Path) -> None:
        """Tell if a counting rule does not exist."""
        if self.rules is not None and rule not in self.rules:
            self.tell(path, f"{quoted(rule)} is not a counting rule", nearest(rule, self.rules))

    # --- Parts -----------------------------------------------------------------------

    def parts(self, key: str) -> Iterator[Part]:
        """Go through the well-shaped parts under a top key."""
        held = self.shape.get(key) or ()
        pairs: Iterable[tuple[str | int, Written]] = (
            held.items() if isinstance(held, dict) else enumerate(held)
        )
        for at, shape in pairs:
            if isinstance(shape, dict) and self._is_sound((key, at)):
                yield Part((key, at), shape)

    def whole(self, key: str) -> Json:
        """Return the mapping under a top key, empty unless all of it is well shaped."""
        held = self.shape.get(key)
        return held if isinstance(held, dict) and self._is_sound((key,)) else {}

    def fields(self) -> dict[str, Json]:
        """Return every well-shaped field of the case by name, the common ones included."""
        return self._fields

    def _merged_fields(self) -> dict[str, Json]:
        own = [part.shape for part in self.parts("data")]
        wish = self.shape.get("common") if self._is_sound(("common",)) else None
        merged = merged_data({"common": wish, "data": own}, self.common)
        return {f["key"]: f for f in merged}

    def states(self) -> Iterator[Part]:
        """Go through the well-shaped states, whatever the shape of their tasks."""
        for at, shape in enumerate(self.shape.get("states") or ()):
            path: Path = ("states", at)
            if isinstance(shape, dict) and self._is_sound(path, but=(*path, "tasks")):
                yield Part(path, shape)

    def tasks(self) -> Iterator[TaskPart]:
        """Go through the well-shaped tasks of all states."""
        for at, state in enumerate(self.shape.get("states") or ()):
            for number, task in enumerate((state or {}).get("tasks") or ()):
                path: Path = ("states", at, "tasks", number)
                if isinstance(task, dict) and self._is_sound(path):
                    yield TaskPart(path, task, state.get("key", ""))

    def _is_sound(self, path: Path, *, but: Path | None = None) -> bool:
        wrong = (w for w in self.shaped.wrong if w[: len(path)] == path or path[: len(w)] == w)
        return all(but is not None and w[: len(but)] == but for w in wrong)

    def raw_names(self, key: str) -> list[str]:
        """Return the names written under a top key, whether well shaped or not."""
        return [name for item in _items(self.raw, key) for name in _name_of(item)]


def _items(raw: Json, key: str) -> list[Written]:
    held = raw.get(key)
    return held if isinstance(held, list) else []


def _name_of(item: Written) -> list[str]:
    name = item.get("key") if isinstance(item, dict) else item
    return [name] if isinstance(name, str) else []


def _names_in(held: Written) -> list[str]:
    return list(held) if isinstance(held, dict) else []


def _tasks_of(state: Written) -> list[str]:
    tasks = _items(state, "tasks") if isinstance(state, dict) else []
    return [name for task in tasks for name in _name_of(task)]
