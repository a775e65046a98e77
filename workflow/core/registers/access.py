"""What may be read of registers: one policy for lists, pages, exports and suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workflow.core.fields import Access, Field
from workflow.core.network import Network
from workflow.core.powers import Powers
from workflow.core.registers.entries import Entry, EntryEvent, Standing
from workflow.core.registers.types import EntryType


def keepers(entry_type: EntryType, holder: str, network: Network, day: date) -> frozenset[str]:
    """Return the agencies that keep an entry: holder and owner of the register, with their units.

    What came after an agency that is no more keeps what that one kept.
    """
    heads = (network.succeeded(code, day) for code in (holder, entry_type.owner))
    return frozenset().union(*(network.below(code) for code in heads))


def holders_within(powers: Powers, network: Network, day: date) -> frozenset[str]:
    """Return the agencies whose entries a person keeps: own, of the body above, and inherited."""
    found: set[str] = set()
    for code in powers.agencies:
        above: str | None = code
        while above and above not in found:
            found |= {above, *network.absorbed(above, day)}
            agency = network.get(above)
            above = agency.parent if agency and agency.unit_role else None
    return frozenset(found)


def reads_all(entry_type: EntryType, powers: Powers | None, kept: frozenset[str]) -> bool:
    """Say whether a reader may know of every entry of a register; `kept` are their holders."""
    if entry_type.access is Access.PUBLIC:
        return True
    if powers is None:
        return False
    if takes_part_in_all(entry_type, powers, kept):
        return True
    return entry_type.access is Access.NETWORK and _is_officer(powers)


def may_read(
    entry_type: EntryType, entry: Entry, powers: Powers | None, *, kept: frozenset[str], on: date
) -> bool:
    """Say whether an entry exists as far as a reader may know.

    One that was taken back, or that a case made of which only few may know, is there for its
    keepers and auditors only; the public does not see what is stale where the register hides that.
    """
    if powers is not None and _is_inside(entry_type, entry, powers, kept):
        return True
    standing = entry.standing(on)
    if standing is Standing.UNDONE or entry.sealed:
        return False
    if powers is None and standing is Standing.STALE and hides_stale(entry_type):
        return False
    return reads_all(entry_type, powers, kept)


def hides_stale(entry_type: EntryType) -> bool:
    """Say whether a register keeps from the public what nobody has confirmed in time."""
    return entry_type.renewal is not None and entry_type.renewal.hidden_when_stale


def may_read_field(
    entry_type: EntryType,
    entry: Entry,
    field: Field,
    *,
    powers: Powers | None,
    kept: frozenset[str],
) -> bool:
    """Say whether who reads an entry may also read one of its fields."""
    if field.access is Access.PUBLIC:
        return True
    if powers is None:
        return False
    if _is_inside(entry_type, entry, powers, kept):
        return True
    return field.access is Access.NETWORK and _is_officer(powers)


def takes_part_in_all(entry_type: EntryType, powers: Powers | None, kept: frozenset[str]) -> bool:
    """Say whether a reader reads everything of a register: for its owner, or as auditor."""
    return powers is not None and (powers.auditor or entry_type.owner in kept)


def reads_fields_of_all(
    entry_type: EntryType, powers: Powers | None, kept: frozenset[str]
) -> frozenset[str]:
    """Return the fields that a reader may read in whatever entry of a register they know of."""
    everything = takes_part_in_all(entry_type, powers, kept)
    officer = powers is not None and _is_officer(powers)
    return frozenset(
        key
        for key, field in entry_type.fields.items()
        if everything
        or field.access is Access.PUBLIC
        or (officer and field.access is Access.NETWORK)
    )


def narrowed(
    entry_type: EntryType, entry: Entry, powers: Powers | None, kept: frozenset[str]
) -> Entry:
    """Return an entry with only the values that a reader may read."""
    return replace(
        entry, values=_readable(entry_type, entry, entry.values, powers=powers, kept=kept)
    )


def narrowed_event(
    entry_type: EntryType,
    entry: Entry,
    event: EntryEvent,
    *,
    powers: Powers | None,
    kept: frozenset[str],
) -> EntryEvent:
    """Return a line of history without the values that a reader may not read."""
    parts = {
        key: _readable(entry_type, entry, event.body[key], powers=powers, kept=kept)
        for key in ("values", "before")
        if key in event.body
    }
    return replace(event, body={**event.body, **parts})


def _readable(
    entry_type: EntryType,
    entry: Entry,
    values: Mapping[str, Any],
    *,
    powers: Powers | None,
    kept: frozenset[str],
) -> dict[str, Any]:
    fields = entry_type.fields
    return {
        key: value
        for key, value in values.items()
        if key in fields
        and may_read_field(entry_type, entry, fields[key], powers=powers, kept=kept)
    }


def _is_inside(entry_type: EntryType, entry: Entry, powers: Powers, kept: frozenset[str]) -> bool:
    return powers.auditor or bool({entry.holder, entry_type.owner} & kept)


def _is_officer(powers: Powers) -> bool:
    return powers.officer is not None and bool(powers.agencies)
