"""Two people at the same task: who did what meanwhile, both texts side by side, and the ways on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from web.cases.history import days
from web.cases.task_page import start_values, typed_values
from web.errors import refusal_text
from web.forms.reading import named_fields
from web.words.case_words import CaseWords
from web.words.field_values import value_words
from workflow.catalogue.forms import read_value
from workflow.core.definition import DataItem, TaskSpec
from workflow.core.errors import Refusal, UnknownTask
from workflow.core.events import Event, Kind
from workflow.core.fields import Field, FieldType
from workflow.core.network import Network
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import headline, story, told
from workflow.services.case_view import world_of
from workflow.services.task_drafts import keep_draft
from workflow.services.task_view import kept_draft, names_of, since, task_lines
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded

ROLES = "roles."
DATA = "data."


class Moved(Exception):  # noqa: N818 - answered with a page of its own, never as an error
    """The case is no longer as the person saw it when they began to write."""

    def __init__(self, *, seen: int) -> None:
        super().__init__(seen)
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody changed while it was being typed here."""

    title: str
    theirs: str
    mine: str


def overlap(uow: UnitOfWork, number: str, no: int, moved: Moved) -> list[str]:
    """Return the inputs of the task's form whose values others changed meanwhile."""
    loaded = uow.load(number)
    case = loaded.snapshot
    spec = case.spec(case.task(no))
    events, _ = since(uow, loaded, moved.seen)
    return _overlap(case, spec, events)


def _overlap(case: CaseSnapshot, spec: TaskSpec, events: Sequence[Event]) -> list[str]:
    """Return the inputs that others changed to something else than was typed."""
    asked = {item.field for item in spec.form if isinstance(item, DataItem)}
    changed = {key for event in events for key in _changed(event)} & asked
    typed = typed_values(case.definition, spec.form, request.form)
    now = start_values(case, spec.form)
    names = (f"{DATA}{key}" for key in sorted(changed))
    return [name for name in names if name in typed and typed[name] != now.get(name)]


def _changed(event: Event) -> Sequence[str]:
    if event.kind in (Kind.DATA_CHANGED, Kind.DATA_CORRECTED) and not event.body.get("computed"):
        return tuple(event.body["values"])
    return ()


def moved_page(uow: UnitOfWork, number: str, no: int, moved: Moved) -> ResponseReturnValue:
    """Keep what was typed, then show what others changed meanwhile and the ways on."""
    loaded = uow.load(number)
    case = loaded.snapshot
    spec = case.spec(case.task(no))
    typed = typed_values(case.definition, spec.form, request.form)
    keep_draft(uow, number, no, typed, revision=case.revision)
    events, names = since(uow, loaded, moved.seen)
    words = _words(uow, loaded, names)
    disputed = _overlap(case, spec, events)
    differences = [_difference(words, name, typed) for name in disputed]
    page = render_template(
        "cases/conflict.html",
        section="inbox",
        case=case,
        no=no,
        words=words,
        title=words.task(spec.key),
        days=_days(events, words),
        differences=differences,
        who=_who(events, words),
        fields=disputed,
    )
    return page, 409


def finished_page(uow: UnitOfWork, number: str, no: int, refusal: Refusal) -> ResponseReturnValue:
    """Keep what was typed for a task that is no longer the person's, and offer it as a comment."""
    loaded = uow.load(number)
    line = next((t for t in task_lines(uow, loaded.case_id) if t.no == no), None)
    if line is None:
        abort(404)
    spec = loaded.snapshot.definition.task(line.key)
    typed = typed_values(loaded.snapshot.definition, spec.form, request.form)
    keep_draft(uow, number, no, typed, revision=loaded.snapshot.revision)
    words = _words(uow, loaded, names_of(uow, {line.ended_by, line.assignee}))
    page = render_template(
        "cases/finished.html",
        section="inbox",
        case=loaded.snapshot,
        words=words,
        line=line,
        why="" if isinstance(refusal, UnknownTask) else refusal_text(refusal),
        text=_text(spec, typed, words),
    )
    return page, 409


def settle_draft(uow: UnitOfWork, number: str, no: int, wish: str) -> None:
    """Leave in the draft what the person goes on with; raise `UnknownTask` or `NotAssigned`."""
    case = uow.load(number).snapshot
    task = case.task(no)
    uow.powers.by(task.agency)
    spec = case.spec(task)
    draft = kept_draft(uow, number, no)
    mine = dict(draft.typed) if draft else {}
    now = start_values(case, spec.form)
    if wish == "theirs":
        mine = {"reason": mine.get("reason", "")}
    elif wish == "merge":
        disputed = request.form.getlist("disputed")
        mine |= {name: now[name] for name in disputed if name in now}
    keep_draft(uow, number, no, mine, revision=case.revision)


def _words(uow: UnitOfWork, loaded: Loaded, names: Mapping[int, str]) -> CaseWords:
    keys = {t.no: (t.key, t.slot) for t in task_lines(uow, loaded.case_id)}
    world = world_of(uow, loaded)
    return CaseWords(loaded.snapshot, world, names, uow.today, keys, powers=uow.powers)


def _days(events: Sequence[Event], words: CaseWords) -> Sequence[Any]:
    acts = [headline(entry) for act in story(events) if (entry := told(act))]
    return days(acts, words, reasons=True)


def _who(events: Sequence[Event], words: CaseWords) -> str:
    """Return who changed the same fields, and for which agency."""
    last = next((e for e in reversed(events) if _changed(e) and e.by.officer), None)
    return f"{words.officer(last.by.officer)} ({last.by.agency})" if last else ""


def _difference(words: CaseWords, name: str, typed: Mapping[str, Any]) -> Difference:
    key = name.removeprefix(DATA)
    spec = words.definition.data[key]
    theirs = value_words(spec, words.case.data.get(key), words.world.network)
    return Difference(
        words.field(key), theirs, _typed_words(spec, typed[name], words.world.network)
    )


def _typed_words(spec: Field, typed: Any, network: Network) -> str:  # noqa: ANN401 - as typed
    """Say what was typed as it would be recorded, else as it was typed."""
    if spec.type is FieldType.TABLE:
        return value_words(spec, [row for row in typed if any(row.values())], network)
    try:
        return value_words(spec, read_value(spec, typed), network)
    except ValidationError:
        return str(typed)


def _text(spec: TaskSpec, typed: Mapping[str, Any], words: CaseWords) -> str:
    """Return the texts that were typed, to be read and used again."""
    written = (
        typed[named.name]
        for named in named_fields(words.definition, spec.form)
        if named.spec.type in (FieldType.TEXT, FieldType.LONG_TEXT) and typed.get(named.name)
    )
    texts = (text.strip() for text in (*written, typed.get("reason", "")))
    return "\n\n".join(text for text in texts if text)
