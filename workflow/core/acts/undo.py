"""Taking back one's own last act while nothing has come of it: a new line, no erased one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.draft import Draft
from workflow.core.errors import NotReversible
from workflow.core.events import By, Event, Kind
from workflow.core.snapshot import CaseSnapshot

GRACE = timedelta(minutes=10)
"""How long an act can be taken back (house rule)."""

REVERSIBLE = frozenset(
    {
        Kind.TASK_CLAIMED,
        Kind.TASK_RELEASED,
        Kind.TASK_ASSIGNED,
        Kind.NUMBER_RECORDED,
        Kind.ACCESS_GRANTED,
        Kind.ACCESS_REVOKED,
    }
)


def undo(case: CaseSnapshot, last: Event, *, now: Circumstances) -> Change:
    """Undo the last event of a case, if it was one's own, is reversible and is recent.

    Raise `NotReversible` with why: `moved` (somebody acted since), `not_yours`, `kind` or `late`.
    """
    why = why_not(case, last, now)
    if why:
        raise NotReversible(why=why, kind=last.kind, number=case.number)
    draft = now.draft(case, By(now.powers.officer, last.by.agency, last.by.on_behalf_of))
    draft.emit(Kind.ACT_UNDONE, {"seq": last.seq, "kind": last.kind.value})
    _compensate(draft, last)
    return finish(draft)


def why_not(case: CaseSnapshot, last: Event, now: Circumstances) -> str | None:
    """Say in a word why an event cannot be undone, or None if it can."""
    if last.seq != case.seq:
        return "moved"
    if last.by.officer is None or last.by.officer != now.powers.officer:
        return "not_yours"
    if last.kind not in REVERSIBLE:
        return "kind"
    return "late" if now.at - last.at > GRACE else None


def _compensate(draft: Draft, last: Event) -> None:
    no, held_before = last.body.get("no"), last.body.get("from")
    match last.kind:
        case Kind.NUMBER_RECORDED:
            what = "number" if last.body["paper"] else "values"
            body = {"paper": last.body["paper"], what: held_before, "from": last.body[what]}
            draft.emit(Kind.NUMBER_RECORDED, body)
        case Kind.ACCESS_GRANTED if held_before is None:
            draft.emit(Kind.ACCESS_REVOKED, _reader(last, reason=""))
        case Kind.ACCESS_GRANTED | Kind.ACCESS_REVOKED:
            draft.emit(Kind.ACCESS_GRANTED, _reader(last, until=held_before, reason=""))
        case Kind.TASK_RELEASED:
            body = {"no": no, "officer": last.body["officer"], "from": None}
            draft.emit(Kind.TASK_ASSIGNED, body)
        case Kind.TASK_ASSIGNED if held_before is not None:
            body = {"no": no, "officer": held_before, "from": last.body["officer"]}
            draft.emit(Kind.TASK_ASSIGNED, body)
        case _:
            draft.emit(Kind.TASK_RELEASED, {"no": no, "officer": last.body["officer"]})


def _reader(last: Event, **about: str | None) -> dict[str, Any]:
    return {"officer": last.body["officer"], **about}
