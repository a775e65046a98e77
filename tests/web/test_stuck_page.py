"""The page of cases that stand still: who may open it, what it says, and its buttons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.services.errands import Office as Errands
from tests.web.filled import Filled
from tests.web.office import hidden
from tests.web.pages import token_of
from workflow.services import liveness
from workflow.storage.people import Membership, Officer

PAGE = "/administracao/parados"


@pytest.fixture
def coordinator(filled_here: Filled):
    """Visit as the coordinator of errands, on an installation where one stands still."""
    office = Errands(filled_here.app.extensions["installation"], datetime.now(UTC))
    number = office.open()
    office.turn()
    with office.uow().writing() as connection:
        gone = update(Membership).where(Membership.agency == "SEF")
        connection.execute(gone.values(valid_to=date(2026, 1, 2)))
    office.now += timedelta(hours=2)
    liveness.look(office.uow())
    visitor = filled_here.sign_in("SCC", role="coordinator")
    visitor.errand, visitor.office = number, office
    return visitor


def mend(visitor, page, **changed):
    form = {
        "csrf": token_of(page),
        "once": hidden(page, "once"),
        "kind": hidden(page, "kind"),
        "task": hidden(page, "task"),
        "reason": "SEF ficou sem gente.",
        **changed,
    }
    return visitor.post(f"{PAGE}/{visitor.errand}", data=form, follow_redirects=True)


def test_the_coordinator_reads_why_and_mends_it_in_one_act(coordinator):
    page = coordinator.get(PAGE).text
    assert coordinator.errand in page
    assert "Ninguém atua por SEF hoje" in page
    assert "Passar a tarefa para SCC" in page
    assert PAGE in coordinator.get("/preferencias/").text

    answer = mend(coordinator, page)
    assert "pode andar de novo" in answer.text
    assert "Nenhum pedido está parado" in answer.text
    again = mend(coordinator, page, once="another")
    assert again.status_code == 409
    assert "já não está parado" in again.text


def test_without_a_reason_nothing_is_done(coordinator):
    answer = mend(coordinator, coordinator.get(PAGE).text, reason=" ")
    assert answer.status_code == 422
    assert coordinator.errand in coordinator.get(PAGE).text


def test_it_is_looked_for_at_once_on_demand(coordinator):
    with coordinator.office.uow().writing() as connection:
        connection.execute(update(Membership).values(valid_to=None))
    page = coordinator.get(PAGE).text
    answer = coordinator.post(
        f"{PAGE}/verificar", data={"csrf": token_of(page)}, follow_redirects=True
    )
    assert "foram verificados" in answer.text
    assert "Nenhum pedido está parado" in answer.text


def test_for_whoever_coordinates_nothing_the_page_does_not_exist(coordinator, filled_here):
    visitor = filled_here.sign_in("SES")
    assert visitor.get(PAGE).status_code == 404
    assert PAGE not in visitor.get("/preferencias/").text


def test_who_keeps_the_installation_sees_all_and_decides_nothing(coordinator, filled_here):
    visitor = filled_here.sign_in("SES")
    with coordinator.office.uow().writing() as connection:
        keeper = update(Officer).where(Officer.email == "officer@ses.example")
        connection.execute(keeper.values(administrator=True))
    page = visitor.get(PAGE).text
    assert coordinator.errand in page
    assert "Quem resolve: a coordenação deste tipo de pedido, em SCC" in page
    assert "Passar a tarefa para SCC" not in page
