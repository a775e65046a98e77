"""Who may sign in, what a session stands for, and what guessing costs."""

from __future__ import annotations

from datetime import date

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select

from tests.storage.counting import counted
from workflow.core.errors import NotAssigned
from workflow.core.network import Agency
from workflow.services import new_passwords, passwords
from workflow.services import sign_in as accounts
from workflow.services.network import replace_network
from workflow.services.passwords import hash_password, matches, needs_rehash
from workflow.services.throttle import LONGEST_WAIT, wait_after
from workflow.storage.officers import add_invitation, add_memberships, add_officer
from workflow.storage.people import Membership, Officer, Session, SignInAttempt, Substitution

PASSWORD = "sete capivaras no lago"
KEPT = hash_password(PASSWORD)
AGENCIES = (
    Agency("GOV", "Governadoria"),
    Agency("SEDE", "Desenvolvimento Econômico", parent="GOV"),
    Agency("SEDE/AEST", "Assessoria Estratégica", parent="SEDE", unit_role="strategic"),
    Agency("SEF", "Fazenda", parent="GOV"),
)

pytestmark = pytest.mark.at_work


@pytest.fixture
def person(uow):
    """Add an officer with memberships `agency: role`."""
    replace_network(uow, AGENCIES)

    def add(email, *, active=True, since=date(2026, 1, 1), until=None, **roles):
        with uow.writing() as connection:
            officer = add_officer(
                connection,
                email=email,
                name=email.partition("@")[0].title(),
                password_hash=KEPT,
                active=active,
                created_at=uow.now,
            )
            add_memberships(
                connection,
                [
                    {
                        "officer_id": officer,
                        "agency": agency,
                        "role": role,
                        "valid_from": since,
                        "valid_to": until,
                    }
                    for agency, role in roles.items()
                ],
            )
        return officer

    return add


def enter(uow, email="ana@mg.example", password=PASSWORD, address="10.0.0.1"):
    return accounts.sign_in(uow, email, password, address=address)


def test_who_knows_the_password_is_recognised(uow, person):
    officer = person("ana@mg.example", SEDE="officer", SEF="focal_point")
    token = enter(uow, " Ana@MG.example ").token
    known = accounts.principal(uow, token)
    assert (known.officer_id, known.name, known.current_agency) == (officer, "Ana", "SEDE")
    assert known.agencies == (("SEDE", "Desenvolvimento Econômico"), ("SEF", "Fazenda"))
    assert known.powers.agencies == {"SEDE", "SEF"}
    assert not known.powers.auditor


def test_the_token_itself_is_not_kept(uow, person):
    person("ana@mg.example", SEDE="officer")
    token = enter(uow).token
    with uow.reading() as connection:
        row = connection.execute(select(Session.__table__)).one()
    assert token not in map(str, row)
    assert "10.0.0.1" not in map(str, row)


def test_each_sign_in_has_a_token_of_its_own(uow, person):
    person("ana@mg.example", SEDE="officer")
    first, second = enter(uow), enter(uow)
    assert first.token != second.token
    csrf = {accounts.principal(uow, each.token).csrf for each in (first, second)}
    assert len(csrf) == 2


@pytest.mark.parametrize("email", ["ana@mg.example", "nobody@mg.example", "left@mg.example"])
def test_wrong_passwords_and_accounts_get_the_same_answer(uow, person, email):
    person("ana@mg.example", SEDE="officer")
    person("left@mg.example", active=False, SEDE="officer")
    password = PASSWORD if "left" in email else "another password"
    with pytest.raises(accounts.SignInRefused) as refused:
        enter(uow, email, password)
    assert refused.value.particulars == {}


def test_an_unknown_account_costs_one_hash_like_any_other():
    # The kept hash of nobody must have today's costs, or its time would tell it apart.
    assert not needs_rehash(passwords._NOBODYS)
    assert not matches(None, PASSWORD)


def test_one_select_says_who_is_asking(uow, person, engine):
    absent = person("chefe@mg.example", SEF="head")
    officer = person("ana@mg.example", SEDE="head", SEF="officer")
    substitute(uow, absent, officer)
    token = enter(uow).token
    accounts.principal(uow, token)
    with counted(engine) as statements:
        accounts.principal(uow, token)
    assert len(statements) == 1


def substitute(uow, absent, officer, *, agency=None):
    with uow.writing() as connection:
        connection.execute(
            insert(Substitution).values(
                absent_id=absent,
                substitute_id=officer,
                agency=agency,
                valid_from=date(2026, 3, 1),
                valid_to=date(2026, 3, 8),
                reason="férias",
                created_by=absent,
            )
        )


def test_a_head_acts_for_the_units_below(uow, person):
    person("ana@mg.example", SEDE="head")
    powers = accounts.principal(uow, enter(uow).token).powers
    assert powers.agencies == {"SEDE", "SEDE/AEST"}
    assert powers.heads("SEDE")
    assert not powers.heads("SEF")


def test_memberships_hold_from_their_first_to_their_last_day(later, person):
    person("ana@mg.example", since=date(2026, 3, 3), until=date(2026, 3, 4), SEDE="officer")
    held = []
    for day in range(4):
        uow = later(days=day)
        held.append(accounts.principal(uow, enter(uow).token).current_agency)
    assert held == ["", "SEDE", "SEDE", ""]


def test_a_substitute_answers_for_the_absent_while_it_lasts(later, person):
    absent = person("chefe@mg.example", SEF="head", SEDE="officer")
    officer = person("ana@mg.example", SEDE="officer")
    substitute(later(), absent, officer, agency="SEF")
    known = accounts.principal(later(), enter(later()).token)
    assert known.powers.substituted[absent].heads == {"SEF"}
    assert known.absent == {absent: "Chefe"}
    assert [code for code, _ in known.agencies] == ["SEDE", "SEF"]
    after = later(days=7)
    assert accounts.principal(after, enter(after).token).powers.substituted == {}


def test_an_auditor_reads_and_acts_for_nobody(uow, person):
    person("ana@mg.example", SEDE="auditor")
    known = accounts.principal(uow, enter(uow).token)
    assert known.powers.auditor
    assert known.powers.agencies == frozenset()
    assert known.current_agency == ""


def test_the_chosen_agency_is_remembered_until_the_next_sign_in(later, person):
    person("ana@mg.example", SEDE="officer", SEF="officer")
    token = enter(later()).token
    accounts.switch_agency(later(), token, "SEF")
    assert accounts.principal(later(), token).current_agency == "SEF"
    assert accounts.principal(later(), token).powers.agency == "SEF"
    again = later(minutes=1)
    assert accounts.principal(again, enter(again).token).current_agency == "SEF"


def test_another_agency_cannot_be_chosen(uow, person):
    person("ana@mg.example", SEDE="officer")
    with pytest.raises(NotAssigned):
        accounts.switch_agency(uow, enter(uow).token, "SEF")


def test_a_session_ends_when_signed_out(uow, person):
    person("ana@mg.example", SEDE="officer")
    token = enter(uow).token
    accounts.sign_out(uow, token)
    assert accounts.principal(uow, token) is None


def test_a_session_ends_when_idle_and_when_old(later, person):
    person("ana@mg.example", SEDE="officer")
    idle, used = enter(later()).token, enter(later()).token
    for hour in range(1, 12):
        assert accounts.principal(later(hours=hour), used)
    assert accounts.principal(later(hours=2), idle) is None
    assert accounts.principal(later(hours=12), used) is None


def test_the_last_use_is_written_every_five_minutes(later, person, engine):
    person("ana@mg.example", SEDE="officer")
    token = enter(later()).token
    accounts.principal(later(), token)
    written = []
    for minutes in (1, 4, 5, 6, 9, 10):
        with counted(engine) as statements:
            accounts.principal(later(minutes=minutes), token)
        if any("UPDATE" in statement for statement in statements):
            written.append(minutes)
    assert written == [5, 10]


def test_who_has_left_is_signed_out(uow, person):
    officer = person("ana@mg.example", SEDE="officer")
    token = enter(uow).token
    with uow.writing() as connection:
        connection.execute(Officer.__table__.update().values(active=False))
    assert accounts.principal(uow, token) is None
    assert officer


# --- Guessing -------------------------------------------------------------------------------


def fail(uow, times, **how):
    for _ in range(times):
        with pytest.raises(accounts.SignInRefused):
            enter(uow, password="wrong password", **how)


def test_after_five_failures_even_the_right_password_must_wait(later, person):
    person("ana@mg.example", SEDE="officer")
    fail(later(), 5)
    with pytest.raises(accounts.TooManyAttempts) as refused:
        enter(later())
    assert refused.value.retry_after_seconds == 16
    assert enter(later(seconds=16))


def test_waiting_grows_and_has_an_end():
    waits = [wait_after(surplus).total_seconds() for surplus in (0, 1, 2, 3, 40)]
    assert waits == [15, 30, 60, 120, LONGEST_WAIT.total_seconds()]


def test_failures_from_elsewhere_do_not_lock_the_owner_out(later, person):
    person("ana@mg.example", SEDE="officer")
    fail(later(), 5, address="203.0.113.9")
    assert enter(later(), address="10.0.0.1")


def test_a_guess_from_everywhere_at_one_account_waits(later, person):
    person("ana@mg.example", SEDE="officer")
    for guess in range(20):
        fail(later(), 1, address=f"203.0.113.{guess}")
    with pytest.raises(accounts.TooManyAttempts):
        enter(later(), address="198.51.100.1")


def test_success_forgives_and_an_office_of_many_is_let_in(later, person):
    person("ana@mg.example", SEDE="officer")
    for _ in range(60):
        fail(later(), 1)
        assert enter(later())
    with later().reading() as connection:
        kept = connection.execute(select(SignInAttempt.account, SignInAttempt.count)).all()
    assert all(not row.account for row in kept)


def test_unknown_accounts_are_throttled_alike(uow, person):
    fail(uow, 5, email="nobody@mg.example")
    with pytest.raises(accounts.TooManyAttempts):
        enter(uow, "nobody@mg.example")


def test_the_past_is_forgotten(later, person):
    person("ana@mg.example", SEDE="officer")
    fail(later(), 1)
    enter(later())
    assert accounts.forget_the_past(later(hours=1)) == 0
    assert accounts.forget_the_past(later(hours=30)) == 2


# --- Passwords ------------------------------------------------------------------------------


@pytest.fixture
def invited(uow, person):
    officer = person("ana@mg.example", SEDE="officer")
    with uow.writing() as connection:
        add_invitation(
            connection,
            accounts.digest("a token"),
            officer_id=officer,
            expires_at=uow.now.replace(day=9),
        )
    return officer


def test_an_invitation_sets_a_password_once_and_ends_other_sessions(uow, invited):
    token = enter(uow).token
    assert new_passwords.invitation(uow, "a token").email == "ana@mg.example"
    new_passwords.accept_invitation(uow, "a token", "o rio corre para o mar")
    assert accounts.principal(uow, token) is None
    assert enter(uow, password="o rio corre para o mar")
    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.accept_invitation(uow, "a token", "o rio corre para o mar")


def test_an_invitation_runs_out(later, invited):
    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.invitation(later(days=7), "a token")


def test_a_weak_password_leaves_the_invitation_open(uow, invited):
    with pytest.raises(new_passwords.WeakPassword) as refused:
        new_passwords.accept_invitation(uow, "a token", "curta")
    assert refused.value.particulars["shortest"] == 12
    assert new_passwords.invitation(uow, "a token")


def test_an_old_hash_is_made_anew_at_the_next_sign_in(uow, person):
    person("ana@mg.example", SEDE="officer")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with uow.writing() as connection:
        connection.execute(Officer.__table__.update().values(password_hash=old))
    enter(uow)
    with uow.reading() as connection:
        assert not needs_rehash(connection.execute(select(Officer.password_hash)).scalar_one())
    assert enter(uow)


def test_a_person_may_belong_to_no_agency(uow, person):
    person("ana@mg.example")
    known = accounts.principal(uow, enter(uow).token)
    assert (known.agencies, known.current_agency) == ((), "")
    with uow.reading() as connection:
        assert connection.execute(select(Membership.id)).all() == []
