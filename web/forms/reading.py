"""Reads a form made from a definition: answers that fit, and a sentence for each that does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from web.forms.entries import find_entry
from web.forms.turns import read_chosen
from web.forms.typed import Typed, as_typed, typed_field
from web.forms.uploads import keep_upload
from web.words.phrases import phrase
from workflow.catalogue.form_values import Fault
from workflow.catalogue.forms import (
    doubts,
    fill,
    form_schema,
    is_untouched,
    unknown_agencies,
)
from workflow.core.acts.answers import Answers
from workflow.core.conditions import is_present
from workflow.core.definition import DataItem, Definition, FormItem, RoleItem
from workflow.core.errors import AnswersRefused, DocumentMissing
from workflow.core.fields import Field, FieldType
from workflow.core.network import Network
from workflow.storage.documents import DocumentStore

MORE_ROWS = "more_rows"
"""The button that asks for more lines in a table."""

CONFIRMED = "confirmed"
"""Repeats a value that looked mistyped and was meant."""


@dataclass(frozen=True, slots=True)
class Named:
    """A field of a form with the name that its inputs begin with."""

    name: str
    spec: Field


@dataclass(frozen=True, slots=True)
class FormRead:
    """A form as it was sent: the answers, what is wrong by input, and what was typed."""

    answers: Answers
    errors: Mapping[str, str]
    typed: Mapping[str, Typed]
    doubtful: Mapping[str, str] = field(default_factory=dict)
    """By input: a value that looks mistyped, to be confirmed."""
    wants_rows: bool = False


def named_fields(definition: Definition, items: Iterable[FormItem]) -> list[Named]:
    """Return the fields that a form asks, without parts and computed ones."""
    found = []
    for item in items:
        match item:
            case DataItem(key):
                if definition.data[key].computed is None:
                    found.append(Named(f"data.{key}", definition.data[key]))
            case Field():
                found.append(Named(f"own.{item.key}", item))
    return found


def role_names(items: Iterable[FormItem]) -> list[str]:
    """Return the parts that a form lets choose."""
    return [item.role for item in items if isinstance(item, RoleItem)]


def read_form(
    definition: Definition,
    items: Sequence[FormItem],
    form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    *,
    network: Network,
    today: date,
    current: Mapping[str, Any],
    store: DocumentStore,
    limit: int,
    documents: Iterable[str] = (),
    whole: bool = True,
) -> FormRead:
    """Read what was sent for the items of a form.

    `current` is the case data so far; `documents` are document fields that may come besides
    those the form asks; `limit` is the most bytes of one document. Of a form that need not be
    `whole`, tables nobody wrote in are left as they came.
    """
    fields = named_fields(definition, items)
    typed = {n.name: typed_field(form, n.name, n.spec) for n in fields if _is_sent(form, n)}
    codes = frozenset(agency.code for agency in network.active(today))
    read = fields if whole else [n for n in fields if not is_untouched(n.spec, typed.get(n.name))]
    values, errors = _values(read, typed, codes)
    doubtful = _doubtful([n for n in fields if n.name in values], values, form)
    kept, wrong = _documents(definition, fields, documents, files, store=store, limit=limit)
    chosen = [read_chosen(form, r) for r in role_names(items) if f"roles.{r}" in form]
    errors |= wrong | {name: phrase("faults", "check_digits", {}) for name in doubtful}
    errors |= {f"roles.{c.role}": phrase("faults", "order", {}) for c in chosen if not c.ordered}
    answers = Answers(
        data=_of("data.", values, current),
        own=_of("own.", values, {}),
        roles={one.role: one.agencies for one in chosen},
        in_turn=frozenset(one.role for one in chosen if one.in_turn),
        documents=kept,
        reason=form.get("reason", "").strip() or None,
    )
    typed |= {name: value for one in chosen for name, value in one.typed().items()}
    typed["reason"] = form.get("reason", "")
    return FormRead(answers, errors, typed, doubtful, wants_rows=MORE_ROWS in form)


@dataclass(frozen=True, slots=True)
class FieldsRead:
    """Some fields as they were sent, by the names of their inputs."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]
    typed: Mapping[str, Typed]
    doubtful: Mapping[str, str]
    """A value that looks mistyped, to be confirmed."""


def read_fields(
    fields: Sequence[Named], form: MultiDict[str, str], *, network: Network, today: date
) -> FieldsRead:
    """Read fields that belong to no case: what fits, and a sentence for each that does not."""
    typed = {n.name: typed_field(form, n.name, n.spec) for n in fields if _is_sent(form, n)}
    codes = frozenset(agency.code for agency in network.active(today))
    values, errors = _values(list(fields), typed, codes)
    doubtful = _doubtful([n for n in fields if n.name in values], values, form)
    errors |= {name: phrase("faults", "check_digits", {}) for name in doubtful}
    return FieldsRead(values, errors, typed, doubtful)


def _is_sent(form: MultiDict[str, str], named: Named) -> bool:
    """Say whether a form asked for a field; boxes left empty are only known by their marker."""
    prefix = f"{named.name}."
    return (
        named.name in form
        or named.name in form.getlist("asked")
        or any(key.startswith(prefix) for key in form)
    )


def _values(
    fields: list[Named], typed: Mapping[str, Typed], codes: frozenset[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for named in fields:
        if named.name not in typed or named.spec.type is FieldType.DOCUMENT:
            continue
        key = named.spec.key
        filled = fill(form_schema([named.spec]), {key: typed[named.name]})
        faults = {**filled.faults, **unknown_agencies([named.spec], filled.values, codes)}
        value = filled.values.get(key)
        if named.spec.type is FieldType.ENTRY and value:
            value = find_entry(named.spec.of or "", value)
            faults |= {} if value else {key: Fault("unknown_entry")}
        if faults:
            errors |= dict(_told(named.name, faults[key]))
        else:
            values[named.name] = value
    return values, errors


def _told(name: str, fault: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - as marshmallow nests
    """Say each fault under the name of its input; those of a table under their row and column."""
    if isinstance(fault, Mapping):
        for part, inner in fault.items():
            yield from _told(f"{name}.{part}", inner)
        return
    one = fault[0] if isinstance(fault, list) else fault
    if isinstance(one, Fault):
        yield name, phrase("faults", one.code, one.particulars)
    else:
        yield name, phrase("faults", "unreadable", {})


def _doubtful(
    fields: list[Named], values: Mapping[str, Any], form: MultiDict[str, str]
) -> dict[str, str]:
    confirmed = set(form.getlist(CONFIRMED))
    return {
        named.name: values[named.name]
        for named in fields
        if doubts([named.spec], {named.spec.key: values[named.name]})
        and f"{named.name}={values[named.name]}" not in confirmed
    }


def _documents(
    definition: Definition,
    fields: list[Named],
    besides: Iterable[str],
    files: MultiDict[str, FileStorage],
    *,
    store: DocumentStore,
    limit: int,
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    asked = [n.spec for n in fields if n.spec.type is FieldType.DOCUMENT]
    specs = {spec.key: spec for spec in (*asked, *(definition.data[key] for key in besides))}
    kept: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for key, spec in specs.items():
        upload = files.get(f"documents.{key}")
        if upload is None or not upload.filename:
            continue
        try:
            kept[key] = keep_upload(spec, upload, store, limit=limit)
        except Fault as fault:
            errors[f"documents.{key}"] = phrase("faults", fault.code, fault.particulars)
    return kept, errors


def _of(prefix: str, values: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a part of the form; nothing typed where nothing was is no answer."""
    found = {name.removeprefix(prefix): v for name, v in values.items() if name.startswith(prefix)}
    return {
        key: value
        for key, value in found.items()
        if value is not None or is_present(current.get(key))
    }


def errors_of(
    refusal: AnswersRefused | DocumentMissing, items: Sequence[FormItem]
) -> dict[str, str]:
    """Say under each input what the rules found missing in the answers."""
    if isinstance(refusal, DocumentMissing):
        missing = phrase("faults", "missing_document", {})
        return {f"documents.{key}": missing for key in refusal.particulars["fields"]}  # type: ignore[attr-defined]
    problems: Mapping[str, str] = refusal.particulars["problems"]  # type: ignore[assignment]
    own = {item.key for item in items if isinstance(item, Field)}
    return {_input_name(key, own): phrase("faults", why, {}) for key, why in problems.items()}


def _input_name(key: str, own: set[str]) -> str:
    if key.startswith("roles."):
        return key
    return f"own.{key}" if key in own else f"data.{key}"


def shown_values(
    definition: Definition, items: Iterable[FormItem], data: Mapping[str, Any]
) -> dict[str, Typed]:
    """Return what a form shows before anybody has typed: the data of the case, else defaults."""
    shown = {}
    for named in named_fields(definition, items):
        value = data.get(named.spec.key) if named.name.startswith("data.") else None
        shown[named.name] = as_typed(named.spec, named.spec.default if value is None else value)
    return shown
