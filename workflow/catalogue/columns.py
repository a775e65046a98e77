"""The columns of tables that are imported: what each is called, asks and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from workflow.catalogue.cells import folded, nearest
from workflow.catalogue.sheets import Line
from workflow.catalogue.source import compose
from workflow.core.acts.importing import MAY_LACK
from workflow.core.definition import DataItem, Definition, RoleItem
from workflow.core.fields import Choice, Computation, Field, FieldType, Text, words
from workflow.core.registers.types import EntryType
from workflow.core.roles import ToChosen

ROLES: Final = "roles."
FIXED: Final = ("type", "external_number", "opener", "state", "opened_on", "entered_on", "holder")
"""The columns of every request type, in the order of the template."""
KEEPING: Final = ("keeper", "confirmed_on")
"""The columns of every register, after its fields."""
_MAY_BE_BLANK: Final = frozenset({"type", "holder"})
_FIRST: Final = ("type", "external_number", "subject", "opener", "state")
_LISTED: Final = frozenset({FieldType.CHOICE, FieldType.CHOICES})


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, as a word that pages have a sentence for."""

    line: int
    column: Text | str
    """The title of the column, or what the file calls one that is not known."""
    code: str
    about: Mapping[str, Any] = field(default_factory=dict)
    within: Mapping[str, Any] = field(default_factory=dict)
    """Where the line is one of a further sheet: {sheet}; of a row in the cell: {row, part}."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a table to be imported."""

    key: str
    title: Text
    help: Text
    required: bool = False
    sometimes: bool = False
    """Whether it is required only where something else says so."""
    choices: tuple[tuple[str, Text], ...] = ()
    spec: Field | None = None
    """The field that it fills in, if it fills in one."""


def words_for(key: str, part: str = "title") -> Text:
    """Return what a column, or anything else in a template, is called in every language."""
    found: Text = _vocabulary()[key][part]
    return found


@cache
def _vocabulary() -> dict[str, Any]:
    text = resources.files("workflow.catalogue").joinpath("columns.yaml").read_text("utf-8")
    read: dict[str, Any] = compose(text, file="columns.yaml").data
    return read


@cache
def case_columns(definition: Definition) -> tuple[Column, ...]:
    """Return the columns of cases of a type that are under way."""
    asked = {item.field for item in definition.opening if isinstance(item, DataItem)}
    fields = {spec.key: spec for spec in definition.data.values() if is_cell(spec)}
    found = {key: _fixed(key, definition) for key in FIXED}
    found |= {
        key: field_column(spec, asked=key in asked)
        for key, spec in fields.items()
        if key not in FIXED
    }
    chosen = {item.role for item in definition.opening if isinstance(item, RoleItem)}
    for role in definition.roles.values():
        if role.key in chosen or (isinstance(role.bind, ToChosen) and not role.external):
            key = f"{ROLES}{role.key}"
            told = words_for(*(("agencies", "help") if role.many else ("kind_agency",)))
            found[key] = Column(key, role.title, told)
    return tuple(found[key] for key in dict.fromkeys((*_FIRST, *found)) if key in found)


@cache
def entry_columns(kind: EntryType) -> tuple[Column, ...]:
    """Return the columns of entries of a register."""
    fields = (field_column(spec) for spec in kind.fields.values() if is_cell(spec))
    keeping = (Column(key, words_for(key), words_for(key, "help")) for key in KEEPING)
    return (*fields, *keeping)


def _fixed(key: str, definition: Definition) -> Column:
    states = ((s.key, s.title) for s in definition.states.values() if not s.final)
    listed = {"state": tuple(states), "type": ((definition.key, definition.title),)}
    return Column(
        key,
        words_for(key),
        words_for(key, "help"),
        required=key not in _MAY_BE_BLANK,
        choices=listed.get(key, ()),
        spec=definition.data.get(key),
    )


def is_cell(spec: Field) -> bool:
    """Say whether a cell can say what a field holds: what was typed, or when a task was done."""
    return spec.computed is None or is_done_on(spec)


def is_done_on(spec: Field) -> bool:
    """Say whether a field tells on which day a task was done, perhaps before the system."""
    return spec.computed is not None and spec.computed.kind is Computation.LAST_COMPLETED


def field_column(spec: Field, *, asked: bool = True) -> Column:
    """Return the column of a field; one that is not asked at the beginning may be blank."""
    kind = _kind_of(spec)
    told = {
        language: f"{spec.help[language]} {words}".strip()
        if spec.help and language in spec.help
        else words
        for language, words in kind.items()
    }
    later = spec.type in MAY_LACK
    wanted = asked and spec.required and spec.default is None and not later
    listed: Iterable[Choice] = spec.choices if spec.type in _LISTED else ()
    return Column(
        spec.key,
        spec.title,
        told,
        required=wanted and spec.shown_if is None,
        sometimes=wanted and spec.shown_if is not None,
        choices=tuple((choice.key, choice.title) for choice in listed),
        spec=spec,
    )


def row_columns(spec: Field) -> tuple[Column, ...]:
    """Return the columns of the rows of a table field."""
    return tuple(field_column(column) for column in spec.columns if column.computed is None)


def _kind_of(spec: Field) -> Text:
    """Say what a cell of a field takes; of a table, how its rows are written."""
    told = words_for(f"kind_{spec.type.value}")
    if spec.type is FieldType.DOCUMENT:
        more = words_for("kind_versions") if spec.versions else {}
        return {
            language: f"{text} {more.get(language, '')}".strip() for language, text in told.items()
        }
    if spec.type is not FieldType.TABLE:
        return told
    titles = {language: [words(c.title, language) for c in row_columns(spec)] for language in told}
    return {
        language: text.replace("{columns}", " | ".join(titles[language]))
        for language, text in told.items()
    }


def places(header: Line, columns: Sequence[Column]) -> tuple[dict[str, int], list[CellFault]]:
    """Return where each column stands in a table, and what is wrong with its header."""
    known = dict(_called(columns))
    found: dict[str, int] = {}
    faults = []
    for n, written in enumerate(header.cells):
        if not written:
            continue
        key = known.get(folded(written.rstrip("* ")))
        if key is None:
            faults.append(_unknown(header.no, written, columns, known))
        elif key in found:
            faults.append(CellFault(header.no, written[:80], "column_twice"))
        else:
            found[key] = n
    missing = (c for c in columns if c.required and c.key not in found)
    faults += [CellFault(header.no, column.title, "column_missing") for column in missing]
    return found, faults


def _called(columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    """Go through what each column may be called, those of the table itself last, as they win."""
    for column in sorted(columns, key=lambda one: one.key in FIXED):
        asked = column.spec.title if column.spec else column.title
        for name in (column.key, *asked.values(), *column.title.values()):
            yield folded(name), column.key


def _unknown(
    line: int, written: str, columns: Sequence[Column], known: Mapping[str, str]
) -> CellFault:
    close = nearest(written.rstrip("* "), known)
    titles = {column.key: dict(column.title) for column in columns}
    about = {"near": titles[known[close]]} if close else {}
    return CellFault(line, written[:80], "column_unknown", about)
