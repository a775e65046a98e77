"""What people mean by merging, splitting and ending agencies, as the changes that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from workflow.core.network import Agency, Network
from workflow.core.reform import Create, End, Ending

NAMED = "heir:"
"""What the places of a share begin with that only name who has part in it."""


def successor_of(known: Agency, *, agency: str, name: str) -> Create:
    """Return a new agency of the kind, place and calendar of one that it comes after."""
    return Create(
        agency,
        name,
        known.kind,
        parent=known.parent,
        municipality=known.municipality,
        calendar=known.calendar,
        unit_role=known.unit_role,
    )


def merger(agencies: Sequence[str], into: str) -> list[End]:
    """End agencies whose work one agency has from then on, which may be one of them."""
    gone = (code for code in agencies if code != into)
    return [End(code, Ending.MERGED, into, units_along=True) for code in gone]


def division(agency: str, heirs: Sequence[str], *, share: Mapping[str, str]) -> End:
    """End an agency whose work several have; the first has what is not shared out otherwise.

    All are named in its share, so that something can yet be given to each.
    """
    first, *others = heirs
    named = {f"{NAMED}{code}": code for code in others}
    return End(agency, Ending.SPLIT, first, share={**named, **share}, units_along=True)


def extinction(network: Network, agency: str, heir: str | None, *, day: date) -> list[End]:
    """End an agency, and the units inside it where nobody comes after it."""
    if heir:
        return [End(agency, Ending.EXTINGUISHED, heir, units_along=True)]
    inside = [one for one in network.below(agency) if network.is_active(one, day)]
    return [End(code) for code in sorted(inside, key=len, reverse=True)]
