"""Answers that departed, with their reasons, as the pages of a case keep showing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from web.words.case_words import CaseWords
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.access import may_read_field
from workflow.core.dissent import Dissent, dissents
from workflow.core.powers import Powers
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine, state_of_task


@dataclass(frozen=True, slots=True)
class Divergence:
    """One answer that departed."""

    no: int
    visit: int
    agency: str
    title: str
    state: str
    """Where it was given."""
    outcome: str
    reason: str
    who: str
    at: datetime | None
    papers: tuple[tuple[str, int, str], ...]
    """Field, version and title of the documents that came with it."""
    overtaken: str
    """That a later answer took its place, and which; empty for what stands."""


def divergences(
    words: CaseWords, tasks: Sequence[TaskLine], powers: Powers, *, but_visit: int | None = None
) -> list[Divergence]:
    """Return what departed, as far as the reader may know; without what one visit shows itself."""
    found = dissents(words.definition, tasks)
    return [_told(one, words, powers) for one in found if one.task.visit != but_visit]


def _told(one: Dissent, words: CaseWords, powers: Powers) -> Divergence:
    task, later = one.task, one.overtaken_by
    return Divergence(
        no=task.no,
        visit=task.visit,
        agency=words.holder(task.slot),
        title=words.task(task.key, task.slot),
        state=words.state(state_of_task(words.definition, task.key).key),
        outcome=words.outcome(task.key, task.outcome or ""),
        reason=(task.reason or "") if may_read_reasons(words.case, powers) else "",
        who=words.officer(task.ended_by),
        at=task.ended_at,
        papers=() if later else tuple(_papers(task, words, powers)),
        overtaken=_overtaken(later, words) if later else "",
    )


def _overtaken(later: TaskLine, words: CaseWords) -> str:
    on = day(later.ended_at, year=True) if later.ended_at else ""
    outcome = words.outcome(later.key, later.outcome or "")
    return phrase("case", "overtaken", {"day": on, "outcome": outcome})


def _papers(task: TaskLine, words: CaseWords, powers: Powers) -> list[tuple[str, int, str]]:
    """Return the needed documents that an agency brought with its answer."""
    found = []
    for key in words.definition.task(task.key).needs:
        field, held = words.definition.data.get(key), words.case.data.get(key)
        if field is None or not isinstance(held, Mapping):
            continue
        brought = held.get("brought", {})
        own = brought.get(task.slot) or brought.get(task.agency)
        if own and may_read_field(words.case, field, powers):
            found.append((key, int(own["version"]), words.field(key)))
    return found
