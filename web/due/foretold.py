"""What happens if nobody acts, in words and by days."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from statistics import median_low

from web.words.case_words import CaseWords
from web.words.languages import in_language, language
from web.words.phrases import phrase
from web.words.traces import provisional_words
from web.words.wording import day
from workflow.core.forgetting import forgetful
from workflow.core.ladder import WarningKind
from workflow.core.powers import Powers
from workflow.core.radar import Foreseen, Foretold
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.outlooks import Outlook

ICONS = {
    Foretold.WARNING: "bell",
    Foretold.FALLS_DUE: "clock-alert",
    Foretold.LAPSE: "hourglass",
    Foretold.OPENS: "inbox",
    Foretold.CANCELLED: "x",
    Foretold.ENTERS: "arrow-right",
    Foretold.CLOSES: "flag",
    Foretold.REVIEW: "refresh-cw",
    Foretold.SUSPENSION_REVIEW: "circle-pause",
    Foretold.OPENS_CHILD: "git-branch",
}
SHOWN = 8
"""Days that stand open; the rest unfolds."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that will happen."""

    icon: str
    words: str
    agency: str
    kind: str
    provisional: str


@dataclass(slots=True)
class Day:
    """All that will happen on one day."""

    day: date
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """A case with what will happen in it if nobody acts."""

    number: str
    subject: str
    days: tuple[Day, ...]

    @property
    def shown(self) -> tuple[Day, ...]:
        """The days that stand open."""
        return self.days[:SHOWN]

    @property
    def folded(self) -> tuple[Day, ...]:
        """The days that unfold."""
        return self.days[SHOWN:]


def told(outlook: Outlook, world: World, *, today: date, powers: Powers | None = None) -> Told:
    """Say what will happen in a case, and in those that do tasks of it, if nobody acts."""
    spoken: dict[str, CaseWords] = {}
    days: dict[date, Day] = {}
    for one, later in _without_repeats(outlook.foreseen):
        case = one.child or outlook.case
        if case.number not in spoken:
            keys = _task_keys(case, [o for o in outlook.foreseen if _number(o) == _number(one)])
            spoken[case.number] = CaseWords(case, world, {}, today, keys, powers=powers)
        on = world.day(one.at)
        days.setdefault(on, Day(on)).said.append(
            _said(one, spoken[case.number], [world.day(at) for at in later])
        )
    subject = CaseWords(outlook.case, world, {}, today).subject
    return Told(outlook.case.number, subject, tuple(days.values()))


def _number(one: Foreseen) -> str:
    return one.child.number if one.child else ""


def _task_keys(case: CaseSnapshot, foreseen: Iterable[Foreseen]) -> dict[int, tuple[str, str]]:
    keys = {task.no: (task.key, task.slot) for task in case.tasks}
    coming = {one.task_no: (one.task, "") for one in foreseen if one.task_no and one.task}
    return {**coming, **keys}


def _without_repeats(
    foreseen: tuple[Foreseen, ...],
) -> Iterator[tuple[Foreseen, Sequence[datetime]]]:
    """Leave out the warnings that only repeat that something is late; say when they follow."""
    told = [(one, _late(one)) for one in foreseen]
    left: dict[tuple[str, str | None], list[datetime]] = {}
    for one, late in told:
        if late:
            left.setdefault(late, []).append(one.at)
    for one, late in told:
        if late is None:
            yield one, ()
        elif late in left:
            yield one, left.pop(late)[1:]


def pace_of(days: Sequence[date]) -> int:
    """Return how many days mostly lie between repeats, 0 for too few to tell.

    One that would fall on a closed day comes later, which makes single gaps longer or shorter.
    """
    return median_low([(b - a).days for a, b in pairwise(days)]) if len(days) > 2 else 0


def _late(one: Foreseen) -> tuple[str, str | None] | None:
    """Return of what a warning says that it is late, None for all else."""
    return (_number(one), one.clock) if one.warning is WarningKind.OVERDUE else None


def _said(one: Foreseen, words: CaseWords, later: Sequence[date]) -> Said:
    facts: dict[str, Hashable] = {
        "agency": one.agency,
        "title": _title(one, words),
        "outcome": words.outcome(one.task, one.outcome) if one.task and one.outcome else "",
        "state": words.state(one.state) if one.state else "",
        "result": one.result.value if one.result else "",
        "due": day(words.world.day(one.due_at), today=words.today) if one.due_at else "",
        "more": len(later),
        "pace": pace_of(later),
        "to_head": one.to_head,
    }
    macro = f"{one.warning.value}_warning" if one.warning else one.what.value
    _, slot = words.task_keys.get(one.task_no or 0, ("", ""))
    if slot.startswith("row:"):  # it may name anybody
        said = phrase("radar", macro, facts)
    else:
        said = _usual(language(), macro, *facts.items())
    if one.child:
        of = in_language(one.child.definition.title)
        said = phrase("radar", "in_another", {"type": of, "said": said})
    provisional = provisional_words(one.deadline, words.world)
    return Said(ICONS[one.what], said, one.agency, one.what.value, provisional)


@forgetful
@lru_cache(maxsize=2048)
def _usual(_language: str, macro: str, *facts: tuple[str, Hashable]) -> str:
    """Say what follows from a type, a network and days alone, once for all cases it happens in."""
    return phrase("radar", macro, dict(facts))


def _title(one: Foreseen, words: CaseWords) -> str:
    if one.task_no is not None and one.task_no in words.task_keys:
        return words.task(*words.task_keys[one.task_no])
    return words.clock(one.clock) if one.clock else ""
