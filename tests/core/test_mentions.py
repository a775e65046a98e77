"""Whom a comment calls by name, and who may be called to it."""

from __future__ import annotations

import pytest

from tests.core.desk import Desk
from workflow.core.acts.record import comment
from workflow.core.errors import AnswersRefused, MentionNotRead
from workflow.core.events import Kind
from workflow.core.mentions import MOST, calls, settled
from workflow.core.passages import of_agency, texts_of
from workflow.core.playing import powers_of
from workflow.core.powers import Powers
from workflow.core.story import Readers, visible

PEOPLE = {1: "Ana Reis", 2: "Ana Souza e Silva", 3: "José da Conceição", 4: "Li Wei"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Ana Reis viu isto", {"ana reis": (1,)}),
        ("veja, @ANA REIS.", {"ana reis": (1,)}),
        ("@ana viu", {"ana": (1, 2)}),
        ("(@Jose) e @souza", {"jose": (3,), "souza": (2,)}),
        ("@José da Conceição: sim", {"jose da conceicao": (3,)}),
        ("@Ana Reis e @Ana Reis", {"ana reis": (1,)}),
        ("@Rui Barbosa viu", {"rui": ()}),
        ("ana@example.org, x@Ana, @ 10h, @da", {}),
        ("@Li Wei e @Li", {"li wei": (4,)}),
        ("nada", {}),
    ],
)
def test_a_name_after_an_at_is_the_longest_that_somebody_bears(text, meant):
    assert {call.key: call.people for call in calls(text, PEOPLE)} == meant


def test_a_name_that_was_asked_about_is_not_asked_about_again():
    found = calls("@Ana, @José e @Rui", PEOPLE)

    sure, unclear = settled(found, ())
    assert sure == [3]
    assert [call.written for call in unclear] == ["Ana", "Rui"]
    assert settled(found, ("ana", "rui")) == ([3], [])


@pytest.fixture
def desk():
    return Desk()


def test_a_comment_says_whom_it_calls_but_never_oneself(desk):
    called = {number: powers_of("SCC") for number in (7, 5, powers_of("SEDE").officer)}

    said = desk.do(comment, "Vejam.", readers=Readers.AGENCIES, mentioned=called).events[0]

    assert said.body["mentioned"] == [5, 7]
    quiet = desk.do(comment, "Nada.", readers=Readers.AGENCIES).events[0]
    assert "mentioned" not in quiet.body


def test_who_may_not_read_a_comment_is_not_called_to_it(desk):
    stranger, colleague = {9: powers_of("SES")}, {8: powers_of("SCC")}

    with pytest.raises(MentionNotRead) as refused:
        desk.do(comment, "Veja.", readers=Readers.AGENCIES, mentioned={**stranger, **colleague})
    assert refused.value.particulars["officers"] == [9]
    with pytest.raises(MentionNotRead):
        desk.do(comment, "Veja.", readers=Readers.OWN, mentioned=colleague)
    many = dict.fromkeys(range(100, 101 + MOST), powers_of("SCC"))
    with pytest.raises(AnswersRefused):
        desk.do(comment, "Vejam.", readers=Readers.AGENCIES, mentioned=many)


def test_what_is_left_for_ones_own_agency_is_read_and_found_by_nobody_else(desk):
    change = desk.do(comment, "Só nós.", readers=Readers.OWN)
    said, case = change.events[0], change.after

    assert said.kind is Kind.COMMENT_ADDED
    assert [text.readers for text in texts_of(change)] == [of_agency("SEDE")]
    assert visible(said, case, powers_of("SEDE"))
    assert visible(said, case, Powers(auditor=True))
    guest = Powers(guest="requester", guest_of=case.number)
    for other in (powers_of("SCC"), powers_of("AGE"), powers_of("SES"), guest):
        assert not visible(said, case, other)


def test_a_guest_leaves_nothing_for_an_agency_of_their_own(desk):
    guest = Powers(guest="requester", guest_of=desk.case.number)

    with pytest.raises(AnswersRefused):
        comment(desk.case, "Oi.", readers=Readers.OWN, now=desk.now(guest))
