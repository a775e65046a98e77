"""The form of a comment: who reads it, whom it calls, and what is asked before it is published."""

from __future__ import annotations

import re

import pytest

from tests.installation import employ
from workflow.core.events import Kind
from workflow.core.story import Readers
from workflow.services import clock
from workflow.services.case_view import case_view


@pytest.fixture
def sef(office):
    return office.visit("SEF")


def readers_of(page):
    return re.findall(r'name="readers" value="(\w+)"( checked)?', page)


def comments(office, agency="SEF"):
    entries = case_view(office.acting(agency), office.number, tab="comments").story.entries
    return [one.head for one in entries if one.head.kind is Kind.COMMENT_ADDED]


def test_the_form_says_who_will_read_before_it_is_sent(sef):
    page = sef.case().text

    assert readers_of(page) == [("agencies", " checked"), ("own", ""), ("requester", "")]
    assert re.search(r"Lerão: [^<]*SEDE[^<]*SEF[^<]*SEPLAG", page)
    assert "Lerá: SEF" in page
    assert "quem fez o pedido" in page
    assert "audita a rede" in page


def test_who_has_no_part_is_offered_no_comment(office):
    stranger = office.visit("SES")

    assert 'name="readers"' not in stranger.case().text
    assert stranger.get("/comentar").status_code == 422


def test_people_are_searched_for_without_losing_the_text(office, sef):
    typed = {"text": "Falta o anexo.", "readers": "own", "who": "first seplag", "find": "1"}

    page = sef.post("/comentarios", typed).text

    assert "Falta o anexo." in page
    assert ("own", " checked") in readers_of(page)
    assert "First Seplag (SEPLAG)" in page or "SEPLAG" in page
    assert "First" not in sef.get("/comentar?quem=ninguem").text.split("<main")[1].split("Outra")[0]
    assert comments(office) == []


def test_who_was_called_is_named_in_history_and_finds_it_among_the_notices(office, sef):
    seplag = office.acting("SEPLAG").powers.officer
    sent = {"text": "Vejam.", "readers": "agencies", "mentioned": str(seplag), "once": "one"}

    assert sef.post("/comentarios", sent).status_code == 303
    clock.work_off(lambda: office.acting("SEF"), owner="one", courier=None)

    (said,) = comments(office)
    assert said.body["mentioned"] == [seplag]
    assert "SEF comentou e avisou" in sef.case(ver="comments").text
    called = office.visit("SEPLAG").client
    page = called.get("/avisos/?ver=citaram").text
    assert "Citaram você num comentário de SEF" in page
    notice = re.search(r"/avisos/\d+", page)[0]
    assert called.get(notice).location.endswith(f"?ver=comments#e{said.seq}")
    assert "Ninguém citou você ainda" in sef.client.get("/avisos/?ver=citaram").text


def test_a_name_that_several_bear_is_asked_about_with_the_text_kept(office, sef):
    uow = office.acting("SEF")
    people = [employ(uow, f"zilda.{name}@example.org", SEF="officer") for name in ("reis", "rosa")]

    asked = sef.post("/comentarios", {"text": "@Zilda, veja.", "once": "a"})

    assert asked.status_code == 422
    assert "Quem é “@Zilda”?" in asked.text
    assert "@Zilda, veja." in asked.text
    assert comments(office) == []
    answer = {"text": "@Zilda, veja.", "answered": "zilda", "mentioned": str(people[1])}
    assert sef.post("/comentarios", {**answer, "once": "b"}).status_code == 303
    assert comments(office)[0].body["mentioned"] == [people[1]]


def test_who_may_not_read_is_refused_with_the_mend(office, sef):
    ses = str(office.acting("SES").powers.officer)
    sent = {"text": "Veja isto.", "mentioned": ses}

    refused = sef.post("/comentarios", {**sent, "once": "a"})
    assert refused.status_code == 422
    assert "não pode ler este pedido" in refused.text
    assert "Quem dá acesso é" in refused.text
    assert "Veja isto." in refused.text
    owner = office.case().definition.owner
    mend = office.visit(owner).post("/comentarios", {**sent, "once": "b"}).text
    assert f"/pedidos/{office.number}/leituras" in mend

    other = str(office.acting("SEPLAG").powers.officer)
    own = sef.post("/comentarios", {**sent, "mentioned": other, "readers": "own", "once": "c"})
    assert "não leria este comentário" in own.text
    assert comments(office) == []


def test_what_is_left_for_ones_own_agency_says_so_and_is_told_nowhere_else(office, sef):
    sent = {"text": "Só entre nós.", "readers": Readers.OWN.value, "once": "one"}
    assert sef.post("/comentarios", sent).status_code == 303

    assert "(só SEF lê)" in sef.case(ver="comments").text
    for other in ("SEPLAG", "SEDE", "SES"):
        page = office.visit(other).case(ver="all").text
        assert "Só entre nós." not in page
        assert "SEF comentou" not in page
