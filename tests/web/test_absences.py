"""The pages on which people say who answers for whom, and what follows from it on other pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests.installation import acting_for, deploy, employ
from tests.services.errands import DATA, ERRAND
from tests.services.errands import Office as Errands
from tests.today import in_days
from tests.web.conftest import PASSWORD
from tests.web.office import hidden
from tests.web.pages import token_of
from workflow.core.acts.answers import Answers
from workflow.services import tasks
from workflow.services.cases import open_case
from workflow.services.passwords import hash_password
from workflow.storage.officers import change_officer

HASHED = hash_password(PASSWORD)

TWO_HANDS = (
    ERRAND.replace("key: errand", "key: two_hands")
    .replace(
        "  - {key: done, title: Concluído",
        """  - key: checking
    title: Em conferência
    tasks:
      - key: check
        title: Conferir o recado
        role: doer
        outcomes: [checked]
        not_by: [run]
  - {key: done, title: Concluído""",
    )
    .replace(
        "{source: doing, target: done, when: any completed}",
        "{source: doing, target: checking, when: any completed}\n"
        "  - {source: checking, target: done, when: any checked}",
    )
)


@dataclass
class Place:
    """An installation with the errands, its pages, and people who sign in to them."""

    app: object
    errands: Errands

    def visit(self, officer: int, name: str) -> FlaskClient:
        with self.errands.uow().writing() as connection:
            change_officer(connection, officer, password_hash=HASHED)
        visitor = self.app.test_client()
        form = {"email": f"{name}@example.org", "password": PASSWORD}
        token = token_of(visitor.get("/entrar").text)
        assert visitor.post("/entrar", data={**form, "csrf": token}).status_code == 303
        return visitor

    def open(self, kind="errand"):
        uow = acting_for(self.errands.uow(), self.errands.opener, "SEDE")
        answers = Answers(data=DATA)
        return open_case(uow, kind, opener="SEDE", answers=answers, key=self.errands.key()).number


@pytest.fixture
def place(app):
    errands = Errands(app.extensions["installation"], datetime.now(UTC))
    deploy(errands.uow(), [TWO_HANDS])
    errands.colleague = employ(errands.uow(), "caio@example.org", SEF="officer")
    return Place(app, errands)


def send(client, address="/ausencias/nova", **typed):
    page = client.get(address).text
    data = {"csrf": token_of(page), "once": hidden(page, "once")}
    for name in ("pessoa", "cargo", "orgao"):
        if f'name="{name}"' in page:
            data[name] = hidden(page, name)
    days = {"first": in_days(0), "last": in_days(4)}
    return client.post("/ausencias/nova", data={**data, **days, **typed})


def test_an_absence_is_said_in_a_form_and_listed_for_both(place):
    dario = place.visit(place.errands.doer, "dario")
    answer = send(dario, substitute=place.errands.colleague, reason="férias")
    assert answer.status_code == 303
    page = dario.get("/ausencias").text
    assert "Combinado: Caio responde" in page
    assert "Vale hoje" in page
    caio = place.visit(place.errands.colleague, "caio")
    page = caio.get("/ausencias").text
    assert "Dario" in page
    assert "Encerrar agora" not in page
    assert "Você responde também por Dario" in page


def test_what_is_missing_or_cannot_be_is_said_beside_its_field(place):
    dario = place.visit(place.errands.doer, "dario")
    answer = send(dario, first="", last="")
    assert answer.status_code == 422
    for words in ("Informe o primeiro dia", "Informe o último dia", "Escolha quem responde"):
        assert words in answer.text
    late = send(dario, substitute=place.errands.colleague, last="2020-01-01")
    assert "a partir de hoje" in late.text
    assert 'value="2020-01-01"' in late.text


def test_an_absent_substitute_is_told_of_first(place):
    third = employ(place.errands.uow(), "tania@example.org", SEF="officer")
    send(place.visit(place.errands.colleague, "caio"), substitute=third)
    dario = place.visit(place.errands.doer, "dario")
    warned = send(dario, substitute=place.errands.colleague)
    assert "Registrar mesmo assim" in warned.text
    confirmed = send(dario, substitute=place.errands.colleague, confirmed="yes")
    assert confirmed.status_code == 303


def test_a_head_says_who_answers_for_the_people_and_for_the_position(place):
    helena = place.visit(place.errands.head, "helena")
    doer, colleague = place.errands.doer, place.errands.colleague
    assert send(helena, f"/ausencias/nova?pessoa={doer}", substitute=colleague).status_code == 303
    position = "/ausencias/nova?cargo=head&orgao=SEF"
    assert send(helena, position, substitute=colleague).status_code == 303
    page = helena.get("/ausencias").text
    assert "Chefia · SEF" in page
    ended = re.findall(r'action="(/ausencias/\d+/encerrar)"', page)
    helena.post(ended[0], data={"csrf": token_of(page)})
    assert "A substituição terminou" in helena.get("/ausencias").text


def test_the_absence_of_others_is_not_there_for_whoever_is_not_in_charge(place):
    olga = place.visit(place.errands.opener, "olga")
    doer = place.errands.doer
    assert olga.get(f"/ausencias/nova?pessoa={doer}").status_code == 404
    assert olga.get("/ausencias/nova?cargo=head&orgao=SEF").status_code == 404
    assert olga.get("/ausencias/nova?cargo=king&orgao=SEF").status_code == 404
    send(place.visit(doer, "dario"), substitute=place.errands.colleague)
    token = token_of(olga.get("/ausencias").text)
    assert olga.post("/ausencias/1/encerrar", data={"csrf": token}).status_code == 404
    assert "Dario" not in olga.get("/ausencias").text


def test_the_tasks_of_the_absent_are_shown_with_the_reason(place):
    early = place.open()
    place.errands.claim(early)
    doer = place.errands.doer
    caio = place.visit(place.errands.colleague, "caio")
    assert caio.get(f"/ausencias/tarefas/{doer}").status_code == 404
    send(place.visit(doer, "dario"), substitute=place.errands.colleague)
    late = place.open()
    place.errands.claim(late)
    address = f"/ausencias/tarefas/{doer}"
    assert f'href="{address}"' in caio.get("/caixa/").text
    page = caio.get(address).text
    assert "Você responde por Dario até" in page
    for number in (early, late):
        assert f"/pedidos/{number}/tarefas/1" in page


def test_the_tasks_of_the_absent_stand_among_ones_own_and_are_counted(place):
    early, free = place.open(), place.open()
    place.errands.claim(early)
    caio = place.visit(place.errands.colleague, "caio")
    assert early not in caio.get("/caixa/?ver=mine").text
    send(place.visit(place.errands.doer, "dario"), substitute=place.errands.colleague)
    late = place.open()
    place.errands.claim(late)
    for address, n in (("/caixa/?ver=mine", 2), ("/caixa/?ver=mine&tipo=errand", 2)):
        page = caio.get(address).text
        assert all(f">{number}<" in page for number in (early, late))
        assert free not in page
        assert page.count("No lugar de Dario, até") == n
        assert f"Mostrando {n} de {n}" in page
        assert f'Minhas tarefas <span class="count">{n}</span>' in page
    assert "Mostrando 2 de 2" in caio.get("/caixa/?ver=mine&q=quadro").text
    token = token_of(caio.get("/caixa/").text)
    caio.post("/caixa/assumir", data={"csrf": token, "number": free, "no": "1"})
    page = caio.get("/caixa/").text
    assert "Mostrando 3 de 3" in page
    assert page.count("No lugar de Dario, até") == 2


def test_duties_stay_apart_for_the_substitute_as_for_the_substituted(place):
    number = place.open("two_hands")
    place.errands.complete(number)
    send(place.visit(place.errands.doer, "dario"), substitute=place.errands.colleague)
    uow = acting_for(place.errands.uow(), place.errands.doer, "SEF", head=True)
    tasks.assign(uow, number, 2, place.errands.doer, key="to-dario")

    caio = place.visit(place.errands.colleague, "caio")
    page = caio.get(f"/pedidos/{number}/tarefas/2").text
    sent = caio.post(
        f"/pedidos/{number}/tarefas/2",
        data={"csrf": token_of(page), "outcome": "checked", "once": "one"},
    )
    assert sent.status_code == 422
    assert "ou responde por quem fez" in sent.text
    assert place.errands.case(number).state == "checking"


def test_history_says_on_whose_behalf_it_was_done(place):
    number = place.open()
    place.errands.claim(number)
    send(place.visit(place.errands.doer, "dario"), substitute=place.errands.colleague)
    caio = place.visit(place.errands.colleague, "caio")
    page = caio.get(f"/pedidos/{number}/tarefas/1").text
    assert token_of(page)
    released = caio.post(f"/pedidos/{number}/tarefas/1/devolver", data={"csrf": token_of(page)})
    assert released.status_code == 303
    assert "Caio por Dario, ausente" in re.sub(r"\s+", " ", caio.get(f"/pedidos/{number}").text)


def test_notices_about_people_lead_to_where_it_is_seen(place):
    send(place.visit(place.errands.doer, "dario"), substitute=place.errands.colleague)
    place.errands.turn()
    caio = place.visit(place.errands.colleague, "caio")
    page = caio.get("/avisos/").text
    assert "Você responde por Dario" in page
    notice = re.search(r'href="(/avisos/\d+)"', page)[1]
    assert caio.get(notice).location == "/ausencias"
