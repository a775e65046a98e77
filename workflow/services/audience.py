"""To whom a notice goes, so that it always reaches somebody who can do something about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlalchemy import Connection

from workflow.core.audience import Audience
from workflow.core.fields import Access
from workflow.core.network import Network
from workflow.core.snapshot import CaseSnapshot
from workflow.storage.followers import followers_of
from workflow.storage.people import MembershipRole
from workflow.storage.queries.audience import ACTING, active_among, answering_for, people_of


class People:
    """The officers to be told of one case on one day; the absent are answered for.

    Where an agency has nobody, the heads above it are told, at last the coordinators of the
    agency that answers for the type (`owner`).
    """

    def __init__(
        self, connection: Connection, network: Network, *, today: date, owner: str
    ) -> None:
        self._connection = connection
        self._network = network
        self._today = today
        self._owner = network.succeeded(owner, today)

    def of(
        self, audiences: Iterable[Audience], agency: str, *, assignee: int | None = None
    ) -> list[int]:
        """List everybody of some audiences, each once."""
        asked: dict[Audience, Callable[[], list[int]]] = {
            Audience.HOLDER: lambda: self.holders(agency, assignee=assignee),
            Audience.HEAD: lambda: self.heads(agency),
            Audience.FOCAL_POINT: lambda: self._focal_points(agency),
            Audience.COORDINATOR: self.coordinators,
            Audience.CABINET: lambda: self._above(agency),
        }
        found = [officer for audience in audiences for officer in asked[audience]()]
        return list(dict.fromkeys(found or self._above(agency)))

    def holders(self, agency: str, *, assignee: int | None = None) -> list[int]:
        """List who holds a task: whoever claimed it, else everybody of its agency."""
        if assignee is not None and active_among(self._connection, [assignee]):
            return self._present([assignee], agency)
        return self._in(agency, *ACTING) or self._above(agency)

    def heads(self, agency: str) -> list[int]:
        """List who heads an agency, else who is next above it."""
        return self._in(agency, MembershipRole.HEAD) or self._above(agency)

    def coordinators(self) -> list[int]:
        """List who coordinates the request type, else everybody of the agency it belongs to."""
        return self._in(self._owner, MembershipRole.COORDINATOR) or self._in(self._owner, *ACTING)

    def active(self, officers: Iterable[int]) -> set[int]:
        """Return those of some officers who still work here."""
        return active_among(self._connection, list(officers))

    def followers(self, case: CaseSnapshot) -> list[int]:
        """List who follows a case and may still know of it."""
        hidden = case.access is Access.RESTRICTED or not case.announced
        agencies = case.agencies if hidden else None
        return followers_of(self._connection, case.number, agencies=agencies, today=self._today)

    def _focal_points(self, agency: str) -> list[int]:
        """List the focal points of an agency, else of the nearest above it that has some."""
        places = (agency, *self._parents(agency))
        found = (self._in(place, MembershipRole.FOCAL_POINT) for place in places)
        return next((officers for officers in found if officers), [])

    def _above(self, agency: str) -> list[int]:
        """List the heads of the nearest agency above that has some, else the coordinators."""
        for parent in self._parents(agency):
            if found := self._in(parent, MembershipRole.HEAD):
                return found
        return self.coordinators()

    def _parents(self, agency: str) -> Iterator[str]:
        seen: set[str] = set()
        known = self._network.get(agency)
        while known and known.parent and known.parent not in seen:
            seen.add(known.parent)
            yield known.parent
            known = self._network.get(known.parent)

    def _in(self, agency: str, *roles: str) -> list[int]:
        agency = self._network.succeeded(agency, self._today)
        found = people_of(self._connection, agency, today=self._today, roles=roles)
        return self._present(found, agency)

    def _present(self, officers: list[int], agency: str) -> list[int]:
        answering = answering_for(self._connection, officers, agency=agency, today=self._today)
        present = (answering.get(officer, [officer]) for officer in officers)
        return list(dict.fromkeys(one for some in present for one in some))
