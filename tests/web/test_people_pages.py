"""The pages of agencies and their people: who comes, who ends, who leaves, and how they get in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.installation import acting_for, deploy, employ
from tests.services.errands import KEPT
from tests.services.errands import Office as Errands
from tests.today import in_days, today
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.web.test_absences import Place
from web.administration.working import PATIENCE
from workflow.core.change import JobKind
from workflow.core.story import Readers
from workflow.services import cases
from workflow.services.mail import InvitationLetter
from workflow.services.new_passwords import accept_invitation
from workflow.storage.case import Case
from workflow.storage.jobs import note_given_up
from workflow.storage.people import Membership, Officer
from workflow.storage.retention import AT_TERM

AGENCIES = "/administracao/orgaos"


@pytest.fixture
def place(app):
    errands = Errands(app.extensions["installation"], datetime.now(UTC))
    errands.colleague = employ(errands.uow(), "caio@example.org", SEF="officer")
    return Place(app, errands)


@pytest.fixture
def helena(place):
    return place.visit(place.errands.head, "helena")


@pytest.fixture
def rita(place):
    root = place.errands.uow().world().network.root
    place.rita = employ(place.errands.uow(), "rita@example.org", **{root: "coordinator"})
    return place.visit(place.rita, "rita")


@pytest.fixture
def mailing(app, tmp_path):
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mail_folder=str(tmp_path / "mail"))


def send(client, address, **typed):
    page = client.get(address).text
    data = {"csrf": token_of(page), "once": hidden(page, "once")}
    for name in ("pessoa", "orgao"):
        if f'name="{name}"' in page:
            data[name] = hidden(page, name)
    return client.post(address.partition("?")[0], data={**data, **typed})


def newcomer(**changed):
    usual = {"name": "Nina Prado", "email": "nina@example.org", "post": "officer"}
    return {**usual, "first": in_days(0), "last": "", **changed}


def test_a_head_sees_the_own_agency_and_nothing_beside_it(place, helena):
    page = helena.get(AGENCIES).text
    assert "SEF" in page
    assert f'href="{AGENCIES}/SEDE"' not in page
    assert "Dario" in helena.get(f"{AGENCIES}/SEF").text
    assert helena.get(f"{AGENCIES}/SEDE").status_code == 404
    assert helena.get(f"{AGENCIES}/NOWHERE").status_code == 404
    assert helena.get(f"/administracao/pessoas/{place.errands.opener}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "there"),
    [("sef", {"SEF"}), ("geral", {"AGE"}), ("secretár FAZENDA", {"SEF"}), ("azenda", set())],
)
def test_an_agency_is_found_by_the_beginnings_of_its_code_and_name(rita, typed, there):
    page = rita.get(AGENCIES, query_string={"q": typed}).text
    found = set(re.findall(rf'href="{AGENCIES}/(\w+)"', page))

    assert found & {"SEF", "SEDE", "AGE"} == there
    assert f'value="{typed}"' in page
    assert ("Nenhum órgão tem" in page) is (not there)


def test_nothing_is_looked_for_where_everything_is_in_sight(helena):
    assert 'id="agency-q"' not in helena.get(AGENCIES).text


def test_an_officer_finds_none_of_it(place):
    dario = place.visit(place.errands.doer, "dario")
    assert "Órgãos e pessoas" not in dario.get("/preferencias/").text
    paths = [
        AGENCIES,
        f"{AGENCIES}/SEF",
        f"/administracao/pessoas/{place.errands.colleague}",
        "/administracao/pessoas/nova?orgao=SEF",
        f"/administracao/saidas/nova?pessoa={place.errands.colleague}&orgao=SEF",
    ]
    assert [dario.get(path).status_code for path in paths] == [404] * len(paths)


def test_the_coordinator_sees_the_whole_network(rita):
    page = rita.get(AGENCIES).text
    assert f'href="{AGENCIES}/SEDE"' in page
    assert "tree-1" in page
    assert rita.get(f"{AGENCIES}/SEDE").status_code == 200


def test_who_keeps_the_machine_sees_people_but_nothing_of_their_work(place):
    with place.errands.uow().writing() as connection:
        whom = Officer.id == place.errands.opener
        connection.execute(update(Officer).where(whom).values(administrator=True))
    olga = place.visit(place.errands.opener, "olga")
    page = olga.get(f"{AGENCIES}/SEF").text
    assert "Dario" in page
    assert "Tarefas abertas" not in page
    assert "Incluir pessoa" not in page
    assert olga.get("/administracao/pessoas/nova?orgao=SEF").status_code == 404
    assert olga.get(f"/administracao/pessoas/{place.errands.doer}").status_code == 200


def test_somebody_new_is_sent_the_way_in_which_nobody_else_sees(place, helena, mailing):
    answer = send(helena, "/administracao/pessoas/nova?orgao=SEF", **newcomer())
    page = helena.get(answer.location).text
    assert "Nina Prado" in page
    assert "ainda não escolheu a senha" in page
    place.errands.turn()
    (letter,) = [x for x in place.errands.courier.letters if isinstance(x, InvitationLetter)]
    assert letter.token not in helena.get(answer.location).text
    assert "vale até" in helena.get(answer.location).text
    accept_invitation(place.errands.uow(), letter.token, "outras quatro palavras longas")
    assert "Nina Prado" in helena.get(f"{AGENCIES}/SEF").text


def test_without_mail_the_link_is_left_to_who_keeps_the_server(helena):
    answer = send(helena, "/administracao/pessoas/nova?orgao=SEF", **newcomer())
    assert "quem cuida do servidor" in helena.get(answer.location).text


def test_what_is_missing_is_said_beside_its_field(helena):
    address = "/administracao/pessoas/nova?orgao=SEF"
    answer = send(helena, address, name="", email="x", post="auditor", first="")
    assert answer.status_code == 422
    for words in ("Informe o nome", "Informe o e-mail", "Escolha a função", "primeiro dia"):
        assert words in answer.text
    twice = send(helena, address, **newcomer(email="dario@example.org"))
    assert "já tem esta função" in twice.text


def test_only_the_coordinator_makes_auditors_and_heads_of_bodies(helena, rita):
    address = "/administracao/pessoas/nova?orgao=SEF"
    assert 'value="head"' not in helena.get(address).text
    for post in ("head", "coordinator", "auditor"):
        assert send(helena, address, **newcomer(post=post)).status_code == 422
    assert send(rita, address, **newcomer(post="auditor")).status_code == 303


def test_every_link_of_an_agency_leads_somewhere(place, rita):
    head = employ(place.errands.uow(), "paula@example.org", SEPLAG="head")
    paula = place.visit(head, "paula")
    for visitor in (paula, rita):
        page = visitor.get(f"{AGENCIES}/SEPLAG").text
        main = page[page.index("<main") : page.index("</main>")]
        links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"]+)"', main)}
        assert [link for link in sorted(links) if visitor.get(link).status_code != 200] == []


def test_an_agency_without_a_head_says_so(rita, helena):
    assert "Ninguém chefia esta unidade" in rita.get(f"{AGENCIES}/SEDE").text
    assert "Ninguém chefia esta unidade" not in helena.get(f"{AGENCIES}/SEF").text


def test_a_last_day_is_set_and_told(place, helena):
    address = f"/administracao/pessoas/{place.errands.doer}"
    page = helena.get(address).text
    action = re.search(r'action="([^"]+/funcoes/\d+)"', page)[1]
    early = in_days(-1)
    refused = helena.post(action, data={"csrf": token_of(page), "last": early})
    assert refused.status_code == 422
    assert "Escolha hoje ou um dia depois" in refused.text
    last = in_days(30)
    helena.post(action, data={"csrf": token_of(page), "last": last})
    assert "no dia marcado" in helena.get(address).text
    place.errands.turn()
    assert ("membership_ended", place.errands.doer) in place.errands.told()


def test_nobody_ends_what_they_are_themselves(place, helena):
    page = helena.get(f"/administracao/pessoas/{place.errands.head}").text
    assert "/funcoes/" not in page
    assert "Registrar a saída" not in page


def test_whoever_leaves_hands_everything_on_in_one_act(place, helena):
    numbers = [place.open() for _ in range(3)]
    for number in numbers:
        place.errands.claim(number)
    dario = place.visit(place.errands.doer, "dario")
    address = f"/administracao/saidas/nova?pessoa={place.errands.doer}&orgao=SEF"
    page = helena.get(address).text
    fields = re.findall(r'<select id="(to-[^"]+)"', page)
    assert len(fields) == 3
    chosen = {fields[1]: "queue", fields[2]: str(place.errands.head)}
    answer = send(helena, address, all=str(place.errands.colleague), reason="mudança", **chosen)
    done = helena.get(answer.location).text
    assert "3 pedidos foram passados adiante" in done
    held = [place.errands.case(number).tasks[0].assignee for number in numbers]
    assert held == [place.errands.colleague, None, place.errands.head]
    assert dario.get("/caixa/").status_code == 303
    history = helena.get(f"/administracao/pessoas/{place.errands.doer}").text
    assert "3 tarefas foram passadas adiante" in history
    assert "encerrado" in history


def test_the_clock_ends_what_a_page_began(app, place, helena):
    number = place.open()
    place.errands.claim(number)
    app.extensions[PATIENCE] = 0.0
    address = f"/administracao/saidas/nova?pessoa={place.errands.doer}&orgao=SEF"
    answer = send(helena, address, all="queue", reason="")
    assert "Passando as tarefas" in helena.get(answer.location).text
    assert "A saída já começou" in helena.get(address).text
    place.errands.turn()
    assert "Terminou" in helena.get(f"{answer.location}/andamento").text
    assert place.errands.case(number).tasks[0].assignee is None


def test_a_task_goes_to_nobody_who_works_elsewhere(place, helena):
    place.errands.claim(place.open())
    address = f"/administracao/saidas/nova?pessoa={place.errands.doer}&orgao=SEF"
    answer = send(helena, address, all=str(place.errands.opener))
    assert answer.status_code == 422
    assert "alguém que trabalha em SEF" in answer.text


def test_tasks_of_whoever_is_gone_by_date_are_pointed_out(place, helena):
    number = place.open()
    place.errands.claim(number)
    uow = place.errands.uow()
    with uow.writing() as connection:
        connection.exec_driver_sql(
            "update membership set valid_to = '2026-01-31' where officer_id = ?",
            (place.errands.doer,),
        )
    page = helena.get(f"{AGENCIES}/SEF").text
    assert "Tarefas com quem não trabalha mais aqui" in page
    address = f"/administracao/saidas/nova?pessoa={place.errands.doer}&orgao=SEF"
    assert address.replace("&", "&amp;") in page
    send(helena, address, all=str(place.errands.colleague))
    assert place.errands.case(number).tasks[0].assignee == place.errands.colleague


def test_the_coordinator_erases_what_a_closed_case_tells_of_persons(place, rita):
    errands = place.errands
    number = errands.open()
    address = f"/administracao/apagar/?numero={number}"
    assert "Nada, ou já foi apagado" in rita.get(address).text
    said = acting_for(errands.uow(), errands.opener, "SEDE")
    cases.comment(said, number, "Falei com Zulmira.", readers=Readers.AGENCIES, key="said")
    assert "ainda está em andamento" in rita.get(address).text
    errands.complete(number)
    page = rita.get(address).text
    assert "Comentário da linha" in page
    assert "Zulmira" not in page
    part = re.search(r'name="part" value="(line.\d+)"', page)[1]
    typed = {"csrf": token_of(page), "once": hidden(page, "once"), "part": part}
    assert rita.post(f"/administracao/apagar/{number}", data=typed).status_code == 422
    typed["reason"] = "A pessoa pediu."
    hold = f"/administracao/apagar/{number}/guarda"
    assert "Nada: nenhum prazo" in rita.get("/administracao/apagar/").text
    assert "não declara prazo" in page
    own = {"csrf": token_of(page)}
    assert rita.post(hold, data=own).status_code == 422
    assert rita.post(hold, data=own | {"why": "Há uma ação."}).status_code == 303
    held = rita.get(address).text
    assert ("por ordem de Rita" in held, "Há uma ação." in held) == (True, True)
    assert "Apagar para sempre" not in held
    refused = rita.post(f"/administracao/apagar/{number}", data=typed)
    assert (refused.status_code, "Nada foi apagado. Rita" in refused.text) == (409, True)
    assert rita.post(hold, data=own | {"lift": "1"}).status_code == 303
    assert "Há uma ação." not in rita.get(address).text
    typed["once"] = hidden(rita.get(address).text, "once")
    assert rita.post(f"/administracao/apagar/{number}", data=typed).status_code == 303
    assert "Nada, ou já foi apagado" in rita.get(address).text
    told = place.visit(errands.head, "helena").get(f"/pedidos/{number}?ver=all").text
    assert "Dados pessoais apagados" in told
    assert "Zulmira" not in told
    assert rita.get("/administracao/apagar/?numero=2020-000001-11").status_code == 404
    assert place.visit(errands.head, "helena").get(address).status_code in (403, 404)


def test_the_coordinator_sees_what_goes_next_and_what_could_not(place, rita):
    errands = place.errands
    deploy(errands.uow(), [KEPT])
    said = acting_for(errands.uow(), errands.opener, "SEDE")
    numbers = [errands.open("kept") for _ in range(3)]
    for number in numbers:
        cases.comment(said, number, "Falei com Zulmira.", readers=Readers.AGENCIES, key=number)
        errands.complete(number)
    ended = update(Case).where(Case.number.in_(numbers[:2]))
    with errands.uow().writing() as connection:
        connection.execute(ended.values(closed_at=datetime.now(UTC) - timedelta(days=800)))
        case_id = connection.execute(select(Case.id).where(Case.number == numbers[0])).scalar_one()
        told = {"number": numbers[0], "case_id": case_id, "error": "TypeError"}
        note_given_up(connection, JobKind.ERASE, key=f"{numbers[0]}{AT_TERM}", **told)
    page = rita.get("/administracao/apagar/").text
    assert [number in page for number in numbers] == [True, True, False]
    assert page.count("falhou") == 2


def test_the_coordinator_forgets_who_left(place, rita):
    left = place.errands.colleague
    address = f"/administracao/apagar/pessoas/{left}"
    assert rita.get(address).status_code == 422
    with place.errands.uow().writing() as connection:
        ended = update(Membership).where(Membership.officer_id == left)
        connection.execute(ended.values(valid_to=today() - timedelta(days=1)))
    assert "caio@example.org" in rita.get(address).text
    assert send(rita, address, reason="").status_code == 422
    assert send(rita, address, reason="A pessoa pediu.").status_code == 303
    page = rita.get(f"/administracao/pessoas/{left}").text
    assert "Pessoa que saiu" in page
    assert "caio@example.org" not in page


def test_an_officer_takes_along_all_that_is_kept_of_them(place):
    errands = place.errands
    number = errands.open()
    errands.claim(number)
    dario = place.visit(errands.doer, "dario")
    assert "dario@example.org" in dario.get("/meus-dados/").text
    whole = dario.get("/meus-dados/meus-dados.json")
    told = whole.get_json()
    assert told["account"][0]["email"] == "dario@example.org"
    assert [act["kind"] for act in told["acts"]] == ["task_claimed"]
    assert told["acts"][0]["number"] == number
    assert {row["agency"] for row in told["memberships"]} == {"SEF"}
    assert len(told["sessions"]) == 1
    assert "helena" not in whole.text
    assert not re.search("password_hash|token_hash|csrf", whole.text)
