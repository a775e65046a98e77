"""What people mean by merging, splitting and ending agencies, as the changes that it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def merger(network: Network, agencies: Sequence[str], into: str, *, day: date) -> list[End]:
    """End agencies whose work one agency has from then on, which may be one of them."""
    gone = [code for code in agencies if code != into]
    units = list(_joined(network, [into, *gone], day))
    return [*units, *(End(code, Ending.MERGED, into, units_along=True) for code in gone)]


def division(
    network: Network, agency: str, heirs: Sequence[str], *, share: Mapping[str, str], day: date
) -> list[End]:
    """End an agency whose work several have; the first has what is not shared out otherwise.

    All are named in its share, so that something can yet be given to each.
    """
    first, *others = heirs
    share = {**{f"{NAMED}{code}": code for code in others}, **share}
    units = list(_joined(network, [first, agency], day))
    return [*units, End(agency, Ending.SPLIT, first, share=share, units_along=True)]


def extinction(network: Network, agency: str, heir: str | None, *, day: date) -> list[End]:
    """End an agency, and the units inside it where nobody comes after it."""
    if heir:
        units = list(_joined(network, [heir, agency], day))
        return [*units, End(agency, Ending.EXTINGUISHED, heir, units_along=True)]
    inside = [one for one in network.below(agency) if network.is_active(one, day)]
    return [End(code) for code in sorted(inside, key=len, reverse=True)]


def _joined(network: Network, agencies: Sequence[str], day: date) -> Iterator[End]:
    """Merge units that are to their agencies what another already is: the first one stays."""
    there: dict[str, str] = {}
    for agency in agencies:
        for unit in network.units(agency):
            if not unit.unit_role or not network.is_active(unit.code, day):
                continue
            stays = there.setdefault(unit.unit_role, unit.code)
            if stays != unit.code:
                yield End(unit.code, Ending.MERGED, stays, units_along=True)
