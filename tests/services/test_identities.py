"""Who officers are at providers of identity: told, exported, forgotten, and sent there once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.proving import HERE, KEPT, SEALER
from workflow.catalogue.providers import Provider
from workflow.services import identities
from workflow.services import sign_in as accounts
from workflow.services.erasing import erase_officer
from workflow.services.identities import Purpose
from workflow.services.openid.judging import Proven
from workflow.services.openid.refusals import ErrandOver, IdentityTaken, IdentityUnknown, NotTheSame
from workflow.services.own_data import own_data
from workflow.services.sealing import Sealer
from workflow.storage.identities import Errand, Identity
from workflow.storage.officers import add_officer
from workflow.storage.work import JobRow

pytestmark = pytest.mark.at_work

CASA = Provider("casa", "Casa", "https://casa.example", "us", "secret")
CPF = "12345678909"
PROVEN = Proven(CASA.issuer, CPF)


@pytest.fixture
def people(uow):
    with uow.writing() as connection:
        return [
            add_officer(connection, email=email, name=email, password_hash=KEPT, created_at=uow.now)
            for email in ("ana@mg.example", "rui@mg.example")
        ]


def enter(uow, proven=PROVEN):
    return identities.enter(uow, CASA, proven, sealer=SEALER, entrance=HERE)


def link(uow, officer, proven=PROVEN):
    identities.link(uow, CASA, proven, officer_id=officer, sealer=SEALER)


def send(uow, officer):
    return identities.send(
        uow,
        CASA,
        Purpose.ENTER,
        officer_id=officer,
        way_on="/caixa/",
        kept="uma frase",
        sealer=SEALER,
        address="10.0.0.1",
    )


def test_a_subject_is_one_officer_and_an_officer_one_subject(later, people):
    ana, rui = people
    with pytest.raises(IdentityUnknown):
        enter(later())
    link(later(), ana)
    link(later(), ana)
    with pytest.raises(IdentityTaken):
        link(later(), rui)
    with pytest.raises(IdentityTaken):
        link(later(), ana, Proven(CASA.issuer, "another"))
    with pytest.raises(IdentityUnknown):
        enter(later(), Proven("https://other.example", CPF))
    with pytest.raises(NotTheSame):
        identities.confirm(later(), CASA, PROVEN, officer_id=rui, sealer=SEALER, entrance=HERE)
    uow = later(minutes=1)
    begun = enter(uow)
    assert accounts.principal(uow, begun.token).officer_id == ana
    assert accounts.sign_out(uow, begun.token) == CASA.issuer
    (known,) = identities.links_of(uow, ana).values()
    assert (known.used_at, CPF in known.subject) == (uow.now, False)
    assert Sealer("another key of an installation, as long").mark(CPF, for_what=CASA.issuer) != (
        known.subject
    )
    with uow.reading() as connection:
        kinds = [row.payload["kind"] for row in connection.execute(select(JobRow))]
    assert kinds == ["identity_linked"]


def test_what_is_kept_of_it_is_given_to_its_owner_and_forgotten_with_them(later, people):
    ana, _ = people
    link(later(), ana)
    token = send(later(), ana)
    told = own_data(later(), ana)
    assert [row["issuer"] for row in told["identities"]] == [CASA.issuer]
    assert ("subject" in told["identities"][0], "kept" in told["errands"][0]) == (False, False)

    back = identities.returned(later(), CASA, token, sealer=SEALER)
    assert (back.way_on, back.kept, back.officer_id) == ("/caixa/", "uma frase", ana)
    with pytest.raises(ErrandOver):
        identities.returned(later(), CASA, token, sealer=SEALER)
    late = send(later(), ana)
    with pytest.raises(ErrandOver):
        identities.returned(later(minutes=16), CASA, late, sealer=SEALER)
    assert accounts.forget_the_past(later(minutes=16)) > 0
    send(later(), ana)
    erase_officer(later(), ana, called="(left)", reason="Pedido.", office=None)
    with later().reading() as connection:
        assert connection.execute(select(Identity.id)).all() == []
        assert connection.execute(select(Errand.provider)).all() == []
