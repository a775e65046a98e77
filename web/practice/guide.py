"""The exercise that a visitor is at, and what of it is done, so that pages tell what is next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import session

from web.db import unit_of_work
from web.demo.preparing import Prepared, prepared
from web.practice.exercises import EXERCISES, Exercise
from workflow.services import practice

BY_PERSON: Mapping[str, Exercise] = {exercise.person: exercise for exercise in EXERCISES}
EXERCISE = "exercise"


@dataclass(frozen=True, slots=True)
class Guide:
    """How far a visitor is in their exercise."""

    exercise: Exercise
    done: frozenset[str]
    number: str
    """The case that it is about, if there is one."""

    @property
    def step(self) -> str:
        """The first step that is not done; empty once all are."""
        return next((key for key, _ in self.exercise.steps if key not in self.done), "")

    @property
    def place(self) -> int:
        """Which step that is, counted from one."""
        return [key for key, _ in self.exercise.steps].index(self.step) + 1


def begin(exercise: Exercise) -> None:
    """Remember which exercise this visitor does."""
    session[EXERCISE] = exercise.person


def leave() -> None:
    """Forget it."""
    session.pop(EXERCISE, None)


def guide() -> Guide | None:
    """Return how far the visitor's exercise has got, or None if they are at none."""
    chosen = BY_PERSON.get(session.get(EXERCISE, ""))
    made = made_here() if chosen else None
    if chosen is None or made is None:
        return None
    return Guide(chosen, done_so_far(made)[chosen.person], made.numbers.get(chosen.story, ""))


def made_here() -> Prepared | None:
    """Return what the practice installation began with."""
    with unit_of_work() as uow:
        return prepared(uow.installation, now=uow.now)


def done_so_far(made: Prepared) -> dict[str, frozenset[str]]:
    """Return the steps of each exercise that were done since it began."""
    with unit_of_work() as uow:
        traces = practice.traces_since(uow, made.at or uow.now)
    return {each.person: each.done(traces) for each in EXERCISES}
