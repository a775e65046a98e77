"""Tells a definition as a text: its states, who does what in them, and where each way leads."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.catalogue.labels import cause, holders, word
from workflow.core.definition import Definition, State
from workflow.core.fields import words


def outline(definition: Definition, language: str = "pt-BR") -> str:
    """Return the outline of a definition in a language."""
    language = language.replace("_", "-")
    title = words(definition.title, language)
    lines = [f"{title} ({definition.key} {definition.version})", ""]
    for state in definition.states.values():
        lines += _state(definition, state, language)
    return "\n".join(lines)


def _state(definition: Definition, state: State, language: str) -> Iterator[str]:
    held = holders(definition, state, language)
    end = f" [{word('end', language)}: {state.final}]" if state.final else ""
    yield f"{words(state.title, language)} ({state.key}){f' · {held}' if held else ''}{end}"
    for task in state.tasks.values():
        ways = " | ".join(words(outcome.title, language) for outcome in task.outcomes.values())
        term = f" [{task.deadline.term}]" if task.deadline and task.deadline.term else ""
        yield f"  - {words(task.title, language)}{term}: {ways}"
    for transition in definition.leaving(state.key):
        target = words(definition.state(transition.target).title, language)
        yield f"  → {target}: {cause(definition, transition, language)}"
    yield ""
