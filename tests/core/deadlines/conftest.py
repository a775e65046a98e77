from __future__ import annotations

from pathlib import Path

import pytest

from workflow.catalogue.calendars import read_calendars
from workflow.catalogue.rules import read_rules
from workflow.core.deadlines.calendar import Calendar, Calendars
from workflow.core.deadlines.rules import Rule

DEFINITIONS = Path(__file__).parents[3] / "definitions"


@pytest.fixture(scope="session")
def rules() -> dict[str, Rule]:
    return read_rules(DEFINITIONS / "rules.yaml")


@pytest.fixture(scope="session")
def calendars() -> Calendars:
    return read_calendars(DEFINITIONS / "calendars")


@pytest.fixture(scope="session")
def bh(calendars: Calendars) -> Calendar:
    return calendars.of("BH")
