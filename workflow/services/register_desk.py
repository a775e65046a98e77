"""Who reads or keeps registers in a unit of work, and what of them exists for that person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow.core.powers import Powers
from workflow.core.registers.access import (
    hides_stale,
    holders_within,
    may_read,
    narrowed,
    reads_all,
    takes_part_in_all,
)
from workflow.core.registers.entries import Entry, Standing, Step
from workflow.core.registers.errors import UnknownEntry, UnknownRegister
from workflow.core.registers.types import EntryType
from workflow.core.registers.warning import next_look, warned_until
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.registers import Found, Scope
from workflow.storage.register_writing import Watch


@dataclass(frozen=True, slots=True)
class Desk:
    """A reader of registers with what is needed to say what they may read."""

    kinds: Mapping[str, EntryType]
    world: World
    reader: Powers | None
    """None is the public."""
    kept: frozenset[str]
    """The agencies whose entries the reader keeps."""
    today: date

    def kind(self, key: str) -> EntryType:
        """Return a register; raise `UnknownRegister`."""
        found = self.kinds.get(key)
        if found is None:
            raise UnknownRegister(register=key)
        return found

    def known(
        self, found: Found | None, number: str, *, by_case: bool = False
    ) -> tuple[EntryType, Entry]:
        """Return an entry with its register; raise `UnknownEntry` for what may not be seen."""
        kind = self.kinds.get(found.entry.type) if found else None
        if found is None or kind is None:
            raise UnknownEntry(number=number)
        entry = found.entry
        if by_case or self.may_read(kind, entry):
            return kind, entry
        raise UnknownEntry(number=number)

    def may_read(self, kind: EntryType, entry: Entry) -> bool:
        """Say whether an entry exists for the reader."""
        return may_read(kind, entry, self.reader, kept=self.kept, on=self.today)

    def shown(self, kind: EntryType, entry: Entry) -> Entry:
        """Return an entry with only what the reader may read of it."""
        return narrowed(kind, entry, self.reader, self.kept)

    def watch(self, kind: EntryType, found: Found | None, step: Step) -> Watch:
        """Return when the clock looks at an entry once an act on it is written."""
        at = step.event.at
        known = found.warned_until if found else at
        until = warned_until(kind, step.before, step.after, at=at, known=known)
        return Watch(until, next_look(kind, step.after, self.world, after=until))

    def scope(self, kind: EntryType) -> Scope:
        """Return which entries of a register exist for the reader, for where rows are selected."""
        every = reads_all(kind, self.reader, self.kept)
        inside = takes_part_in_all(kind, self.reader, self.kept)
        unseen = set() if inside else {Standing.UNDONE}
        if self.reader is None and hides_stale(kind):
            unseen.add(Standing.STALE)
        held, kept = None if every else self.kept, None if inside else self.kept
        return Scope(kind.key, held, frozenset(unseen), kept)


def desk_of(uow: UnitOfWork, world: World | None = None) -> Desk:
    """Return the desk of whoever acts in a unit of work; `world` is it as it is known already."""
    powers, world = uow.powers, world or uow.world()
    return Desk(
        kinds=uow.installation.registers(),
        world=world,
        reader=powers if powers.officer is not None or powers.auditor else None,
        kept=holders_within(powers, world.network, uow.today),
        today=uow.today,
    )
