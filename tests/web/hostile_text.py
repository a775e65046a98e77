"""Hostile texts put where people write, each with a mark by which it is found on every page."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import unquote_plus

from icalendar import Calendar
from marshmallow import ValidationError

import web
from tests.web.naughty import NAUGHTY
from web.spreadsheets import FORMULA
from web.words.isolation import closed
from workflow.catalogue.forms import read_value
from workflow.core.definition import Definition
from workflow.core.fields import Field, FieldType
from workflow.core.scenario import Scenario, Step

MARK: Final = re.compile(r"zq\d+z")
_MAILS: Final = Path(web.__file__).parent / "templates" / "mail"
_UNSEEN: Final = re.compile(r"[\s\u202a-\u202e\u2066-\u2069]+")
_ADDRESSES: Final = frozenset({"href", "src", "action", "formaction", "xlink:href", "poster"})
_RUNS: Final = re.compile(r"\s*(javascript|data|vbscript|file):|//", re.IGNORECASE)
_WRITTEN: Final = (FieldType.TEXT, FieldType.LONG_TEXT)


@dataclass(slots=True)
class Planter:
    """Draws texts, and remembers by its mark what was planted."""

    random: Random
    planted: dict[str, str] = field(default_factory=dict)
    _left: list[str] = field(default_factory=list)

    def typed(self, *, most: int = 400) -> str:
        """Draw a text as somebody may send it; every text comes before one comes again."""
        while True:
            if not self._left:
                self._left = self.random.sample(NAUGHTY, len(NAUGHTY))
            text = self._left.pop()
            mark = f"zq{len(self.planted)}z"
            if len(text) + len(mark) < most:
                self.planted[mark] = text
                return f"{text} {mark}"

    def sendable(self, *, most: int = 2000) -> str:
        """Draw a text that a browser can send: neither NUL nor half a character."""
        while True:
            text = self.typed(most=most)
            if "\0" not in text and "\ud800" not in text:
                return text

    def kept(self, spec: Field) -> str:
        """Draw a text as a field keeps it."""
        most = (spec.length or (0, 400))[1]
        while True:
            try:
                read = read_value(spec, self.typed(most=most))
            except ValidationError:
                continue
            if "\0" not in read and "\ud800" not in read:
                self.planted[MARK.findall(read)[-1]] = MARK.sub("", read).rstrip(" ")
                return str(read)

    def one_line(self, most: int = 80) -> str:
        """Draw what names somebody or something."""
        return self.kept(Field("name", {}, FieldType.TEXT, length=(1, most)))

    def told(self, scenario: Scenario, definition: Definition) -> Scenario:
        """Return a story in which everything that people write is hostile."""
        steps = tuple(self._step(step, definition) for step in scenario.steps)
        return replace(scenario, opening=self._step(scenario.opening, definition), steps=steps)

    def _step(self, step: Step, definition: Definition) -> Step:
        items = definition.task(step.task).form if step.task and step.outcome else ()
        own = {item.key: item for item in items if isinstance(item, Field)}
        return replace(
            step,
            data=self.values(definition.data, step.data),
            answers=self.values(own, step.answers),
            reason=self.one_line() if step.reason and not step.refused else step.reason,
            expect=self._expected(step.expect, definition),
        )

    def _expected(self, expect: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
        """Return what a story expects but of words, which are others now."""
        data = {
            key: value
            for key, value in expect.get("data", {}).items()
            if definition.data[key].type not in (*_WRITTEN, FieldType.TABLE)
        }
        records = {key: _wordless(kept) for key, kept in expect.get("records", {}).items()}
        without = {"data": data, "records": records}
        return {key: without.get(key, value) for key, value in expect.items()}

    def values(self, fields: Mapping[str, Field], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return data in which each text is a hostile one."""
        return {key: self._value(fields.get(key), value) for key, value in data.items()}

    def _value(self, spec: Field | None, value: Any) -> Any:
        if spec is None or spec.rows_of is not None:
            return value
        if spec.type in _WRITTEN and value:
            return self.kept(spec)
        if spec.type is FieldType.TABLE:
            columns = {column.key: column for column in spec.columns if not column.given}
            return [self.values(columns, row) for row in value]
        return value


def _wordless(kept: Any) -> Any:
    """Return what is to become of a register entry, but for the words that it is to hold."""
    if not isinstance(kept, Mapping) or "values" not in kept:
        return kept
    values = {key: one for key, one in kept["values"].items() if not isinstance(one, str)}
    return {**kept, "values": values}


class Shown(HTMLParser):
    """A page as a browser would show it: its texts, and what in it could act."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.typed: list[str] = []
        self.faults: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at what an element was given."""
        if tag in ("script", "style", "textarea", "title"):
            self._inside.append(tag)
        for name, value in attrs:
            text = value or ""
            acts = name.startswith("on") or name in ("style", "srcdoc") or "struck" in name
            if acts or (name in _ADDRESSES and _RUNS.match(text)):
                self.faults.append(f"<{tag} {name}={text[:80]!r}>")
            shown = name != "value" and name not in _ADDRESSES
            (self.texts if shown else self.typed).append(text)
            if not shown and "%" in text:
                self.typed.append(unquote_plus(text))  # what was searched for stands there too

    def handle_endtag(self, tag: str) -> None:
        """Come out of an element in which there is only text."""
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        """Take note of a text."""
        inside = self._inside[-1] if self._inside else ""
        if inside in ("script", "style") and data.strip():
            self.faults.append(f"<{inside}>{data[:80]}")
        if inside == "textarea":
            self.typed.append(data)
        else:
            self.texts.append(data)


def faults_of(html: str, planted: Mapping[str, str]) -> list[str]:
    """List what hostile texts did to a page: elements, addresses, cuts, words turned round."""
    page = Shown(html)
    open_ended = [f"not closed: {text!r}" for text in page.texts if closed(text) != text]
    read = ["".join(page.texts), *page.texts, *page.typed]
    return [*page.faults, *open_ended, *cuts(read, planted)]


def mail_faults(html: str, planted: Mapping[str, str]) -> list[str]:
    """List what hostile texts did to a mail, whose elements have styles of their own."""
    ours = "".join(path.read_text(encoding="utf-8") for path in _MAILS.glob("*.html"))

    def is_ours(fault: str) -> bool:
        element, _, style = fault.partition(" style=")
        said = style.removesuffix(">")[1:-1] or element.removeprefix("<style>").strip()
        return bool(said) and said[:40] in ours

    return [fault for fault in faults_of(html, planted) if not is_ours(fault)]


def cuts(texts: Sequence[str], planted: Mapping[str, str]) -> list[str]:
    """List the texts whose mark is there, and that themselves are nowhere there whole."""
    bare = [_bare(text) for text in texts]
    found = {mark for text in bare for mark in MARK.findall(text)}
    return [
        f"{mark}: {planted[mark]!r} is not there whole"
        for mark in sorted(found & planted.keys())
        if not any(_bare(planted[mark]) + mark in text for text in bare)
    ]


def _bare(text: str) -> str:
    """Return a text without what nobody sees."""
    return _UNSEEN.sub("", text)


def table_faults(text: str, planted: Mapping[str, str]) -> list[str]:
    """List the cells of a CSV that a spreadsheet would count, and the texts that lack a part."""
    cells = [
        c for row in csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=";") for c in row
    ]
    counted = [f"a formula: {cell!r}" for cell in cells if cell.startswith(FORMULA)]
    return [*counted, *cuts([cell.removeprefix("'") for cell in cells], planted)]


def calendar_faults(content: bytes, planted: Mapping[str, str]) -> list[str]:
    """List what in a calendar came of a text instead of an event."""
    calendar = Calendar.from_ical(content)
    kinds = {part.name for part in calendar.walk()} - {"VCALENDAR", "VEVENT", "VTIMEZONE"}
    events = calendar.walk("VEVENT")
    told = [str(event.get(name, "")) for event in events for name in ("summary", "description")]
    strange = kinds - {"STANDARD", "DAYLIGHT"}
    return [*(f"a part {kind}" for kind in strange), *cuts(told, planted)]


def json_faults(text: str, planted: Mapping[str, str]) -> list[str]:
    """List the texts of a file of data that lack a part."""
    return cuts(list(_strings(json.loads(text))), planted)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from (key, *_strings(one))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
