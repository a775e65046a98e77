"""What is asked besides the password, where one is signed in, and how a password is set anew."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from tests.servers.databases import KINDS
from tests.services.authenticator import SecurityKey
from tests.services.proving import (
    EMAIL,
    HERE,
    KEPT,
    PARTY,
    PASSWORD,
    SEALER,
    code,
    enter,
    mails,
    show,
    sign,
    with_app,
    with_key,
)
from tests.storage.counting import counted
from workflow.core.errors import ReasonMissing
from workflow.services import factors, new_passwords, own_sessions, second_step
from workflow.services import sign_in as accounts
from workflow.services.factors import FactorRefused
from workflow.services.installation import Installation
from workflow.services.sealing import SealBrokenError, Sealer
from workflow.services.sign_in import Limits
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.factors import Factor, RecoveryCode
from workflow.storage.officers import add_officer, change_officer
from workflow.storage.people import Invitation, Officer, Session, SignInAttempt
from workflow.storage.staff import StaffEvent
from workflow.storage.work import Delivery, JobRow, NoticeRow

TOUCHED = (
    Delivery,
    NoticeRow,
    Session,
    Factor,
    RecoveryCode,
    Invitation,
    StaffEvent,
    JobRow,
    SignInAttempt,
    Officer,
)

pytestmark = pytest.mark.at_work


@pytest.fixture(scope="module", params=KINDS)
def database_url(request, tmp_path_factory):
    """Keep one database of each kind for all of these tests."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("factors") / "tramita.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.create(request.getfixturevalue("postgresql_template"))
    yield url
    server.drop(url)


@pytest.fixture(scope="module")
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def installation(engine):
    return Installation(engine, ZoneInfo("America/Sao_Paulo"))


@pytest.fixture
def ana(uow):
    with uow.writing() as connection:
        for rows in TOUCHED:
            connection.execute(delete(rows))
        return add_officer(
            connection, email=EMAIL, name="Ana", password_hash=KEPT, created_at=uow.now
        )


def test_who_has_an_app_is_let_in_by_its_code_which_serves_once(later, ana):
    secret, _ = with_app(later(), ana)
    uow = later(minutes=5)
    begun = enter(uow)
    assert begun.awaits_factor
    assert accounts.principal(uow, begun.token) is None
    with pytest.raises(FactorRefused):
        show(uow, begun, "000000")
    inside = show(uow, begun, code(uow, secret))
    assert inside.token != begun.token
    assert accounts.principal(uow, inside.token).second_factor
    with pytest.raises(second_step.StepOver):
        show(uow, begun, code(uow, secret))
    with pytest.raises(FactorRefused):
        show(uow, enter(uow), code(uow, secret))
    assert show(later(minutes=6), enter(later(minutes=6)), code(later(minutes=6), secret))


def test_the_code_of_an_app_is_taken_in_its_own_half_minute_only(later, ana):
    secret, _ = with_app(later(), ana)
    shown = later(minutes=5)
    begun, typed = enter(shown), code(shown, secret)
    start = shown.now.timestamp() % factors.STEP
    for seconds in (-1 - start, factors.STEP - start):
        with pytest.raises(FactorRefused):
            show(later(minutes=5, seconds=seconds), begun, typed)
    assert show(later(minutes=5, seconds=factors.STEP - 1 - start), begun, typed)


def test_the_second_step_must_follow_the_password_soon(later, ana):
    secret, _ = with_app(later(), ana)
    begun = enter(later(minutes=1))
    with pytest.raises(second_step.StepOver):
        show(later(minutes=11), begun, code(later(minutes=11), secret))


def test_the_secret_of_an_app_is_sealed_by_the_key_of_the_installation(later, ana):
    secret, _ = with_app(later(), ana)
    with later().reading() as connection:
        (kept,) = connection.execute(select(Factor.secret)).scalars()
    assert secret not in kept
    with pytest.raises(SealBrokenError):
        Sealer("another key, and long enough for this test").opened(kept, for_what=f"app of {ana}")
    with pytest.raises(SealBrokenError):
        SEALER.opened(kept, for_what="app of 0")


def test_guessing_codes_costs_as_guessing_passwords_does(uow, ana):
    secret, _ = with_app(uow, ana)
    begun = enter(uow)
    for _ in range(5):
        with pytest.raises(FactorRefused):
            show(uow, begun, "000000")
    with pytest.raises(accounts.TooManyAttempts):
        show(uow, begun, code(uow, secret))


def test_limits_hold_across_processes(database_url, later, ana):
    engines = [make_engine(database_url) for _ in range(2)]
    zone = later().installation.zone
    processes = [UnitOfWork(Installation(one, zone), now=later().now) for one in engines]
    for guess in range(5):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in(processes[guess % 2], EMAIL, "wrong", entrance=HERE)
        new_passwords.ask_reset(processes[guess % 2], EMAIL, address="10.0.0.1")
    for process in processes:
        with pytest.raises(accounts.TooManyAttempts):
            accounts.sign_in(process, EMAIL, PASSWORD, entrance=HERE)
        with pytest.raises(accounts.TooManyAttempts):
            new_passwords.ask_reset(process, EMAIL, address="10.0.0.1")
    for engine in engines:
        engine.dispose()


def test_who_lost_the_factor_is_freed_of_it_with_a_reason_and_told(uow, ana):
    with_app(uow, ana)
    token = show(uow, enter(uow), factors.renew_codes(uow, ana)[0]).token
    with pytest.raises(ReasonMissing):
        factors.reset(uow, ana, "  ")
    factors.reset(uow, ana, "Perdeu o telefone.")
    assert accounts.principal(uow, token) is None
    assert not enter(uow).awaits_factor
    with uow.reading() as connection:
        kinds = connection.execute(select(StaffEvent.kind, StaffEvent.facts)).all()
        told = connection.execute(select(JobRow.payload)).scalars().all()
    assert ("factor_reset", {"reason": "Perdeu o telefone.", "name": ""}) in kinds
    assert {"factor_added", "factor_reset"} == {one["kind"] for one in told}
    with pytest.raises(factors.UnknownFactor):
        factors.reset(uow, ana, "De novo.")


def test_removing_the_last_factor_leaves_no_codes_behind(uow, ana):
    with_app(uow, ana)
    (one,) = factors.proofs_of(uow, ana).factors
    with pytest.raises(factors.UnknownFactor):
        factors.remove(uow, ana + 1, one.id)
    factors.remove(uow, ana, one.id)
    assert factors.proofs_of(uow, ana).codes_left == 0
    assert not enter(uow).awaits_factor


# --- Passkeys ----------------------------------------------------------------------------------


def test_a_passkey_lets_its_owner_in_and_a_copy_of_it_nobody(uow, ana):
    key = SecurityKey()
    assert len(with_key(uow, ana, key)) == factors.CODES
    begun = enter(uow)
    asked = second_step.asked(uow, begun.token, party=PARTY)
    answer = key.sign(asked.passkey)
    assert accounts.principal(uow, sign(uow, begun, answer).token)

    copy = replace(key, counter=key.counter - 1)
    begun = enter(uow)
    with pytest.raises(FactorRefused):
        sign(uow, begun, copy.sign(second_step.asked(uow, begun.token, party=PARTY).passkey))
    with pytest.raises(FactorRefused):
        sign(uow, begun, answer)


def test_a_passkey_answers_to_no_other_site_and_to_nothing_malformed(uow, ana):
    key = SecurityKey()
    with_key(uow, ana, key)
    begun = enter(uow)
    astray = replace(key, origin="http://evil.example")
    said = ("{}", "[1]", "x")
    lies = [astray.sign, _unsigned(key), *(lambda _, one=one: one for one in said)]
    for wrong in lies:
        asked = second_step.asked(uow, begun.token, party=PARTY)
        with pytest.raises((FactorRefused, accounts.TooManyAttempts)):
            sign(uow, begun, wrong(asked.passkey))
    with pytest.raises(FactorRefused):
        with_key(uow, ana, SecurityKey(origin="http://evil.example", id=b"another"))


def _unsigned(key):
    def answer(options):
        said = json.loads(key.sign(options))
        return json.dumps({**said, "response": {**said["response"], "signature": "AAAA"}})

    return answer


# --- Where one is signed in --------------------------------------------------------------------


def test_an_officer_sees_where_they_are_signed_in_and_signs_out_there(later, ana):
    first, second = enter(later()), enter(later(minutes=1), device="Safari, iPhone")
    enter(later(minutes=2), device="Edge, Windows")
    uow = later(minutes=10)
    accounts.principal(uow, first.token)
    listed = own_sessions.my_sessions(uow, ana, first.token, limits=Limits())
    assert [(one.device, one.is_this) for one in listed] == [
        ("Firefox, Windows", True),
        ("Edge, Windows", False),
        ("Safari, iPhone", False),
    ]
    own_sessions.end_one(uow, ana + 1, listed[2].name)
    assert accounts.principal(uow, second.token)
    own_sessions.end_one(uow, ana, listed[2].name)
    assert accounts.principal(uow, second.token) is None
    own_sessions.end_all(uow, ana, but=first.token)
    assert len(own_sessions.my_sessions(uow, ana, first.token, limits=Limits())) == 1
    own_sessions.end_all(uow, ana)
    assert accounts.principal(uow, first.token) is None


def test_the_session_that_is_left_ends_and_the_token_is_another(uow, ana):
    old = enter(uow)
    new = enter(uow, leaves=old.token)
    assert accounts.principal(uow, old.token) is None
    assert accounts.principal(uow, new.token)


def test_a_session_ends_with_the_account_and_does_not_come_back_with_it(uow, ana):
    token = enter(uow).token
    with uow.writing() as connection:
        change_officer(connection, ana, active=False)
    assert accounts.principal(uow, token) is None
    with uow.writing() as connection:
        change_officer(connection, ana, active=True)
    assert accounts.principal(uow, token) is None


# --- Another password --------------------------------------------------------------------------


def test_asking_for_another_password_is_the_same_for_who_has_no_account(later, ana, engine):
    asked = []
    for email in (EMAIL, "nobody@mg.example"):
        with counted(engine) as statements:
            new_passwords.ask_reset(later(), email, address="10.0.0.1")
        asked.append(list(statements))
    assert asked[0] == asked[1]
    (letter,) = mails(later)
    assert letter.address == EMAIL


def test_a_link_sets_a_password_once_within_half_an_hour(later, ana):
    secret, _ = with_app(later(), ana)
    token = show(later(minutes=2), enter(later(minutes=2)), code(later(minutes=2), secret)).token
    new_passwords.ask_reset(later(minutes=3), EMAIL, address="10.0.0.1")
    new_passwords.ask_reset(later(minutes=3, seconds=5), EMAIL, address="10.0.0.1")
    (letter,) = mails(later, minutes=3)
    assert letter.resets

    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.invitation(later(minutes=33), letter.token)
    new_passwords.accept_invitation(later(minutes=20), letter.token, "o rio corre para o mar")
    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.accept_invitation(later(minutes=20), letter.token, "o mar vai para o rio")

    uow = later(minutes=21)
    assert accounts.principal(uow, token) is None
    begun = accounts.sign_in(uow, EMAIL, "o rio corre para o mar", entrance=HERE)
    assert begun.awaits_factor


def test_a_newer_link_takes_the_place_of_the_one_before(later, ana):
    new_passwords.ask_reset(later(), EMAIL, address="10.0.0.1")
    (first,) = mails(later)
    new_passwords.ask_reset(later(minutes=11), EMAIL, address="10.0.0.1")
    (second,) = mails(later, minutes=11)
    with pytest.raises(new_passwords.InvitationUnknown):
        new_passwords.invitation(later(minutes=12), first.token)
    assert new_passwords.invitation(later(minutes=12), second.token).resets


def test_who_knows_the_password_changes_it_and_is_signed_in_here_only(uow, ana):
    here, elsewhere = enter(uow), enter(uow)
    left = replace(HERE, leaves=here.token)
    with pytest.raises(new_passwords.PasswordWrong):
        new_passwords.change_password(uow, ana, "wrong", "o rio corre para o mar", entrance=left)
    with pytest.raises(new_passwords.WeakPassword):
        new_passwords.change_password(uow, ana, PASSWORD, "curta", entrance=left)
    new = new_passwords.change_password(uow, ana, PASSWORD, "o rio corre para o mar", entrance=left)
    assert accounts.principal(uow, new.token)
    assert [accounts.principal(uow, old.token) for old in (here, elsewhere)] == [None, None]
