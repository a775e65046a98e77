"""How many agencies or rows a proof has to try, so that no vote comes out in a way it missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.core.definition import Definition, TaskSpec
from workflow.core.joins import Quantifier
from workflow.core.roles import ToCodes
from workflow.core.soundness.regions import fewest_rows
from workflow.core.soundness.verdict import Facts


def crowd_sizes(definition: Definition, facts: Facts) -> list[int]:
    """Return how many agencies to try for a part that several may hold."""
    thresholds = {
        t.when.count
        for t in definition.transitions
        if t.when and t.when.quantifier is Quantifier.AT_LEAST
    }
    near = {n + by for n in thresholds for by in (-1, 0, 1)}
    if any(t.when and t.when.quantifier is Quantifier.MAJORITY for t in definition.transitions):
        near |= {2 * n for n in thresholds}  # as many as reach the threshold and no majority
        # Three are the fewest of whom a majority can be short of all.
        near |= set(range(max((3, *_votes(definition))) + 1))
    most = len(facts.world.network.active(facts.today))
    return sorted(n for n in {0, 1, 2} | near if n <= most)


def groups_of(sizes: Sequence[int], facts: Facts) -> list[tuple[str, ...]]:
    """Return sets of agencies of the sizes to try, the empty one first."""
    codes = [agency.code for agency in facts.world.network.active(facts.today)]
    return [tuple(codes[:size]) for size in sizes]


def _votes(definition: Definition) -> Iterator[int]:
    """Go through the numbers of votes with which a task of many outvotes all others of a visit."""
    for transition in definition.transitions:
        join = transition.when
        if join and join.quantifier is Quantifier.MAJORITY:
            tasks = definition.state(transition.source).tasks.values()
            counted = [spec for spec in tasks if not join.tasks or spec.key in join.tasks]
            fewest = {spec.key: _fewest_votes(definition, spec) for spec in counted}
            together = sum(fewest.values())
            yield from (together - fewest[spec.key] + 1 for spec in counted if spec.each)


def _fewest_votes(definition: Definition, spec: TaskSpec) -> int:
    """Return how many votes a task that opens has at least."""
    if spec.by_rows:
        field = definition.data.get((spec.each or "").removeprefix("data."))
        return fewest_rows(field) if field else 1
    role = definition.roles.get(spec.each or "")
    return len(role.bind.codes) if role and isinstance(role.bind, ToCodes) else 1
