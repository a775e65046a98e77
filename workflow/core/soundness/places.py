"""Where the parts of a definition are written in its file, as keys and positions from the top."""

from __future__ import annotations

from workflow.core.definition import Definition
from workflow.core.soundness.verdict import Path


def state_at(definition: Definition, state: str) -> Path:
    """Return where a state is written."""
    return "states", list(definition.states).index(state)


def task_at(definition: Definition, task: str) -> Path:
    """Return where a task is written."""
    for state in definition.states.values():
        if task in state.tasks:
            return *state_at(definition, state.key), "tasks", list(state.tasks).index(task)
    return ("states",)


def transition_at(number: int) -> Path:
    """Return where a transition is written."""
    return "transitions", number


def role_at(role: str) -> Path:
    """Return where a role is written."""
    return "roles", role
