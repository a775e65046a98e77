"""How a case moves: the one place where a state machine is built and read.

A case waits in a state until its tasks have outcomes enough for a transition, or until a
day comes. The functions here answer a single question, "where does this lead?", from values
alone, so that they serve the running system, the proof of definitions and the tests.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, NamedTuple

from transitions import Machine

from workflow.core.act_rules import MOVING_ACTS, ActName
from workflow.core.conditions import Data, Slots, holds
from workflow.core.definition import Definition, Transition
from workflow.core.joins import VisitTask

SETTLE = "settle"
"""The trigger tried on entering a state and after every change in it."""
_KEPT = 512
"""How many definitions are kept ready; whoever checks or drafts makes ever new ones."""


class View(NamedTuple):
    """What a transition may look at: the tasks of this visit and the data of the case."""

    visit: tuple[VisitTask, ...]
    data: Data

    def outcomes(self) -> Slots:
        """Return the outcomes of the visit so far."""
        return {(t.key, t.slot): t.outcome for t in self.visit if t.outcome}


def settle(definition: Definition, state: str, view: View) -> str | None:
    """Return the state that the visit so far leads to, or None if the case waits on."""
    return _leads_to(definition, state, SETTLE, view)


def time_leads_to(
    definition: Definition, state: str, transition: Transition, view: View
) -> str | None:
    """Return the state that a transition by time leads to on its day, or None if it may not."""
    return _leads_to(definition, state, _by_time(definition, transition), view)


def act_leads_to(definition: Definition, state: str, act: ActName, target: str) -> str | None:
    """Return the state that an act of the definition moves a case to, or None if it may not."""
    return _leads_to(definition, state, _act(act, target), View((), {}))


def _leads_to(definition: Definition, state: str, trigger: str, view: View) -> str | None:
    """Return where the first transition of a trigger leads whose conditions are met.

    It is read off the machine: firing keeps a state of its own, which nothing here has, and asks
    the same at ten times the price.
    """
    event: Any = _machine(definition).events.get(trigger)
    for transition in event.transitions.get(state, ()) if event else ():
        for condition in transition.conditions:
            if not condition.func(view):
                break
        else:
            target: str = transition.dest
            return target
    return None


def _by_time(definition: Definition, transition: Transition) -> str:
    return f"time:{definition.transitions.index(transition)}"


def _act(act: ActName, target: str) -> str:
    return f"act:{act}:{target}"


def is_met(transition: Transition, view: View) -> bool:
    """Say whether what a transition asks of the tasks of the visit and of the data is so."""
    if transition.when is not None and not transition.when.is_met(view.visit):
        return False
    condition = transition.condition
    return condition is None or holds(condition, view.data, view.outcomes())


@lru_cache(maxsize=_KEPT)
def _machine(definition: Definition) -> Machine:
    """Build the machine of a definition, once: it holds rules, never a case.

    Transitions are tried in the order of the definition and the first that is met wins.
    """
    return Machine(
        model=None,
        states=list(definition.states),
        transitions=[*_written(definition), *_acts(definition)],
        initial=definition.initial,
        auto_transitions=False,  # a case reaches a state by an outcome, a day or an act
    )


def _written(definition: Definition) -> list[dict[str, Any]]:
    return [
        {
            "trigger": _by_time(definition, t) if t.by_time else SETTLE,
            "source": t.source,
            "dest": t.target,
            "conditions": partial(is_met, t),
        }
        for t in definition.transitions
    ]


def _acts(definition: Definition) -> list[dict[str, Any]]:
    return [
        {"trigger": _act(rule.act, target), "source": source, "dest": target}
        for rule in definition.acts.values()
        if rule.act in MOVING_ACTS and rule.allowed
        for target in rule.to
        for source in _sources(definition, rule.act, rule.states)
    ]


def _sources(definition: Definition, act: ActName, states: tuple[str, ...]) -> list[str]:
    reopens = act is ActName.REOPEN
    return [
        key
        for key, state in definition.states.items()
        if bool(state.final) is reopens and (not states or key in states)
    ]
