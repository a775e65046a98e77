"""After the secret key has changed, what the one before sealed and marked is known, and renewed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select, update

from tests.services.proving import EMAIL, HERE, KEPT, SEALER, code, enter, with_app
from workflow.catalogue.providers import Provider
from workflow.services import farewells, identities, second_step
from workflow.services import sign_in as accounts
from workflow.services.factors import FactorRefused, SealedAnew, seal_all_anew
from workflow.services.openid.judging import Proven
from workflow.services.openid.leaving import Farewell
from workflow.services.openid.refusals import IdentityTaken, IdentityUnknown
from workflow.services.sealing import SealBrokenError, Sealer
from workflow.storage.factors import Factor
from workflow.storage.officers import add_officer

pytestmark = pytest.mark.at_work

FORMER = "only for tests, and long enough for them"
CHANGED = "another key, and as long as the one before it"
NEW, KNOWING = Sealer(CHANGED), Sealer(CHANGED, [FORMER])
CASA = Provider("casa", "Casa", "https://casa.example", "us", "secret")
PROVEN = Proven(CASA.issuer, "12345678909", session="one")


@pytest.fixture
def people(uow):
    with uow.writing() as connection:
        return [
            add_officer(connection, email=email, name=email, password_hash=KEPT, created_at=uow.now)
            for email in (EMAIL, "rui@mg.example")
        ]


def show(uow, begun, typed, sealer):
    return second_step.show_code(uow, begun.token, typed, sealer=sealer, entrance=HERE)


def sealed_before(secret, for_what):
    """Seal as it was done before what is sealed named its key."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"tramita second factors")
    nonce = bytes(12)
    cipher = AESGCM(derived.derive(FORMER.encode()))
    return urlsafe_b64encode(nonce + cipher.encrypt(nonce, secret.encode(), for_what)).decode()


def test_what_is_sealed_names_its_key_and_is_opened_by_no_other():
    sealed, again = SEALER.seal("secret", for_what="x"), NEW.seal("secret", for_what="x")
    assert (sealed.partition(".")[0], sealed.count(".")) == ("A256GCM", 2)
    assert sealed.split(".")[1] != again.split(".")[1]
    assert KNOWING.opened(sealed, for_what="x") == KNOWING.opened(again, for_what="x") == "secret"
    assert [KNOWING.is_as_today(one) for one in (sealed, again)] == [False, True]
    assert KNOWING.opened(sealed_before("old", b"x"), for_what="x") == "old"
    name = again.split(".")[1]
    for wrong in (
        *("", ".", "...", "A256GCM..", sealed.replace("A256GCM", "none")),
        sealed.replace(sealed.split(".")[1], name),
        sealed_before("old", b"y"),
    ):
        with pytest.raises(SealBrokenError):
            KNOWING.opened(wrong, for_what="x")
    with pytest.raises(SealBrokenError):
        NEW.opened(sealed, for_what="x")


@pytest.mark.parametrize("named", [True, False])
def test_an_app_goes_on_and_is_sealed_by_the_new_key_once_it_is_used(later, people, named):
    secret, _ = with_app(later(), people[0])
    if not named:
        with later().writing() as connection:
            old = sealed_before(secret, f"app of {people[0]}".encode())
            connection.execute(update(Factor).values(secret=old))
    uow = later(minutes=5)
    with pytest.raises(FactorRefused):
        show(uow, enter(uow), code(uow, secret), NEW)
    assert show(uow, enter(uow), code(uow, secret), KNOWING).officer_id == people[0]
    uow = later(minutes=9)
    assert show(uow, enter(uow), code(uow, secret), NEW).officer_id == people[0]


def test_all_apps_are_sealed_anew_at_once(later, people):
    secret, _ = with_app(later(), people[0])
    with_app(later(), people[1])
    assert seal_all_anew(later(), NEW) == SealedAnew(0, 0, 2)
    assert seal_all_anew(later(), KNOWING) == SealedAnew(2, 0, 0)
    assert seal_all_anew(later(), KNOWING) == SealedAnew(0, 2, 0)
    with later().reading() as connection:
        kept = list(connection.execute(select(Factor.secret)).scalars())
    assert all(NEW.is_as_today(one) for one in kept)
    uow = later(minutes=5)
    assert show(uow, enter(uow), code(uow, secret), NEW).officer_id == people[0]


def test_who_is_known_by_a_former_mark_is_known_by_the_new_one_from_then_on(later, people):
    ana, rui = people
    identities.link(later(), CASA, PROVEN, officer_id=ana, sealer=SEALER)
    with pytest.raises(IdentityUnknown):
        identities.enter(later(), CASA, PROVEN, sealer=NEW, entrance=HERE)
    with pytest.raises(IdentityTaken):
        identities.link(later(), CASA, PROVEN, officer_id=rui, sealer=KNOWING)
    identities.link(later(), CASA, PROVEN, officer_id=ana, sealer=KNOWING)
    for sealer in (KNOWING, NEW):
        begun = identities.enter(later(), CASA, PROVEN, sealer=sealer, entrance=HERE)
        assert begun.officer_id == ana
    assert len(identities.links_of(later(), ana)) == 1


def test_who_came_in_before_the_change_and_leaves_after_it_is_signed_out(later, people):
    identities.link(later(), CASA, PROVEN, officer_id=people[0], sealer=SEALER)
    begun = identities.enter(later(), CASA, PROVEN, sealer=SEALER, entrance=HERE)
    said = Farewell(CASA.issuer, "1", session="one")
    assert farewells.left(later(), said, title="Casa", sealer=NEW) == 0
    said = replace(said, token="2", subject=PROVEN.subject)
    assert farewells.left(later(), said, title="Casa", sealer=KNOWING) == 1
    assert accounts.principal(later(), begun.token) is None
