"""Commitments: what agencies promise in a case, each a case of its own that outlives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflow.core.access import is_sealed
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.record import part_in
from workflow.core.change import Change, JobKind
from workflow.core.draft import Draft
from workflow.core.errors import AgencyUnknown, AnswersRefused, NotAssigned
from workflow.core.events import Kind
from workflow.core.snapshot import CaseSnapshot

COMMITMENT: Final = "commitment"
"""The request type of a commitment."""
MOST: Final = 20
"""Commitments written down at once."""
FIRST_LETTERS: Final = 3
MOST_LETTERS: Final = 100
"""Of what is promised: it is the subject of its case."""
MOST_WHY: Final = 2_000


@dataclass(frozen=True, slots=True)
class Commitment:
    """What an agency promised, as somebody writes it down; `until` is None where it is no day."""

    agency: str
    what: str
    until: date | None
    why: str = ""
    """Why, or where it was agreed."""

    def data(self) -> dict[str, Any]:
        """Return the data of its case."""
        return {
            "subject": self.what,
            "description": self.why or self.what,
            "bound_agency": self.agency,
            "until": self.until.isoformat() if self.until else None,
        }


def record_commitments(
    case: CaseSnapshot, wanted: Sequence[Commitment], *, now: Circumstances
) -> Change:
    """Write down what agencies promised, and ask for a case of each, whether this one is open.

    Raise `NotAssigned`, `AgencyUnknown` for an agency that acts no more, or `AnswersRefused` with
    each problem under its row and field, as `2.until`.
    """
    by = part_in(case, now.powers)
    if by.agency is None:
        raise NotAssigned(agencies=tuple(sorted(case.agencies)), number=case.number)
    if not now.world.network.is_active(by.agency, now.world.day(now.at)):
        raise AgencyUnknown(agency=by.agency)
    draft = now.draft(case, by)
    problems = dict(_problems(wanted, draft))
    if problems:
        raise AnswersRefused(problems=problems)
    listed = [{"agency": one.agency, "until": str(one.until)} for one in wanted]
    told = draft.emit(Kind.COMMITMENTS_RECORDED, {"commitments": listed})
    for n, one in enumerate(wanted, 1):
        draft.after_this(
            JobKind.OPEN_CHILD, f"{COMMITMENT}:{told.seq}:{n}", _asked(case, one, by.agency)
        )
    return finish(draft)


def _asked(case: CaseSnapshot, one: Commitment, opener: str) -> dict[str, Any]:
    """Return what is asked of the work that opens the case of a commitment.

    Of a case that only few may know of, the commitments are known to few.
    """
    asked = {
        "parent": case.number,
        "type": COMMITMENT,
        "relation": "child",
        "data": one.data(),
        "opener": opener,
        "no": None,
    }
    if not is_sealed(case):
        return asked
    closed = {"access": case.access.value, "ground": case.ground, "announced": case.announced}
    return {**asked, "secrecy": closed}


def _problems(wanted: Sequence[Commitment], draft: Draft) -> Iterator[tuple[str, str]]:
    if not wanted:
        yield "1.what", "missing"
    if len(wanted) > MOST:
        yield f"{MOST + 1}.what", "too_many_rows"
    for n, one in enumerate(wanted, 1):
        yield from ((f"{n}.{field}", fault) for field, fault in _faults(one, draft))


def _faults(one: Commitment, draft: Draft) -> Iterator[tuple[str, str]]:
    if not draft.world.network.is_active(one.agency, draft.today):
        yield "agency", "unknown_agency" if one.agency else "missing"
    if not FIRST_LETTERS <= len(one.what) <= MOST_LETTERS:
        yield "what", "unfit_text" if one.what else "missing"
    if one.until is None or one.until < draft.today:
        yield "until", "past_day" if one.until else "not_a_date"
    if len(one.why) > MOST_WHY:
        yield "why", "unfit_text"
