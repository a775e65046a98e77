"""Substitutions end to end: arranged, acted under, told, ended early and by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.installation import employ
from tests.services.conftest import NOON
from tests.services.errands import Office as Errands
from workflow.core.absence import NoSubstitute, SubstituteAbsent
from workflow.core.acts.answers import Answers
from workflow.core.errors import NotAssigned
from workflow.core.offices import NotInCharge, Office
from workflow.services import absence, tasks
from workflow.services.absence import Wish
from workflow.services.absence_view import (
    Phase,
    candidates_for_person,
    candidates_for_position,
    lines_for,
)
from workflow.services.mail import PersonalLetter
from workflow.services.passwords import hash_password
from workflow.services.sign_in import principal, sign_in
from workflow.storage.officers import change_officer
from workflow.storage.queries.events import case_id_of, events_of
from workflow.storage.queries.people import officer_names

TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
PASSWORD = hash_password("quatro palavras")


@pytest.fixture
def office(installation):
    office = Errands(installation, NOON)
    office.colleague = employ(office.uow(), "caio@example.org", SEF="officer")
    return office


def acting(office, officer):
    """Return a unit of work of an officer, signed in, with all that the session lends."""
    uow = office.uow()
    with uow.writing() as connection:
        change_officer(connection, officer, password_hash=PASSWORD)
        name = officer_names(connection, [officer])[officer]
    email = f"{name.lower()}@example.org"
    known = principal(uow, sign_in(uow, email, "quatro palavras", address="").token)
    assert known
    return uow.as_powers(known.powers), known


def run_of(uow):
    return Office(uow.powers, uow.world().network)


def arrange(office, by, wish, key="k"):
    uow, _ = acting(office, by)
    return absence.arrange(uow, wish, office=run_of(uow), key=key)


def holiday(office, **changed):
    usual = Wish(office.doer, office.colleague, TODAY, FRIDAY, reason="férias")
    return replace(usual, **changed)


def test_an_officer_is_absent_and_a_colleague_does_the_work_on_their_behalf(office):
    number = office.open()
    office.claim(number)
    arrange(office, office.doer, holiday(office))

    uow, known = acting(office, office.colleague)
    assert known.absent == {office.doer: "Dario"}
    tasks.complete_task(uow, number, 1, "completed", answers=Answers(), key="done")

    with uow.reading() as connection:
        events = events_of(connection, case_id_of(connection, number))
    done = next(event for event in events if event.kind == "task_completed")
    assert (done.by.officer, done.by.on_behalf_of) == (office.colleague, office.doer)


def test_both_are_told_on_the_pages_and_by_mail_but_not_who_did_it(office):
    made = arrange(office, office.doer, holiday(office))
    office.turn()
    assert office.told() == [("substitution_made", office.colleague)]
    (letter,) = office.courier.letters
    assert isinstance(letter, PersonalLetter)
    assert letter.facts["absent"] == "Dario"

    uow, _ = acting(office, office.head)
    absence.end(uow, made, office=run_of(uow))
    absence.end(uow, made, office=run_of(uow))
    office.turn()
    ended = [who for kind, who in office.told() if kind == "substitution_ended"]
    assert sorted(ended) == sorted([office.doer, office.colleague])


def test_it_ends_by_itself_and_at_once_when_ended(office):
    made = arrange(office, office.doer, holiday(office))
    office.now = NOON + timedelta(days=4)
    assert acting(office, office.colleague)[1].absent
    office.now = NOON + timedelta(days=5)
    assert not acting(office, office.colleague)[1].absent

    office.now = NOON
    uow, _ = acting(office, office.doer)
    absence.end(uow, made, office=run_of(uow))
    assert not acting(office, office.colleague)[1].absent
    (line,) = lines_for(uow, run_of(uow))
    assert (line.phase, line.mine, line.may_end) == (Phase.CALLED_OFF, True, False)


def test_a_form_sent_twice_arranges_one(office):
    assert len({arrange(office, office.doer, holiday(office)) for _ in range(2)}) == 1


def test_a_head_arranges_for_the_people_and_for_the_own_position(office):
    arrange(office, office.head, holiday(office))
    position = Wish(None, office.colleague, TODAY, FRIDAY, agency="SEF", role="head")
    arrange(office, office.head, position, key="position")
    uow, known = acting(office, office.colleague)
    assert uow.powers.heads("SEF")
    assert known.absent == {office.doer: "Dario", office.head: "Helena"}
    with pytest.raises(NoSubstitute):
        arrange(office, office.head, replace(position, substitute=office.doer), key="again")


def test_who_holds_the_position_later_is_answered_for_too(office):
    position = Wish(None, office.colleague, TODAY, FRIDAY, agency="SEF", role="head")
    arrange(office, office.head, position)
    newcomer = employ(office.uow(), "nova@example.org", SEF="head")
    assert newcomer in acting(office, office.colleague)[1].absent
    number = office.open()
    office.turn()
    assert ("task_opened", office.colleague) in office.told()
    assert ("task_opened", newcomer) not in office.told()
    assert office.case(number).is_open


def test_nobody_arranges_for_others_without_being_in_charge(office):
    with pytest.raises(NotInCharge):
        arrange(office, office.colleague, holiday(office, substitute=office.head))
    with pytest.raises(NotInCharge):
        arrange(office, office.opener, holiday(office))
    with pytest.raises(NoSubstitute):
        arrange(office, office.head, holiday(office, substitute=office.head))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"first": date(2026, 3, 1)}, "past"),
        ({"last": date(2026, 3, 1)}, "past"),
        ({"last": date(2027, 3, 3)}, "too_long"),
        ({"first": FRIDAY, "last": TODAY}, "ends_first"),
        ({"agency": "SEDE"}, "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_in_a_word(office, changed, why):
    with pytest.raises(NoSubstitute) as refused:
        arrange(office, office.doer, holiday(office, **changed))
    assert refused.value.particulars["why"] == why


def test_only_somebody_of_the_same_body_answers(office):
    with pytest.raises(NoSubstitute) as refused:
        arrange(office, office.doer, holiday(office, substitute=office.opener))
    assert refused.value.particulars["why"] == "elsewhere"


def test_the_coordinator_of_the_network_may_send_somebody_from_elsewhere(office):
    root = office.uow().world().network.root
    chief = employ(office.uow(), "rita@example.org", **{root: "coordinator"})
    arrange(office, chief, holiday(office, substitute=office.opener))
    assert "SEF" in acting(office, office.opener)[0].powers.agencies


def test_a_substitute_who_is_absent_is_confirmed_and_turns_are_refused(office):
    third = employ(office.uow(), "tania@example.org", SEF="officer")
    away = holiday(office, absent=office.colleague, substitute=third)
    arrange(office, office.colleague, away, key="first")
    with pytest.raises(SubstituteAbsent):
        arrange(office, office.doer, holiday(office))
    arrange(office, office.doer, holiday(office, confirmed=True))
    with pytest.raises(NoSubstitute) as refused:
        arrange(office, third, holiday(office, absent=third, substitute=office.doer), key="third")
    assert refused.value.particulars["why"] == "in_turns"


def test_pages_learn_who_could_answer(office):
    uow, _ = acting(office, office.doer)
    found = candidates_for_person(uow, office.doer, run_of(uow))
    assert found.agencies == ("SEF",)
    assert {office.head, office.colleague} <= set(found.others)
    assert office.opener not in found.others
    with pytest.raises(absence.UnknownSubstitution):
        candidates_for_person(uow, office.head, run_of(uow))
    head, _ = acting(office, office.head)
    assert office.head not in candidates_for_position(head, "head", "SEF", run_of(head)).others


def test_what_was_lent_is_gone_once_it_has_ended(office):
    number = office.open()
    office.claim(number)
    root = office.uow().world().network.root
    chief = employ(office.uow(), "rita@example.org", **{root: "coordinator"})
    made = arrange(office, chief, holiday(office, substitute=office.opener))
    tasks.release(acting(office, office.opener)[0], number, 1, key="lent")
    uow, _ = acting(office, office.doer)
    absence.end(uow, made, office=run_of(uow))
    with pytest.raises(NotAssigned):
        tasks.claim(acting(office, office.opener)[0], number, 1, key="gone")
