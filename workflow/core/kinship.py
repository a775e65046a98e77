"""How cases belong together, seen from neither of them: what is drawn of a family of cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workflow.core.acts.record import Relation

_PAIRS: Final = (
    (Relation.PARENT, Relation.CHILD),
    (Relation.PRECEDES, Relation.FOLLOWS),
    (Relation.AMENDS, Relation.AMENDED_BY),
    (Relation.PREPARES, Relation.PREPARED_BY),
    (Relation.SUPPORTS, Relation.SUPPORTED_BY),
    (Relation.FORMALISES, Relation.FORMALISED_BY),
)
INVERSE: Final[Mapping[Relation, Relation]] = {
    **dict(_PAIRS),
    **{back: there for there, back in _PAIRS},
    Relation.DUPLICATE: Relation.DUPLICATE,
}
"""What a case is to another that says what the other is to it."""
_FORWARD: Final = frozenset(there for there, _ in _PAIRS)


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """One case is something to another: `source` is the parent of `target`, or comes before it."""

    source: str
    target: str
    relation: Relation


def link(owner: str, other: str, relation: Relation) -> Link:
    """Return the tie that a case notes of another, the same whichever of the two notes it."""
    if relation is Relation.DUPLICATE:
        return Link(min(owner, other), max(owner, other), relation)
    if relation in _FORWARD:
        return Link(other, owner, relation)
    return Link(owner, other, INVERSE[relation])


def ranks(numbers: Collection[str], links: Iterable[Link]) -> dict[str, int]:
    """Say in which column each case of a family is drawn: after whatever it comes from.

    Cases that are alike stand in one column. What runs in a circle is drawn as it comes.
    """
    found = dict.fromkeys(numbers, 0)
    ties = [one for one in links if one.source in found and one.target in found]
    born = {frozenset((t.source, t.target)) for t in ties if t.relation is Relation.PARENT}
    known = [t for t in ties if _leads(t, born)]
    for _ in range(len(found)):
        moved = [one for one in known if _lags(one, found)]
        if not moved:
            break
        for one in moved:
            ahead = one.relation is not Relation.DUPLICATE
            least = min(max(found[one.source], found[one.target]), len(found) - 1)
            if ahead:
                found[one.target] = min(found[one.source] + 1, len(found) - 1)
            else:
                found[one.source] = found[one.target] = least
    used = {rank: place for place, rank in enumerate(sorted(set(found.values())))}
    return {number: used[rank] for number, rank in found.items()}


def _leads(tie: Link, born: Collection[frozenset[str]]) -> bool:
    """Say whether a tie tells which case comes first: where one opened the other, that does."""
    return tie.relation is Relation.PARENT or frozenset((tie.source, tie.target)) not in born


def _lags(one: Link, found: Mapping[str, int]) -> bool:
    if one.relation is Relation.DUPLICATE:
        return found[one.source] != found[one.target]
    return found[one.target] <= found[one.source] < len(found) - 1
