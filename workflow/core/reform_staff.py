"""Where the people of an agency that is no more go, and what they are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.core.network import Agency, Days, Network
from workflow.core.offices import Post
from workflow.core.reform import OUT, Reform


@dataclass(frozen=True, slots=True)
class Member:
    """What somebody is in an agency, and when."""

    id: int
    officer: int
    agency: str
    role: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """What somebody becomes elsewhere as their agency ends."""

    member: Member
    heir: str
    """Where they go; `OUT` is nowhere."""
    role: str
    known: bool
    """Whether they are that there already."""


def transfers(members: Iterable[Member], reform: Reform) -> list[Transfer]:
    """Return what becomes of everybody who is something in an agency that ends.

    Who headed it heads the agency they go to only where nobody does.
    """
    listed = sorted(members, key=lambda member: member.id)
    ends = reform.ends
    there = [m for m in listed if m.agency not in ends]
    headed = {m.agency for m in there if m.role == Post.HEAD and _holds(m, reform.day)}
    held = {(m.officer, m.agency, m.role) for m in there if m.last is None}
    found: list[Transfer] = []
    for member in listed:
        if member.agency not in ends or (member.last is not None and member.last < reform.day):
            continue
        heir = ends[member.agency].goes_to(member.officer) or OUT
        role = Post.OFFICER if member.role == Post.HEAD and heir in headed else member.role
        place = (member.officer, heir, role)
        found.append(Transfer(member, heir, role, known=place in held))
        held.add(place)
        if role == Post.HEAD:
            headed.add(heir)
    return found


def _holds(member: Member, day: date) -> bool:
    return member.first <= day and (member.last is None or member.last >= day)


def members_after(members: Iterable[Member], reform: Reform) -> list[Member]:
    """Return what everybody is once a reform holds."""
    listed = list(members)
    going = transfers(listed, reform)
    gone = {transfer.member.id for transfer in going}
    came = [
        Member(
            t.member.id, t.member.officer, t.heir, t.role,
            max(t.member.first, reform.day), t.member.last,
        )
        for t in going
        if t.heir and not t.known
    ]  # fmt: skip
    return [*(m for m in listed if m.id not in gone), *came]


def acting_for(
    agencies: Iterable[str], members: Iterable[Member], network: Network, *, day: date
) -> dict[str, frozenset[int]]:
    """Return by agency who acts for it on a day: its people, and the heads of whatever it is in."""
    acting = [m for m in members if m.role != Post.AUDITOR and _holds(m, day)]
    found = {}
    for code in agencies:
        above = _above(network, code)
        found[code] = frozenset(
            m.officer
            for m in acting
            if m.agency == code or (m.agency in above and m.role == Post.HEAD)
        )
    return found


def _above(network: Network, code: str) -> frozenset[str]:
    seen: set[str] = set()
    known = network.get(code)
    while known and known.unit_role and known.parent and known.parent not in seen:
        seen.add(known.parent)
        known = network.get(known.parent)
    return frozenset(seen)


def network_after(
    network: Network, changed: Mapping[str, Agency], members: Iterable[Member]
) -> Network:
    """Return the network as a reform makes it, with its people where they are then."""
    agencies = {agency.code: agency for agency in network} | dict(changed)
    staff: dict[str, list[Days]] = {}
    for member in members:
        if member.role != Post.AUDITOR:
            staff.setdefault(member.agency, []).append((member.first, member.last))
    known: Mapping[str, Sequence[Days]] = staff if network.staff else {}
    return Network(
        agencies.values(),
        default_calendar=network.default_calendar,
        version=network.version,
        staff=known,
    )
