"""The facts that stop an act on a register, each with a name."""

from __future__ import annotations

from workflow.core.errors import Refusal


class UnknownRegister(Refusal):
    """No register of that name has been deployed."""


class UnknownEntry(Refusal):
    """No entry has that number, as far as the reader may know."""


class EntryMoved(Refusal):
    """Someone changed the entry first; the act was not done."""


class EntryEnded(Refusal):
    """The entry has ended; only resuming it is possible."""


class EntryNotEnded(Refusal):
    """The entry has not ended, so there is nothing to resume."""


class EntryFed(Refusal):
    """A case that is still open writes this part of the entry."""


class NothingChanged(Refusal):
    """What was written is what the entry says already."""


class NotKept(Refusal):
    """The register lets other agencies add entries, not this one."""
