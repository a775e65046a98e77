"""The buttons that remind whoever a case waits for, or when that was last done and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from web.words.case_words import CaseWords
from web.words.phrases import phrase
from web.words.wording import day, hour
from workflow.core.acts.reminding import Awaited, awaited, may_remind
from workflow.core.errors import AlreadyReminded, NotAssigned
from workflow.core.powers import Powers
from workflow.core.snapshot import Reminded


@dataclass(frozen=True, slots=True)
class Reminder:
    """One who is waited for, as the reader may remind them."""

    no: int
    """The task that waits for them."""
    agency: str
    title: str
    may: bool
    """Whether the reader may remind them now."""
    said: str
    """When they were last reminded, and by whom; empty for never."""


def reminders(words: CaseWords, powers: Powers, *, at: datetime) -> Mapping[int, Reminder]:
    """Return by task who may be reminded, or has been; nothing where the case rests or is over."""
    case = words.case
    if not case.is_open or case.suspension:
        return {}
    found = (_reminder(one, words, powers, at) for one in awaited(case))
    return {one.no: one for one in found if one.may or one.said}


def _reminder(one: Awaited, words: CaseWords, powers: Powers, at: datetime) -> Reminder:
    try:
        may_remind(words.case, one, powers, words.world, at=at)
        may = True
    except (AlreadyReminded, NotAssigned):
        may = False
    last = words.case.reminded.get(one.key)
    task = one.task
    said = _said(last, words) if last else ""
    return Reminder(task.no, one.agency, words.task(task.key, task.slot), may, said)


def _said(last: Reminded, words: CaseWords) -> str:
    on = words.world.day(last.at)
    who = words.officer(last.officer)
    facts = {
        "today": on == words.today,
        "day": day(on, today=words.today),
        "hour": hour(last.at),
        "who": f"{who} ({last.agency})" if who else last.agency,
    }
    return phrase("case", "reminded", facts)
