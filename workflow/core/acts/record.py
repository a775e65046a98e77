"""Acts on what the case says rather than on where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from workflow.core.act_rules import ActName
from workflow.core.acts.allowed import demand_open, demand_reason, permit
from workflow.core.acts.answers import with_given
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.errors import ActNotAllowed, AnswersRefused, MentionNotRead, NotAssigned
from workflow.core.events import By, Kind, Private
from workflow.core.fields import Access
from workflow.core.following import change_data, follow_data
from workflow.core.mentions import MOST
from workflow.core.numbers import read_sei_number
from workflow.core.papers import Paper, PaperKind, is_document_number
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import Readers, may_read_comment
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


def part_in(case: CaseSnapshot, powers: Powers) -> By:
    """Return who acts as one of the agencies of a case; raise `NotAssigned`."""
    if powers.guest == "requester" and powers.guest_of == case.number:
        return By(guest="requester")
    for agency in sorted(case.agencies, key=lambda code: code != powers.agency):
        if agency in powers.agencies:
            return powers.by(agency)
    raise NotAssigned(agencies=tuple(sorted(case.agencies)), number=case.number)


def comment(
    case: CaseSnapshot,
    text: str,
    *,
    readers: Readers,
    now: Circumstances,
    mentioned: Mapping[int, Powers] | None = None,
) -> Change:
    """Leave a comment for those who may read it, and call some of them to it by name.

    `mentioned` says of each officer called what they may do today. Raise `MentionNotRead` if one
    of them may not read it, or `AnswersRefused`.
    """
    by = part_in(case, now.powers)
    if readers is Readers.OWN and by.agency is None:
        raise AnswersRefused(problems={"readers": "not_a_choice"})
    called = {who: may for who, may in (mentioned or {}).items() if who != by.officer}
    if len(called) > MOST:
        raise AnswersRefused(problems={"mentioned": "too_many"})
    shut_out = [
        officer
        for officer, powers in called.items()
        if not may_read_comment(case, powers, readers=readers, agency=by.agency)
    ]
    if shut_out:
        raise MentionNotRead(officers=shut_out, readers=readers.value, number=case.number)
    draft = now.draft(case, by)
    private: dict[str, Private] = {}
    body = {"readers": readers.value, "text": draft.commit(demand_reason(text), private)}
    named = {"mentioned": sorted(called)} if called else {}
    draft.emit(Kind.COMMENT_ADDED, {**body, **named}, private=private)
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
        if key not in case.definition.data
        or case.definition.data[key].computed
        or key in _awaited(case)
    }
    written = with_given(case, values)
    changed = {key: value for key, value in written.items() if case.data.get(key) != value}
    if problems or not changed:
        raise AnswersRefused(problems=problems or dict.fromkeys(values, "unchanged"))
    draft = now.draft(case, by)
    change_data(draft, changed, kind=Kind.DATA_CORRECTED, reason=demand_reason(reason))
    change = finish(draft)
    if waits_for_nothing(change.after, draft.world) and not waits_for_nothing(case, draft.world):
        raise AnswersRefused(problems=dict.fromkeys(changed, "missing"))
    return change


def _awaited(case: CaseSnapshot) -> set[str]:
    """Return the fields that say which case is awaited: who waits in one queue stays in it."""
    return {awaits.case for awaits in case.definition.awaited}


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


def record_process(
    case: CaseSnapshot, number: str, *, now: Circumstances, knowingly: bool = False
) -> Change:
    """Note which process of SEI the case is; raise `AnswersRefused`.

    A number whose check digits are wrong is taken only `knowingly`.
    """
    if _PROCESS not in case.definition.data:
        raise ActNotAllowed(act="record_process", why="never", number=case.number)
    draft = now.draft(case, part_in(case, now.powers))
    read = read_sei_number(number)
    if read is None or not (read.checks or knowingly):
        fault = "check_digits" if read else "not_a_sei_process"
        raise AnswersRefused(problems={"number": fault})
    values = {_PROCESS: read.number, _PROCESS_KIND: "sei_mg"}
    was = {key: case.data.get(key) for key in values}
    if was == values:
        raise AnswersRefused(problems={"number": "unchanged"})
    draft.emit(Kind.NUMBER_RECORDED, {"paper": None, "values": values, "from": was})
    follow_data(draft)
    return finish(draft)


_PROCESS = "external_number"
_PROCESS_KIND = "external_number_kind"


def record_document(case: CaseSnapshot, paper: Paper, number: str, *, now: Circumstances) -> Change:
    """Note which document SEI made of a paper of the case; raise `AnswersRefused`."""
    draft = now.draft(case, part_in(case, now.powers))
    typed, was = number.strip(), case.filed.get(paper.key)
    if not is_document_number(typed):
        raise AnswersRefused(problems={"number": "not_a_sei_document"})
    if typed == was:
        raise AnswersRefused(problems={"number": "unchanged"})
    most = case.tasks_opened if paper.kind is PaperKind.OPINION else case.visit
    if paper.no > most:
        raise AnswersRefused(problems={"paper": "not_asked"})
    draft.emit(Kind.NUMBER_RECORDED, {"paper": paper.key, "number": typed, "from": was})
    return finish(draft)
