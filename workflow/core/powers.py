"""In whose name a person may act: own agencies, agencies headed, and absent colleagues'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow.core.errors import NotAssigned
from workflow.core.events import By

REQUESTER = "requester"
"""The guest that the access code of a case lets in."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The agencies a person acts for, and those among them the person heads."""

    agencies: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Powers:
    """What an acting person may do, whoever they are: an officer or an outside guest."""

    officer: int | None = None
    agency: str = ""
    """The agency the person chose to act for just now."""
    own: Standing = Standing()
    substituted: Mapping[int, Standing] = field(default_factory=dict)
    """Absent officers for whom this one answers today."""
    guest: str | None = None
    """`requester`, or the slot of an outside party."""
    guest_of: str | None = None
    """The number of the one case that a guest was let into."""
    auditor: bool = False
    """Reads every case, acts on none."""
    on: date | None = None
    """The day on which they hold, so that access given until a day ends by itself."""
    coordinates: frozenset[str] = frozenset()
    """The agencies in which the person is coordinator, or answers for who is."""

    @property
    def agencies(self) -> frozenset[str]:
        """Every agency the person may act for, in whatever name."""
        if not self.substituted:
            return self.own.agencies
        return self.own.agencies.union(*(s.agencies for s in self.substituted.values()))

    def by(self, agency: str, *, assignee: int | None = None) -> By:
        """Return who acts for an agency, and in whose name; raise `NotAssigned`.

        A substitute acts in the absent officer's name on what is assigned to that officer,
        and wherever the power comes only from the absent officer.
        """
        absent_holder = self.substituted.get(assignee) if assignee is not None else None
        if absent_holder and agency in absent_holder.agencies:
            return By(self.officer, agency, assignee)
        if agency in self.own.agencies:
            return By(self.officer, agency)
        for absent, standing in self.substituted.items():
            if agency in standing.agencies:
                return By(self.officer, agency, absent)
        raise NotAssigned(agency=agency, officer=self.officer)

    def as_head(self, agency: str) -> By:
        """Return who acts as head of an agency, and in whose name; raise `NotAssigned`."""
        if agency in self.own.heads:
            return By(self.officer, agency)
        for absent, standing in self.substituted.items():
            if agency in standing.heads:
                return By(self.officer, agency, absent)
        raise NotAssigned(agency=agency, officer=self.officer, head=True)

    def heads(self, agency: str) -> bool:
        """Say whether the person heads an agency, or answers for who does."""
        return agency in self.own.heads or any(
            agency in standing.heads for standing in self.substituted.values()
        )
