"""What every act is told besides the case: who acts, when, in which world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.core.draft import Draft
from workflow.core.events import By
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who acts, when and in which world, with the randomness an act may use up."""

    powers: Powers
    at: datetime
    world: World
    seed: bytes
    """Drawn anew for each act; salts of personal values follow from it."""

    def draft(
        self, case: CaseSnapshot, by: By, *, new: bool = False, silent: bool = False
    ) -> Draft:
        """Begin to decide an act of a person on a case; nobody is told of a `silent` one."""
        return Draft(
            case,
            by=by,
            at=self.at,
            world=self.world,
            seed=self.seed,
            new=new,
            silent=silent,
        )
