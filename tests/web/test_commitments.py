"""Commitments on pages: the form with its rows, and the list of a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.storage.counting import counted
from tests.web.test_case_page import MOST_STATEMENTS
from web.db import db
from workflow.core.acts.answers import Answers
from workflow.services import commitments, tasks
from workflow.services.case_view import case_view

UNTIL = (datetime.now(UTC) + timedelta(days=40)).date()


@pytest.fixture
def sef(office):
    return office.visit("SEF")


def form(*rows, **more):
    """Return the fields of some rows, as a browser sends them."""
    names = ("agency", "what", "until", "why")
    return {name: [row[n] for row in rows] for n, name in enumerate(names)} | more


SENT = ("SEDE", "Enviar a minuta traduzida", UNTIL.isoformat(), "Combinado por telefone.")
LENT = ("SEMAD", "Emprestar a sala", UNTIL.isoformat(), "")
BLANK = ("", "", "", "")


def made(office):
    return commitments.made_in(case_view(office.acting("SEF"), office.number))


def test_several_are_written_down_at_once_and_listed_with_how_each_stands(office, sef):
    assert "Registrar compromissos" in sef.case().text
    assert 'id="commitments"' not in sef.case().text

    answer = sef.post("/compromissos", form(SENT, BLANK, LENT, once="one"))
    assert answer.status_code == 303
    assert sef.post("/compromissos", form(SENT, BLANK, LENT, once="one")).status_code == 303

    assert [one.agency for one in made(office)] == ["SEDE", "SEMAD"]
    page = sef.case().text
    listed = page.split('id="commitments"', 1)[1].split("</section>", 1)[0]
    assert "2 em aberto" in listed
    assert f"até {UNTIL:%d/%m/%Y}" in listed
    assert "Em cumprimento" in listed
    assert "SEF registrou 2 compromissos: SEDE até" in sef.case(ver="all").text
    assert "Pedidos relacionados" not in page
    tray = office.visit("SEDE").client.get("/caixa/?ver=agency").text
    assert "Cumprir o compromisso" in tray
    assert "Vem de Protocolo de intenções" in tray


def test_the_page_of_a_case_with_commitments_costs_no_more(office, sef):
    sef.post("/compromissos", form(SENT, LENT, once="one"))
    sef.case()
    with office.app.app_context():
        engine = db.engine

    with counted(engine) as statements:
        assert sef.case().status_code == 200

    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)


def test_what_is_wrong_is_said_in_its_row_and_nothing_typed_is_lost(office, sef):
    wrong = ("NADA", "", "2020-01-01", "Um motivo bem longo.")

    answer = sef.post("/compromissos", form(SENT, BLANK, wrong, once="one"))

    assert answer.status_code == 422
    for said in ("Escolha um órgão da rede", "Preencha este campo", "um dia que ainda vem"):
        assert said in answer.text
    assert "Enviar a minuta traduzida" in answer.text
    assert "Um motivo bem longo." in answer.text
    assert 'href="#f-until-2"' in answer.text
    assert made(office) == []
    assert sef.post("/compromissos", form(BLANK, once="two")).status_code == 422


def test_more_rows_are_had_without_losing_any(office, sef):
    answer = sef.post("/compromissos", form(SENT, more="1"))

    assert answer.status_code == 200
    assert answer.text.count('name="what"') == 4
    assert "Enviar a minuta traduzida" in answer.text
    assert made(office) == []


def test_who_has_no_part_writes_none_down_but_sees_those_of_a_public_case(office, sef):
    stranger = office.visit("SES")
    assert stranger.get("/compromissos").status_code == 422
    assert stranger.post("/compromissos", form(SENT, once="one")).status_code == 422

    sef.post("/compromissos", form(SENT, once="two"))

    assert "Enviar a minuta traduzida" in stranger.case().text


def test_one_that_was_kept_is_no_longer_counted(office, sef):
    sef.post("/compromissos", form(SENT, once="one"))
    (one,) = made(office)
    said = Answers(data={"account": "Enviada."})
    number = one.case.number
    tasks.complete_task(office.acting("SEDE"), number, 1, "fulfilled", answers=said, key="1")
    tasks.complete_task(office.acting("SEF"), number, 2, "accepted", answers=Answers(), key="2")

    page = sef.case().text
    assert "Nenhum em aberto" in page
    assert "Cumprido" in page
