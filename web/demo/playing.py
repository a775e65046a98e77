"""Plays the demo's stories with the services that officers use, each act at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from web.demo.paper import put
from web.demo.people import email_of
from web.demo.stories import Moment, Story
from workflow.core.errors import Refusal
from workflow.core.powers import Powers, Standing
from workflow.core.scenario import Step, answers_of, decide
from workflow.services import clock
from workflow.services.cases import open_case
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.documents import DocumentStore

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Halted:
    """A story that could not be told to its end, and why."""

    story: str
    step: int
    why: str


@dataclass(slots=True)
class Stage:
    """Where the stories are played: an installation, its people and its documents."""

    installation: Installation
    officers: Mapping[str, int]
    """Ids by e-mail address."""
    store: DocumentStore
    numbers: dict[str, str] = field(default_factory=dict)
    """The case of each story that has begun."""
    halted: list[Halted] = field(default_factory=list)

    def play(self, told: list[Story], now: datetime) -> Iterator[Moment]:
        """Tell all stories at once, in the order in which things happen; yield what was done."""
        definitions = {story.name: story.scenario.definition for story in told}
        moments = sorted(
            (moment for story in told for moment in story.moments()), key=lambda m: m.at
        )
        today = moments[0].at
        for moment in moments:
            while today + A_DAY < moment.at:
                today += A_DAY
                self._let_time_pass(today)
            self._let_time_pass(moment.at)
            if not any(halted.story == moment.story for halted in self.halted):
                self._perform(moment, definitions[moment.story])
            yield moment
        self._let_time_pass(now)

    def _let_time_pass(self, at: datetime) -> None:
        """Do what the clock process would have done by then; it sent no mail."""
        begin = partial(UnitOfWork, self.installation, now=at, keeper=True)
        clock.wake_due(begin, mails=False)
        clock.work_off(begin, owner="demo")

    def _perform(self, moment: Moment, definition: str) -> None:
        step = moment.step
        uow = UnitOfWork(self.installation, now=step.at, powers=self._powers(step))
        key = f"demo:{moment.story}:{moment.number}"
        attach: Callable[[str], Mapping[str, Any]] = partial(put, self.store)
        try:
            if moment.number == 0:
                answers = answers_of(self._told(step), attach)
                opened = open_case(uow, definition, opener=step.agency, answers=answers, key=key)
                self.numbers[moment.story] = opened.number
            elif step.task or step.act:
                number = self.numbers[moment.story]
                uow.act(number, lambda case, now: decide(step, case, now, attach), key=key)
        except Refusal as refusal:
            why = f"{type(refusal).__name__} {refusal.particulars or refusal}"
            self.halted.append(Halted(moment.story, moment.number, why))

    def _told(self, step: Step) -> Step:
        """Put the number of a case where a step names its story, as in `@class:0`."""
        named = {
            key: self.numbers[value.removeprefix("@")]
            for key, value in step.data.items()
            if isinstance(value, str) and value.startswith("@")
        }
        return replace(step, data={**step.data, **named})

    def _powers(self, step: Step) -> Powers:
        officer = self.officers.get(email_of(step.agency, step.officer))
        own = frozenset({step.agency})
        heads = own if step.officer == "first" else frozenset()
        return Powers(officer=officer, agency=step.agency, own=Standing(own, heads))
