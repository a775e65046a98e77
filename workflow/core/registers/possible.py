"""Who may do what with registers, so that pages offer nothing that would be refused."""

from __future__ import annotations

from datetime import date

from workflow.core.binding import is_among
from workflow.core.network import Network
from workflow.core.powers import Powers
from workflow.core.registers.access import keepers
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType


def may_keep(
    entry_type: EntryType, entry: Entry, powers: Powers, *, network: Network, day: date
) -> bool:
    """Say whether somebody may change, confirm, give away or end an entry."""
    return bool(keepers(entry_type, entry.holder, network, day) & powers.agencies)


def may_enter(entry_type: EntryType, powers: Powers, *, network: Network, day: date) -> bool:
    """Say whether somebody may add entries for the agency they act for now."""
    code = powers.agency
    agency = network.get(code) if code and code in powers.agencies else None
    if agency is None or not network.is_active(agency.code, day):
        return False
    owners = network.below(network.succeeded(entry_type.owner, day))
    return agency.code in owners or is_among(entry_type.kept_by, agency, network, day)
