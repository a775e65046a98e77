"""The bell and what lies behind it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.web.pages import token_of
from web.notices.letters import speaking
from web.notices.personal import headline, personal_message
from workflow.core.ladder import WarningKind
from workflow.core.registers.warning import About
from workflow.core.topics import REVIEW_DUE
from workflow.core.waiting import Neglect
from workflow.services.mail import PersonalLetter
from workflow.services.telling import TOLD
from workflow.storage.officers import add_memberships
from workflow.storage.people import Officer
from workflow.storage.work import NoticeRow


@pytest.fixture
def office(app, helena):
    """Let Helena work where the errands go."""
    office = Office(app.extensions["installation"], NOON)
    with office.uow().writing() as connection:
        officer = connection.execute(
            select(Officer.id).where(Officer.email == helena["email"])
        ).scalar_one()
        where = {"agency": "SEF", "role": "officer", "valid_from": date(2020, 1, 1)}
        add_memberships(connection, [{"officer_id": officer, **where}])
    return office


def test_the_list_tells_what_is_new_and_leads_to_it(office, signed_in):
    number = office.open()
    office.turn()

    page = signed_in.get("/avisos/").text
    assert "Nova tarefa para SEF: Levar o recado, prazo em 16/03" in page
    assert "1 aviso não lido" in page
    assert "Avisos: 1 não lido" in page

    link = re.search(r'href="(/avisos/\d+)"', page)[1]
    answer = signed_in.get(link)
    assert answer.location == f"/pedidos/{number}/tarefas/1"
    assert "não lido" not in signed_in.get("/avisos/").text


def test_all_are_read_at_once(office, signed_in):
    for _ in range(2):
        office.open()
    office.turn()
    token = token_of(signed_in.get("/avisos/").text)

    assert signed_in.post("/avisos/lidos", data={"csrf": token}).status_code == 303
    page = signed_in.get("/avisos/").text
    assert "não lido" not in page
    assert page.count("Nova tarefa") == 2


def test_a_long_list_is_read_page_by_page(office, signed_in):
    for _ in range(27):
        office.open()
    office.turn()

    first = signed_in.get("/avisos/").text
    older = re.search(r'href="(/avisos/\?antes=\d+)"', first)[1]
    seen = [re.findall(r'href="/avisos/(\d+)"', signed_in.get(p).text) for p in ("/avisos/", older)]
    assert [len(page) for page in seen] == [25, 2]
    assert not set(seen[0]) & set(seen[1])


def test_a_notice_of_somebody_else_does_not_exist(office, signed_in):
    office.open()
    office.turn()
    with office.uow().reading() as connection:
        whose = select(NoticeRow.id).where(NoticeRow.officer_id == office.doer)
        others = connection.execute(whose).scalars().first()

    assert others
    assert signed_in.get(f"/avisos/{others}").status_code == 404


def test_every_kind_of_notice_has_its_sentences(app):
    module = app.jinja_env.get_template("wording/notices.jinja").module
    for kind in (*TOLD, *WarningKind, *Neglect, REVIEW_DUE):
        assert hasattr(module, f"headline_{kind}"), kind
        assert hasattr(module, f"subject_{kind}"), kind


def test_what_runs_out_in_a_register_is_said_in_time_and_after_and_leads_to_it(app):
    title = {"pt-BR": "Acordo em vigor", "en": "Agreement in force"}
    facts = {"number": "ACO-000001", "name": "Jiangsu", "agency": "SEDE", "register": title}
    heard = []
    with speaking(app, "pt-BR"):
        for kind in About:
            for when in WarningKind:
                told = {**facts, "last": "2026-12-31", "when": when.value}
                heard.append(headline(kind, told))
                letter = PersonalLetter(
                    notice_id=1,
                    kind=kind,
                    name="Ana",
                    address="ana@example.org",
                    language="pt_BR",
                    fictional=True,
                    facts=told,
                )
                text = personal_message(app, letter).get_body(("plain",)).get_content()
                assert "/registros/ficha/ACO-000001" in text
                assert "Acordo em vigor ACO-000001" in text
    assert len(set(heard)) == len(heard)
    assert all("Jiangsu" in words for words in heard)


def test_a_page_without_notices_says_when_there_will_be_some(signed_in):
    assert "Nenhum aviso por aqui" in signed_in.get("/avisos/").text
