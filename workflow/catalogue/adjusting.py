"""What of a request type its coordinator adjusts without writing YAML, and the text that follows.

House terms, texts that people read, and fixed participants: nothing that a norm says. The text
keeps its comments and its layout; only the values that change are written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import yaml

from workflow.catalogue.problems import Path
from workflow.catalogue.source import compose
from workflow.catalogue.vocabulary import CODE, LANGUAGES
from workflow.core.fields import Text

HOUSE: Final = "house"
_READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IN_BLOCKS: Final = frozenset({"|", ">"})
"""Styles of text over several lines, which are left to whoever edits the file."""


class AdjustableKind(StrEnum):
    """What can be adjusted."""

    TERM = "term"
    AGENCY = "agency"
    TEXT = "text"


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
    spans = _spans(text)
    return [one for one in _all(compose(text).data) if one.path in spans]


def adjust(text: str, changes: Mapping[str, str]) -> str:
    """Return the text of the next version, with some of its adjustables changed, by their keys."""
    spans = _spans(text)
    version = compose(text).data["version"]
    written: dict[Path, str] = {("version",): str(version + 1)}
    for one in adjustables(text):
        new = changes.get(one.key, one.value)
        if new != one.value:
            plain = one.kind is AdjustableKind.TERM
            written[one.path] = new if plain else json.dumps(new, ensure_ascii=False)
    for path in sorted(written, key=lambda path: spans[path], reverse=True):
        start, end = spans[path]
        text = text[:start] + written[path] + text[end:]
    return text


def _all(data: Mapping[str, Any]) -> Iterator[Adjustable]:
    own = _title(data)
    yield from _texts(data, (), own, ("title", "summary"))
    for key, role in data.get("roles", {}).items():
        bound = role.get("bind")
        if isinstance(bound, str) and re.fullmatch(CODE, bound):
            path = ("roles", key, "bind")
            yield Adjustable(path, AdjustableKind.AGENCY, bound, _title(role), "bind")
    for at, clock in enumerate(data.get("deadlines", ())):
        yield from _term(clock, ("deadlines", at), _title(clock))
    for at, state in enumerate(data["states"]):
        yield from _state(state, ("states", at))


def _state(state: Mapping[str, Any], path: Path) -> Iterator[Adjustable]:
    title = _title(state)
    yield from _texts(state, path, title, ("title",))
    yield from _texts(state.get("public", {}), (*path, "public"), title, ("label", "description"))
    yield from _term(state.get("deadline", {}), (*path, "deadline"), title)
    for at, task in enumerate(state.get("tasks", ())):
        here = (*path, "tasks", at)
        yield from _texts(task, here, _title(task), ("title", "instructions"))
        yield from _term(task.get("deadline", {}), (*here, "deadline"), _title(task))


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


def _term(deadline: Mapping[str, Any], path: Path, of: Text) -> Iterator[Adjustable]:
    if "term" in deadline and deadline.get("rule", HOUSE) == HOUSE:
        yield Adjustable((*path, "term"), AdjustableKind.TERM, deadline["term"], of, "term")


def _title(part: Mapping[str, Any]) -> Text:
    said = part.get("title") or part.get("key", "")
    return said if isinstance(said, Mapping) else {LANGUAGES[0]: said}


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    path: Path
    is_list: bool
    key: str | None = None
    length: int = 0

    def next(self) -> Path:
        """Return the path of the value that comes now."""
        if self.is_list:
            self.length += 1
            return (*self.path, self.length - 1)
        path = (*self.path, self.key or "")
        self.key = None
        return path


def _spans(text: str) -> dict[Path, tuple[int, int]]:
    """Return where the values of a text begin and end, but those over several lines."""
    spans: dict[Path, tuple[int, int]] = {}
    stack: list[_Open] = []
    for event in yaml.parse(text, Loader=_READER):
        match event:
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                stack.pop()
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                path = stack[-1].next() if stack else ()
                stack.append(_Open(path, isinstance(event, yaml.SequenceStartEvent)))
            case yaml.ScalarEvent() if not stack[-1].is_list and stack[-1].key is None:
                stack[-1].key = event.value
            case yaml.ScalarEvent():
                path, begin, end = stack[-1].next(), event.start_mark, event.end_mark
                if begin and end and event.style not in _IN_BLOCKS:
                    spans[path] = begin.index, end.index
    return spans
