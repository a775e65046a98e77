"""Faults and their stories in English sentences, for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow.core.definition import Definition
from workflow.core.fields import Field, FieldType, words
from workflow.core.soundness.verdict import Fault, FaultKind, StepKind, Story, StoryStep

_MOST_SAID = 40

_WHAT: dict[FaultKind, str] = {
    FaultKind.UNREACHABLE_STATE: "no case ever reaches state '{0}'",
    FaultKind.HANGS: "a case can hang in state '{0}': no task is open and no day will come",
    FaultKind.DEAD_TASK: "task '{0}' never opens",
    FaultKind.DEAD_TRANSITION: "the transition from '{0}' to '{1}' never fires",
    FaultKind.EMPTY_ROLE: "nobody holds role '{0}' when it is needed ({1})",
    FaultKind.IMPOSSIBLE_DUTIES: "too few people can do {all}, which are kept apart",
    FaultKind.TERMS_DO_NOT_FIT: "the steps take longer than clock '{0}' allows",
    FaultKind.UNDRAWABLE: "the main path cannot be drawn: {why}",
    FaultKind.RUNS_AWAY: "a case goes through state '{0}' again and again without anybody acting",
    FaultKind.NO_WAY_TO_THE_END: "a case in {all} can never end but by being given up",
    FaultKind.GUARD_DEADLOCK: "guards hold back all that task '{0}' offers ({1})",
    FaultKind.TIME_NEVER: "the day that '{0}' waits for never comes",
    FaultKind.CHILD_RESULT_UNHANDLED: "task '{0}' does not say what follows from {rest}",
    FaultKind.AWAITED_UNHANDLED: "task '{0}' waits for ever once the case it awaits is in {rest}",
    FaultKind.AWAITED_UNKNOWN: "what task '{0}' awaits of another case does not exist: {rest}",
    FaultKind.AWAITED_TOLD: "what task '{0}' brings in {rest} could be read by more than there",
    FaultKind.MANY_ROLE_OF_NONE: "a case hangs in '{1}' when too few hold role '{0}'",
    FaultKind.OUTCOME_IGNORED: "outcome '{1}' of task '{0}' never changes anything",
    FaultKind.MISSING_NAME: "'{0}' has no words that people can read",
    FaultKind.ENTRY_DOES_NOT_FIT: "'{0}' does not fit register '{1}': {why}",
    FaultKind.TOO_LARGE: "the definition is too large to be proven",
}

_MEND: dict[FaultKind, str] = {
    FaultKind.UNREACHABLE_STATE: "let a transition or an act lead to it, or remove it",
    FaultKind.HANGS: "add a transition for what is left, or a day that moves the case on",
    FaultKind.DEAD_TASK: "correct its `needed_if` or `opens_when`, or remove it",
    FaultKind.DEAD_TRANSITION: "correct what it asks, put it before the one that covers it,"
    " or remove it",
    FaultKind.EMPTY_ROLE: "let an earlier form ask for it, or bind it to an agency that exists",
    FaultKind.IMPOSSIBLE_DUTIES: "give one of them to another agency, or shorten `not_by`",
    FaultKind.TERMS_DO_NOT_FIT: "lengthen the clock, or pause or stop it earlier",
    FaultKind.UNDRAWABLE: "put phases and states in the order of the way to success",
    FaultKind.RUNS_AWAY: "let a task open there in every case, or let one transition lead on",
    FaultKind.NO_WAY_TO_THE_END: "add an outcome or a day that leads to a final state",
    FaultKind.GUARD_DEADLOCK: "leave one outcome free in every case",
    FaultKind.TIME_NEVER: "let a form ask for the date, or use another one",
    FaultKind.CHILD_RESULT_UNHANDLED: "add these results to its outcomes",
    FaultKind.AWAITED_UNHANDLED: "name these states in its `ends`",
    FaultKind.AWAITED_UNKNOWN: "correct the names, or the type of the case awaited",
    FaultKind.AWAITED_TOLD: "restrict these fields as they are restricted in the other type",
    FaultKind.MANY_ROLE_OF_NONE: "add a transition for few or none, as `all …`, or ask less",
    FaultKind.OUTCOME_IGNORED: "name it in a transition that can fire, or write `stays: true`",
    FaultKind.MISSING_NAME: "write its title, as {{pt-BR: …, en: …}}",
    FaultKind.ENTRY_DOES_NOT_FIT: "correct what `records` or the field says, or the register",
    FaultKind.TOO_LARGE: "let fewer fields decide in the same state, or split the type",
}

_WHY = {
    "no_end": "no way leads to a final state that is `completed`",
    "too_many": "there are more than twelve phases",
    "no_phase": "state '{0}' is in no phase",
    "goes_back": "from '{0}' to '{1}' it goes back to an earlier phase",
    "beside": "phase '{0}' lies on no way to success",
    "no_register": "there is no such register",
    "no_field": "it has no field '{2}'",
    "lacks": "it requires '{2}', which the case may lack",
    "single": "its '{2}' holds one value, to which none is added",
    "type": "its '{2}' cannot take what '{3}' holds",
    "open": "its '{2}' is more open than '{3}'",
    "personal": "its '{2}' is not personal, but '{3}' is",
    "other": "'{2}' names entries of register '{3}'",
}


def describe(fault: Fault) -> tuple[str, str]:
    """Say what is wrong, and how to mend it."""
    subject = (*fault.subject, "", "")
    listed = [f"'{each}'" for each in fault.subject]
    why = _WHY.get(str(fault.about.get("why")), "").format(*subject)
    said = {"all": _join(listed), "rest": _join(listed[1:]), "why": why}
    return _WHAT[fault.kind].format(*subject, **said), _MEND[fault.kind].format(*subject, **said)


def tell(definition: Definition, story: Story, language: str = "en") -> list[str]:
    """Tell a story in sentences, one a step, with titles in a language."""
    return [_sentence(definition, step, language) for step in story]


def _sentence(definition: Definition, step: StoryStep, language: str) -> str:
    said = _STEPS[step.kind](definition, step, language)
    state = words(definition.state(step.state).title, language)
    given = _given(definition, step, language)
    return f"{said}{given}. The case is in '{state}'."


def _opened(_definition: Definition, step: StoryStep, _language: str) -> str:
    return f"{step.holder} opens a case"


def _completed(definition: Definition, step: StoryStep, language: str) -> str:
    spec = definition.task(step.task or "")
    outcome = words(spec.outcomes[step.outcome or ""].title, language)
    return f"{_holder(step)} ends '{words(spec.title, language)}' with '{outcome}'"


def _lapsed(definition: Definition, step: StoryStep, language: str) -> str:
    spec = definition.task(step.task or "")
    return f"{_holder(step)} lets the term of '{words(spec.title, language)}' pass"


def _task_opened(definition: Definition, step: StoryStep, language: str) -> str:
    return f"The day of '{words(definition.task(step.task or '').title, language)}' comes"


def _moved(_definition: Definition, _step: StoryStep, _language: str) -> str:
    return "The day comes that moves the case"


def _act(_definition: Definition, step: StoryStep, _language: str) -> str:
    return f"Whoever may does the act '{step.act}'"


def _child(definition: Definition, step: StoryStep, language: str) -> str:
    spec = definition.task(step.task or "")
    outcome = words(spec.outcomes[step.outcome or ""].title, language)
    return f"The case opened for '{words(spec.title, language)}' ends with '{outcome}'"


def _awaited(definition: Definition, step: StoryStep, language: str) -> str:
    spec = definition.task(step.task or "")
    outcome = words(spec.outcomes[step.outcome or ""].title, language)
    return f"The case that '{words(spec.title, language)}' awaits gives '{outcome}'"


def _counted(_definition: Definition, _step: StoryStep, _language: str) -> str:
    return "Others take places, or leave them"


_STEPS: dict[StepKind, Callable[[Definition, StoryStep, str], str]] = {
    StepKind.OPENED: _opened,
    StepKind.COMPLETED: _completed,
    StepKind.LAPSED: _lapsed,
    StepKind.TASK_OPENED: _task_opened,
    StepKind.MOVED: _moved,
    StepKind.ACT: _act,
    StepKind.CHILD: _child,
    StepKind.AWAITED: _awaited,
    StepKind.COUNTED: _counted,
}


def _holder(step: StoryStep) -> str:
    holder = step.holder or ""
    return f"the party in row {holder.removeprefix('row:')}" if ":" in holder else holder


def _given(definition: Definition, step: StoryStep, language: str) -> str:
    parts = [
        f"{words(definition.data[key].title, language)}: {_value(definition.data[key], value)}"
        for key, value in step.data.items()
    ]
    parts += [
        f"{words(definition.roles[key].title, language)}: {_join(list(codes)) or 'nobody'}"
        for key, codes in step.roles.items()
    ]
    return f" ({'; '.join(parts)})" if parts else ""


def _value(field: Field, value: Any) -> str:  # noqa: ANN401 - a value of any field type
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _amount(value) if field.type is FieldType.MONEY else "a document"
    if field.type is FieldType.TABLE:
        return f"{len(value)} rows"
    return _join([str(v) for v in value]) if isinstance(value, list) else str(value)[:_MOST_SAID]


def _amount(value: Mapping[str, Any]) -> str:
    return f"{value['currency']} {value['amount']}"


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
