"""Who may put a document, or a newer version of one, in its place in a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import agencies_for, demand_open, rule_of
from workflow.core.acts.answers import attach, document_fields
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.definition import DataItem, TaskSpec
from workflow.core.errors import ActNotAllowed, AnswersRefused
from workflow.core.events import By
from workflow.core.powers import REQUESTER, Powers
from workflow.core.snapshot import CaseSnapshot, InformationRequest, Task

ATTACH = "attach"
"""The word for the act in refusals."""


def attach_document(
    case: CaseSnapshot, field: str, document: Mapping[str, Any], *, now: Circumstances
) -> Change:
    """Attach a document, or a newer version of one, to the field that holds it.

    Raise `AnswersRefused` for a field that holds no document, `ActNotAllowed` with the agencies
    that may where this person may not.
    """
    demand_open(case)
    if field not in document_fields(case):
        raise AnswersRefused(problems={field: "not_asked"})
    draft = now.draft(case, who_attaches(case, field, now.powers))
    attach(draft, field, document, no=None)
    return finish(draft)


def attachable(case: CaseSnapshot, powers: Powers) -> frozenset[str]:
    """Return the document fields of a case that a person may put a version in."""
    return frozenset(key for key in document_fields(case) if _mine(case, key, powers))


def who_attaches(case: CaseSnapshot, field: str, powers: Powers) -> By:
    """Return in whose name a person puts a version in a field; raise `ActNotAllowed`."""
    able = keepers(case, field)
    mine = _mine(case, field, powers)
    if not mine:
        agencies = tuple(sorted(one for one in able if not _is_guest(one)))
        raise ActNotAllowed(
            act=ATTACH, why="document", field=field, agencies=agencies, number=case.number
        )
    if powers.guest is not None:
        return By(guest=powers.guest)
    return powers.by(powers.agency if powers.agency in mine else min(mine))


def keepers(case: CaseSnapshot, field: str) -> frozenset[str]:
    """Return the agencies and guests that may put a version in a document field just now.

    They are: who coordinates the case; whoever put the present version there; who has an open
    task that asks for the document; whoever a question asks it of; and, of what the opening
    asks, the requester, until somebody else has put a version there.
    """
    found = {case.definition.owner, *agencies_for(case, rule_of(case, ActName.CORRECT_DATA))}
    held = case.data.get(field)
    last = held.get("by") if isinstance(held, Mapping) else None
    if last:
        found.add(last)
    for task in case.tasks:
        found |= _by_task(case, task, field)
    requesters = {case.opener, REQUESTER}
    if DataItem(field) in case.definition.opening and (not held or last in requesters):
        found |= requesters
    return frozenset(found)


def names(spec: TaskSpec, field: str) -> bool:
    """Say whether a task asks for a document, in its form or as needed."""
    return field in spec.needs or DataItem(field) in spec.form


def _by_task(case: CaseSnapshot, task: Task, field: str) -> set[str]:
    found: set[str] = set()
    if names(case.spec(task), field):
        found |= {task.agency, task.slot} if _is_guest(task.slot) else {task.agency}
    if task.request and field in task.request.fields:
        found |= asked_parties(case, task.request)
    return found


def asked_parties(case: CaseSnapshot, request: InformationRequest) -> set[str]:
    """Return who may answer a question: an agency, or the requester and the opener's people."""
    return {request.of} if request.of else {case.opener, REQUESTER}


def _mine(case: CaseSnapshot, field: str, powers: Powers) -> frozenset[str]:
    able = keepers(case, field)
    if powers.guest is None:
        return able & powers.agencies
    return able & {powers.guest} if powers.guest_of == case.number else frozenset()


def _is_guest(party: str) -> bool:
    return party == REQUESTER or party.startswith("row:")
