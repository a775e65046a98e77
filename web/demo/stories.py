"""Which stories the demo tells, moved in time so that they end shortly before today."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.shipped import shipped
from workflow.catalogue.source import compose, read_text
from workflow.core.scenario import Scenario, Step

WEEK = timedelta(days=7)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=$|T)")
Value = TypeVar("Value")


class Moment(NamedTuple):
    """One step of one story, when it happens."""

    at: datetime
    story: str
    number: int
    step: Step
    """The opening if its number is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A scenario as the demo plays it."""

    name: str
    scenario: Scenario
    shown: bool = False
    """Whether the demo tells its number at the start."""

    def moments(self) -> Iterator[Moment]:
        """Go through what happens in it; what must be refused does not happen."""
        for number, step in enumerate((self.scenario.opening, *self.scenario.steps)):
            if not step.refused:
                yield Moment(step.at, self.name, number, step)


@cache
def plan() -> Mapping[str, Any]:
    """Return the file that says what the demo shows."""
    read: Mapping[str, Any] = compose(read_text(Path(__file__).with_name("stories.yaml"))).data
    return read


def stories(now: datetime, zone: ZoneInfo) -> list[Story]:
    """Return every story of the demo, each ending some days before now."""
    return [_story(place, said, now, zone) for place, said in enumerate(plan()["stories"])]


def _story(place: int, said: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> Story:
    path = shipped("scenarios", f"{said['scenario']}.yaml")
    scenario = read_scenario(path, zone=zone)
    steps = scenario.steps[: said.get("steps", len(scenario.steps))]
    played = moved_to_end(replace(scenario, steps=steps), now - timedelta(days=said["days_ago"]))
    return Story(f"{said['scenario']}:{place}", played, shown=bool(said.get("shown")))


def moved_to_end(scenario: Scenario, at: datetime) -> Scenario:
    """Move a scenario in time so that it ends near an instant: by whole weeks, for the weekdays."""
    last = (scenario.opening, *scenario.steps)[-1].at
    return moved(scenario, (at - last) // WEEK * WEEK)


def moved(scenario: Scenario, by: timedelta) -> Scenario:
    """Move a scenario in time, with every date in it."""
    steps = tuple(_moved(step, by) for step in scenario.steps)
    return replace(scenario, opening=_moved(scenario.opening, by), steps=steps)


def _moved(step: Step, by: timedelta) -> Step:
    return replace(
        step,
        at=step.at + by,
        data=_shift(step.data, by),
        answers=_shift(step.answers, by),
        arguments=_shift(step.arguments, by),
    )


def _shift(value: Value, by: timedelta) -> Value:
    shifted: Any = value
    if isinstance(value, str):
        shifted = _DAY.sub(lambda day: str(date.fromisoformat(day[0]) + by), value)
    elif isinstance(value, datetime | date):
        shifted = value + by
    elif isinstance(value, Mapping):
        shifted = {key: _shift(part, by) for key, part in value.items()}
    elif isinstance(value, list | tuple):
        shifted = type(value)(_shift(part, by) for part in value)
    return shifted  # type: ignore[no-any-return]
