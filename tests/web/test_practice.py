"""A practice installation: told on every page, led through exercises, begun anew by one button."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.servers.nodejs import html_faults
from tests.web.filling import send
from tests.web.pages import token_of
from web import create_app
from web.administration.working import PATIENCE
from web.db import db, unit_of_work
from web.demo.people import PASSWORD
from web.demo.preparing import Place, prepare
from web.practice.exercises import EXERCISES
from web.practice.views import BY_PERSON
from web.settings import load_settings
from workflow.services.installation import Installation
from workflow.services.practice import APPLIED, APPLIED_TWICE, PLANNED, keep_beginning
from workflow.storage.case import Case, TaskRow
from workflow.storage.engine import make_engine
from workflow.storage.migrations import upgrade

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a practice installation once, as `tramita demo --practice` does."""
    place = Place(tmp_path_factory.mktemp("practice"))
    place.secret()
    upgrade(place.database_url)
    engine = make_engine(place.database_url, lasting=False)
    prepare(Installation(engine, ZONE), place, now=datetime.now(UTC), whole=False)
    engine.dispose()
    keep_beginning(place.database_url, place.beginning)
    return place


@pytest.fixture
def settings(made, tmp_path):
    place = Place(tmp_path / "mine")
    shutil.copytree(made.folder, place.folder)
    return load_settings(place.settings(base_url="http://localhost", practice=True))


@pytest.fixture
def app(settings):
    app = create_app(settings)
    app.extensions[PATIENCE] = 60.0
    yield app
    with app.app_context():
        db.engine.dispose()


def signed_in(app, agency):
    visitor = app.test_client()
    form = {"email": f"{agency.lower()}@demo.tramita.example", "password": PASSWORD}
    form["csrf"] = token_of(visitor.get("/entrar").text)
    assert visitor.post("/entrar", data=form).status_code == 303
    return visitor


def claimed(app):
    """Take the task of the officer's exercise, on its page."""
    visitor = signed_in(app, "SEF")
    found = re.search(r"<dd>(\d{4}-\d{6}-\d{2})", app.test_client().get("/treino/officer").text)
    no, _ = task_of(app, found[1])
    page = visitor.get(f"/pedidos/{found[1]}/tarefas/{no}").text
    sent = {"number": found[1], "no": no, "csrf": token_of(page)}
    assert visitor.post("/caixa/assumir", data=sent).status_code == 303
    return found[1]


def task_of(app, number):
    """Return the number of the Treasury's open task in a case, and who has it."""
    wanted = select(TaskRow.no, TaskRow.assignee).join(Case, Case.id == TaskRow.case_id)
    wanted = wanted.where(Case.number == number, TaskRow.agency == "SEF")
    with app.test_request_context(), unit_of_work() as uow, uow.reading() as connection:
        return tuple(connection.execute(wanted).one())


def test_every_page_says_that_it_is_for_practice(app):
    visitor = signed_in(app, "SEDE")

    for path in ("/entrar", "/acompanhar/", "/treino/"):
        assert "Recomeçar o treino" in app.test_client().get(path).text, path
    for path in ("/caixa/", "/pedidos/", "/prazos/", "/pedidos/novo", "/nao-existe"):
        assert "Recomeçar o treino" in visitor.get(path).text, path


def test_elsewhere_there_is_neither_banner_nor_exercise(settings):
    app = create_app(replace(settings, practice=""))

    assert "Recomeçar o treino" not in app.test_client().get("/entrar").text
    assert app.test_client().get("/treino/").status_code == 404
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["", *BY_PERSON])
def test_the_exercises_are_well_formed(app, path):
    page = app.test_client().get(f"/treino/{path}")

    assert page.status_code == 200
    assert html_faults(page.text) == []


def test_each_exercise_names_an_account_of_the_demo_and_every_step_is_told(app):
    for exercise in EXERCISES:
        page = app.test_client().get(f"/treino/{exercise.person}").text
        assert "@demo.tramita.example" in page
        assert page.count("<li><h2>") == len(exercise.steps)
        assert not exercise.story or re.search(r"<dd>\d{4}-\d{6}-\d{2}", page)


def test_a_step_is_ticked_once_it_was_done(app):
    before = app.test_client().get("/treino/officer").text
    claimed(app)
    after = app.test_client().get("/treino/officer").text

    assert before.count('<li class="done">') == 0
    assert after.count('<li class="done">') == 1
    assert "1 de 4 passos" in app.test_client().get("/treino/").text


def test_the_administrators_steps_leave_traces_of_their_own():
    steps = [leaves for _, leaves in BY_PERSON["administrator"].steps]

    assert steps == [PLANNED, APPLIED, APPLIED_TWICE]
    assert BY_PERSON["administrator"].done({(PLANNED, "")}) == {"preview"}
    assert BY_PERSON["officer"].done({("task_claimed", "AGE")}) == frozenset()


def test_one_button_puts_everything_back(app, settings):
    number = claimed(app)
    assert task_of(app, number)[1]
    mail = Path(settings.mail_folder)
    mail.mkdir()
    (mail / "carta.eml").write_text("x")
    visitor = app.test_client()
    token = token_of(visitor.get("/treino/").text)

    answer = visitor.post("/treino/recomecar", data={"csrf": token}, follow_redirects=True)

    assert "O treino recomeçou" in answer.text
    assert list(mail.iterdir()) == []
    assert task_of(app, number)[1] is None
    assert "1 de 4 passos" not in visitor.get("/treino/").text
    assert signed_in(app, "SEF").get("/caixa/").status_code == 200


def test_who_is_of_no_agency_is_not_invited_to_make_a_request(app):
    page = signed_in(app, "admin").get("/pedidos/").text

    assert "Ainda não há pedidos" in page
    assert "Fazer um pedido" not in page


class Learner:
    """Somebody who does an exercise by what the pages offer, and nothing else."""

    def __init__(self, app, person):
        self.person, self.client = person, app.test_client()
        told = self.client.get(f"/treino/{person}").text
        self.number = (re.findall(r"<dd>(\d{4}-\d{6}-\d{2})", told) or [""])[0]
        self.at = send(self.client, told, f"/treino/{person}").text

    def go(self, path):
        self.at = self.client.get(path, follow_redirects=True).text
        return self

    def send(self, to, **typed):
        answer = send(self.client, self.at, to, **typed)
        self.at = answer.text
        assert answer.status_code == 200, re.findall(r'class="error[^>]*>(.*?)</p>', self.at)
        return self

    def follow(self, link):
        """Go where a link of the page leads, known by the end of its address."""
        found = re.search(rf'href="([^"]*{link})"', self.at)
        assert found, link
        return self.go(found[1].replace("&amp;", "&"))

    @property
    def next_step(self):
        found = re.search(r"<summary>Passo (\d) de", self.at)
        return int(found[1]) if found else None

    def ticks(self):
        return self.client.get(f"/treino/{self.person}").text.count('<li class="done">')


def test_the_officers_exercise_can_be_done_to_its_end(app):
    one = Learner(app, "officer")

    assert one.next_step == 1
    one.follow(r"ver=unassigned").send("/caixa/assumir")
    assert one.next_step == 2
    one.follow(r"/tarefas/\d+").send("/perguntar/efeito", of="SEDE", question="Qual é o valor?")
    assert "<dt>A quem</dt><dd>SEDE</dd>" in one.at
    one.send("/perguntar")
    assert one.next_step == 3
    one.send("/pergunta/retirar")
    assert one.next_step == 4
    task = re.search(r'id="task-form"[^>]*action="[^"]*(/tarefas/\d+)"', one.at)[1]
    one.send(task, outcome="favourable")
    assert one.ticks() == 4
    assert "Exercício completo" in one.at


def test_the_heads_exercise_can_be_done_to_its_end(app):
    one = Learner(app, "head")

    task = rf"{one.number}/tarefas/\d+"
    one.follow(task)
    colleague, head = re.findall(r'<option value="(\d+)"', one.at.partition('id="f-assign"')[2])[
        1::-1
    ]
    one.send("/passar", officer=colleague).follow(one.number)
    one.send("/comentarios", text="Veja a cláusula de foro.")
    assert one.next_step == 3
    one.follow(task).send("/passar", officer=head)
    here = re.search(r'id="task-form"[^>]*action="([^"]*)"', one.at)[1]
    one.send(here, outcome="approve")
    assert one.ticks() == 3


def test_the_coordinators_exercise_can_be_done_to_its_end(app):
    one = Learner(app, "coordinator")

    assert "Acordo com a Universidade de Antioquia" in one.at
    review = str(datetime.now(ZONE).date() + timedelta(days=12))
    reason = "Falta a carta da universidade."
    typed = {"ground": "outside_party", "review_on": review, "reason": reason}
    one.send("/suspender/efeito", **typed)
    assert reason in one.at
    one.send("/suspender")
    assert one.next_step == 2
    one.send("/retomar/efeito").send("/retomar")
    assert one.next_step == 3
    one.follow(r"/tarefas/\d+")
    here = re.search(r'id="task-form"[^>]*action="([^"]*)"', one.at)[1]
    one.send(here, outcome="accept", roles__technical=["SEE"], roles__authority="GOV")
    assert one.ticks() == 3


def test_the_requesters_exercise_can_be_done_to_its_end(app):
    one = Learner(app, "requester")
    text = "O acordo pode prever foro estrangeiro?"

    one.follow("/pedidos/novo").follow("/novo/opinion_request").send("/novo/opinion_request")
    one.follow("/sobre").send("/sobre", data__subject="Foro", data__description=text, then="next")
    one.send("/dados-1", data__question=text, then="next")
    while "roles.adviser" not in one.at:
        one.send(
            re.search(r'method="post"[^>]*action="[^"]*(/rascunho/\d+/[^"]+)"', one.at)[1],
            then="next",
        )
    one.send("/partes", roles__adviser="AGE", then="next").send("/documentos", then="next")
    one.send("/confira")
    assert one.next_step == 2
    one.follow(r"/pedidos/\d{4}-\d{6}-\d{2}").send("/comentarios", text="Para já, obrigado.")
    one.send("/desistir", reason="Não preciso mais.")
    assert one.ticks() == 3


def test_the_administrators_exercise_can_be_done_to_its_end(app):
    one = Learner(app, "administrator")
    today = datetime.now(ZONE).date()
    day = next(d for d in (today + timedelta(days=n) for n in range(2, 9)) if d.weekday() < 5)
    act = {"act": "Decreto 48.999, art. 1", "act_on": str(today)}

    one.follow("/administracao/calendarios").follow("/calendarios/BH").follow("/mudar")
    one.send("/mudar", kind="optional", layer="MG-EXEC", first=str(day), name="Luto oficial", **act)
    assert one.next_step == 2
    one.send("/aplicar")
    assert one.next_step == 3
    one.send("/desfazer", **act).send("/aplicar")
    assert one.ticks() == 3
