"""What was under way before the system: whence it came, and since when it was so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Imported:
    """The origin of a case that an import placed in its state."""

    batch: int
    """The import that brought it."""
    opened_on: date
    entered_on: date
    """Since when it stood in the state in which it was placed."""


def spell_imported(imported: Imported | None) -> dict[str, Any] | None:
    """Write the origin of a case as JSON values."""
    if imported is None:
        return None
    days = imported.opened_on.isoformat(), imported.entered_on.isoformat()
    return {"batch": imported.batch, "opened_on": days[0], "entered_on": days[1]}


def read_imported(kept: Mapping[str, Any] | None) -> Imported | None:
    """Read back what `spell_imported` wrote."""
    if not kept:
        return None
    opened, entered = map(date.fromisoformat, (kept["opened_on"], kept["entered_on"]))
    return Imported(kept["batch"], opened, entered)
