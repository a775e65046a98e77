"""What a case has certainly been through: the states that no way to a state goes around."""

from __future__ import annotations

from workflow.core.act_rules import MOVING_ACTS
from workflow.core.definition import Definition


def passed_before(definition: Definition, state: str) -> frozenset[str]:
    """Return the states that every way from the first state leads through before a state."""
    others = (key for key in definition.states if key != state)
    return frozenset(key for key in others if not _is_reached(definition, state, without=key))


def _is_reached(definition: Definition, state: str, *, without: str) -> bool:
    """Say whether there is a way to a state that leaves another one aside."""
    seen, waiting = {without, definition.initial}, [definition.initial]
    if definition.initial == without:
        return False
    while waiting:
        here = waiting.pop()
        if here == state:
            return True
        fresh = [target for target in _next(definition, here) if target not in seen]
        seen.update(fresh)
        waiting += fresh
    return False


def _next(definition: Definition, state: str) -> list[str]:
    """Return where a state leads, by its outcomes, by time or by what people may do in it."""
    if definition.state(state).final:
        return []
    led = [t.target for t in definition.leaving(state)]
    rules = (rule for rule in definition.acts.values() if rule.act in MOVING_ACTS and rule.allowed)
    acts = [target for rule in rules if state in (rule.states or (state,)) for target in rule.to]
    return [*led, *acts]
