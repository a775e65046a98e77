"""The exercises: who one is in each, on which case, and how each step is known to be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from workflow.core.events import Kind
from workflow.services.practice import APPLIED, APPLIED_TWICE, PLANNED, Trace


@dataclass(frozen=True, slots=True)
class Exercise:
    """Ten minutes in the place of one of the people who use the program."""

    person: str
    agency: str
    """Whose account to use; the administrator's is of no agency."""
    steps: tuple[tuple[str, str], ...]
    """What to try, and the trace that it leaves once it is done."""
    story: str = ""
    """The demo's story whose case it is about; one that no deadline ends, for days may pass."""
    begins_at_case: bool = False
    """Whether it begins on the page of that case, and not where its person comes in."""

    def done(self, traces: Collection[Trace]) -> frozenset[str]:
        """Name the steps that were done, by the traces that were left since the beginning."""
        return frozenset(key for key, leaves in self.steps if (leaves, self.agency) in traces)


EXERCISES: Final = (
    Exercise(
        "officer",
        "SEF",
        (
            ("claim", Kind.TASK_CLAIMED),
            ("ask", Kind.INFORMATION_ASKED),
            ("take_back", Kind.INFORMATION_WITHDRAWN),
            ("complete", Kind.TASK_COMPLETED),
        ),
        story="agreement_review/jiangsu_protocol",
    ),
    Exercise(
        "head",
        "AGE",
        (
            ("assign", Kind.TASK_ASSIGNED),
            ("comment", Kind.COMMENT_ADDED),
            ("decide", Kind.TASK_COMPLETED),
        ),
        story="agreement_review/attorney_general_path",
    ),
    Exercise(
        "coordinator",
        "SCC",
        (
            ("suspend", Kind.CASE_SUSPENDED),
            ("resume", Kind.CASE_RESUMED),
            ("screen", Kind.TASK_COMPLETED),
        ),
        story="agreement_review/suspended_while_screened",
        begins_at_case=True,
    ),
    Exercise(
        "requester",
        "SEDE",
        (
            ("open", Kind.CASE_OPENED),
            ("note", Kind.COMMENT_ADDED),
            ("withdraw", Kind.CASE_WITHDRAWN),
        ),
    ),
    Exercise(
        "administrator",
        "",
        (("preview", PLANNED), ("apply", APPLIED), ("undo", APPLIED_TWICE)),
    ),
)
