"""What may be done with a register entry; each act is decided from values and written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import Any

from workflow.core.acts.circumstances import Circumstances
from workflow.core.binding import is_among
from workflow.core.conditions import holds, is_present
from workflow.core.errors import AgencyUnknown, AnswersRefused, NotAssigned, ReasonMissing
from workflow.core.events import CLOCK, By, Private
from workflow.core.registers.access import keepers
from workflow.core.registers.codes import draw_code
from workflow.core.registers.entries import (
    FROM_CASE,
    Entry,
    EntryEvent,
    EntryKind,
    Status,
    Step,
    blank,
    evolve,
    seal,
)
from workflow.core.registers.errors import (
    EntryEnded,
    EntryFed,
    EntryNotEnded,
    NothingChanged,
    NotKept,
)
from workflow.core.registers.types import EntryType
from workflow.core.salting import Salt


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as somebody wants it entered."""

    values: Mapping[str, Any]
    holder: str | None = None
    """None is the agency of whoever enters it."""
    renewed_on: date | None = None
    """When it was last confirmed, if not today."""
    before_the_system: bool = False


def create(
    entry_type: EntryType,
    number: str,
    new: NewEntry,
    *,
    now: Circumstances,
    source: str = "",
    case: str | None = None,
    replaces: str | None = None,
) -> Step:
    """Enter a thing in a register, for the agency that keeps it.

    A case enters what its definition says, whoever acted in it. Raise `NotKept`, `NotAssigned`,
    `AgencyUnknown` or `AnswersRefused`.
    """
    today = now.world.day(now.at)
    holder = new.holder or now.powers.agency or entry_type.owner
    by = CLOCK if case else _who_enters(entry_type, holder, now=now, today=today)
    if not now.world.network.is_active(now.world.network.succeeded(holder, today), today):
        raise AgencyUnknown(agency=holder)
    values = {key: value for key, value in new.values.items() if is_present(value)}
    _demand_fitting(entry_type, values, asked=values)
    renewed_on = new.renewed_on or today
    body = {
        "type": entry_type.key,
        "holder": holder,
        "source": source or (f"{FROM_CASE}{case}" if case else ""),
        "before_the_system": new.before_the_system,
        **_days(entry_type, values, renewed_on),
        **({"replaces": replaces} if replaces else {}),
    }
    if entry_type.checked:
        body["code"] = draw_code(now.seed)
    writing = _Writing(entry_type, blank(number, now.at.astimezone(UTC)), by, now)
    step = writing.step(EntryKind.CREATED, body, values=values, case=case)
    return replace(step, before=None)


def change(
    entry_type: EntryType,
    entry: Entry,
    values: Mapping[str, Any],
    *,
    now: Circumstances,
    case: str | None = None,
) -> Step:
    """Write some values anew; what is None is emptied.

    Raise `NothingChanged`, `EntryEnded`, `EntryFed`, `NotAssigned` or `AnswersRefused`.
    """
    by = _who_keeps(entry_type, entry, now=now, case=case)
    changed = _changed(entry_type, entry, values, case=case)
    if not changed and (case is None or case == entry.case):
        raise NothingChanged(number=entry.number)
    days = _days(entry_type, {**entry.values, **changed}, entry.renewed_on)
    return _Writing(entry_type, entry, by, now).step(
        EntryKind.CHANGED, days, values=changed, case=case
    )


def renew(
    entry_type: EntryType,
    entry: Entry,
    values: Mapping[str, Any],
    *,
    now: Circumstances,
    case: str | None = None,
) -> Step:
    """Confirm that an entry is up to date, or make it so in the same act.

    Raise what `change` raises, but for `NothingChanged`.
    """
    by = _who_keeps(entry_type, entry, now=now, case=case)
    changed = _changed(entry_type, entry, values, case=case)
    days = _days(entry_type, {**entry.values, **changed}, now.world.day(now.at))
    return _Writing(entry_type, entry, by, now).step(
        EntryKind.RENEWED, days, values=changed, case=case
    )


def transfer(
    entry_type: EntryType, entry: Entry, holder: str, *, now: Circumstances, reason: str = ""
) -> Step:
    """Give an entry to another agency; raise `AgencyUnknown`, `NothingChanged` or as `change`."""
    by = _who_keeps(entry_type, entry, now=now, case=None)
    if not now.world.network.is_active(holder, now.world.day(now.at)):
        raise AgencyUnknown(agency=holder)
    if holder == entry.holder:
        raise NothingChanged(number=entry.number)
    body = {"from": entry.holder, "to": holder, "reason": reason.strip() or None}
    return _Writing(entry_type, entry, by, now).step(EntryKind.TRANSFERRED, body)


def end(
    entry_type: EntryType,
    entry: Entry,
    reason: str,
    *,
    now: Circumstances,
    case: str | None = None,
    replaced_by: str | None = None,
) -> Step:
    """End an entry with a reason, for good or for another in its stead.

    Raise `ReasonMissing`, `EntryEnded` or `NotAssigned`.
    """
    by = _who_keeps(entry_type, entry, now=now, case=case)
    if not reason.strip():
        raise ReasonMissing
    body = {"reason": reason.strip(), "on": now.world.day(now.at).isoformat()}
    if replaced_by:
        body["replaced_by"] = replaced_by
    return _Writing(entry_type, entry, by, now).step(EntryKind.ENDED, body, case=case)


def resume(
    entry_type: EntryType,
    entry: Entry,
    *,
    now: Circumstances,
    reason: str = "",
    case: str | None = None,
) -> Step:
    """Bring an ended entry back, confirmed today; raise `EntryNotEnded` or `NotAssigned`."""
    if entry.status is not Status.ENDED:
        raise EntryNotEnded(number=entry.number)
    by = CLOCK if case else _keeper(entry_type, entry, now=now)
    body = {
        "reason": reason.strip() or None,
        **_days(entry_type, entry.values, now.world.day(now.at)),
    }
    return _Writing(entry_type, entry, by, now).step(EntryKind.RESUMED, body, case=case)


def undo(entry_type: EntryType, entry: Entry, *, now: Circumstances) -> Step:
    """Take an entry back as entered by mistake; raise `EntryEnded` or `NotAssigned`."""
    by = _who_keeps(entry_type, entry, now=now, case=None)
    return _Writing(entry_type, entry, by, now).step(EntryKind.UNDONE, {})


# --- Parts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writing:
    """An act about to become a line of an entry's history."""

    entry_type: EntryType
    entry: Entry
    by: By
    now: Circumstances

    def step(
        self,
        kind: EntryKind,
        body: Mapping[str, Any],
        *,
        values: Mapping[str, Any] | None = None,
        case: str | None = None,
    ) -> Step:
        """Make the event, with personal values only committed to, and let it change the entry."""
        private: dict[str, Private] = {}
        said = dict(body)
        if values is not None:
            salt, fields = Salt(self.now.seed), self.entry_type.fields
            before = {key: self.entry.values.get(key) for key in values}
            said["values"] = salt.protect(values, fields, private)
            if self.entry.revision:
                said["before"] = salt.protect(before, fields, private)
        if case:
            said["case"] = case
        at = self.now.at.astimezone(UTC)
        event = EntryEvent(self.entry.revision + 1, kind, at, self.by, said, private=private)
        event = replace(event, hash=seal(self.entry.number, self.entry.head, event))
        return Step(self.entry, event, evolve(self.entry, event))


def _who_enters(entry_type: EntryType, holder: str, *, now: Circumstances, today: date) -> By:
    """Return who enters a thing; the owner of a register enters for anybody."""
    network = now.world.network
    acting = _acting_among(keepers(entry_type, holder, network, today), now)
    if acting is None:
        raise NotAssigned(agency=holder, officer=now.powers.officer)
    owners = network.below(network.succeeded(entry_type.owner, today))
    agency = network.agency(acting)
    if acting not in owners and not is_among(entry_type.kept_by, agency, network, today):
        raise NotKept(agency=acting, register=entry_type.key)
    return now.powers.by(acting)


def _who_keeps(entry_type: EntryType, entry: Entry, *, now: Circumstances, case: str | None) -> By:
    if entry.status is not Status.CURRENT:
        raise EntryEnded(number=entry.number)
    return CLOCK if case else _keeper(entry_type, entry, now=now)


def _keeper(entry_type: EntryType, entry: Entry, *, now: Circumstances) -> By:
    today = now.world.day(now.at)
    acting = _acting_among(keepers(entry_type, entry.holder, now.world.network, today), now)
    if acting is None:
        raise NotAssigned(agency=entry.holder, officer=now.powers.officer)
    return now.powers.by(acting)


def _acting_among(codes: frozenset[str], now: Circumstances) -> str | None:
    """Return for which of some agencies a person acts: the one just chosen, if it is one."""
    mine = codes & now.powers.agencies
    return now.powers.agency if now.powers.agency in mine else next(iter(sorted(mine)), None)


def _changed(
    entry_type: EntryType, entry: Entry, values: Mapping[str, Any], *, case: str | None
) -> dict[str, Any]:
    """Return the values that differ, checked together with those that stay."""
    said = {key: value if is_present(value) else None for key, value in values.items()}
    changed = {key: value for key, value in said.items() if entry.values.get(key) != value}
    if entry_type.ends_on in changed and entry.fed and case is None:
        raise EntryFed(number=entry.number, case=entry.case, field=entry_type.ends_on)
    after = {key: v for key, v in {**entry.values, **changed}.items() if v is not None}
    _demand_fitting(entry_type, after, asked=said)
    return changed


def _demand_fitting(
    entry_type: EntryType, values: Mapping[str, Any], *, asked: Mapping[str, Any]
) -> None:
    """Raise `AnswersRefused` naming what is missing and what the register does not ask."""
    fields = entry_type.fields
    problems = {key: "not_asked" for key in asked if key not in fields}
    for key, field in fields.items():
        wanted = field.required and holds(field.shown_if, values)
        if wanted and not is_present(values.get(key)):
            problems[key] = "missing"
    if problems:
        raise AnswersRefused(problems=problems)


def _days(
    entry_type: EntryType, values: Mapping[str, Any], renewed_on: date
) -> dict[str, str | None]:
    """Return the days that follow from values and from the last confirmation."""
    due, ends = entry_type.due_after(renewed_on), entry_type.end_of(values)
    return {
        "renewed_on": renewed_on.isoformat(),
        "due_on": due.isoformat() if due else None,
        "ends_on": ends.isoformat() if ends else None,
    }
