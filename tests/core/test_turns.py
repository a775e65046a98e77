"""Agencies asked one after another, in an order chosen while the case runs."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from tests.world import world
from workflow.core.acts.routing import (
    add_agency,
    reassign,
    remove_agency,
    remove_waiting,
    send_back,
)
from workflow.core.acts.tasks import release_proposal
from workflow.core.acts.time import wake
from workflow.core.errors import ActNotAllowed, ReasonMissing, UnknownTask
from workflow.core.powers import Powers
from workflow.core.timers import timers
from workflow.core.turns import last_due

THREE = ("SEPLAG", "SEF", "SEE")
RECHOSEN = LOAN.replace("form: [data.place,", "form: [roles.asked, data.place,")
DATED = LOAN.replace("each: asked\n", "each: asked\n        opens_when: {of: data.shown_on}\n")
RELEASED = "        role: proponent\n        released_by: head\n        outcomes: {sent"


def in_turn(*asked: str, **named) -> Desk:
    """Open a case whose agencies are asked in the order given."""
    return Desk(asked=asked or THREE, in_turn=True, **named).drafted()


def waiting(desk: Desk) -> list[str]:
    return [one.slot for one in desk.case.scheduled]


def asked(desk: Desk) -> list[str]:
    return [task.slot for task in desk.case.tasks if task.key == "opinion"]


def test_only_the_first_is_asked_and_the_others_wait_in_the_order_chosen():
    desk = in_turn()
    assert (asked(desk), waiting(desk)) == (["SEPLAG"], ["SEF", "SEE"])
    assert {t.slot for t in desk.case.visit_tasks() if t.outcome is None} >= {*THREE}
    assert {"SEF", "SEE"} <= desk.case.agencies


def test_the_next_is_asked_when_the_one_before_has_answered_and_its_term_starts_then():
    desk = in_turn().on(3, 9)
    desk.complete("opinion", "favourable")
    assert (asked(desk), waiting(desk)) == (["SEF"], ["SEE"])
    assert desk.task("opinion").clock.start.isoformat() == "2026-03-09"


def test_a_join_waits_for_those_whose_turn_has_not_come():
    desk = in_turn().examined()
    for left in (2, 1):
        desk.complete("opinion", "favourable")
        assert (desk.case.state, len(asked(desk)) + len(waiting(desk))) == ("opinions", left)
    desk.complete("opinion", "contrary")
    assert (desk.case.state, desk.case.scheduled) == ("packing", ())


def test_silence_passes_the_turn_on():
    desk = in_turn().examined().on(3, 30)
    desk.take(wake(desk.case, now=desk.now(Powers())))
    assert (asked(desk), waiting(desk)) == (["SEF"], ["SEE"])
    assert desk.task("opinion").clock.start.isoformat() == "2026-03-30"


def test_one_agency_more_comes_last_and_one_less_lets_the_next_come_sooner():
    desk = in_turn()
    desk.do(add_agency, "opinion", "SECULT", by="SCC")
    assert waiting(desk) == ["SEF", "SEE", "SECULT"]
    with pytest.raises(ActNotAllowed):
        desk.do(add_agency, "opinion", "SEE", by="SCC")
    with pytest.raises(ReasonMissing):
        desk.do(remove_waiting, "opinion", "SEE", " ", by="SCC")
    with pytest.raises(UnknownTask):
        desk.do(remove_waiting, "opinion", "SEPLAG", "Não é dela.", by="SCC")
    desk.do(remove_waiting, "opinion", "SEE", "Não é dela.", by="SCC")
    assert waiting(desk) == ["SEF", "SECULT"]
    assert desk.case.participants["asked"] == ("SEPLAG", "SEF", "SECULT")
    desk.do(remove_agency, desk.task("opinion").no, "Não é dela.", by="SCC")
    assert (asked(desk), waiting(desk)) == (["SEF"], ["SECULT"])


def test_one_agency_more_is_asked_at_once_where_all_the_others_have_answered():
    desk = in_turn("SEF").opined("favourable")
    desk.do(add_agency, "opinion", "SEE", by="SCC")
    assert (asked(desk), waiting(desk)) == (["SEE"], [])


def test_a_turn_handed_to_another_agency_stays_a_turn():
    desk = in_turn()
    desk.do(reassign, desk.task("opinion").no, "SECULT", "É da cultura.", by="SEPLAG")
    assert (asked(desk), waiting(desk)) == (["SECULT"], ["SEF", "SEE"])
    with pytest.raises(ActNotAllowed):
        desk.do(reassign, desk.task("opinion").no, "SEE", "É da educação.", by="SECULT")


def test_who_waits_is_forgotten_when_the_case_moves_and_the_order_is_kept_for_the_next_visit():
    desk = in_turn()
    desk.do(send_back, "drafting", "Falta tudo.", by="SCC")
    assert desk.case.scheduled == ()
    desk.drafted()
    assert (asked(desk), waiting(desk)) == (["SEPLAG"], ["SEF", "SEE"])


def test_the_order_and_the_way_of_asking_can_be_chosen_anew():
    desk = Desk(RECHOSEN, asked=THREE, in_turn=True)
    desk.complete("draft", "sent", roles={"asked": ("SEE", "SEF")}, in_turn=frozenset({"asked"}))
    assert (asked(desk), waiting(desk)) == (["SEE"], ["SEF"])
    desk.do(send_back, "drafting", "Falta tudo.", by="SCC")
    desk.complete("draft", "sent", roles={"asked": ("SEE", "SEF")})
    assert (asked(desk), waiting(desk)) == (["SEE", "SEF"], [])


def test_a_task_in_turn_that_has_a_day_waits_for_both():
    desk = Desk(DATED, asked=("SEF", "SEE"), in_turn=True, shown_on="2026-03-20").drafted()
    assert (asked(desk), waiting(desk)) == ([], ["SEF", "SEE"])
    desk.on(3, 20).take(wake(desk.case, now=desk.now(Powers())))
    assert (asked(desk), waiting(desk)) == (["SEF"], ["SEE"])
    desk.complete("opinion", "favourable")
    assert (asked(desk), waiting(desk)) == (["SEE"], [])


def test_by_when_the_last_in_turn_answers_if_each_takes_the_whole_term():
    desk = in_turn()
    foretold = last_due(desk.case, "opinion", world())
    while waiting(desk):
        desk.at = timers(desk.case, world())[0].at
        desk.take(wake(desk.case, now=desk.now(Powers())))
    assert desk.task("opinion").clock.due_on == foretold == date(2026, 4, 17)
    assert last_due(desk.case, "opinion", world()) is None


def test_an_order_that_the_head_releases_is_the_one_that_was_proposed():
    proposed = RECHOSEN.replace("        role: proponent\n        outcomes: {sent", RELEASED)
    assert proposed != RECHOSEN
    desk = Desk(proposed, asked=THREE)
    chosen = {"roles": {"asked": ("SEE", "SEF")}, "in_turn": frozenset({"asked"})}
    desk.complete("draft", "sent", officer="second", **chosen)
    desk.do(release_proposal, 1, by="SEDE")
    assert (asked(desk), waiting(desk)) == (["SEE"], ["SEF"])
