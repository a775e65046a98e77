"""A story played on the real acts, in memory: that it can be shows the fault to be real."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import agencies_for, rule_of
from workflow.core.acts.answers import Answers
from workflow.core.acts.children import child_closed, child_opened
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.ending import cancel, reopen, terminate, withdraw
from workflow.core.acts.opening import open_case
from workflow.core.acts.places import count_places, end_awaited
from workflow.core.acts.routing import send_back
from workflow.core.acts.tasks import complete_task
from workflow.core.acts.time import wake
from workflow.core.change import Change
from workflow.core.conditions import holds, is_present
from workflow.core.definition import DataItem, Definition, FormItem, RoleItem
from workflow.core.errors import DefinitionRunsAway, Refusal
from workflow.core.fields import Field, FieldType
from workflow.core.places import Taken
from workflow.core.powers import Powers, Standing
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.soundness.regions import sample
from workflow.core.soundness.verdict import Facts, StepKind, Story, StoryStep
from workflow.core.timers import timers

_NUMBER = "2026-000001-00"
_REASON = "So that the story can go on."
_FIRST_OFFICER = 1000
"""Each step is taken by an officer of its own, so that duties are always separate."""

_ENDING_ACTS = {
    ActName.WITHDRAW: withdraw,
    ActName.CANCEL: cancel,
    ActName.TERMINATE: terminate,
    ActName.REOPEN: reopen,
}


class StoryDoesNotHold(Refusal):
    """A step of a story cannot be taken, or leads elsewhere than the story says."""


@dataclass(slots=True)
class Stage:
    """The case of a story, and the time it has come to."""

    definition: Definition
    facts: Facts
    at: datetime
    case: CaseSnapshot | None = None
    steps: int = 0
    children: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)

    def now(self, agency: str | None = None) -> Circumstances:
        """Return the circumstances of a step, taken by a new officer who heads the agency."""
        own = frozenset({agency}) if agency else frozenset()
        powers = Powers(_FIRST_OFFICER + self.steps, agency or "", Standing(own, own))
        return Circumstances(powers, self.at, self.facts.world, self.steps.to_bytes(8, "big"))

    def standing(self) -> CaseSnapshot:
        """Return the case; raise `StoryDoesNotHold` before it was opened."""
        if self.case is None:
            raise StoryDoesNotHold(step=self.steps, why="not opened")
        return self.case


def replay(definition: Definition, story: Story, facts: Facts) -> CaseSnapshot:
    """Play a story with the acts that move real cases.

    Raise `StoryDoesNotHold`, or `DefinitionRunsAway` where that is how the story ends.
    """
    start = datetime.combine(facts.today, time(12), facts.world.zone).astimezone(UTC)
    stage = Stage(definition, facts, start)
    for step in story:
        stage.steps += 1
        try:
            change = _take(stage, step)
        except DefinitionRunsAway:
            raise
        except Refusal as refused:
            raise StoryDoesNotHold(step=stage.steps, why=repr(refused)) from refused
        stage.case = change.after
        if stage.case.state != step.state:
            raise StoryDoesNotHold(step=stage.steps, why=stage.case.state, told=step.state)
    return stage.standing()


def _take(stage: Stage, step: StoryStep) -> Change:
    return _STEPS.get(step.kind, _let_time_pass)(stage, step)


def _open(stage: Stage, step: StoryStep) -> Change:
    opener = step.holder or ""
    answers = _answers(stage, stage.definition.opening, step)
    return open_case(
        stage.definition, _NUMBER, opener=opener, answers=answers, now=stage.now(opener)
    )


def _complete(stage: Stage, step: StoryStep) -> Change:
    case = stage.standing()
    task = _task(case, step)
    spec = case.spec(task)
    outcome = step.outcome or ""
    spared = spec.outcomes[outcome].form_optional
    form, needs = ((), ()) if spared else (spec.form, spec.needs)
    answers = _answers(stage, form, step, needs=needs)
    return complete_task(case, task.no, outcome, answers=answers, now=stage.now(task.agency))


def _task(case: CaseSnapshot, step: StoryStep) -> Task:
    named = [task for task in case.tasks if task.key == step.task]
    for task in named:
        if task.slot == step.holder:
            return task
    if not named:
        raise StoryDoesNotHold(step=step.task, why="not open")
    return named[0]


def _end_child(stage: Stage, step: StoryStep) -> Change:
    task = _task(stage.standing(), step)
    stage.children += 1
    number = f"2026-{100 + stage.children:06}-00"
    spec = stage.standing().spec(task)
    relation = spec.child.relation if spec.child else ""
    opened = child_opened(stage.standing(), number, relation=relation, no=task.no, now=stage.now())
    return child_closed(opened.after, number, step.outcome or "", now=stage.now())


def _end_awaited(stage: Stage, step: StoryStep) -> Change:
    case = stage.standing()
    task = _task(case, step)
    awaits = case.spec(task).awaits
    brings = awaits.brings if awaits else {}
    given = {brings[ours]: value for ours, value in step.data.items() if ours in brings}
    return end_awaited(case, task.no, step.outcome or "", given=given, now=stage.now())


def _count(stage: Stage, step: StoryStep) -> Change:
    """Take the count as the story tells it, whichever of the two it is."""
    case = stage.standing()
    taken = {
        field.computed.fields[0]: step.data[field.key]
        for field in case.definition.computed_fields
        if field.computed and field.key in step.data
    }
    change = count_places(case, Taken(**taken), now=stage.now())
    if change is None:
        raise StoryDoesNotHold(step=stage.steps, why="nothing counted")
    return change


def _act(stage: Stage, step: StoryStep) -> Change:
    case, act = stage.standing(), ActName(step.act or "")
    agency = agencies_for(case, rule_of(case, act))[0]
    if act is ActName.SEND_BACK:
        return send_back(case, step.to or "", _REASON, now=stage.now(agency))
    return _ENDING_ACTS[act](case, _REASON, now=stage.now(agency))


def _let_time_pass(stage: Stage, step: StoryStep) -> Change:
    """Go to the instant at which time does what the story says, and let it."""
    case = stage.standing()
    for timer in timers(case, stage.facts.world):
        done = timer.task or timer.waiting
        number = timer.transition and case.definition.transitions.index(timer.transition)
        if (done and done.key == step.task) or (step.task is None and number == step.transition):
            stage.at = max(stage.at, timer.at + timedelta(seconds=1))
            change = wake(case, now=stage.now())
            if change:
                return change
    raise StoryDoesNotHold(step=stage.steps, why="no such day")


_STEPS = {
    StepKind.OPENED: _open,
    StepKind.COMPLETED: _complete,
    StepKind.CHILD: _end_child,
    StepKind.AWAITED: _end_awaited,
    StepKind.COUNTED: _count,
    StepKind.ACT: _act,
}
"""Who takes each kind of step; what is left, time does."""


# --- Filling in forms ------------------------------------------------------------------------


def _answers(
    stage: Stage, form: Iterable[FormItem], step: StoryStep, *, needs: Iterable[str] = ()
) -> Answers:
    items = list(form)
    known = dict(stage.case.data) if stage.case else {}
    agency = step.holder if step.holder and ":" not in step.holder else stage.definition.owner
    data: dict[str, Any] = dict(step.data)
    own: dict[str, Any] = {}
    fields = stage.definition.data
    for item in items:
        if isinstance(item, DataItem) and item.field not in data:
            data |= _filled(fields[item.field], {**known, **data}, agency)
        elif isinstance(item, Field):
            own |= _filled(item, {**known, **data, **own}, agency)
    for key in needs:
        if not is_present(known.get(key)) and key not in data:
            data[key] = sample(fields[key], agency=agency)
    documents = {k: v for k, v in data.items() if fields[k].type is FieldType.DOCUMENT and v}
    return Answers(
        data={k: v for k, v in data.items() if k not in documents and _changes(k, v, known)},
        roles={**_parts(stage, items, agency), **_told_parts(stage, step)},
        own=own,
        documents={k: {**document} for k, document in documents.items()},
        reason=_REASON,
    )


def _changes(key: str, value: object, known: Mapping[str, Any]) -> bool:
    return value is not None or is_present(known.get(key))


def _filled(spec: Field, known: Mapping[str, Any], agency: str) -> dict[str, Any]:
    wanted = spec.required and spec.computed is None and holds(spec.shown_if, known)
    if not wanted or is_present(known.get(spec.key)):
        return {}
    return {spec.key: sample(spec, agency=agency)}


def _told_parts(stage: Stage, step: StoryStep) -> dict[str, tuple[str, ...]]:
    """Return the parts as the story gives them; to nobody only where it takes them away."""
    held = stage.case.participants if stage.case else {}
    return {role: chosen for role, chosen in step.roles.items() if chosen or held.get(role)}


def _parts(stage: Stage, items: list[FormItem], agency: str) -> dict[str, tuple[str, ...]]:
    """Choose someone for the parts that a form has to fill and nothing in the story hangs on."""
    held = stage.case.participants if stage.case else {}
    asked = [item.role for item in items if isinstance(item, RoleItem)]
    roles = stage.definition.roles
    return {role: (agency,) for role in asked if not roles[role].many and role not in held}
