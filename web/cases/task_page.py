"""What the page of a task shows: form, needed papers, outcomes and where they lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from web.forms.reading import Named, named_fields, role_names, shown_values
from web.forms.shown import Shown, show_form
from web.forms.turns import Chosen, orderable, read_chosen, with_chosen
from web.forms.typed import Typed, typed_field
from web.words.case_words import CaseWords
from web.words.field_values import Fact, fact_of, facts_of
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.traces import provisional_words
from web.words.ways import Way, way
from web.words.wording import Due
from workflow.core.access import may_read_field
from workflow.core.acts.answers import brought
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.information import askable
from workflow.core.cascade import limit_of_question
from workflow.core.conditions import is_present
from workflow.core.definition import DataItem, Definition, FormItem, TaskSpec
from workflow.core.fields import Field, FieldType
from workflow.core.powers import Powers
from workflow.core.questions import ANSWER_TERM
from workflow.core.roles import Role
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.targets import target_of
from workflow.core.terms import Term
from workflow.services.task_view import KeptDraft


@dataclass(frozen=True, slots=True)
class Typing:
    """What stands in the form: typed now, kept as a draft, or known of the case."""

    typed: Mapping[str, Typed] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, str] = field(default_factory=dict)
    wants_rows: str = ""
    refused: str = ""
    """Why the act as a whole was refused."""


@dataclass(frozen=True, slots=True)
class Need:
    """A document that must be there before the task can end."""

    spec: Field
    held: Mapping[str, Any] | None
    in_form: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """The newest version of a document of the case that the person may read."""

    key: str
    title: str
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reader may do with the task."""

    works: bool
    """Acts for its agency."""
    may_end: bool
    mine: bool
    free: bool
    heads: bool
    holder: str


@dataclass(frozen=True, slots=True, eq=False)
class TaskPage:
    """Everything the template of an open task needs."""

    task: Task
    spec: TaskSpec
    title: str
    due: Due
    standing: Standing
    fields: Sequence[Named]
    roles: Sequence[Role]
    needs: Sequence[Need]
    shown: Shown
    ways: Sequence[Way]
    background: Sequence[Fact]
    """Case data that the form does not ask, to decide by."""
    papers: Sequence[Paper]
    askable: Sequence[tuple[str, str]]
    """The documents of the case that a question may ask for: key and title."""
    draft: KeptDraft | None
    differs: Sequence[str]
    """Fields in which the draft says something else than the case."""
    reason: str
    outcome: str
    """What was chosen already, in the form as it was sent or kept."""
    proposal: Sequence[Fact]
    target: date | None = None
    """The earlier day that the agency set itself."""
    question_limit: date | None = None
    """When the task is due although it waits for an answer."""
    answer_term: Term = ANSWER_TERM
    """How long whoever is asked has, unless the reader says otherwise."""
    provisional: str = ""
    """That the date may yet change, and for want of what."""

    @property
    def asks_reason(self) -> bool:
        """Whether some outcome asks why."""
        return any(way.asks_reason for way in self.ways)


def task_page(
    words: CaseWords,
    task: Task,
    *,
    now: Circumstances,
    draft: KeptDraft | None,
    proposed: Mapping[str, Typed],
    typing: Typing | None = None,
) -> TaskPage:
    """Return the page of an open task; `proposed` is what stood in a proposal given back."""
    case, spec = words.case, words.case.spec(task)
    standing = standing_of(task, now.powers, words)
    known = start_values(case, spec.form) if standing.works else {}
    kept = dict(draft.typed) if draft else {}
    given = typing or Typing()
    typed = {**known, **proposed, **kept, **given.typed}
    return TaskPage(
        task=task,
        spec=spec,
        title=words.task(task.key, task.slot),
        due=words.due(task.clock),
        standing=standing,
        fields=named_fields(case.definition, spec.form),
        roles=[case.definition.roles[role] for role in role_names(spec.form)],
        needs=needs(case, task),
        shown=_shown(words, spec, typed, given=given),
        ways=_ways(words, task, typed, now=now) if standing.works else (),
        background=_background(words, spec, now.powers),
        papers=_papers(words, now.powers),
        askable=_askable(words, task),
        draft=draft if not given.typed else None,
        differs=_differs(words, known, kept) if not given.typed else (),
        reason=str(typed.get("reason") or ""),
        outcome=str(typed.get("outcome") or ""),
        proposal=_proposal(words, task) if standing.works else (),
        target=target_of(case, task.clock, words.world) if task.clock else None,
        question_limit=limit_of_question(task, words.world),
        provisional=provisional_words(task.clock, words.world),
    )


def _ways(
    words: CaseWords, task: Task, typed: Mapping[str, Typed], *, now: Circumstances
) -> list[Way]:
    """Return the ways in which the task may end, each with what it leads to by what is typed."""
    spec = words.case.spec(task)
    then = with_chosen(words.case, role_names(spec.form), typed, words.world.network)
    return [way(words, task, key, case=then, now=now) for key in spec.outcomes]


def _shown(words: CaseWords, spec: TaskSpec, typed: Mapping[str, Typed], *, given: Typing) -> Shown:
    """Return the fields of the form with what stands in them and what is wrong with it."""
    return show_form(
        typed,
        network=words.world.network,
        today=words.today,
        errors=given.errors,
        doubtful=given.doubtful,
        wants_rows=given.wants_rows,
        orderable=orderable(words.definition, role_names(spec.form)),
        only_for=_only_for(spec),
    )


def _only_for(spec: TaskSpec) -> str:
    """Say for which outcomes the form is required, or for which it is not if these are fewer."""
    outcomes = spec.outcomes.values()
    sparing = [in_language(one.title) for one in outcomes if one.form_optional]
    asking = [in_language(one.title) for one in outcomes if not one.form_optional]
    if not sparing:
        return ""
    if len(sparing) < len(asking):
        return phrase("case", "not_for", sparing)
    return phrase("case", "only_for", asking)


def start_values(case: CaseSnapshot, items: Sequence[FormItem]) -> dict[str, Typed]:
    """Return what the form of a task shows before anybody types."""
    shown = shown_values(case.definition, items, case.data)
    for named in named_fields(case.definition, items):
        if named.spec.type is FieldType.DOCUMENT:
            shown[named.name] = case.data.get(named.spec.key) or ""
    for role in role_names(items):
        held = case.participants.get(role, ())
        shown |= Chosen(role, held, in_turn=role in case.in_turn, ordered=True).typed()
    return shown


def typed_values(
    definition: Definition, items: Sequence[FormItem], form: MultiDict[str, str]
) -> dict[str, Typed]:
    """Return what was typed in the form of a task, ready to be kept as a draft."""
    fields = named_fields(definition, items)
    asked = (n for n in fields if n.spec.type is not FieldType.DOCUMENT)
    typed = {n.name: typed_field(form, n.name, n.spec) for n in asked}
    for role in role_names(items):
        typed |= read_chosen(form, role).typed()
    return {**typed, "reason": form.get("reason", ""), "outcome": form.get("outcome", "")}


def standing_of(task: Task, powers: Powers, words: CaseWords) -> Standing:
    """Say what the acting person may do with a task."""
    works = task.agency in powers.agencies
    mine = task.assignee is not None and task.assignee in {powers.officer, *powers.substituted}
    spec = words.case.spec(task)
    idle = task.request is None and task.proposal is None and not spec.done_elsewhere
    running = words.case.is_open and words.case.suspension is None
    return Standing(
        works=works,
        may_end=works and idle and running and (mine or task.assignee is None),
        mine=mine,
        free=task.assignee is None,
        heads=powers.heads(task.agency),
        holder=words.officer(task.assignee),
    )


def needs(case: CaseSnapshot, task: Task) -> list[Need]:
    """Return the documents a task needs, each with what the case already holds."""
    spec = case.spec(task)
    asked = {item.field for item in spec.form if isinstance(item, DataItem)}
    return [
        Need(
            spec=case.definition.data[key],
            held=brought(case, task, key),
            in_form=key in asked,
        )
        for key in spec.needs
    ]


def _background(words: CaseWords, spec: TaskSpec, powers: Powers) -> list[Fact]:
    """Return the data of the case besides what the form shows, that the person may read."""
    asked = {item.field for item in spec.form if isinstance(item, DataItem)}
    case = words.case
    facts = facts_of(case, powers, words.world.network)
    return [fact for fact in facts if fact.key not in asked and fact.key != "subject"]


def _papers(words: CaseWords, powers: Powers) -> list[Paper]:
    case = words.case
    held = (
        (field, case.data[key])
        for key, field in case.definition.data.items()
        if field.type is FieldType.DOCUMENT and is_present(case.data.get(key))
    )
    return [
        Paper(field.key, words.field(field.key), int(document["version"]))
        for field, document in held
        if may_read_field(case, field, powers)
    ]


def _askable(words: CaseWords, task: Task) -> list[tuple[str, str]]:
    """Return what a question may ask an agency for; of the requester, the act refuses some."""
    offered = askable(words.case, task.agency)
    return [(key, words.field(key)) for key in words.definition.data if key in offered]


def _differs(words: CaseWords, known: Mapping[str, Typed], kept: Mapping[str, Typed]) -> list[str]:
    """Return the titles of the case fields that a draft would change."""
    return [
        words.field(name.removeprefix("data."))
        for name, value in kept.items()
        if name.startswith("data.") and name in known and known[name] != value
    ]


def _proposal(words: CaseWords, task: Task) -> list[Fact]:
    """Return what is put before the head, in words."""
    proposal = task.proposal
    if proposal is None:
        return []
    network, data = words.world.network, words.definition.data
    in_turn = proposal.answers.get("in_turn", ())
    own = {item.key: item for item in words.case.spec(task).form if isinstance(item, Field)}
    facts = [fact_of(data[k], v, network) for k, v in proposal.answers["data"].items() if k in data]
    facts += [fact_of(own[k], v, network) for k, v in proposal.answers["own"].items() if k in own]
    facts += [
        Fact(role, words.role(role), _asked(held, words, in_turn=role in in_turn))
        for role, held in proposal.answers["roles"].items()
    ]
    facts += [
        fact_of(data[k], document, network)
        for k, document in proposal.answers["documents"].items()
        if k in data
    ]
    return [fact for fact in facts if fact.text or fact.table]


def _asked(held: Sequence[str], words: CaseWords, *, in_turn: bool) -> str:
    agencies = ", ".join(map(words.holder, held))
    return phrase("case", "asked_in_turn", {"agencies": agencies}) if in_turn else agencies
