"""Who hears of a deadline: the agency that owes it, and those above its head."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Audience(StrEnum):
    """To whom a warning goes; whoever is absent is answered for by the substitute."""

    HOLDER = "holder"
    """Whoever claimed the task, else everybody of its agency."""
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    """Of the agency, or of the nearest above it that has one."""
    COORDINATOR = "coordinator"
    """Of the request type."""
    CABINET = "cabinet"
    """Whoever heads the agency above."""


ABOVE_THE_HEAD: Final = (Audience.FOCAL_POINT, Audience.COORDINATOR, Audience.CABINET)
"""Who hears of an agency's delay only where the coordinator of the type has said so."""
