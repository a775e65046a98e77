"""A proposal that the head gave back: told on the page of its task, and in its form again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from web.forms.reading import named_fields
from web.forms.turns import Chosen
from web.forms.typed import Typed, as_typed
from web.words.case_words import CaseWords
from workflow.core.fields import FieldType
from workflow.core.history import ERASED
from workflow.core.snapshot import CaseSnapshot, Proposal, Task
from workflow.services.task_view import Returned


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """Who gave a proposal back, when and why, and what of it cannot be kept in the form."""

    who: str
    at: datetime
    reason: str
    outcome: str
    files: Sequence[str]
    """Documents that went with it; no browser shows a chosen file again."""


def shown_return(words: CaseWords, task: Task, returned: Returned) -> ShownReturn:
    """Say what a head gave back."""
    proposal = returned.proposal
    return ShownReturn(
        who=words.officer(returned.by) or task.agency,
        at=returned.at,
        reason=returned.reason,
        outcome=words.outcome(task.key, proposal.outcome),
        files=[document["name"] for document in proposal.answers["documents"].values()],
    )


def proposed_values(case: CaseSnapshot, task: Task, proposal: Proposal) -> dict[str, Typed]:
    """Return what was proposed as it was typed in the form of the task."""
    given = {
        **{f"data.{key}": value for key, value in proposal.answers["data"].items()},
        **{f"own.{key}": value for key, value in proposal.answers["own"].items()},
    }
    typed = {
        named.name: as_typed(named.spec, given[named.name])
        for named in named_fields(case.definition, case.spec(task).form)
        if named.spec.type is not FieldType.DOCUMENT and given.get(named.name, ERASED) != ERASED
    }
    in_turn = proposal.answers.get("in_turn", ())
    for role, held in proposal.answers["roles"].items():
        typed |= Chosen(role, tuple(held), in_turn=role in in_turn, ordered=True).typed()
    return {**typed, "reason": proposal.reason or ""}
