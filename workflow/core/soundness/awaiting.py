"""Whether what tasks await of other cases is there, ends in every case, and stays as hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workflow.core.definition import Definition
from workflow.core.fields import Access, Field
from workflow.core.places import AwaitsSpec
from workflow.core.soundness.places import task_at
from workflow.core.soundness.sparing import may_lack
from workflow.core.soundness.verdict import Facts, Fault, FaultKind

_ORDER: Final = (Access.PUBLIC, Access.NETWORK, Access.RESTRICTED)


def unmet_awaiting(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Find tasks that await of another case what it never gives, or that it leaves waiting."""
    known = {**facts.types, definition.key: definition}
    for _, spec in definition.tasks():
        named = definition.data.get(spec.awaits.case) if spec.awaits else None
        host = known.get(named.of or "") if named else None
        if spec.awaits is None or host is None:
            continue
        told = {
            FaultKind.AWAITED_UNKNOWN: tuple(_not_given(definition, spec.awaits, host)),
            FaultKind.AWAITED_UNHANDLED: tuple(_left_waiting(spec.awaits, host)),
            FaultKind.AWAITED_TOLD: tuple(_told_to_more(definition, spec.awaits, host)),
        }
        path = (*task_at(definition, spec.key), "awaits")
        for kind, names in told.items():
            if names:
                yield Fault(kind, (spec.key, *names), path)


def _left_waiting(awaits: AwaitsSpec, host: Definition) -> Iterator[str]:
    """Go through the states that end the other case and not the waiting."""
    ending = {state for states in awaits.ends.values() for state in states}
    yield from (key for key, state in host.states.items() if state.final and key not in ending)


def _not_given(definition: Definition, awaits: AwaitsSpec, host: Definition) -> Iterator[str]:
    """Go through the names of states and fields that the awaited type has not, and of places.

    What must be filled in here must be there too.
    """
    if host.places is None or (awaits.place and not host.places.seats):
        yield "places"
    for states in awaits.ends.values():
        yield from (state for state in states if state not in host.states)
    for ours, theirs in awaits.brings.items():
        given = host.data.get(theirs)
        required = given and given.required and not _may_lack(awaits, host, theirs)
        sure = required or (given and (given.computed or given.default is not None))
        if given is None or (definition.data[ours].required and not sure):
            yield theirs


def _may_lack(awaits: AwaitsSpec, host: Definition, key: str) -> bool:
    """Say whether the other case may lack a required field when it ends the waiting."""
    given_in = host.places.given_in if host.places and awaits.place else ()
    ending = (state for states in awaits.ends.values() for state in states)
    return any(may_lack(host, key, state) for state in (*ending, *given_in))


def _told_to_more(definition: Definition, awaits: AwaitsSpec, host: Definition) -> Iterator[str]:
    """Go through the fields that more may read here than there, or that are personal only there."""
    for ours, theirs in awaits.brings.items():
        field, given = definition.data[ours], host.data.get(theirs)
        if given is None:
            continue
        opener = _ORDER.index(_openness(definition, field)) < _ORDER.index(_openness(host, given))
        if opener or (given.personal and not field.personal):
            yield ours


def _openness(definition: Definition, field: Field) -> Access:
    """Return who at most may read a field in the end."""
    if definition.unannounced:
        return Access.RESTRICTED
    own = Access.PUBLIC if field.released_on else field.access
    return max(definition.access, own, key=_ORDER.index)
