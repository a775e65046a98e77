"""Forms that choose who takes part, and that ask for some things only where others are said."""

from __future__ import annotations

import pytest

from tests.core.desk import LOAN, Desk
from workflow.core.errors import AnswersRefused

CHOOSING = LOAN.replace(
    "roles:\n", "roles:\n  carrier_of: {title: Quem leva, bind: chosen}\n", 1
).replace("form: [data.place,", "form: [data.place, roles.carrier_of, roles.asked,")

ASKING_WHY = LOAN.replace(
    "{key: remark, title: Nota, type: text}",
    "{key: remark, title: Nota, type: text},"
    " {key: why, title: Por quê, type: text, required: true, shown_if: {remark: {present: true}}}",
)


@pytest.fixture
def desk():
    return Desk(CHOOSING)


def refused(desk, **roles):
    with pytest.raises(AnswersRefused) as refusal:
        desk.complete("draft", "sent", roles=roles)
    return refusal.value.particulars["problems"]


def test_a_part_for_one_agency_is_given_to_somebody(desk):
    assert refused(desk) == {"roles.carrier_of": "missing"}
    assert refused(desk, carrier_of=()) == {"roles.carrier_of": "missing"}


def test_a_part_that_somebody_holds_is_not_emptied(desk):
    desk.complete("draft", "sent", roles={"carrier_of": ("SEF",)})
    desk.examined().opined()
    desk.complete("pack", "packed")
    desk.complete("decide", "adjust")
    assert refused(desk, carrier_of=()) == {"roles.carrier_of": "missing"}
    assert desk.case.participants["carrier_of"] == ("SEF",)
    desk.complete("draft", "sent")
    assert desk.case.participants["carrier_of"] == ("SEF",)


def test_a_part_for_many_may_be_left_to_nobody(desk):
    desk.complete("draft", "sent", roles={"carrier_of": ("SEF",), "asked": ()})
    assert desk.case.participants["asked"] == ()


def test_what_a_form_asks_of_its_own_follows_from_what_it_was_told_of_its_own():
    desk = Desk(ASKING_WHY)
    with pytest.raises(AnswersRefused) as refusal:
        desk.complete("draft", "sent", own={"remark": "Com moldura."})
    assert refusal.value.particulars["problems"] == {"why": "missing"}
    desk.complete("draft", "sent")
    assert desk.case.state == "opinions"
