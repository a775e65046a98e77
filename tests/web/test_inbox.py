"""The inbox in a browser without scripts: its views, narrowings, and acts on many tasks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.installation import deploy
from tests.storage.counting import counted
from tests.web.filled import GRANT
from tests.web.pages import token_of
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine, writing
from workflow.storage.network import AgencyRow
from workflow.storage.people import Officer, Session

MINIMAL = Path(__file__).parents[1] / "definitions" / "good" / "minimal.yaml"


class Desk:
    """An agency with tasks to do, and an officer of it with a browser."""

    def __init__(self, filled, n=3):
        self.filled = filled
        self.numbers = [self.open(filled, m) for m in range(n)]
        self.agency = self.task(self.numbers[0]).agency
        self.client = filled.sign_in(self.agency)

    @staticmethod
    def open(filled, m):
        data = {**GRANT, "call_code": f"HV-{m}", "subject": f"Edital lote{m:03}"}
        with filled.work() as uow:
            acting = filled.acting(uow, "SEDE")
            answers = Answers(data=data)
            done = open_case(
                acting, "grant_application", opener="SEDE", answers=answers, key=f"{m}"
            )
        return done.number

    def task(self, number):
        with self.filled.work() as uow:
            (task,) = self.filled.acting(uow, "SEDE").load(number).snapshot.tasks
        return task

    def page(self, query="ver=agency"):
        return self.client.get(f"/caixa/?{query}").text

    def shows(self, query="ver=agency"):
        page = self.page(query)
        return [number for number in self.numbers if f'value="{number}.' in page]

    def batch(self, act, *numbers, **fields):
        picked = [f"{number}.{self.task(number).no}" for number in numbers]
        sent = {"csrf": token_of(self.page()), "act": act, "task": picked, **fields}
        return self.client.post("/caixa/lote", data=sent)


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


def test_every_view_has_its_address_and_its_count(desk):
    for view in ("mine", "unassigned", "agency", "waiting", "aside", "following", "done"):
        answer = desk.client.get(f"/caixa/?ver={view}")
        assert answer.status_code == 200
        assert answer.text.count('aria-current="page"') == 2
    assert desk.shows("ver=agency") == desk.shows("ver=unassigned") == desk.numbers
    assert desk.shows("ver=agency&q=Edital+lote001") == [desk.numbers[1]]
    assert desk.shows(f"ver=agency&q={desk.numbers[2]}") == [desk.numbers[2]]
    assert desk.shows("ver=agency&q=hidrogenio+verde") == []
    assert desk.shows("ver=agency&q=e") == []
    assert desk.shows("ver=agency&tipo=agreement_review") == []
    assert desk.shows("ver=agency&de=SEDE&tipo=grant_application") == desk.numbers
    assert "Mostrando 3 de 3" in desk.page("ver=agency&tipo=grant_application")


def test_an_address_that_is_mistyped_shows_the_first_page(desk):
    mistyped = ("ver=nada", "ver=agency&apos=x_y", "ver=agency&prazo=nunca", "ver=done&apos=1_2")
    for query in (*mistyped, "endpoint=x", "_method=POST", "_anchor=x"):
        assert desk.client.get(f"/caixa/?{query}").status_code == 200


def test_many_are_taken_at_once_and_given_back_at_once(desk):
    answer = desk.batch("claim", *desk.numbers)
    assert answer.status_code == 303
    page = desk.page("ver=mine")
    assert "3 tarefas assumidas" in page
    assert desk.shows("ver=mine") == desk.numbers

    undo = page.split('action="/caixa/lote/desfazer?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    desk.client.post(f"/caixa/lote/desfazer?{undo}", data={"csrf": token_of(page)})
    assert desk.shows("ver=unassigned") == desk.numbers


def test_what_could_not_be_done_is_told_of_each(desk):
    colleague = desk.filled.sign_in(desk.agency, role="focal_point")
    token = token_of(colleague.get("/caixa/?ver=agency").text)
    held = {"number": desk.numbers[0], "no": "1", "csrf": token}
    assert colleague.post("/caixa/assumir", data=held).status_code == 303

    answer = desk.batch("claim", *desk.numbers)
    assert answer.status_code == 200
    assert "2 de 3" in answer.text
    assert "1 tarefa ficou como estava" in answer.text
    assert desk.shows("ver=mine") == desk.numbers[1:]


def test_an_act_asks_first_for_what_it_needs(desk):
    number = desk.numbers[2]
    asked = desk.batch("prioritise", number)
    assert asked.status_code == 200
    assert "Por que vêm antes das outras" in asked.text
    assert desk.batch("prioritise", number, ready="1").status_code == 422

    done = desk.batch("prioritise", number, ready="1", reason="Pedido do gabinete")
    assert done.status_code == 303
    page = desk.page()
    assert "Prioridade: Pedido do gabinete" in page
    assert page.index(number) < page.index(desk.numbers[0])
    history = desk.client.get(f"/pedidos/{number}").text
    assert "deu prioridade a" in history


def test_what_is_put_aside_waits_under_its_own_view(desk):
    number = desk.numbers[0]
    until = desk.task(number).clock.due_on - timedelta(days=1)
    assert desk.batch("snooze", number, ready="1", until="amanhã").status_code == 422
    assert desk.batch("snooze", number, ready="1", until=until.isoformat()).status_code == 303

    assert desk.shows() == desk.numbers[1:]
    assert desk.shows("ver=aside") == [number]
    desk.batch("wake", number)
    assert desk.shows() == desk.numbers


def test_many_are_handed_to_a_colleague_of_the_agency_only(desk):
    _, colleague = desk.filled.officer(desk.agency, role="head")
    _, stranger = desk.filled.officer("SES")
    wrong = desk.batch("assign", *desk.numbers, ready="1", officer=str(stranger))
    assert wrong.status_code == 422
    done = desk.batch("assign", *desk.numbers, ready="1", officer=str(colleague))
    assert done.status_code == 303
    assert {desk.task(number).assignee for number in desk.numbers} == {colleague}


def test_nothing_picked_does_nothing(desk):
    assert desk.batch("claim").status_code == 303
    assert "Selecione ao menos uma tarefa" in desk.page()
    assert desk.batch("burn", *desk.numbers).status_code == 303
    assert desk.shows("ver=unassigned") == desk.numbers


def test_a_case_is_followed_from_its_page_and_listed(desk):
    number = desk.numbers[0]
    page = desk.client.get(f"/pedidos/{number}").text
    assert ">Acompanhar</button>" in page.replace("</svg>", ">").replace(">>", ">")
    sent = {"csrf": token_of(page)}
    assert desk.client.post(f"/pedidos/{number}/acompanhar", data=sent).status_code == 303
    assert number in desk.page("ver=following")
    desk.client.post(f"/pedidos/{number}/deixar-de-acompanhar", data=sent)
    assert "Você não acompanha nenhum pedido" in desk.page("ver=following")


def test_a_page_costs_the_same_few_statements_however_much_it_shows(desk, record_property):
    engine = desk.filled.app.extensions["installation"].engine
    desk.page()
    cost = {}
    for query in ("ver=agency", "ver=agency&tipo=grant_application&de=SEDE", "ver=aside"):
        with counted(engine) as statements:
            desk.page(query)
        cost[query] = len(statements)
    record_property("statements of a page of the inbox", cost)
    assert len(set(cost.values())) == 1
    assert cost["ver=agency"] <= 3
    for name in ("um", "dois", "três"):
        sent = {"csrf": token_of(desk.page()), "name": name, "query": "ver=agency&de=SEDE"}
        desk.client.post("/caixa/filtros", data=sent)
    desk.page()
    with counted(engine) as statements:
        desk.page("ver=agency")
    assert len(statements) == cost["ver=agency"] + 1  # what three filters count, at once


def test_a_type_that_another_process_deploys_is_offered_at_once(desk):
    def offered():
        chosen = desk.page().split('name="tipo"', 1)[1].split("</select>", 1)[0]
        return re.findall(r'<option value="([^"]+)"', chosen)

    before = offered()
    assert "leave_of_absence" not in before
    here = desk.filled.app.extensions["installation"]
    engine = make_engine(here.engine.url.render_as_string())
    deploy(UnitOfWork(Installation(engine, here.zone), now=datetime.now(UTC)), [MINIMAL])
    engine.dispose()
    assert sorted(offered()) == sorted([*before, "leave_of_absence"])


def news_of(desk, query="ver=agency", client=None):
    """Ask for what has arrived as the page of a view does."""
    page = (client or desk.client).get(f"/caixa/?{query}").text
    return page.split('data-news="', 1)[1].split('"', 1)[0].replace("&amp;", "&")


def test_what_arrives_is_told_and_silence_is_no_content(desk):
    address = news_of(desk)
    assert desk.client.get(address).status_code == 204

    desk.numbers.append(desk.open(desk.filled, 7))
    told = desk.client.get(address)
    assert told.status_code == 200
    assert "Chegou 1 tarefa nova. Mostrar" in told.text
    assert 'href="/caixa/?ver=agency"' in told.text
    assert desk.client.get(news_of(desk)).status_code == 204
    narrowed = address.replace("ver=agency", "ver=agency&tipo=agreement_review")
    assert desk.client.get(narrowed).status_code == 204


def test_a_task_handed_to_somebody_is_news_for_them(desk):
    colleague = desk.filled.sign_in(desk.agency, head=True)
    address = news_of(desk, "ver=mine", client=colleague)
    with desk.filled.work() as uow, uow.reading() as connection:
        wanted = select(Officer.id).where(Officer.email.startswith("head@"))
        head = connection.execute(wanted).scalar_one()
    desk.batch("assign", desk.numbers[0], ready="1", officer=str(head))
    assert "1 tarefa nova" in colleague.get(address).text


@pytest.mark.parametrize("query", ["", "desde=ontem&ver=agency", "desde=2026-01-01T00:00:00"])
def test_a_mistyped_question_for_news_has_no_answer(desk, query):
    assert desk.client.get(f"/caixa/novidades?{query}").status_code == 204


def test_asking_for_news_keeps_no_session_alive(desk):
    address = news_of(desk)
    engine = desk.filled.app.extensions["installation"].engine
    with writing(engine) as connection:
        before = datetime.now(UTC) - timedelta(minutes=10)
        connection.execute(update(Session).values(seen_at=before))
    with counted(engine) as statements:
        desk.client.get(address)
    assert not [one for one in statements if one.startswith("UPDATE")]
    with counted(engine) as statements:
        desk.page()
    assert [one for one in statements if one.startswith("UPDATE")]


def test_a_task_is_put_first_and_aside_from_its_own_page(desk):
    number = desk.numbers[0]
    there = f"/pedidos/{number}/tarefas/{desk.task(number).no}"
    page = desk.client.get(there).text
    assert "Adiar ou dar prioridade" in page
    back = {"back": there, "ready": "1", "reason": "Pedido do gabinete"}
    answer = desk.batch("prioritise", number, **back)
    assert answer.headers["Location"] == there
    page = desk.client.get(there).text
    assert "Prioridade: Pedido do gabinete" in page
    assert "Tirar a prioridade" in page
    assert "Adiar ou dar prioridade" not in desk.filled.sign_in("SES").get(there).text


def test_many_are_completed_alike_and_a_reason_is_asked_where_the_outcome_asks_it(desk):
    asked = desk.batch("complete", *desk.numbers)
    assert "Resultado, igual para todas" in asked.text
    outcomes = re.findall(r'name="outcome" value="([^"]+)"', asked.text)
    assert "not_eligible" in outcomes
    assert desk.batch("complete", *desk.numbers, ready="1").status_code == 422
    bare = desk.batch("complete", *desk.numbers, ready="1", outcome="not_eligible")
    assert bare.status_code == 422
    assert "Este resultado pede uma justificativa" in bare.text

    done = desk.batch(
        "complete", *desk.numbers, ready="1", outcome="not_eligible", reason="Falta o edital."
    )
    assert done.status_code == 303
    assert desk.shows() == []
    listed = desk.page("ver=done")
    assert all(number in listed for number in desk.numbers)


def test_a_head_releases_or_returns_what_many_propose(desk):
    needs_release = update(AgencyRow).where(AgencyRow.code == desk.agency)
    with writing(desk.filled.app.extensions["installation"].engine) as connection:
        connection.execute(needs_release.values(requires_release=True))
    first, second, third = desk.numbers
    why = {"ready": "1", "outcome": "not_eligible", "reason": "Falta o edital."}
    desk.batch("complete", first, second, **why)
    assert desk.task(first).proposal
    assert desk.batch("release_proposal", first, ready="1").status_code == 200
    assert desk.task(first).proposal, "an officer who heads nothing released it"

    desk.client = desk.filled.sign_in(desk.agency, head=True)
    assert "em nome da chefia" in desk.batch("release_proposal", first, third).text
    told = desk.batch("release_proposal", first, third, ready="1").text
    assert "feito em 1 de 2 tarefas" in told
    assert desk.shows() == [second, third]
    assert desk.batch("return_proposal", second, ready="1").status_code == 422
    desk.batch("return_proposal", second, ready="1", reason="Cite o item do edital.")
    assert desk.task(second).proposal is None
