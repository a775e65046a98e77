"""How much of a plan is done in one go."""

from __future__ import annotations

from random import Random
from typing import Final

from workflow.services.plans import Plan

_SLICES: Final = 3
"""At least how many slices a plan is cut into that has more than a handful of cases."""


def a_slice(plan: Plan, random: Random, few: int) -> int:
    """Draw how many cases come next: a few, or of many cases up to a share of them."""
    return random.randint(1, max(few, plan.total // _SLICES))
