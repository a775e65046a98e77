"""Who administers people: a head the own agency and its units, the coordinator the network.

Whoever keeps the machine going administers nobody and sees no case: that is another account.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from workflow.core.errors import Refusal
from workflow.core.network import Network
from workflow.core.powers import Powers


class Post(StrEnum):
    """What an officer is in an agency."""

    OFFICER = "officer"
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


WITHIN: Final = (Post.OFFICER, Post.FOCAL_POINT)
"""What a head makes people in the own agency; who heads it is said from above."""


class NotInCharge(Refusal):
    """Somebody else administers the agency, or says who holds that position."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a person administers on a day, through memberships or answering for who has them."""

    powers: Powers
    network: Network

    @property
    def coordinates(self) -> bool:
        """Whether the person coordinates the whole network: the agency at the top of the tree."""
        return self.network.root in self.powers.coordinates

    @property
    def agencies(self) -> frozenset[str]:
        """The agencies whose people this person administers."""
        if self.coordinates:
            return frozenset(agency.code for agency in self.network)
        return self._headed

    @property
    def administers_any(self) -> bool:
        """Whether there is anything for this person to administer."""
        return self.coordinates or bool(self._headed)

    def administers(self, agency: str) -> bool:
        """Say whether the people of an agency are this person's to administer."""
        return self.coordinates or agency in self._headed

    def may_give(self, post: str, agency: str, *, to: int | None) -> bool:
        """Say whether this person decides that another is, or no longer is, something somewhere.

        Nobody does so for themselves. A head is made by whoever heads the agency above, and who
        coordinates or audits is for the coordinator of the network to say.
        """
        if to is not None and to == self.powers.officer:
            return False
        if self.coordinates:
            return True
        if post == Post.HEAD:
            known = self.network.get(agency)
            above = known.parent if known and known.unit_role else None
            return above is not None and above in self._headed
        return post in WITHIN and agency in self._headed

    def posts(self, agency: str) -> tuple[Post, ...]:
        """List what this person may make others in an agency."""
        return tuple(post for post in Post if self.may_give(post, agency, to=None))

    def demand(self, agency: str) -> None:
        """Raise `NotInCharge` unless the people of an agency are this person's to administer."""
        if not self.administers(agency):
            raise NotInCharge(agency=agency)

    def demand_post(self, post: str, agency: str, *, to: int | None) -> None:
        """Raise `NotInCharge` unless this person decides who holds a position."""
        if not self.may_give(post, agency, to=to):
            itself = to is not None and to == self.powers.officer
            raise NotInCharge(agency=agency, post=post, itself=itself)

    @property
    def _headed(self) -> frozenset[str]:
        lent = (standing.heads for standing in self.powers.substituted.values())
        return self.powers.own.heads.union(*lent)
