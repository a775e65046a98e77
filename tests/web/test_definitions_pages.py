"""The pages of request types: who opens them, what they tell, and how a version is deployed."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest
from sqlalchemy import update

from tests.installation import acting_for
from tests.storage.counting import counted
from tests.web.filled import GRANT, Filled
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.world import DEFINITIONS
from workflow.core.acts.answers import Answers
from workflow.services.cases import open_case
from workflow.services.definitions import deploy_files
from workflow.storage.people import Officer

PAGE = "/administracao/tipos"
TEXT = (DEFINITIONS / "opinion_request.yaml").read_text(encoding="utf-8")
NEWER = TEXT.replace("\nversion: 2\n", "\nversion: 3\n").replace("term: 15 days", "term: 20 days")


@pytest.fixture
def coordinator(filled: Filled):
    """Visit as the coordinator of the agency that answers for the shipped types."""
    return filled.sign_in("SCC", role="coordinator")


def send(visitor, text, **form):
    sent = {"csrf": token_of(visitor.get(f"{PAGE}/novo").text), "source": text, **form}
    return visitor.post(f"{PAGE}/novo", data=sent, content_type="multipart/form-data")


def confirm(visitor, page, text):
    return send(visitor, text, act="deploy", seen=hidden(page, "seen"))


def test_for_whoever_looks_after_no_type_the_pages_do_not_exist(filled_here):
    visitor = filled_here.sign_in("SES", head=True)
    for path in (PAGE, f"{PAGE}/novo", f"{PAGE}/opinion_request"):
        assert visitor.get(path).status_code == 404
    assert PAGE not in visitor.get("/preferencias/").text


def test_types_are_listed_with_the_cases_that_stand_on_each_version(filled, coordinator):
    with filled.work() as uow:
        opener = acting_for(uow, 1, "SES")
        open_case(opener, "grant_application", opener="SES", answers=Answers(GRANT), key="one")
        deploy_files(uow, [])
    page = coordinator.get(PAGE).text
    assert PAGE in coordinator.get("/preferencias/").text
    assert "Pedido de parecer" in page
    assert "pela linha de comando" in page

    engine = filled.app.extensions["installation"].engine
    coordinator.get(f"{PAGE}/grant_application")
    with counted(engine) as listed:
        coordinator.get(PAGE)
    with counted(engine) as shown:
        page = coordinator.get(f"{PAGE}/grant_application").text
    assert len(listed) < 14
    assert len(shown) < 14
    assert '<td class="n" data-label="Pedidos abertos">1</td>' in page


def test_a_type_is_told_whole_with_the_norms_of_its_terms(coordinator):
    page = coordinator.get(f"{PAGE}/agreement_review").text
    assert "Situações e tarefas" in page
    assert "Lei 9.784" in page
    assert "prazo da casa" in page
    assert coordinator.get(f"{PAGE}/agreement_review?versao=9").status_code == 404
    assert coordinator.get(f"{PAGE}/nothing").status_code == 404


def test_an_outcome_that_spares_the_form_says_so_and_is_a_difference(coordinator):
    spared = "asks: reason, form: optional}"
    assert (
        "Não é da nossa competência (formulário opcional)"
        in coordinator.get(f"{PAGE}/opinion_request").text
    )

    newer = NEWER.replace(spared, "asks: reason}")
    seen = html.unescape(send(coordinator, newer).text)

    assert newer != NEWER
    assert re.search(r"formulário</b>:.{1,200}opcional\s*</li>", seen, re.DOTALL)


def test_a_version_is_previewed_then_deployed_once(filled, coordinator):
    seen = send(coordinator, NEWER)
    assert seen.status_code == 200
    assert "de “15 dias” para “20 dias”" in seen.text
    assert "Só pedidos novos seguem a versão nova" in seen.text
    assert "Versão 3" not in coordinator.get(f"{PAGE}/opinion_request").text

    for _ in range(2):
        answer = confirm(coordinator, seen.text, NEWER)
        assert answer.status_code == 303
    page = coordinator.get(answer.location).text
    assert "Versão 3, em uso" in page
    assert "Coordinator" in page
    assert 'class="map"' in page

    file = coordinator.get(f"{PAGE}/opinion_request/3.yaml")
    assert file.text == NEWER
    assert "opinion_request_3.yaml" in file.headers["Content-Disposition"]
    assert coordinator.get(f"{PAGE}/opinion_request/2.yaml").text == TEXT
    assert coordinator.get(f"{PAGE}/opinion_request/4.yaml").status_code == 404
    assert "de “15 dias” para “20 dias”" in coordinator.get(f"{PAGE}/opinion_request/comparar").text


def test_what_was_changed_after_the_preview_is_previewed_anew(coordinator):
    seen = send(coordinator, NEWER)
    answer = confirm(coordinator, seen.text, NEWER.replace("20 days", "25 days"))
    assert answer.status_code == 200
    assert "para “25 dias”" in answer.text
    assert "Versão 3" not in coordinator.get(f"{PAGE}/opinion_request").text


def test_faults_are_told_with_line_mend_and_story_and_the_text_stays(coordinator):
    stuck = (DEFINITIONS.parent / "tests/definitions/broken/amount_never_given.yaml").read_text()
    answer = send(coordinator, "", file=(BytesIO(stuck.encode()), "amount.yaml"))
    assert answer.status_code == 422
    assert "a case can hang in state &#39;review&#39;" in answer.text
    assert "Linha " in answer.text
    assert "opens a case" in answer.text
    assert "amount: {over: 100}" in answer.text

    answer = send(coordinator, "key: [")
    assert answer.status_code == 422
    assert "Nada foi publicado" in answer.text
    assert send(coordinator, " ").status_code == 422
    assert send(coordinator, "", file=(BytesIO(b"\xff\xfe"), "a.yaml")).status_code == 422


def test_the_same_number_with_other_content_is_refused(coordinator):
    answer = send(coordinator, TEXT.replace("term: 15 days", "term: 20 days"))
    assert answer.status_code == 422
    assert "já foi publicada com outro conteúdo" in answer.text
    assert "term: 20 days" in answer.text
    assert 'name="seen"' not in answer.text

    answer = send(coordinator, TEXT)
    assert "Esta versão já está publicada" in answer.text


def test_only_whoever_answers_for_a_type_deploys_it(filled_here):
    visitor = filled_here.sign_in("SES", role="coordinator")
    answer = send(visitor, NEWER)
    assert answer.status_code == 422
    assert "em SCC, ou a coordenação da rede" in answer.text
    assert send(visitor, NEWER.replace("owner: SCC", "owner: SES")).status_code == 422
    mine = NEWER.replace("owner: SCC", "owner: SES").replace("opinion_request", "our_opinion")
    assert send(visitor, mine).status_code == 200

    with filled_here.work() as uow, uow.writing() as connection:
        keeper = update(Officer).where(Officer.email == "coordinator@ses.example")
        connection.execute(keeper.values(administrator=True))
    assert send(visitor, NEWER).status_code == 200
