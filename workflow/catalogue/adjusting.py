"""What of a request type its coordinator adjusts without writing YAML, and the text that follows.

House terms, warnings, texts that people read, and fixed participants: nothing that a norm says.
The text keeps its comments and its layout; only the values that change are written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from workflow.catalogue.ladders import LADDERS, STANDARD, read_ladder, spell_ladder
from workflow.catalogue.layout import edited, layout_of
from workflow.catalogue.problems import Path
from workflow.catalogue.source import compose
from workflow.catalogue.vocabulary import CODE, LANGUAGES
from workflow.core.fields import Text

HOUSE: Final = "house"
_OF_A_DEADLINE: Final = ("term", "due")
"""What every deadline says, so that what it does not say is written beside it."""


class AdjustableKind(StrEnum):
    """What can be adjusted."""

    TERM = "term"
    AGENCY = "agency"
    TEXT = "text"
    LADDER = "ladder"
    """The warnings of a deadline."""


@dataclass(frozen=True, slots=True, eq=False)
class Adjustable:
    """One value that may be adjusted, and what it belongs to."""

    path: Path
    kind: AdjustableKind
    value: str
    of: Text
    """The title of the task, state, role or clock it belongs to; of the type, its own."""
    name: str
    """What it is, as `instructions`."""
    language: str = ""

    @property
    def key(self) -> str:
        """A name for it, unique in its text."""
        return ".".join(map(str, self.path))


def adjustables(text: str) -> list[Adjustable]:
    """List what may be adjusted in the text of a sound definition, in the order written."""
    scalars = layout_of(text).scalars
    found = _all(compose(text).data)
    return [one for one in found if one.path in scalars or one.kind is AdjustableKind.LADDER]


def adjust(text: str, changes: Mapping[str, str]) -> str:
    """Return the text of the next version, with some of its adjustables changed, by their keys."""
    layout = layout_of(text)
    version = compose(text).data["version"]
    edits = [layout.set(("version",), str(version + 1))]
    for one in adjustables(text):
        new = changes.get(one.key, one.value)
        if new == one.value:
            continue
        if one.kind is AdjustableKind.LADDER:
            edits.append(layout.put(one.path, new, beside=_OF_A_DEADLINE))
        else:
            plain = one.kind is AdjustableKind.TERM
            written = new if plain else json.dumps(new, ensure_ascii=False)
            edits.append(layout.set(one.path, written))
    return edited(text, edits)


def _all(data: Mapping[str, Any]) -> Iterator[Adjustable]:
    own = _title(data)
    yield from _texts(data, (), own, ("title", "summary"))
    for key, role in data.get("roles", {}).items():
        bound = role.get("bind")
        if isinstance(bound, str) and re.fullmatch(CODE, bound):
            path = ("roles", key, "bind")
            yield Adjustable(path, AdjustableKind.AGENCY, bound, _title(role), "bind")
    for at, clock in enumerate(data.get("deadlines", ())):
        yield from _deadline(clock, ("deadlines", at), _title(clock))
    for at, state in enumerate(data["states"]):
        yield from _state(state, ("states", at))


def _state(state: Mapping[str, Any], path: Path) -> Iterator[Adjustable]:
    title = _title(state)
    yield from _texts(state, path, title, ("title",))
    yield from _texts(state.get("public", {}), (*path, "public"), title, ("label", "description"))
    yield from _deadline(state.get("deadline", {}), (*path, "deadline"), title)
    for at, task in enumerate(state.get("tasks", ())):
        here = (*path, "tasks", at)
        yield from _texts(task, here, _title(task), ("title", "instructions"))
        yield from _deadline(task.get("deadline", {}), (*here, "deadline"), _title(task))


def _texts(
    part: Mapping[str, Any], path: Path, of: Text, names: tuple[str, ...]
) -> Iterator[Adjustable]:
    for name in names:
        said = part.get(name)
        if isinstance(said, str):
            yield Adjustable((*path, name), AdjustableKind.TEXT, said, of, name, LANGUAGES[0])
        elif isinstance(said, Mapping):
            for language, text in said.items():
                whole = (*path, name, language)
                yield Adjustable(whole, AdjustableKind.TEXT, text, of, name, language)


def _deadline(deadline: Mapping[str, Any], path: Path, of: Text) -> Iterator[Adjustable]:
    if not deadline:
        return
    if "term" in deadline and deadline.get("rule", HOUSE) == HOUSE:
        yield Adjustable((*path, "term"), AdjustableKind.TERM, deadline["term"], of, "term")
    for name in LADDERS:
        value = spell_ladder(read_ladder(deadline.get(name, STANDARD)))
        yield Adjustable((*path, name), AdjustableKind.LADDER, value, of, name)


def _title(part: Mapping[str, Any]) -> Text:
    said = part.get("title") or part.get("key", "")
    return said if isinstance(said, Mapping) else {LANGUAGES[0]: said}
