"""How an agency gives out its tasks, as its head declares and sees it on pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.installation import employ
from tests.services.errands import Office as Errands
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.web.test_absences import Place

SEF = "/administracao/orgaos/SEF"
DECLARE, GIVE_OUT = "/administracao/orgaos/distribuicao", "/administracao/orgaos/distribuir"


@pytest.fixture
def place(app):
    errands = Errands(app.extensions["installation"], datetime.now(UTC))
    errands.colleague = employ(errands.uow(), "caio@example.org", SEF="officer")
    return Place(app, errands)


@pytest.fixture
def helena(place):
    return place.visit(place.errands.head, "helena")


def declare(client, rule, agency="SEF"):
    token = token_of(client.get("/preferencias/").text)
    return client.post(DECLARE, data={"csrf": token, "orgao": agency, "rule": rule})


def button(page):
    """Return what the button on a page that gives out free tasks would send."""
    return {name: hidden(page[page.index(GIVE_OUT) :], name) for name in ("csrf", "once", "back")}


def test_a_head_declares_the_rule_and_everybody_there_reads_it(helena):
    page = helena.get(SEF).text
    assert "distribuídas: à mão" in page
    assert 'value="by_hand" checked' in page
    answer = declare(helena, "shortest_queue")
    assert (answer.status_code, answer.location) == (303, f"{SEF}#distribution")
    page = helena.get(SEF).text
    assert "distribuídas: fila mais curta" in page
    assert 'value="shortest_queue" checked' in page
    assert "Distribuição das tarefas novas: fila mais curta." in helena.get("/caixa/carga").text


def test_nobody_else_declares_it_and_no_other_rule(place, helena):
    dario = place.visit(place.errands.doer, "dario")
    assert declare(dario, "same_officer").status_code == 404
    assert declare(helena, "same_officer", agency="SEDE").status_code == 404
    assert declare(helena, "by_lot").status_code == 422
    assert "distribuídas: à mão" in helena.get(SEF).text
    token = token_of(dario.get("/preferencias/").text)
    assert dario.post(GIVE_OUT, data={"csrf": token, "orgao": "SEF"}).status_code == 404


def test_what_is_free_is_given_out_from_the_load_and_told_in_the_history(place, helena):
    numbers = [place.errands.open() for _ in range(3)]
    place.errands.claim(numbers[0])
    assert GIVE_OUT not in helena.get("/caixa/carga").text
    declare(helena, "shortest_queue")
    assert GIVE_OUT in helena.get(SEF).text
    page = helena.get("/caixa/carga").text
    assert "Distribuir agora as 2 sem responsável" in page
    sent = {**button(page), "orgao": "SEF"}
    for _ in range(2):
        assert helena.post(GIVE_OUT, data=sent).location == "/caixa/carga"
    assert "estão sendo distribuídas" in helena.get("/caixa/carga").text
    place.errands.work()

    assert GIVE_OUT not in helena.get("/caixa/carga").text
    holders = {place.errands.case(number).tasks[0].assignee for number in numbers}
    assert holders == {place.errands.doer, place.errands.colleague}
    told = helena.get(f"/pedidos/{numbers[1]}").text
    assert "foi distribuída a" in told
    assert "pela regra da unidade: fila mais curta" in told
