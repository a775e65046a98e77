"""Bringing officers in: by a file, by an invitation, and an administrator first of all."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.catalogue.people import Entry
from workflow.core.absence import NoSubstitute
from workflow.services import new_passwords
from workflow.services import sign_in as accounts
from workflow.services.absence import Named, arrange_by_address
from workflow.services.people import (
    AdministratorExists,
    UnknownOfficer,
    create_administrator,
    import_people,
    invite,
)
from workflow.storage.officers import memberships

pytestmark = pytest.mark.at_work

ANA = Entry("Ana Souza", "ana@mg.example", "SEDE", "head", date(2026, 1, 1), None)
BRUNO = Entry("Bruno Lima", "bruno@mg.example", "SEF", "officer", None, None)
PASSWORD = "sete capivaras no lago"


def held(uow):
    with uow.reading() as connection:
        return [
            (m["agency"], m["role"], m["valid_from"], m["valid_to"])
            for m in memberships(connection)
        ]


def test_new_officers_are_invited_and_set_their_password(uow):
    done = import_people(uow, [ANA, BRUNO])
    assert done.added == ("ana@mg.example", "bruno@mg.example")
    assert [i.email for i in done.invitations] == ["ana@mg.example", "bruno@mg.example"]
    new_passwords.accept_invitation(uow, done.invitations[0].token, PASSWORD)
    token = accounts.sign_in(uow, "ana@mg.example", PASSWORD, address="x").token
    assert accounts.principal(uow, token).powers.heads("SEDE")


def test_the_same_file_changes_nothing_on_any_later_day(later):
    import_people(later(), [ANA, BRUNO])
    before = held(later())
    again = import_people(later(days=9), [ANA, BRUNO])
    assert (again.added, again.changed, again.kept, again.invitations) == ((), (), 2, ())
    assert held(later()) == before


def test_a_line_with_an_end_ends_the_membership(uow):
    import_people(uow, [ANA, BRUNO])
    ended = Entry(BRUNO.name, BRUNO.email, "SEF", "officer", None, date(2026, 3, 31))
    assert import_people(uow, [ended]).changed == ("bruno@mg.example",)
    assert ("SEF", "officer", date(2026, 3, 2), date(2026, 3, 31)) in held(uow)
    assert len(held(uow)) == 2


def test_an_officer_may_act_for_several_agencies(uow):
    also = Entry(ANA.name, ANA.email, "SEF", "focal_point", date(2026, 2, 1), None)
    done = import_people(uow, [ANA, also])
    assert (done.added, len(done.invitations)) == (("ana@mg.example",), 1)
    assert len(held(uow)) == 2


def test_a_preview_invites_nobody(uow):
    assert import_people(uow, [ANA], preview=True).added == ("ana@mg.example",)
    assert held(uow) == []


def test_fictional_officers_get_no_invitation(uow):
    assert import_people(uow, [ANA], fictional=True).invitations == ()


def test_there_is_one_first_administrator(uow):
    made = create_administrator(uow, name="Ana Souza", email="Ana@MG.example")
    new_passwords.accept_invitation(uow, made.token, PASSWORD)
    token = accounts.sign_in(uow, "ana@mg.example", PASSWORD, address="x").token
    assert accounts.principal(uow, token).administrator
    with pytest.raises(AdministratorExists):
        create_administrator(uow, name="Bruno", email="bruno@mg.example")


def test_a_new_invitation_ends_the_earlier_ones(uow):
    first = import_people(uow, [ANA]).invitations[0]
    second = invite(uow, " ANA@mg.example")
    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.invitation(uow, first.token)
    assert new_passwords.invitation(uow, second.token).name == "Ana Souza"


def test_nobody_unknown_is_invited(uow):
    with pytest.raises(UnknownOfficer):
        invite(uow, "nobody@mg.example")


def test_a_substitute_answers_for_the_absent(uow):
    invited = import_people(uow, [ANA, BRUNO]).invitations[1]
    days = {"first": date(2026, 3, 1), "last": date(2026, 3, 8), "reason": "férias"}
    arrange_by_address(uow, "ana@mg.example", "Bruno@mg.example", Named(**days))
    new_passwords.accept_invitation(uow, invited.token, PASSWORD)
    token = accounts.sign_in(uow, "bruno@mg.example", PASSWORD, address="x").token
    assert accounts.principal(uow, token).powers.heads("SEDE")


@pytest.mark.parametrize(
    ("by", "last", "refusal"),
    [
        ("ana@mg.example", date(2026, 3, 8), NoSubstitute),
        ("bruno@mg.example", date(2026, 2, 1), NoSubstitute),
        ("nobody@mg.example", date(2026, 3, 8), UnknownOfficer),
    ],
)
def test_some_cannot_answer_for_others(uow, by, last, refusal):
    import_people(uow, [ANA, BRUNO])
    wish = Named(date(2026, 3, 1), last, "férias")
    with pytest.raises(refusal):
        arrange_by_address(uow, "ana@mg.example", by, wish)
