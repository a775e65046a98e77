"""What agencies promised in a case: written down together, each opened as a case of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow.core.acts.commitments import COMMITMENT, Commitment, record_commitments
from workflow.core.acts.record import Relation
from workflow.services.case_view import CaseView
from workflow.services.children import open_at_once
from workflow.services.related import Related
from workflow.services.unit_of_work import Done, UnitOfWork


@dataclass(frozen=True, slots=True)
class Made:
    """A commitment made in a case, as its page lists it."""

    case: Related
    agency: str
    until: date | None
    is_open: bool


def record(uow: UnitOfWork, number: str, wanted: Sequence[Commitment], *, key: str) -> Done:
    """Write down what agencies promised in a case, and open a case of each at once.

    Done again with the same key, change nothing. Raise `UnknownDefinition` where the type is
    not deployed, or what `record_commitments` raises.
    """
    uow.installation.newest(COMMITMENT)  # without the type nothing could be opened
    done = uow.act(
        number,
        lambda case, now: record_commitments(case, wanted, now=now),
        key=key,
    )
    if done.change:
        open_at_once(uow, done.change)
    return done


def made_in(view: CaseView) -> list[Made]:
    """Return the commitments made in a case that the reader may know of, the open ones first."""
    found = [_made(other) for other in view.related if _is_commitment(other)]
    return sorted(found, key=lambda one: (not one.is_open, one.until or date.max, one.case.number))


def _is_commitment(other: Related) -> bool:
    return other.definition_key == COMMITMENT and other.relation is Relation.CHILD


def _made(other: Related) -> Made:
    until = other.data.get("until")
    return Made(
        case=other,
        agency=str(other.data.get("bound_agency") or ""),
        until=date.fromisoformat(until) if until else None,
        is_open=other.is_open,
    )
