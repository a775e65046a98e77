"""What a state does to registers: which entry it creates, brings up to date or ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from workflow.core.conditions import Condition
from workflow.core.fields import FieldType

SEVERAL: Final = frozenset({FieldType.CHOICES, FieldType.AGENCIES})
"""The types of field that hold several values, so that one more can be added."""


class Deed(StrEnum):
    """What a case may do to an entry of a register."""

    CREATE = "create"
    """Make the entry of the case, or bring it up to date where there is one by now."""
    REPLACE = "replace"
    """Make it; where there is one by now, end that one and make another in its stead."""
    UPDATE = "update"
    END = "end"


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a case takes a value of an entry from; with nothing said it is the day."""

    field: str = ""
    column: str = ""
    """Of a table, the texts of all its rows."""
    made: str = ""
    """The register in which the case made an entry: that entry."""
    role: str = ""
    """The agencies that hold this part of the case."""


@dataclass(frozen=True, slots=True, eq=False)
class EntrySpec:
    """One thing that a case does to a register when it enters a state."""

    register: str
    deed: Deed
    entry: str | None = None
    """The field that names the entry; without one it is the entry that the case itself made."""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """Fields of the entry that follow from the case."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the entry given as written."""
    added: Mapping[str, Taken] = field(default_factory=dict)
    """Fields of the entry that hold several values, to which these are added, each once."""
    holder: str | None = None
    """The role whose agency keeps an entry that is created; else the owner of the register."""
    condition: Condition | None = None
