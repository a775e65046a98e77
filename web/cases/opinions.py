"""What several agencies were asked at the same time, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from web.cases.quorum_shown import Tally, rules, tallies
from web.words.case_words import CaseWords
from web.words.phrases import phrase
from web.words.turns import turn_words
from web.words.wording import Due
from workflow.core.snapshot import Scheduled, TaskStatus
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine, parallel_round, state_of_task
from workflow.core.turns import is_in_turn, turn_of
from workflow.services.case_view import CaseView


@dataclass(frozen=True, slots=True)
class Badge:
    """Where the case stands, in a word or two."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """A line of the table of what several agencies do at the same time."""

    task: TaskLine | None
    """None while its turn has not come."""
    key: str
    slot: str
    agency: str
    title: str
    officer: str
    badge: Badge
    note: str
    due: Due | None


@dataclass(frozen=True, slots=True)
class Round:
    """Several agencies asked at the same time."""

    title: str
    opinions: tuple[Opinion, ...]
    ready: int
    present: bool
    """Whether the case still stands there."""
    visit: int
    in_turn: bool
    """Whether some are asked one after another."""
    tallies: tuple[Tally, ...]
    rules: tuple[str, ...]
    """What it waits for, in sentences."""


def round_of(view: CaseView, words: CaseWords) -> Round | None:
    """Return the opinions asked at the same time, the latest round of them."""
    case = view.case
    tasks = parallel_round(case, view.tasks)
    if not tasks:
        return None
    reasons = may_read_reasons(case, view.powers)
    present = tasks[0].visit == case.visit and case.is_open
    asked = [_opinion(task, words, reasons=reasons) for task in tasks]
    later = [_later(one, words) for one in case.scheduled] if present else []
    keys = {task.key for task in tasks}
    return Round(
        title=words.state(state_of_task(case.definition, tasks[0].key).key),
        opinions=(*asked, *later),
        ready=sum(not task.is_open for task in tasks),
        present=present,
        visit=tasks[0].visit,
        in_turn=any(is_in_turn(case, case.definition.task(key)) for key in keys),
        tallies=tuple(tallies(tasks, [one.agency for one in later], words)),
        rules=tuple(rules(words)) if present else (),
    )


def _later(waiting: Scheduled, words: CaseWords) -> Opinion:
    """Return the line of somebody whose turn or day has not come."""
    turn = turn_of(words.case, waiting)
    text = turn_words(turn) if turn else phrase("case", "not_yet")
    return Opinion(
        task=None,
        key=waiting.key,
        slot=waiting.slot,
        agency=words.holder(waiting.slot),
        title=words.task(waiting.key),
        officer="",
        badge=Badge(text, ""),
        note="",
        due=None,
    )


def _opinion(task: TaskLine, words: CaseWords, *, reasons: bool) -> Opinion:
    return Opinion(
        task=task,
        key=task.key,
        slot=task.slot,
        agency=words.holder(task.slot),
        title=words.task(task.key),
        officer=words.officer(task.ended_by if task.ended_at else task.assignee),
        badge=_task_badge(task, words),
        note=(task.reason or "") if reasons else "",
        due=words.due(task.clock, ended_at=task.ended_at),
    )


def _task_badge(task: TaskLine, words: CaseWords) -> Badge:
    """Say how a task is; an outcome that asked for a reason is one to look at."""
    match task.status:
        case TaskStatus.COMPLETED | TaskStatus.LAPSED if task.outcome:
            spec = words.definition.task(task.key).outcomes.get(task.outcome)
            kind = "warn" if spec is None or spec.asks_reason else "done"
            return Badge(words.outcome(task.key, task.outcome), kind)
        case TaskStatus.CANCELLED:
            return Badge(phrase("case", "not_needed"), "")
        case TaskStatus.CLAIMED if not task.asked_of:
            return Badge(phrase("case", "at_work"), "now")
        case _ if task.asked_of:
            asked = task.asked_of
            who = phrase("case", "requester") if asked == "requester" else asked
            return Badge(phrase("case", "waits_for", who), "paused")
        case _:
            return Badge(phrase("case", "unclaimed"), "")
