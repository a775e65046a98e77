"""Values made of others in a few parts, or of all their parts at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workflow.core.altering import altered, made
from workflow.core.events import By, Event, Kind
from workflow.core.powers import Powers


def test_a_value_is_altered_in_the_parts_named_and_stays_itself():
    powers = Powers(officer=7, agency="AGE")
    other = altered(powers, agency="SEF")

    assert (other, powers) == (Powers(officer=7, agency="SEF"), Powers(officer=7, agency="AGE"))


def test_a_part_that_a_value_does_not_have_is_refused():
    with pytest.raises(TypeError, match="Powers has no colour"):
        altered(Powers(), colour="red")


def test_a_value_made_at_once_is_the_one_that_its_class_makes():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    parts = {"seq": 1, "kind": Kind.TASK_CLAIMED, "at": at, "by": By(7), "body": {"no": 1}}
    event = made(Event, {**parts, "hash": "", "private": {}})

    assert event == Event(1, Kind.TASK_CLAIMED, at, By(7), {"no": 1}, "")
    with pytest.raises(AttributeError):
        event.seq = 2


def test_a_value_is_not_made_of_some_of_its_parts():
    with pytest.raises(TypeError, match="not every part"):
        made(Powers, {"officer": 7})
