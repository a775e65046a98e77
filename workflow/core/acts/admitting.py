"""Letting named people read a case until a day, whatever their agency, and ending that."""

from __future__ import annotations

from datetime import date

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import agencies_for, demand_reason, permit, rule_of
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.deadlines.counting import day_of
from workflow.core.errors import ActNotAllowed
from workflow.core.events import Kind
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.terms import Term, Unit

GRANT = "grant_access"
REVOKE = "revoke_access"
LONGEST = Term(365, Unit.DAYS)
"""For how long somebody may be let into a case at once (house rule)."""


def grant_access(
    case: CaseSnapshot, officer: int, until: date, reason: str, *, now: Circumstances
) -> Change:
    """Let an officer read a case until a day, as whoever may change its access decides.

    Given again, the later word counts. That the officer works here is for the caller to see.
    Raise `ActNotAllowed` for a day that has passed or lies too far off, `ReasonMissing`.
    """
    by, _ = permit(case, ActName.CHANGE_ACCESS, now.powers)
    draft = now.draft(case, by)
    calendar = draft.world.calendar(by.agency or case.definition.owner)
    latest = day_of(LONGEST, of=draft.today, rule=draft.world.rule("house"), calendar=calendar)
    if not draft.today <= until <= latest:
        raise ActNotAllowed(
            act=GRANT, why="day", earliest=draft.today, latest=latest, number=case.number
        )
    body = {"officer": officer, "until": until.isoformat(), "reason": demand_reason(reason)}
    draft.emit(Kind.ACCESS_GRANTED, {**body, "from": _until(case, officer)})
    return finish(draft)


def revoke_access(case: CaseSnapshot, officer: int, reason: str, *, now: Circumstances) -> Change:
    """Let an officer read a case by name no longer; raise `ActNotAllowed` for one who was not."""
    by, _ = permit(case, ActName.CHANGE_ACCESS, now.powers)
    if officer not in case.readers:
        raise ActNotAllowed(act=REVOKE, why="not_let_in", number=case.number)
    draft = now.draft(case, by)
    body = {"officer": officer, "from": _until(case, officer), "reason": demand_reason(reason)}
    draft.emit(Kind.ACCESS_REVOKED, body)
    return finish(draft)


def watches_readers(case: CaseSnapshot, powers: Powers) -> bool:
    """Say whether a person may know who read a case: whoever decides who may, and auditors."""
    deciding = {case.definition.owner, *agencies_for(case, rule_of(case, ActName.CHANGE_ACCESS))}
    return powers.auditor or bool(deciding & powers.agencies)


def _until(case: CaseSnapshot, officer: int) -> str | None:
    until = case.readers.get(officer)
    return until.isoformat() if until else None
