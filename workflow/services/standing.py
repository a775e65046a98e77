"""What an officer may act for on a day: own agencies, agencies headed, absent colleagues'."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflow.core.network import Network
from workflow.core.powers import Powers, Standing
from workflow.storage.people import MembershipRole
from workflow.storage.queries.people import HeldRole, SignedIn


def powers_of(known: SignedIn, network: Network, *, today: date) -> Powers:
    """Say what the officer of a session may act for, by the memberships that hold today."""
    absent = dict.fromkeys(held.of for held in known.substituted)
    return Powers(
        officer=known.officer_id,
        agency=current_agency(known),
        own=standing_of(known.own, network, today=today),
        substituted={
            officer: standing_of(
                (h for h in known.substituted if h.of == officer), network, today=today
            )
            for officer in absent
        },
        auditor=any(held.role == MembershipRole.AUDITOR for held in known.own),
        coordinates=frozenset(
            code
            for held in (*known.own, *known.substituted)
            if held.role == MembershipRole.COORDINATOR
            for code in (held.agency, *network.absorbed(held.agency, today))
        ),
    )


def standing_of(
    memberships: Iterable[HeldRole], network: Network, *, today: date | None = None
) -> Standing:
    """Return what memberships let a person do: a head acts for the units below, too.

    With `today`, whoever acts for an agency acts for those that it came after, too.
    """
    acting = _acting(memberships)
    headed = [held.agency for held in acting if held.role == MembershipRole.HEAD]
    heads = frozenset[str]().union(*map(network.below, headed))
    agencies = frozenset(held.agency for held in acting) | heads
    if today is None:
        return Standing(agencies, heads)
    return Standing(agencies.union(*(network.absorbed(a, today) for a in agencies)), heads)


def agencies_of(known: SignedIn) -> tuple[str, ...]:
    """Return the agencies to choose from, own ones first."""
    own = sorted(held.agency for held in _acting(known.own))
    lent = sorted(held.agency for held in _acting(known.substituted))
    return tuple(dict.fromkeys([*own, *lent]))


def current_agency(known: SignedIn) -> str:
    """Return the agency that the officer acts for just now; empty if there is none."""
    choice = agencies_of(known)
    return known.agency if known.agency in choice and known.agency else next(iter(choice), "")


def _acting(memberships: Iterable[HeldRole]) -> list[HeldRole]:
    return [held for held in memberships if held.role != MembershipRole.AUDITOR]
