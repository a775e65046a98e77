"""What maps and outlines call the parts of a definition, in every language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from workflow.catalogue.source import compose
from workflow.catalogue.vocabulary import LANGUAGES
from workflow.core.definition import Definition, State, TaskSpec, Transition
from workflow.core.fields import Text, words
from workflow.core.joins import ANSWERED, Join
from workflow.core.roles import ToCodes

MOST_HOLDERS = 3


@cache
def vocabulary() -> dict[str, Any]:
    """Return the words that no definition writes itself."""
    text = resources.files("workflow.catalogue").joinpath("drawing.yaml").read_text("utf-8")
    read: dict[str, Any] = compose(text, file="drawing.yaml").data
    return read


def in_every_language(say: Callable[[str], str]) -> Text:
    """Return what is said in each language."""
    return {language: say(language) for language in LANGUAGES}


def word(key: str, language: str) -> str:
    """Return one of the words of maps in a language."""
    return words(vocabulary()[key], language)


def holders(definition: Definition, state: State, language: str) -> str:
    """Name who holds the tasks of a state: codes where they are fixed, else parts."""
    named = dict.fromkeys(_holder(definition, task, language) for task in state.tasks.values())
    listed = [name for name in named if name]
    surplus = len(listed) - MOST_HOLDERS
    return ", ".join(listed[:MOST_HOLDERS]) + (f" +{surplus}" if surplus > 0 else "")


def _holder(definition: Definition, task: TaskSpec, language: str) -> str:
    role = definition.roles.get(task.role_key or "")
    if role is None:
        return ""
    if isinstance(role.bind, ToCodes):
        return ", ".join(role.bind.codes)
    return words(role.title, language)


def cause(definition: Definition, transition: Transition, language: str) -> str:
    """Say in a few words what makes a transition fire."""
    if transition.by_time:
        return word("by_time", language)
    if transition.when is None:
        return word("always", language)
    return _join(definition.state(transition.source), transition.when, language)


def _join(state: State, join: Join, language: str) -> str:
    named = dict.fromkeys(_outcome(state, key, language) for key in join.outcomes)
    said = words(vocabulary()["joins"][join.quantifier.name.lower()], language)
    return said.format(word("joined", language).join(named), n=join.count)


def _outcome(state: State, key: str, language: str) -> str:
    if key == ANSWERED:
        return word("answered", language)
    for task in state.tasks.values():
        if key in task.outcomes:
            return words(task.outcomes[key].title, language)
        if key == task.lapse and task.lapse_title:
            return words(task.lapse_title, language)
    return key
