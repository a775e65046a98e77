"""What the network of the demo has done: many cases of few templates, a row for each case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from web.demo.stories import Story, moved, moved_to_end
from workflow.catalogue.scenarios import read_scenario
from workflow.catalogue.source import compose, read_text
from workflow.core.network import Network
from workflow.core.scenario import Scenario, Step

FOLDER: Final = Path(__file__).with_name("programme")
EVERYBODY: Final = "EVERYBODY"
"""In a template, all strategic units of the network; as many of them act as the row says."""
_OWN: Final = {"agency", "steps", "days_ago", "held_on", "begins", "opened", "units"}
_APART: Final = timedelta(minutes=7)


def programme(now: datetime, zone: ZoneInfo, network: Network) -> list[Story]:
    """Return a story for each row of the programme."""
    units = tuple(sorted(one.code for one in network if one.unit_role == "strategic"))
    return [
        Story(f"{template['template']}:{place}", _cast(scenario, template, row, units, now))
        for template in compose(read_text(FOLDER / "programme.yaml")).data["templates"]
        for scenario in (read_scenario(FOLDER / f"{template['template']}.yaml", zone=zone),)
        for place, row in enumerate(template["rows"])
    ]


def _cast(
    scenario: Scenario,
    template: Mapping[str, Any],
    row: Mapping[str, Any],
    units: Sequence[str],
    now: datetime,
) -> Scenario:
    """Let a row play its template: its agencies, its days and what it says."""
    agencies = {template.get("instead_of", ""): row.get("agency", "")}
    said = {key: value for key, value in row.items() if key not in _OWN}
    steps = scenario.steps[: row.get("steps", len(scenario.steps))]
    acting = [one for step in steps for one in _each(step, units[: row.get("units", 0)])]
    opening, *rest = (
        _replaced(step, agencies, said, units) for step in (scenario.opening, *acting)
    )
    played = replace(scenario, opening=opening, steps=tuple(rest))
    if "held_on" in row:
        days = date.fromisoformat(str(row["held_on"])) - _day(scenario.opening.data["held_on"])
        return moved(played, days)
    if "begins" in row:
        return moved(played, date.fromisoformat(str(row["begins"])) - scenario.opening.at.date())
    if "opened" in row:
        return moved(played, timedelta(days=(now - scenario.opening.at).days - row["opened"]))
    return moved_to_end(played, now - timedelta(days=row["days_ago"]))


def _each(step: Step, units: Sequence[str]) -> Iterator[Step]:
    if step.agency != EVERYBODY:
        yield step
        return
    for place, unit in enumerate(units):
        yield replace(step, agency=unit, at=step.at + place * _APART)


def _replaced(
    step: Step, agencies: Mapping[str, str], said: Mapping[str, Any], units: Sequence[str]
) -> Step:
    def other(code: str) -> str:
        top, slash, unit = code.partition("/")
        return agencies.get(top, top) + slash + unit

    roles = {
        role: tuple(units) if codes == (EVERYBODY,) else tuple(map(other, codes))
        for role, codes in step.roles.items()
    }
    data = {key: said.get(key, value) for key, value in step.data.items()}
    return replace(step, agency=other(step.agency), roles=roles, data=data)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
