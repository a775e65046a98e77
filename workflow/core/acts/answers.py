"""What a form brings to an act: its answers checked against what was asked, then recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from workflow.core.conditions import holds, is_present
from workflow.core.definition import DataItem, Definition, FormItem, RoleItem
from workflow.core.draft import Draft
from workflow.core.errors import AgencyUnknown, AnswersRefused, DocumentMissing
from workflow.core.events import Kind
from workflow.core.fields import Field, FieldType
from workflow.core.following import change_data
from workflow.core.snapshot import CaseSnapshot, Task

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything a person gave with an act, already in the shapes of `FieldType`."""

    data: Values = field(default_factory=dict)
    """Case data confirmed or filled in."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Agencies chosen for parts."""
    in_turn: frozenset[str] = frozenset()
    """Those of the parts whose agencies are asked one after another, as they are ordered."""
    own: Values = field(default_factory=dict)
    """Answers to the task's own fields."""
    documents: Mapping[str, Values] = field(default_factory=dict)
    """By document field: {"sha256", "name", "media_type", "size"}; the case adds what it knows."""
    reason: str | None = None


def with_given(case: CaseSnapshot, values: Values) -> dict[str, Any]:
    """Return values in which tables keep what came with their rows, whatever was sent.

    Raise `AnswersRefused` for a table that has not the rows it came with.
    """
    fields = case.definition.data
    merged, problems = dict(values), {}
    for key, value in values.items():
        held, spec = case.data.get(key), fields.get(key)
        if spec is None or not spec.comes_whole or not held:
            continue
        given = {column.key for column in spec.columns if column.given}
        if len(value or ()) != len(held):
            problems[key] = "rows_given"
            continue
        merged[key] = [
            {**{k: v for k, v in old.items() if k in given}, **_without(new, given)}
            for old, new in zip(held, value, strict=True)
        ]
    if problems:
        raise AnswersRefused(problems=problems)
    return merged


def _without(row: Values, keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def without_blanks(definition: Definition, form: Iterable[FormItem], answers: Answers) -> Answers:
    """Return answers without what is required and left blank, so that it stays as the case has it.

    For an outcome with which the form is optional: it spares filling in, and takes nothing away.
    """
    data, roles = dict(answers.data), dict(answers.roles)
    for item in form:
        if isinstance(item, DataItem):
            required = definition.data[item.field].required
            if required and not is_present(data.get(item.field)):
                data.pop(item.field, None)
        elif isinstance(item, RoleItem):
            required = not definition.roles[item.role].many
            if required and not roles.get(item.role):
                roles.pop(item.role, None)
    return replace(answers, data=data, roles=roles)


def check_answers(
    case: CaseSnapshot,
    form: Iterable[FormItem],
    answers: Answers,
    *,
    asked: frozenset[str],
    whole: bool = True,
) -> None:
    """Raise `AnswersRefused` naming each field that is missing or was never asked.

    `asked` are document fields that may come with the form besides what it lists; of a form that
    need not be `whole`, nothing is missing.
    """
    items = list(form)
    not_asked = _never_asked(items, answers, asked)
    missing = _missing(items, case, answers) if whole else []
    if not_asked or missing:
        problems = dict.fromkeys(not_asked, "not_asked") | dict.fromkeys(missing, "missing")
        raise AnswersRefused(problems=problems)


def _never_asked(items: list[FormItem], answers: Answers, asked: frozenset[str]) -> list[str]:
    given: set[str] = set()
    if answers.data or answers.documents:
        data = {item.field for item in items if isinstance(item, DataItem)}
        given |= (answers.data.keys() - data) | (answers.documents.keys() - data - asked)
    if answers.roles:
        given |= answers.roles.keys() - {item.role for item in items if isinstance(item, RoleItem)}
    if answers.own:
        given |= answers.own.keys() - {item.key for item in items if isinstance(item, Field)}
    return sorted(given)


def _missing(items: list[FormItem], case: CaseSnapshot, answers: Answers) -> list[str]:
    missing = []
    after = {**case.data, **answers.data, **answers.documents}
    shown = {**after, **answers.own}
    for item in items:
        if isinstance(item, Field):
            if _lacks(answers.own.get(item.key), item, shown):
                missing.append(item.key)
        elif isinstance(item, DataItem):
            if _lacks(after.get(item.field), case.definition.data[item.field], after):
                missing.append(item.field)
        else:
            bound = answers.roles.get(item.role, case.participants.get(item.role))
            if not bound and not case.definition.roles[item.role].many:
                missing.append(f"roles.{item.role}")
    return missing


def _lacks(value: object, spec: Field, values: Values) -> bool:
    """Say whether a field must be filled in that is not, as values decide what is shown."""
    wanted = spec.required and spec.computed is None and not is_present(value)
    return wanted and holds(spec.shown_if, values)


def record_answers(draft: Draft, answers: Answers, *, no: int | None) -> None:
    """Attach the documents, change the data and bind the parts that came with an act."""
    for key, document in answers.documents.items():
        attach(draft, key, document, no=no)
    for role, agencies in answers.roles.items():
        bind_chosen(draft, role, agencies, in_turn=role in answers.in_turn)
    change_data(draft, answers.data, kind=Kind.DATA_CHANGED, no=no)


def attach(draft: Draft, key: str, document: Values, *, no: int | None) -> None:
    """Put a document, or a new version of it, in its place in the case.

    It knows the newest version for each of several who are asked for one of their own.
    """
    held = draft.case.data.get(key)
    before = held if isinstance(held, Mapping) else {}
    version = before.get("version", 0) + 1
    by = draft.by.agency or draft.by.guest
    slot = draft.case.task(no).slot if no is not None else ""
    newest = {"version": version, "name": document.get("name")}
    brought = {**before.get("brought", {}), slot or by: newest}
    kept = {**document, "version": version, "by": by, "brought": brought}
    draft.emit(Kind.DOCUMENT_ATTACHED, {"field": key, "document": kept, "no": no})


def bind_chosen(
    draft: Draft, role: str, agencies: tuple[str, ...], *, in_turn: bool = False
) -> None:
    """Bind a part to the agencies chosen for it; raise `AgencyUnknown`."""
    for code in agencies:
        if not draft.world.network.is_active(code, draft.today):
            raise AgencyUnknown(agency=code)
    was_in_turn = role in draft.case.in_turn
    if draft.case.participants.get(role) != agencies or in_turn != was_in_turn:
        order = {"in_turn": in_turn} if in_turn or was_in_turn else {}
        draft.emit(Kind.ROLE_BOUND, {"role": role, "agencies": list(agencies), **order})


def demand_documents(case: CaseSnapshot, task: Task) -> None:
    """Raise `DocumentMissing` naming the needed documents that the case does not hold."""
    missing = tuple(key for key in case.spec(task).needs if brought(case, task, key) is None)
    if missing:
        raise DocumentMissing(fields=missing, number=case.number)


def brought(case: CaseSnapshot, task: Task, key: str) -> Mapping[str, Any] | None:
    """Return name and version of the needed document that serves a task, or None while it lacks.

    Where a task is asked of each of several, each brings its own.
    """
    held = case.data.get(key)
    if not isinstance(held, Mapping):
        return None
    each: Mapping[str, Mapping[str, Any]] = held.get("brought", {})
    return (each.get(task.slot) or each.get(task.agency)) if case.spec(task).each else held


def document_fields(case: CaseSnapshot) -> frozenset[str]:
    """Return the fields of the case that hold documents."""
    return _document_fields(case.definition)


@lru_cache(maxsize=512)
def _document_fields(definition: Definition) -> frozenset[str]:
    return frozenset(f.key for f in definition.data.values() if f.type is FieldType.DOCUMENT)
