"""Acts on what the case says rather than on where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_open, demand_reason, permit
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.errors import ActNotAllowed, AnswersRefused, NotAssigned
from workflow.core.events import By, Kind, Private
from workflow.core.fields import Access
from workflow.core.following import change_data
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.timers import waits_for_nothing


class Relation(StrEnum):
    """How two cases belong together, seen from the one that says so."""

    PARENT = "parent"
    CHILD = "child"
    DUPLICATE = "duplicate"
    PRECEDES = "precedes"
    FOLLOWS = "follows"
    AMENDS = "amends"
    AMENDED_BY = "amended_by"
    PREPARES = "prepares"
    PREPARED_BY = "prepared_by"
    SUPPORTS = "supports"
    SUPPORTED_BY = "supported_by"
    FORMALISES = "formalises"
    FORMALISED_BY = "formalised_by"


class Readers(StrEnum):
    """Who may read a comment."""

    AGENCIES = "agencies"
    """The agencies of the case."""
    REQUESTER = "requester"
    """The requester too."""


def part_in(case: CaseSnapshot, powers: Powers) -> By:
    """Return who acts as one of the agencies of a case; raise `NotAssigned`."""
    if powers.guest == "requester" and powers.guest_of == case.number:
        return By(guest="requester")
    for agency in sorted(case.agencies, key=lambda code: code != powers.agency):
        if agency in powers.agencies:
            return powers.by(agency)
    raise NotAssigned(agencies=tuple(sorted(case.agencies)), number=case.number)


def comment(case: CaseSnapshot, text: str, *, readers: Readers, now: Circumstances) -> Change:
    """Leave a comment for the agencies of the case, and for the requester if so wished."""
    draft = now.draft(case, part_in(case, now.powers))
    private: dict[str, Private] = {}
    body = {"readers": readers.value, "text": draft.commit(demand_reason(text), private)}
    draft.emit(Kind.COMMENT_ADDED, body, private=private)
    return finish(draft)


def correct_data(
    case: CaseSnapshot, values: Mapping[str, Any], reason: str, *, now: Circumstances
) -> Change:
    """Correct what the case says, with the reason; all that follows from it follows.

    Raise `AnswersRefused` too where the case would then wait for a day that is not known.
    """
    demand_open(case)
    by, _ = permit(case, ActName.CORRECT_DATA, now.powers)
    problems = {
        key: "not_asked"
        for key in values
        if key not in case.definition.data or case.definition.data[key].computed
    }
    changed = {key: value for key, value in values.items() if case.data.get(key) != value}
    if problems or not changed:
        raise AnswersRefused(problems=problems or dict.fromkeys(values, "unchanged"))
    draft = now.draft(case, by)
    change_data(draft, changed, kind=Kind.DATA_CORRECTED, reason=demand_reason(reason))
    change = finish(draft)
    if waits_for_nothing(change.after, draft.world) and not waits_for_nothing(case, draft.world):
        raise AnswersRefused(problems=dict.fromkeys(changed, "missing"))
    return change


def relate(case: CaseSnapshot, other: str, relation: Relation, *, now: Circumstances) -> Change:
    """Note that another case belongs to this one."""
    if other == case.number:
        raise ActNotAllowed(act="relate", why="itself", number=case.number)
    draft = now.draft(case, part_in(case, now.powers))
    draft.emit(Kind.CASE_RELATED, {"number": other, "relation": relation.value})
    return finish(draft)


def change_access(
    case: CaseSnapshot, access: Access, ground: str | None, reason: str, *, now: Circumstances
) -> Change:
    """Open or restrict a case; a restriction names its legal ground."""
    by, _ = permit(case, ActName.CHANGE_ACCESS, now.powers)
    if access is Access.RESTRICTED and not ground:
        raise AnswersRefused(problems={"ground": "missing"})
    draft = now.draft(case, by)
    draft.emit(
        Kind.ACCESS_CHANGED,
        {
            "access": access.value,
            "ground": ground if access is Access.RESTRICTED else None,
            "from": case.access.value,
            "reason": demand_reason(reason),
        },
    )
    return finish(draft)


def announce(case: CaseSnapshot, *, now: Circumstances) -> Change:
    """Let it be known that an unannounced case exists."""
    by, _ = permit(case, ActName.ANNOUNCE, now.powers)
    if case.announced:
        raise ActNotAllowed(act=ActName.ANNOUNCE, why="announced", number=case.number)
    draft = now.draft(case, by)
    draft.emit(Kind.CASE_ANNOUNCED, {})
    return finish(draft)
