"""What the second look refuses of places: what a type gives, what is awaited, what is counted."""

from __future__ import annotations

import pytest

from tests.catalogue.faults import problems_of
from tests.hosting import EXCURSION, RIDER

HOURS = "hours: {{table: {}, begins: {}, ends: seats}}"
HELD = "{task: seat, outcomes: [seated], hold_if: {hours: {over: 1}}, because: X}"


def told(text, old, new):
    assert old in text
    return [f"{problem.what}; {problem.mend}" for problem in problems_of(text.replace(old, new, 1))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seats: seats, quota", "seats: seat, quota", "did you mean 'seats'?"),
        ("quota: share", "quota: hours", "of type decimal, not integer"),
        ("given_in: [boarding]", "given_in: [board]", "did you mean 'boarding'?"),
        (", given_in: [boarding]", "", "write both `seats` and `given_in`"),
        ("{places: taken}", "{places: left}", "taken"),
        ("places: {seats: seats, quota: share, given_in: [boarding]}\n", "", "have no places"),
        ("{reaches: riders,", "{reaches: subject,", "of type text, not integer"),
        ("percent: 100, of: fewest", "percent: 100, of: enough", "of type yes_no"),
        ("type: yes_no\n", "type: integer\n", "'reaches' gives yes_no"),
        (
            "given_in: [boarding]",
            f"given_in: [boarding], {HOURS.format('seats', 'seats')}",
            "table",
        ),
    ],
)
def test_what_is_wrong_with_the_places_of_a_type_is_told(old, new, said):
    found = told(EXCURSION, old, new)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("case: data.excursion\n", "case: data.hours\n", "of type decimal, not case"),
        ("    required: true\n", "", "write `required: true`"),
        ("opening: [excursion]", "opening: []", "ask it in `opening`"),
        ("form: [data.ridden]", "form: [data.excursion]", "cannot change"),
        ("place: seated\n", "place: seat\n", "did you mean 'seated'?"),
        ("{departed: [gone], called", "{leave: [gone], called", "nothing that the other case"),
        ("brings: {hours: hours}", "brings: {rode: hours}", "computed, nothing brings it"),
        ("brings: {hours: hours}", "brings: {hour: hours}", "did you mean 'hours'?"),
        ("brings: {hours: hours}", "person: [hours]", "of type decimal, not text"),
        ("brings: {hours: hours}", "person: [subjec]", "did you mean 'subject'?"),
        ("brings: {hours: hours}", "tells: [excursion]", "of type case, not integer"),
        ("place: seated\n", "tells: [hours]\n", "no place is asked for"),
        ("role: agency\n", "role: agency\n        form: [data.ridden]\n", "'form' says nothing"),
        ("    of: excursion\n", "", "add `of`"),
        ("type: decimal,", "type: decimal, in: [gone],", "remove it, or use type case"),
        ("  withdraw:", "  reopen: {to: queueing}\n  withdraw:", "come back without one"),
        ("acts:", f"guards: [{HELD}]\nacts:", "cannot hold 'seat' back"),
    ],
)
def test_what_is_wrong_with_what_a_task_awaits_is_told(old, new, said):
    found = told(RIDER, old, new)
    assert any(said in one for one in found), found
