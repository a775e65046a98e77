"""Which required fields a case may lack in a state, as an outcome on the way spared its form."""

from __future__ import annotations

from workflow.core.definition import DataItem, Definition, TaskSpec, Transition
from workflow.core.joins import ANSWERED, Join, Quantifier


def may_lack(definition: Definition, key: str, state: str) -> bool:
    """Say whether a case can come to a state without a required field that some outcome spares.

    What opening asks, or no outcome spares, is there; what was filled in once stays.
    """
    if DataItem(key) in definition.opening or not _spared(definition, key):
        return False
    reached: set[str] = set()
    ahead = [definition.initial]
    while ahead:
        here = ahead.pop()
        if here not in reached:
            reached.add(here)
            ways = definition.leaving(here)
            ahead += [way.target for way in ways if not _fills(definition, way, key)]
            acts = (rule for rule in definition.acts.values() if not rule.states)
            limited = (rule for rule in definition.acts.values() if here in rule.states)
            ahead += [target for rule in (*acts, *limited) for target in rule.to]
    return state in reached


def _spared(definition: Definition, key: str) -> bool:
    return any(
        outcome.form_optional
        for _, spec in definition.tasks()
        if DataItem(key) in spec.form
        for outcome in spec.outcomes.values()
    )


def _fills(definition: Definition, way: Transition, key: str) -> bool:
    """Say whether nobody goes a way without having filled the field in."""
    if way.when is None:
        return False
    join = way.when
    tasks = definition.state(way.source).tasks.values()
    counted = [spec for spec in tasks if not join.tasks or spec.key in join.tasks]
    if join.quantifier is Quantifier.ALL:
        sure = (spec for spec in counted if spec.needed_if is None and spec.each is None)
        return any(_always_fills(spec, join, key) for spec in sure)
    giving = [spec for spec in counted if any(_counts(join, spec, one) for one in spec.endings)]
    return bool(giving) and all(_always_fills(spec, join, key) for spec in giving)


def _always_fills(spec: TaskSpec, join: Join, key: str) -> bool:
    """Say whether each outcome of a task that counts for a join came with the field filled in."""
    if DataItem(key) not in spec.form or spec.done_elsewhere:
        return False
    counting = [one for one in spec.endings if _counts(join, spec, one)]
    return all(one != spec.lapse and not spec.outcomes[one].form_optional for one in counting)


def _counts(join: Join, spec: TaskSpec, outcome: str) -> bool:
    lapsed = outcome == spec.lapse and outcome not in spec.outcomes
    return outcome in join.outcomes or (ANSWERED in join.outcomes and not lapsed)
