"""Agencies asked in turn, on the pages: chosen, put in order, followed, added to and spared."""

from __future__ import annotations

import re

import pytest

from tests.web.office import before, close_office, hidden, open_office, pdf
from tests.web.test_papers import paper as read_paper
from tests.web.test_papers import said
from tests.world import DEFINITIONS
from web.cases.quorum_shown import Tally

MISSION = DEFINITIONS / "scenarios" / "mission_preparation" / "consulted_in_turn.yaml"
IN_TURN = {"turns.consulted": "in_turn"}


@pytest.fixture
def mission(installed_url, tmp_path):
    """Open an office with a mission that its coordinator is to evaluate."""
    office = open_office(installed_url, tmp_path, story=MISSION, steps=before(MISSION, "evaluate"))
    yield office
    close_office(office)


def form(page: str, *codes: str, **more: str) -> dict[str, object]:
    return {"seq": hidden(page, "seq"), "roles.consulted": ["", *codes], **more}


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_agencies_are_put_in_order_and_asked_one_after_another(mission):
    visitor, no = mission.visit("SCC"), mission.task("evaluate")
    page = visitor.get(f"/tarefas/{no}").text
    assert "Um de cada vez, na ordem que você disser" in page
    unordered = form(page, "SEDE", "SECULT", "SEAPA", outcome="approve", **IN_TURN)

    asked = visitor.post(f"/tarefas/{no}", unordered)
    assert asked.status_code == 422
    assert "ponha o número da vez de cada órgão" in asked.text
    assert re.findall(r'name="order\.consulted\.(\w+)" value="(\d)"', asked.text) == [
        ("SEDE", "1"),
        ("SECULT", "2"),
        ("SEAPA", "3"),
    ]

    order = {"order.consulted.SECULT": "1", "order.consulted.SEDE": "3º"}
    shown = visitor.post(
        f"/tarefas/{no}", {**unordered, **order, "more_rows": "roles.consulted"}
    ).text
    assert re.findall(r'name="order\.consulted\.(\w+)"', shown) == ["SECULT", "SEDE", "SEAPA"]
    assert "SECULT: Enviar demandas e projetos para a agenda" in text_of(shown)
    assert "Depois, um de cada vez: SEDE, SEAPA." in text_of(shown)
    assert re.search(r"o último responde até \d\d/\d\d", text_of(shown))

    assert visitor.post(f"/tarefas/{no}", {**unordered, **order}).status_code == 303
    case = mission.case()
    assert [t.agency for t in case.tasks] == ["SECULT"]
    assert [w.agency for w in case.scheduled] == ["SEDE", "SEAPA"]


def test_the_page_of_the_case_says_whose_turn_it_is_and_who_comes_after(mission):
    visitor, no = mission.visit("SCC"), mission.task("evaluate")
    given = form(visitor.get(f"/tarefas/{no}").text, "SECULT", "SEDE", "SEAPA", outcome="approve")
    order = {f"order.consulted.{code}": n for n, code in enumerate(("SECULT", "SEDE", "SEAPA"))}
    visitor.post(f"/tarefas/{no}", {**given, **IN_TURN, **order})

    page = text_of(visitor.case().text)
    assert "Um de cada vez: Consulta à rede" in page
    assert "2ª da vez, depois de SECULT" in page
    assert "3ª da vez, depois de SEDE" in page
    assert "Consulta à rede: 0 de 3 prontas" in page or "0 de 3 prontas" in page
    assert "vai abrir para SEDE quando chegar a vez" in page
    own = text_of(mission.visit("SECULT").get(f"/tarefas/{mission.task('consult')}").text)
    assert "Chega a vez de SEDE: Enviar demandas e projetos para a agenda" in own

    spared = visitor.post("/orgaos/dispensar", {"no": "consult:SEDE", "reason": "Não é dela."})
    assert spared.status_code == 303
    visitor.post("/orgaos", {"task": "consult", "agency": "SEMAD"})
    assert [w.agency for w in mission.case().scheduled] == ["SEAPA", "SEMAD"]
    assert "3ª da vez, depois de SEAPA" in text_of(visitor.case().text)


# --- Reminding -----------------------------------------------------------------------------------


def test_one_click_reminds_and_a_second_one_on_the_same_day_does_not(office):
    visitor, no = office.visit("SCC"), office.task("tax_review")
    page = visitor.case().text
    assert "Lembrar todos os que faltam (2)" in page

    assert visitor.post("/lembrar", {"no": str(no)}).status_code == 303
    page = text_of(visitor.case().text)
    assert "Lembrete enviado a SEF. Nenhum prazo mudou." in page
    assert "SCC lembrou SEF: “Analisar o tratamento tributário”" in page
    assert re.search(r"Lembrado hoje às \d\dh\d\d por .+ \(SCC\)", page)
    assert "Lembrar todos os que faltam" not in page

    again = visitor.post("/lembrar", {"no": str(no)})
    assert again.status_code == 422
    assert "SEF já foi lembrado por SCC" in text_of(again.text)
    assert visitor.post("/lembrar").status_code == 303
    assert "Lembrete enviado a SEPLAG" in text_of(visitor.case().text)


def test_who_is_asked_has_no_such_button_and_the_task_has_one_for_who_waits(office):
    no = office.task("tax_review")
    assert "/lembrar" not in office.visit("SEF").case().text
    assert "/lembrar" not in office.visit("SES").get(f"/tarefas/{no}").text
    assert "/lembrar" in office.visit("SCC").get(f"/tarefas/{no}").text


def test_a_case_that_waits_for_one_agency_offers_to_remind_it(mission):
    page = mission.visit("SEDE").case().text

    assert "O pedido espera por SCC: Avaliar a missão." in text_of(page)
    assert page.count('class="notice"') == 1
    assert "Nada com a sua unidade agora. O pedido espera por SCC" in text_of(page)


# --- Quorum, veto, silence -----------------------------------------------------------------------


def test_a_round_says_what_it_waits_for_and_how_many_gave_which_answer(office):
    page = text_of(office.visit("SCC").case().text)

    assert "O pedido segue para “Consolidação” quando todos tiverem respondido" in page
    assert "É vinculante: “Contrário” em “Analisar o tratamento tributário" in page
    assert "De quem o silêncio não conta como resposta, o pedido espera: SEF, SEPLAG." in page
    assert "Sem resposta 2 SEF, SEPLAG" in page


def test_an_agency_that_owes_several_answers_is_named_once():
    owing = Tally("Sem resposta", "", ("SEDE", "SCC", "SEDE"))
    assert owing.who == ["SEDE (2)", "SCC"]


def test_silence_and_turns_are_told_with_their_day(mission):
    visitor, no = mission.visit("SCC"), mission.task("evaluate")
    given = form(visitor.get(f"/tarefas/{no}").text, "SECULT", "SEDE", outcome="approve")
    order = {"order.consulted.SECULT": "2", "order.consulted.SEDE": "1"}
    visitor.post(f"/tarefas/{no}", {**given, **IN_TURN, **order})

    page = text_of(visitor.case().text)
    assert re.search(r"Quem não responder até \d\d/\d\d/\d{4} conta como “Sem manifest", page)
    assert "Depois de quem responde agora: SECULT." in page
    assert "Ainda não chegou a vez 1 SECULT" in page
    paper = said(read_paper(visitor, f"/respostas/{mission.case().visit}.pdf"))
    assert "2ª da vez, depois de SEDE" in paper
    assert "0 de 2" in paper
    sheet = visitor.get(f"/respostas/{mission.case().visit}.csv").text.splitlines()
    assert sheet[2].startswith("SECULT;")
    assert "2ª da vez" in sheet[2]


# --- Dissent -------------------------------------------------------------------------------------


def test_a_contrary_answer_stays_in_sight_with_its_reason_after_the_round(office):
    why = {"outcome": "contrary", "reason": "O regime não tem base em lei."}
    office.visit("SEF").post(f"/tarefas/{office.task('tax_review')}", why)
    budget = {"outcome": "favourable", "documents.budget_declaration": pdf()}
    office.visit("SEPLAG").post(f"/tarefas/{office.task('budget_review')}", budget)

    page = text_of(office.visit("SCC").case().text)
    assert re.search(r"Divergências \d respostas", page)
    assert "O regime não tem base em lei." in page.partition("Divergências")[2]
    task = text_of(office.visit("SCC").get(f"/tarefas/{office.task('consolidate')}").text)
    assert "O regime não tem base em lei." in task.partition("Divergências")[2]
    stranger = text_of(office.visit("SES").case().text).partition("Divergências")[2]
    assert "Contrário" in stranger
    assert "O regime não tem base em lei." not in stranger


def test_the_table_of_answers_is_saved_for_spreadsheets(office):
    sheet = office.visit("SCC").get(f"/respostas/{office.case().visit}.csv")

    assert sheet.mimetype == "text/csv"
    rows = [line.split(";") for line in sheet.text.removeprefix("\ufeff").splitlines()]
    assert rows[0][:3] == ["Órgão", "Tarefa", "Resposta"]
    assert [row[0] for row in rows[1:]].count("SEDE") == 2
    assert "Detalhar as etapas do plano." in sheet.text
    assert "Detalhar as etapas" not in office.visit("SES").get("/respostas/2.csv").text
    assert office.visit("SCC").get("/respostas/77.csv").status_code == 404
