"""Reads YAML into plain values and remembers where each was written; refuses what is unsafe.

The composer goes over the parser's events without recursion and stops at the first thing that
a definition never needs (anchors, tags, deep nesting), so no file can exhaust the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import yaml

from workflow.catalogue.problems import Marks, Path, Problem, Refused, Written, quoted

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_NODES = 50_000

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {w: w.lower() == "true" for w in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Only its events are used: its own composer is recursive and crashes on deep nesting."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as plain values, with the place of each."""

    data: Written
    marks: Marks


class _Stop(Exception):  # noqa: N818 - carries the problem at which reading stops
    """Nothing after this can be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    value: dict[str, Written] | list[Written]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class _Composer:
    """The values read so far."""

    file: str
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    duplicates: list[Problem] = field(default_factory=list)
    root: Written = None
    documents: int = 0
    nodes: int = 0

    def take(self, event: yaml.Event) -> None:
        """Use one event of the parser."""
        match event:
            case yaml.AliasEvent():
                raise self._stop(event, "aliases are not allowed", "write the value out")
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self._stop(event, "a second document begins", "keep one in each file")
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()
            case yaml.ScalarEvent():
                self._check(event)
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._check(event)
                self._begin(event, {})
            case yaml.SequenceStartEvent():
                self._check(event)
                self._begin(event, [])

    def _check(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if event.anchor is not None:
            raise self._stop(event, f"anchor {quoted(event.anchor)} is not allowed", "remove it")
        if getattr(event, "tag", None) is not None:
            raise self._stop(event, f"tag {quoted(event.tag)} is not allowed", "remove it")  # type: ignore[attr-defined]
        if self.nodes > MAX_NODES:
            raise self._stop(event, f"more than {MAX_NODES} values", "split the definition")

    def _begin(self, event: yaml.NodeEvent, value: dict[str, Written] | list[Written]) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder and isinstance(holder.value, dict) and holder.key is None:
            raise self._stop(event, "a key must be a word", "write plain text before the colon")
        if len(self.stack) >= MAX_DEPTH:
            raise self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        self.stack.append(_Open(value, self._place(event, value)))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder and isinstance(holder.value, dict) and holder.key is None:
            self._key(event, holder, holder.value)
            return
        self._place(event, _resolved(event))

    def _key(self, event: yaml.ScalarEvent, holder: _Open, mapping: dict[str, Written]) -> None:
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise self._stop(event, "merge keys are not allowed", "write the values out")
        path = (*holder.path, key)
        if key in mapping:
            first = self.places[path][0]
            self.duplicates.append(
                self._problem(
                    event, f"{quoted(key)} is written twice", f"keep it here or on line {first}"
                )
            )
        self.places[path] = _place_of(event)
        holder.key = key

    def _place(self, event: yaml.NodeEvent, value: Written) -> Path:
        """Put a value where it belongs and return its path."""
        if not self.stack:
            self.root = value
            self.places[()] = _place_of(event)
            return ()
        holder = self.stack[-1]
        if isinstance(holder.value, dict):
            key = holder.key or ""
            holder.value[key] = value
            holder.key = None
            return (*holder.path, key)
        path: Path = (*holder.path, len(holder.value))
        self.places[path] = _place_of(event)
        if isinstance(value, str):  # lists of names are also looked up by name
            self.places.setdefault((*holder.path, value), self.places[path])
        holder.value.append(value)
        return path

    def _stop(self, event: yaml.Event, what: str, mend: str) -> _Stop:
        return _Stop(self._problem(event, what, mend))

    def _problem(self, event: yaml.Event, what: str, mend: str) -> Problem:
        line, column = _place_of(event)
        return Problem(self.file, line, column, what, mend)


def _place_of(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _resolved(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    """Give a plain word its YAML 1.2 meaning: `no`, `on` and dates stay text."""
    text = event.value
    if event.style not in (None, ""):
        return str(text)
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else str(text)


def read_text(path: FilePath) -> str:
    """Return the text of a definition file; raise `Refused` for what cannot be one."""
    if not path.is_file():
        raise Refused([Problem(path.name, 1, 1, "no such file", "check the path")])
    if path.stat().st_size > MAX_BYTES:
        raise Refused([_too_big(path.name)])
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        fault = Problem(path.name, line, 1, "the text is not UTF-8", "save the file as UTF-8")
        raise Refused([fault]) from None


def compose(text: str, *, file: str = "definition") -> Source:
    """Read YAML text into plain values and their places; raise `Refused`."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise Refused([_too_big(file)])
    composer = _Composer(file)
    try:
        for event in _events(text, file):
            composer.take(event)
    except _Stop as stop:
        raise Refused([stop.problem, *composer.duplicates]) from None
    if composer.duplicates:
        raise Refused(composer.duplicates)
    return Source(composer.root, Marks(file, composer.places))


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    """Go through the parser's events, its complaints made problems."""
    try:
        yield from yaml.parse(text, Loader=_PARSER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = f"this is not YAML: {error.problem or error.context}"
        mend = "check indentation, colons, quotes and brackets"
        raise _Stop(Problem(file, line, column, what, mend)) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        line = text.count("\n", 0, getattr(error, "position", None) or 0) + 1
        what, mend = "a character that YAML does not allow", "remove control characters"
        raise _Stop(Problem(file, line, 1, what, mend)) from None


def _too_big(file: str) -> Problem:
    what = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
    return Problem(file, 1, 1, what, "a definition is never that long; check that it is one")
