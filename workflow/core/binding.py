"""To whom each part of a case falls: made at opening or when the answer comes, and kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.core.access import PUBLIC
from workflow.core.conditions import holds
from workflow.core.definition import Definition, TaskSpec
from workflow.core.network import Agency, Network
from workflow.core.roles import (
    Role,
    ToCases,
    ToChosen,
    ToCodes,
    ToField,
    ToOpener,
    ToRows,
    ToUnit,
)

Holders = Mapping[str, tuple[str, ...]]

ANY_AGENCY = "any agency"


def may_open(definition: Definition, agency: Agency, network: Network, day: date) -> bool:
    """Say whether a type lets an agency open its cases on a day.

    An agency that the type names lets its units open too, and what came after it opens for it.
    """
    return is_among(definition.opened_by, agency, network, day)


def is_among(allowed: Collection[str], agency: Agency, network: Network, day: date) -> bool:
    """Say whether an agency is one of those that a file lists by code, by kind or as any."""
    if {ANY_AGENCY, PUBLIC, agency.kind}.intersection(allowed):
        return True
    named = {agency.code, *network.absorbed(agency.code, day)}
    return any(named & network.below(code) for code in allowed)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a binding may look at: who opens, what the case says, the network on a day."""

    opener: str
    owner: str
    data: Mapping[str, Any]
    network: Network
    today: date

    def successor(self, code: str) -> str:
        """Return who came after an agency that is no more, whether or not it has officers."""
        if code.startswith("row:"):
            return code
        return self.network.succeeded(code, self.today)

    def heir(self, code: str) -> str:
        """Return to whom the part of an agency falls, by name or for want of officers."""
        if code == self.opener or code.startswith("row:"):
            return code
        return self.network.heir(code, owner=self.owner, day=self.today)


def bind_missing(
    definition: Definition,
    bound: Holders,
    *,
    opener: str,
    data: Mapping[str, Any],
    network: Network,
    today: date,
) -> dict[str, tuple[str, ...]]:
    """Return the parts that nobody held and that now fall to someone; chosen ones are left out.

    A part that one agency holds falls, where that agency is extinct or has no officer, to whom
    `Network.heir` names; of several agencies each stays named, or who came after it, and its tasks
    fall when they open.
    """
    found: dict[str, tuple[str, ...]] = {}
    pending = [role for key, role in definition.roles.items() if key not in bound]
    setting = _Setting(opener, definition.owner, data, network, today)
    for _ in range(len(pending) + 1):  # a unit of another part waits for that part
        for role in pending:
            held = _held(role, {**bound, **found}, setting)
            if held is not None and role.key not in found:
                inherit = setting.successor if role.many else setting.heir
                found[role.key] = tuple(dict.fromkeys(map(inherit, held)))
    return found


def _held(role: Role, bound: Holders, setting: _Setting) -> tuple[str, ...] | None:
    """Return who holds a part as its binding says, or None while that cannot be told."""
    held: tuple[str, ...] | None = None
    data = setting.data
    match role.bind:
        case ToOpener():
            held = (setting.opener,)
        case ToCodes(codes):
            held = codes
        case ToCases(field, cases, otherwise) if data.get(field) is not None:
            held = (_target(cases.get(data[field], otherwise), setting.opener),)
        case ToField(field):
            held = _from_field(data.get(field))
        case ToRows(table, where):
            held = _from_rows(data.get(table), where)
        case ToUnit(unit, of, otherwise):
            held = _from_unit(unit, bound.get(of), otherwise, bound, setting)
        case ToChosen() | ToCases():
            pass
    return held


def _target(written: str, opener: str) -> str:
    return opener if written == "opener" else written


def _from_field(value: str | list[str] | None) -> tuple[str, ...] | None:
    if not value:
        return None
    return (value,) if isinstance(value, str) else tuple(value)


def _from_rows(rows: list[dict[str, Any]] | None, where: Any) -> tuple[str, ...] | None:  # noqa: ANN401
    if rows is None:
        return None
    return tuple(f"row:{n}" for n, row in enumerate(rows, 1) if holds(where, row))


def _from_unit(
    unit: str, held: tuple[str, ...] | None, otherwise: str, bound: Holders, setting: _Setting
) -> tuple[str, ...] | None:
    """Find the unit inside an agency; else what the definition says; a unit has no answer twice."""
    if not held:
        return None
    network = setting.network
    inside = network.unit(unit, held[0], setting.today)
    if inside:
        return (inside.code,)
    return bound.get(otherwise, (otherwise,) if network.get(otherwise) else held)


def holders(definition: Definition, spec: TaskSpec, bound: Holders) -> tuple[str, ...]:
    """Return who holds a task's role: agency codes or outside rows; the owner if nobody does."""
    role = spec.role_key
    if role is None:
        return ()
    held = bound.get(role)
    if spec.each:
        return held or ()
    return held or (definition.owner,)


def agency_for(definition: Definition, role_key: str, slot: str, bound: Holders) -> str:
    """Return the agency whose inbox a task goes to: its holder, or who records for an outsider."""
    if not slot.startswith("row:"):
        return slot
    role = definition.roles[role_key]
    recorder = bound.get(role.recorded_by or "")
    return recorder[0] if recorder else definition.owner
