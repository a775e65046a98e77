"""A request that is being written: its sections, what was typed so far, and what is still missing.

What a browser sent is kept as it came, section by section, and read again each time: so nothing
typed is lost, right or wrong, and every page judges it by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from web.forms.entries import entry_words
from web.forms.reading import FormRead, read_form, shown_values
from web.forms.typed import Typed
from web.stores import document_store, most_bytes
from web.words.field_values import Fact, agency_words, fact_of
from web.words.languages import in_language
from web.words.phrases import phrase
from workflow.catalogue.common import common
from workflow.core.acts.answers import Answers
from workflow.core.computed import computed_values
from workflow.core.conditions import holds, is_present
from workflow.core.definition import DataItem, Definition, RoleItem
from workflow.core.fields import Field, FieldType
from workflow.core.network import Network
from workflow.core.world import World

Item = DataItem | RoleItem
MOST_INPUTS = 8
"""More than so many in a section tire people (house rule)."""
ABOUT = ("subject", "description", "country", "event_date", "priority", "priority_reason")
Pairs = list[list[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form, answered on a page of its own."""

    key: str
    kind: str
    """about, sorting, details, table, documents or parts: what its title is made from."""
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer on the page that checks them: its input, its words, and what is wrong with it."""

    name: str
    fact: Fact
    wrong: tuple[str, ...]
    is_typed: bool
    """Whether something was typed that cannot be taken; what a form offers blank is not typed."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A section on the page that checks the answers."""

    section: Section
    rows: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A request as it is kept between pages."""

    id: int
    definition: Definition
    agency: str
    key: str
    """By which it is opened once, however often it is sent."""
    saved_at: datetime
    typed: Mapping[str, Pairs] = field(default_factory=dict)
    """By section: names and values of its inputs as they came."""
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sent: Mapping[str, Any] | None = None
    """Number and access code once it has been opened, until the receipt is shown."""
    code: str = ""
    """The access code it will have, known before it is opened: so no failure can lose it."""

    def as_data(self) -> dict[str, Any]:
        """Spell it for storage."""
        return {
            "agency": self.agency,
            "key": self.key,
            "typed": dict(self.typed),
            "documents": dict(self.documents),
            "sent": self.sent,
            "code": self.code,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A draft read as a whole: its answers, what is wrong by section, what was typed."""

    answers: Answers
    values: Mapping[str, Any]
    """Data as the rules would see it: answers, defaults and what follows from them."""
    read: Mapping[str, FormRead]
    shown: Mapping[str, tuple[Item, ...]]
    """By section: the items that the answers so far make it ask."""
    errors: Mapping[str, Mapping[str, str]]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing or wrong."""
        return not any(self.errors.values())


def sections(definition: Definition) -> tuple[Section, ...]:
    """Return the sections of the opening form, small enough for a page each."""
    return tuple(_sections(definition))


def _sections(definition: Definition) -> Iterator[Section]:
    shared = set(common().opening)
    data = [i for i in definition.opening if isinstance(i, DataItem)]
    asked = [i for i in data if definition.data[i.field].computed is None]
    about = [i for name in ABOUT for i in asked if i.field == name]
    yield Section("sobre", "about", tuple(about))
    tables = [i for i in asked if _type(definition, i) is FieldType.TABLE]
    documents = [i for i in asked if _type(definition, i) is FieldType.DOCUMENT]
    plain = [i for i in asked if i not in (*about, *tables, *documents)]
    own = [i for i in plain if i.field not in shared]
    for n, first in enumerate(range(0, len(own), MOST_INPUTS), 1):
        yield Section(f"dados-{n}", "details", tuple(own[first : first + MOST_INPUTS]))
    for item in tables:
        yield Section(f"tabela-{item.field}", "table", (item,))
    for key, kind, found in (
        ("temas", "sorting", [i for i in plain if i.field in shared]),
        ("partes", "parts", [i for i in definition.opening if isinstance(i, RoleItem)]),
        ("documentos", "documents", documents),
    ):
        if found:
            yield Section(key, kind, tuple(found))


def _type(definition: Definition, item: DataItem) -> FieldType:
    return definition.data[item.field].type


def read_draft(draft: Draft, *, world: World, today: date) -> Written:
    """Read everything that was typed, keeping only what the answers so far make the form ask."""
    definition = draft.definition
    read = {s.key: _read(draft, s, world=world, today=today) for s in sections(definition)}
    given = {k: v for r in read.values() for k, v in r.answers.data.items()}
    values = _values(definition, {**given, **draft.documents}, world)
    shown = {s.key: _shown(definition, s.items, values) for s in sections(definition)}
    asked = {i.field for items in shown.values() for i in items if isinstance(i, DataItem)}
    data = {key: value for key, value in given.items() if key in asked}
    answers = Answers(
        data=data,
        roles={role: held for r in read.values() for role, held in r.answers.roles.items()},
        in_turn=frozenset(role for r in read.values() for role in r.answers.in_turn),
        documents={key: doc for key, doc in draft.documents.items() if key in asked},
    )
    whole = _values(definition, {**data, **answers.documents}, world)
    errors = {
        key: _errors(definition, shown[key], form, whole, answers) for key, form in read.items()
    }
    return Written(answers, whole, read, shown, errors)


def _read(draft: Draft, section: Section, *, world: World, today: date) -> FormRead:
    form: MultiDict[str, str] = MultiDict(
        (name, value) for name, value in draft.typed.get(section.key, ())
    )
    files: MultiDict[str, FileStorage] = MultiDict()
    return read_form(
        draft.definition,
        section.items,
        form,
        files,
        network=world.network,
        today=today,
        current={},
        store=document_store(),
        limit=most_bytes(),
    )


def _values(definition: Definition, given: Mapping[str, Any], world: World) -> dict[str, Any]:
    """Return data as opening the case would make it, to judge which questions are asked."""
    defaults = {f.key: f.default for f in definition.data.values() if f.default is not None}
    data = {**defaults, **given}
    return {**data, **computed_values(definition, data, completed_on={}, world=world)}


def _shown(
    definition: Definition, items: Iterable[Item], values: Mapping[str, Any]
) -> tuple[Item, ...]:
    return tuple(
        item
        for item in items
        if isinstance(item, RoleItem) or holds(definition.data[item.field].shown_if, values)
    )


def _errors(
    definition: Definition,
    items: Iterable[Item],
    form: FormRead,
    values: Mapping[str, Any],
    answers: Answers,
) -> dict[str, str]:
    """Say what is wrong in a section, in the order of its inputs."""
    found: dict[str, str] = {}
    for item in items:
        name = input_name(definition, item)
        wrong = {key: text for key, text in form.errors.items() if _is_of(key, name)}
        found |= wrong
        if not wrong and _is_missing(definition, item, values, answers):
            found[name] = phrase("faults", "missing", {})
    return found


def _is_missing(
    definition: Definition, item: Item, values: Mapping[str, Any], answers: Answers
) -> bool:
    if isinstance(item, RoleItem):
        return not definition.roles[item.role].many and not answers.roles.get(item.role)
    return definition.data[item.field].required and not is_present(values.get(item.field))


def _is_of(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}.")


def input_name(definition: Definition, item: Item) -> str:
    """Return the name that the inputs of an item begin with."""
    if isinstance(item, RoleItem):
        return f"roles.{item.role}"
    is_document = definition.data[item.field].type is FieldType.DOCUMENT
    return f"documents.{item.field}" if is_document else f"data.{item.field}"


def _title(definition: Definition, item: Item) -> str:
    if isinstance(item, RoleItem):
        return in_language(definition.roles[item.role].title)
    return in_language(definition.data[item.field].title)


def typed_in(draft: Draft, section: Section, written: Written) -> dict[str, Typed]:
    """Return what the inputs of a section show: what was typed, else defaults, else documents."""
    known = shown_values(draft.definition, section.items, {})
    held = {f"data.{key}": dict(document) for key, document in draft.documents.items()}
    return {**known, **written.read[section.key].typed, **held}


def checked(draft: Draft, written: Written, network: Network) -> list[Checked]:
    """Return every answer in words, section by section."""
    return [
        Checked(
            part,
            tuple(
                _answered(draft.definition, part, item, written, network)
                for item in written.shown[part.key]
            ),
        )
        for part in sections(draft.definition)
    ]


def _answered(
    definition: Definition, part: Section, item: Item, written: Written, network: Network
) -> Answered:
    name = input_name(definition, item)
    wrong = (said for key, said in written.errors[part.key].items() if _is_of(key, name))
    untaken = written.read[part.key].errors
    return Answered(
        name,
        _fact(definition, item, written, network),
        tuple(dict.fromkeys(wrong)),
        is_typed=any(_is_of(key, name) for key in untaken),
    )


def _fact(definition: Definition, item: Item, written: Written, network: Network) -> Fact:
    if isinstance(item, RoleItem):
        held = "; ".join(agency_words(c, network) for c in written.answers.roles.get(item.role, ()))
        if item.role in written.answers.in_turn:
            held = phrase("case", "asked_in_turn", {"agencies": held})
        return Fact(item.role, _title(definition, item), held)
    spec, value = definition.data[item.field], written.values.get(item.field)
    fact = fact_of(spec, value, network)
    if spec.type is FieldType.ENTRY and value:
        return replace(fact, text=entry_words(value))
    return fact


def fields_of(definition: Definition, items: Iterable[Item]) -> list[Field]:
    """Return the fields among the items of a form."""
    return [definition.data[item.field] for item in items if isinstance(item, DataItem)]
