"""Opening a case: who may, with what answers, and where it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from itertools import chain
from typing import Any

from workflow.core.acts.answers import Answers, attach, check_answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.binding import bind_missing, may_open
from workflow.core.change import Change
from workflow.core.computed import computed_values
from workflow.core.definition import Definition
from workflow.core.draft import Draft
from workflow.core.errors import ActNotAllowed, AgencyUnknown
from workflow.core.events import By, Kind
from workflow.core.fields import Access
from workflow.core.moving import enter, start_case_clocks
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Who may know that a case exists, where another case says it and not the type."""

    access: Access
    ground: str | None
    announced: bool


def open_case(
    definition: Definition,
    number: str,
    *,
    opener: str,
    answers: Answers,
    now: Circumstances,
    parent: str | None = None,
    secrecy: Secrecy | None = None,
) -> Change:
    """Open a case of a type for an agency, and put its first tasks in their inboxes.

    A case opened by another (`parent`) asks for nothing: what it was given is what it has. With
    `secrecy` it is known to as few as that says, whatever its type says.
    Raise `NotAssigned`, `ActNotAllowed`, `AgencyUnknown` or `AnswersRefused`.
    """
    by = By(agency=opener) if parent else now.powers.by(opener)
    demand_may_open(definition, opener, now)
    today = now.world.day(now.at)
    for code in chain.from_iterable(answers.roles.values()):
        if not now.world.network.is_active(code, today):
            raise AgencyUnknown(agency=code)
    case = CaseSnapshot(
        number=number,
        definition=definition,
        opener=opener,
        opened_by=by.officer,
        opened_at=now.at.astimezone(UTC),
        noticed_until=now.at.astimezone(UTC),
        data=defaults(definition),
    )
    if parent is None:
        check_answers(case, definition.opening, answers, asked=frozenset())
    draft = now.draft(case, by, new=True)
    record_opening(draft, answers, parent=parent, secrecy=secrecy)
    for key, document in answers.documents.items():
        attach(draft, key, document, no=None)
    start_case_clocks(draft)
    enter(draft, definition.initial)
    return finish(draft)


def demand_may_open(definition: Definition, opener: str, now: Circumstances) -> None:
    """Raise `AgencyUnknown` or `ActNotAllowed` if an agency may not open cases of a type."""
    network, today = now.world.network, now.world.day(now.at)
    agency = network.get(opener)
    if agency is None or not network.is_active(opener, today):
        raise AgencyUnknown(agency=opener)
    if not may_open(definition, agency, network, today):
        raise ActNotAllowed(act="open", why="opener", agency=opener, type=definition.key)


def _secrecy(definition: Definition) -> Secrecy:
    ground = definition.ground if definition.access is Access.RESTRICTED else None
    return Secrecy(definition.access, ground, not definition.unannounced)


def record_opening(
    draft: Draft,
    answers: Answers,
    *,
    parent: str | None = None,
    secrecy: Secrecy | None = None,
    imported: bool = False,
) -> None:
    """Write the line of history that begins a case, with its data and who holds its parts."""
    definition, opener = draft.case.definition, draft.case.opener
    secrecy = secrecy or _secrecy(definition)
    data = _whole(definition, answers.data, draft.world)
    participants = parts(draft, answers)
    held = {code for codes in participants.values() for code in codes}
    agencies = {opener, definition.owner, *(c for c in held if not c.startswith("row:"))}
    values, private = draft.protect(data)
    draft.emit(
        Kind.CASE_OPENED,
        {
            "definition": definition.key,
            "version": definition.version,
            "opener": opener,
            "data": values,
            "participants": {role: list(codes) for role, codes in participants.items()},
            **({"in_turn": sorted(answers.in_turn)} if answers.in_turn else {}),
            "access": secrecy.access.value,
            "ground": secrecy.ground,
            "announced": secrecy.announced,
            "agencies": sorted(agencies),
            "parent": parent,
            **({"imported": True} if imported else {}),
        },
        private=private,
    )


def parts(draft: Draft, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return who holds the parts of a case that is about to be opened, as far as that is known."""
    definition = draft.case.definition
    bound = bind_missing(
        definition,
        answers.roles,
        opener=draft.case.opener,
        data=_whole(definition, answers.data, draft.world),
        network=draft.world.network,
        today=draft.today,
    )
    return {**answers.roles, **bound}


def _whole(definition: Definition, given: Mapping[str, Any], world: World) -> dict[str, Any]:
    """Return the answers with defaults and everything that is computed from them."""
    data = {**defaults(definition), **given}
    return {**data, **computed_values(definition, data, completed_on={}, world=world)}


def defaults(definition: Definition) -> dict[str, Any]:
    """Return what fields say before anybody answers."""
    return {f.key: f.default for f in definition.data.values() if f.default is not None}
