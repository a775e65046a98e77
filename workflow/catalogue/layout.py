"""Where the values of a text stand, so that some are written anew and all else stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml

from workflow.catalogue.problems import Path

_READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IN_BLOCKS: Final = frozenset({"|", ">"})
"""Styles of text over several lines, which are left to whoever edits the file."""


class Edit(NamedTuple):
    """What takes the place of a stretch of a text."""

    start: int
    end: int
    text: str


class Key(NamedTuple):
    """Where the name of a value stands."""

    start: int
    column: int
    end: int


@dataclass(slots=True)
class Layout:
    """Where the values of a text begin and end."""

    text: str
    scalars: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """But those over several lines."""
    lists: dict[Path, int] = field(default_factory=dict)
    """Where each list ends."""
    keys: dict[Path, Key] = field(default_factory=dict)
    braces: dict[Path, int] = field(default_factory=dict)
    """The closing brace of each mapping that is written on a line."""

    def set(self, path: Path, value: str) -> Edit:
        """Write a value in the place of the one there is."""
        return Edit(*self.scalars[path], value)

    def put(self, path: Path, value: str, *, beside: Iterable[str]) -> Edit:
        """Write a value whatever stands there: a word, a list or nothing.

        Where there is nothing it is written beside the first of some keys of the same mapping.
        """
        if path in self.scalars:
            return self.set(path, value)
        *above, name = path
        if path in self.lists:
            colon = self.text.index(":", self.keys[path].end)
            return Edit(colon + 1, self.lists[path], f" {value}")
        brace = self.braces.get(tuple(above))
        if brace is not None:
            comma = "" if self.text[:brace].rstrip().endswith(",") else ", "
            return Edit(brace, brace, f"{comma}{name}: {value}")
        key = next(self.keys[k] for one in beside if (k := (*above, one)) in self.keys)
        return Edit(key.start, key.start, f"{name}: {value}\n{' ' * key.column}")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after some edits, none of which overlap."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def layout_of(text: str) -> Layout:
    """Find where the values of a sound text stand."""
    found, stack, last = Layout(text), list[_Open](), 0
    for event in yaml.parse(text, Loader=_READER):
        match event:
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                closed = stack.pop()
                if closed.is_list:
                    found.lists[closed.path] = _index(event.end_mark) if closed.flows else last
                elif closed.flows:
                    found.braces[closed.path] = _index(event.start_mark)
                last = _index(event.end_mark) if closed.flows else last
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                path = stack[-1].next() if stack else ()
                is_list = isinstance(event, yaml.SequenceStartEvent)
                stack.append(_Open(path, is_list=is_list, flows=bool(event.flow_style)))
            case yaml.ScalarEvent():
                last = _index(event.end_mark)
                _note(found, stack[-1], event)
    return found


def _index(mark: Any) -> int:  # noqa: ANN401 - the marks of two readers, never missing
    return int(mark.index)


def _note(found: Layout, inside: _Open, event: yaml.ScalarEvent) -> None:
    begin, end = event.start_mark, event.end_mark
    if not (begin and end):
        return
    if not inside.is_list and inside.key is None:
        inside.key = event.value
        found.keys[(*inside.path, event.value)] = Key(begin.index, begin.column, end.index)
        return
    path = inside.next()
    if event.style not in _IN_BLOCKS:
        found.scalars[path] = begin.index, end.index


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    path: Path
    is_list: bool
    flows: bool
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
