"""Every fault of how a definition behaves, what only follows from another left out."""

from __future__ import annotations

from workflow.core.soundness.exploring import Exploration
from workflow.core.soundness.hanging import (
    hanging,
    no_way_to_the_end,
    running_away,
    unbound_roles,
)
from workflow.core.soundness.never import (
    dead_outcomes,
    dead_tasks,
    dead_transitions,
    ignored_outcomes,
    unreachable_states,
)
from workflow.core.soundness.sight import Finding, Sight


def judge(exploration: Exploration) -> list[Finding]:
    """Read the faults of a definition off its exploration."""
    sight = Sight(exploration)
    hung = list(hanging(sight))
    where = {finding.position.state for finding in hung if finding.position}
    found = [
        *running_away(sight),
        *hung,
        *no_way_to_the_end(sight),
        *unbound_roles(sight),
        *unreachable_states(sight, where),
        *dead_tasks(sight),
        *dead_outcomes(sight, where),
        *ignored_outcomes(sight, where),
    ]
    return [*found, *dead_transitions(sight, where, found)]
