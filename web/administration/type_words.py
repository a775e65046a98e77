"""A request type in words: who does what, its terms with their sources, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.words.field_values import term_words
from web.words.languages import in_language, language_tag
from web.words.phrases import phrase
from web.words.warning_words import warnings_in_words
from workflow.catalogue.difference import Difference, Place
from workflow.catalogue.labels import cause
from workflow.catalogue.ladders import LADDERS
from workflow.core.definition import DeadlineSpec, Definition, Outcome, State, TaskSpec
from workflow.core.roles import ToCodes
from workflow.core.terms import Direction, parse_term
from workflow.core.world import World

WORDS = "definitions"


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term of a request type, with the norm it comes from."""

    what: str
    term: str
    rule: str
    source: str
    """Empty for a term of the house."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a state: who does it and how it may end."""

    title: str
    who: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state with what is done in it and where it leads."""

    title: str
    ends: bool
    tasks: tuple[TaskLine, ...]
    ways: tuple[tuple[str, str], ...]
    """Where each leads, and because of what."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that differs between two versions."""

    where: str
    kind: str
    before: str
    after: str


# --- States and tasks ----------------------------------------------------------------------------


def states_of(definition: Definition) -> list[StateLine]:
    """Return the states in words, in the order written."""
    return [_state(definition, state) for state in definition.states.values()]


def _state(definition: Definition, state: State) -> StateLine:
    ways = (
        (in_language(definition.state(t.target).title), cause(definition, t, language_tag()))
        for t in definition.leaving(state.key)
    )
    tasks = (
        TaskLine(
            in_language(task.title),
            _holder(definition, task),
            tuple(_outcome(outcome) for outcome in task.outcomes.values()),
        )
        for task in state.tasks.values()
    )
    return StateLine(in_language(state.title), bool(state.final), tuple(tasks), tuple(ways))


def _outcome(outcome: Outcome) -> str:
    title = in_language(outcome.title)
    return phrase(WORDS, "form_optional", title) if outcome.form_optional else title


def _holder(definition: Definition, task: TaskSpec) -> str:
    role = definition.roles.get(task.role_key or "")
    if role is None:
        return phrase(WORDS, "by_rows")
    title = in_language(role.title)
    if isinstance(role.bind, ToCodes):
        return f"{title} ({', '.join(role.bind.codes)})"
    return phrase(WORDS, "each", title) if role.many else title


# --- Terms ---------------------------------------------------------------------------------------


def terms_of(definition: Definition, world: World) -> list[TermLine]:
    """Return every term of a request type with the rule that counts it."""
    return [
        TermLine(what, _term(definition, spec), *_rule(spec, world))
        for what, spec in _deadlines(definition)
    ]


def _deadlines(definition: Definition) -> Iterator[tuple[str, DeadlineSpec]]:
    for clock in definition.deadlines.values():
        yield in_language(clock.title), clock.deadline
    for state in definition.states.values():
        title = in_language(state.title)
        if state.deadline:
            yield title, state.deadline
        for task in state.tasks.values():
            if task.deadline:
                yield in_language(task.title), task.deadline
        for transition in definition.leaving(state.key):
            if transition.after:
                target = in_language(definition.state(transition.target).title)
                yield (
                    phrase(WORDS, "passage", {"source": title, "target": target}),
                    transition.after,
                )


def _term(definition: Definition, spec: DeadlineSpec) -> str:
    if spec.due or spec.term is None:
        return phrase(WORDS, "on", _field(definition, spec.due or ""))
    said = term_words(str(spec.term))
    if spec.term.direction is Direction.BEFORE:
        return phrase(WORDS, "before", {"term": said, "of": _field(definition, spec.of or "")})
    if spec.start == "opened":
        return said
    if spec.start == "received":
        return phrase(WORDS, "from_receipt", said)
    return phrase(WORDS, "counted_from", {"term": said, "of": _field(definition, spec.start)})


def _rule(spec: DeadlineSpec, world: World) -> tuple[str, str]:
    rule = world.rule(spec.rule)
    title = in_language(rule.title) if rule.title else phrase("case", "house_rule")
    return title, rule.source or ""


def _field(definition: Definition, name: str) -> str:
    """Return the title of `data.FIELD` or `row.COLUMN`."""
    kind, _, key = name.partition(".")
    if kind == "data" and key in definition.data:
        return in_language(definition.data[key].title)
    columns = (c for f in definition.data.values() for c in f.columns if c.key == key)
    found = next(columns, None)
    return in_language(found.title) if found else name


# --- Differences ---------------------------------------------------------------------------------


def changes_in_words(found: list[Difference], *versions: Definition) -> list[ChangeLine]:
    """Return what differs in words; `versions` name the states of either side."""
    states = {key: in_language(s.title) for d in versions for key, s in d.states.items()}
    return [
        ChangeLine(
            " › ".join(_place(place, states) for place in one.places),
            one.kind.value,
            _side(one.before, one.places),
            _side(one.after, one.places),
        )
        for one in found
    ]


def _place(place: Place, states: Mapping[str, str]) -> str:
    named = phrase(WORDS, "part", place.name)
    if not place.key:
        return named
    if place.title:
        return f"{named} “{in_language(place.title)}”"
    if place.name in LADDERS:
        return f"{named} “{warnings_in_words(place.key.partition(' (')[0])}”"
    source, arrow, target = place.key.partition(" → ")
    if arrow:
        return f"{named} “{states.get(source, source)}” → “{states.get(target, target)}”"
    return f"{named} “{states.get(place.key, place.key)}”"


def _side(value: Any, places: tuple[Place, ...]) -> str:  # noqa: ANN401 - of a definition
    """Return one side of a difference in words; of warnings, when they are given and to whom."""
    if value is None or not any(place.name in LADDERS for place in places):
        return _plain(value, places)
    if places[-1].name == "to":
        return ", ".join(phrase("ladder", "audience", one) for one in value)
    return warnings_in_words(value)


_SPANS = frozenset({"term", "review_every", "review_within", "within"})
"""The parts of a type that are spans of time."""


def _plain(
    value: Any,  # noqa: ANN401 - of a definition
    places: tuple[Place, ...] = (),
    part: str = "",
) -> str:
    """Return a value in words; an item whose title was said already says no more."""
    part = places[-1].name if places else part
    if value is None or (places and places[-1].title and isinstance(value, Mapping)):
        return ""
    if isinstance(value, bool):
        return phrase("values", "yes" if value else "no")
    if isinstance(value, Mapping):
        return "; ".join(
            f"{phrase(WORDS, 'part', key)}: {_plain(v, part=key)}" for key, v in value.items()
        )
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return _word(value, part)


def _word(value: object, part: str) -> str:
    if (part, value) == ("form", "optional"):
        return phrase(WORDS, "optional")
    if part in _SPANS and parse_term(str(value)).direction is not Direction.BEFORE:
        return term_words(str(value))
    return str(value)
