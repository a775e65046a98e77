"""What the page of a case shows, ready for its template: no decision is left to the template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from web.cases.history import Day, days
from web.cases.opinions import Badge
from web.words.case_words import CaseWords, words_for
from web.words.field_values import Fact, facts_of
from web.words.languages import in_language
from web.words.marks import Listed
from web.words.phrases import phrase
from web.words.traces import provisional_words
from web.words.turns import turn_words
from web.words.wording import Due, day
from workflow.catalogue.common import common
from workflow.core.deadlines.counting import working_days_between
from workflow.core.definition import PublicStatus, Result
from workflow.core.forgetting import forgetful
from workflow.core.snapshot import Clock
from workflow.core.story import may_read_reasons
from workflow.core.targets import target_of
from workflow.core.track import (
    LaneStep,
    StepState,
    TaskLine,
    TrackStep,
    parallel_round,
    place_of,
    track,
)
from workflow.core.world import World
from workflow.services.case_view import CaseView

RESULT_BADGES = {
    Result.COMPLETED: "done",
    Result.REFUSED: "no",
    Result.WITHDRAWN: "",
    Result.CANCELLED: "",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A task of the reader's own agencies."""

    task: TaskLine
    title: str
    due: Due
    holder: str
    mine: bool
    free: bool
    proposed: bool
    heads: bool
    waits_for: str
    """Who is to answer a question of the task."""
    elsewhere: bool
    """Whether another case ends it by itself."""
    provisional: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the reader's agency is to answer."""

    no: int
    text: str
    asked_by: str
    task: str
    fields: tuple[tuple[str, str], ...]
    clock: Clock | None
    """The day by which an answer is wanted."""
    due: Due


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of the whole case or of its state."""

    key: str
    title: str
    due: Due
    due_on: date
    rule: str
    calendar: str
    status: str
    used: int
    total: int
    width: int
    """How much of a bar of 450 is used."""
    target: date | None = None
    """The earlier day that the agency set itself."""
    provisional: str = ""
    """That the date may yet change, and for want of what."""


def words_of(view: CaseView, today: date) -> CaseWords:
    """Return the words for the parts of a case."""
    keys = {task.no: (task.key, task.slot) for task in view.tasks}
    return CaseWords(view.case, view.world, view.names, today, keys, powers=view.powers)


def badge_of(view: CaseView, words: CaseWords) -> Badge:
    """Say where a case stands."""
    case = view.case
    label = words.label(case.state)
    if case.result:
        return Badge(label, RESULT_BADGES[case.result])
    if case.suspension:
        return Badge(phrase("case", "suspended"), "paused")
    here = parallel_round(view.case, view.tasks)
    if here and here[0].visit == case.visit:
        ready, asked = sum(not t.is_open for t in here), len(here) + len(case.scheduled)
        label = phrase("case", "ready", {"label": label, "ready": ready, "all": asked})
    needs_action = case.state_spec.public.status is PublicStatus.NEEDS_ACTION
    return Badge(label, "warn" if needs_action else "now")


def turns(view: CaseView, words: CaseWords) -> list[Turn]:
    """Return the open tasks of the reader's agencies, the reader's own first."""
    powers = view.powers
    own = [t for t in view.tasks if t.is_open and t.agency in powers.agencies]
    found = [_turn(view, task, words) for task in own]
    return sorted(found, key=lambda turn: (not turn.mine, not turn.free, turn.task.no))


def _turn(view: CaseView, task: TaskLine, words: CaseWords) -> Turn:
    powers = view.powers
    mine = task.assignee is not None and task.assignee in {powers.officer, *powers.substituted}
    asked = task.asked_of
    elsewhere = view.case.definition.task(task.key).awaits is not None
    return Turn(
        task=task,
        title=words.task(task.key, task.slot),
        due=words.due(task.clock),
        holder=words.officer(task.assignee),
        mine=mine,
        free=task.assignee is None and not elsewhere,
        proposed=task.has_proposal,
        heads=powers.heads(task.agency),
        waits_for=phrase("case", "requester") if asked == "requester" else asked or "",
        elsewhere=elsewhere,
        provisional=provisional_words(task.clock, words.world),
    )


def questions(view: CaseView, words: CaseWords) -> list[Question]:
    """Return what the reader's agencies have been asked and have not answered."""
    case, own = view.case, view.powers.agencies
    return [
        Question(
            no=task.no,
            text=task.request.question,
            asked_by=task.request.asked_by,
            task=words.task(task.key, task.slot),
            fields=tuple((key, words.field(key)) for key in task.request.fields),
            clock=task.request.clock,
            due=words.due(task.request.clock),
        )
        for task in case.tasks
        if task.request and (task.request.of or case.opener) in own
    ]


def steps(view: CaseView, words: CaseWords) -> list[dict[str, Any]]:
    """Return the track in the shape of the macro `track`."""
    return [_shown_step(step, words) for step in track(view.case, view.tasks)]


def _shown_step(step: TrackStep, words: CaseWords) -> dict[str, Any]:
    who = ", ".join(step.agencies)
    on = step.ended_at if step.state is StepState.DONE else step.began_at
    if on:
        moment = day(on, today=words.today)
        since = phrase("case", "since", moment) if step.state is not StepState.DONE else moment
        who = ", ".join(part for part in (who, since) if part)
    if step.state is StepState.SKIPPED:
        who = phrase("case", "skipped")
    lanes = [
        {
            "agency": lane.agency,
            "state": lane.state.value,
            "steps": [_shown_lane_step(step, words) for step in lane.steps],
        }
        for lane in step.lanes
    ]
    state = "" if step.state is StepState.SKIPPED else step.state.value
    name = words.phase(step.phase)
    return {"name": name, "who": who, "state": state, "lanes": lanes}


def _shown_lane_step(step: LaneStep, words: CaseWords) -> dict[str, str]:
    """Return what an agency does, or when its turn to do it comes."""
    name = words.task(step.key, step.slot)
    if step.turn:
        facts = {"task": name, "turn": turn_words(step.turn)}
        name = phrase("case", "step_in_turn", facts)
    return {"name": name, "state": step.state.value}


def where(view: CaseView) -> str:
    """Say in which phase of how many a case is, and with whom."""
    found = track(view.case, view.tasks)
    place = place_of(view.case, found)
    if place is None:
        return ""
    agencies = dict.fromkeys(task.agency for task in view.case.tasks)
    facts = {"place": place, "of": len(found), "agencies": ", ".join(agencies)}
    return phrase("case", "place", facts)


def deadlines(view: CaseView, words: CaseWords) -> list[Deadline]:
    """Return the deadlines of the whole case and of its state."""
    return [_deadline(clock, words) for clock in view.case.clocks]


def _deadline(clock: Clock, words: CaseWords) -> Deadline:
    world = words.world
    rule = world.rule(clock.rule)
    calendar = world.calendar(clock.agency)
    first = world.day(clock.start) if isinstance(clock.start, datetime) else clock.start
    total = max(1, working_days_between(first, clock.due_on, calendar, rule))
    used = min(total, max(0, working_days_between(first, words.today, calendar, rule)))
    return Deadline(
        key=clock.key,
        title=words.clock(clock.key),
        due=words.due(clock, of="case"),
        due_on=clock.due_on,
        rule=rule.source or phrase("case", "house_rule"),
        calendar=calendar.title or calendar.key,
        status=clock.status.value,
        used=used,
        total=total,
        width=round(450 * used / total),
        target=target_of(words.case, clock, world),
        provisional=provisional_words(clock, world),
    )


def facts(view: CaseView) -> list[Fact]:
    """Return the data of a case that the reader may read, in words."""
    return facts_of(view.case, view.powers, view.world.network_at(view.case.closed_at))


def history(view: CaseView, words: CaseWords) -> list[Day]:
    """Return the stretch of history that was read, in sentences."""
    reasons = may_read_reasons(view.case, view.powers)
    return days(view.story.entries, words, reasons=reasons)


@forgetful
@lru_cache(maxsize=16)
def agency_choices(world: World, today: date) -> Listed:
    """Return code and words of every agency that may be asked today."""
    active = sorted(world.network.active(today), key=lambda agency: agency.code)
    return Listed((agency.code, f"{agency.code} — {agency.name}") for agency in active)


def access_words(view: CaseView) -> str:
    """Say who may see the case, and on what legal ground where few may."""
    words = words_for("access", view.case.access.value)
    ground = common().grounds.get(view.case.ground or "")
    return f"{words}: {in_language(ground.title)}, {ground.law}" if ground else words
