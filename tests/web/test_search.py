"""The page that finds cases: from any page, by number or by words, with marks where they stand."""

from __future__ import annotations

import re

import pytest

from tests.web.filled import Filled
from tests.web.test_case_list import opened


@pytest.fixture
def few(filled_here: Filled):
    """Give an installation with two cases, one with a name that browsers might obey."""
    opened(filled_here, "SEDE", subject="Edital <script>alert(1)</script> de hidrogênio")
    opened(filled_here, "SES", subject="Cooperação em vacinas", description="Com a Fundação.")
    return filled_here


def test_every_page_of_an_officer_has_the_search(few):
    visitor = few.sign_in("SEF")
    for path in ("/caixa/", "/pedidos/", "/busca", "/preferencias/"):
        page = visitor.get(path).text
        assert 'role="search" action="/busca"' in page
        assert 'data-key="/"' in page


@pytest.mark.parametrize("typed", ["hidrogenio", "HIDROGÊNIOS", "edit hidrog", "clima edital"])
def test_words_are_marked_where_they_stand_and_nothing_is_obeyed(few, typed):
    page = few.sign_in("SEF").get("/busca", query_string={"q": typed}).text

    assert "1 pedido tem o que você procurou" in page
    assert "<mark>" in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "vacinas" not in page


def test_the_place_of_a_word_is_named(few):
    page = few.sign_in("SEF").get("/busca?q=fundacao").text

    assert "<mark>Fundação</mark>" in page
    assert "Cooperação em vacinas" in page


def test_a_number_typed_anywhere_opens_its_case(filled_here):
    (number,) = opened(filled_here, "SEDE")
    visitor = filled_here.sign_in("SEF")

    for typed in (number, number.replace("-", ""), f"pedido {number}."):
        answer = visitor.get("/busca", query_string={"q": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/pedidos/{number}")


def test_what_was_found_is_narrowed_by_its_sorts_and_back(few):
    visitor = few.sign_in("SEF")
    page = visitor.get("/busca?q=fundo").text
    assert "2 pedidos têm o que você procurou" in page
    to_one = re.search(r'href="([^"]*orgao=SES)"', page)[1].replace("&amp;", "&")

    narrowed = visitor.get(to_one).text

    assert "1 pedido tem" in narrowed
    assert "hidrogênio" not in narrowed
    assert 'aria-current="true"' in narrowed
    assert re.search(r'href="/busca\?q=fundo"[^>]*aria-current', narrowed)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Procure pelo que você lembra"),
        ("q=de+a", "Falta uma palavra"),
        ("q=xilofone", "Nenhum pedido que você pode ver"),
        ("q=fundo&ano=1999", "Buscar sem restringir"),
        ("q=2026-000001-00", "não conferem"),
        ("q=fundo&situacao=nenhuma&acesso=secreto&fase=x&apos=x", "2 pedidos têm"),
        ("q=%27%22%2A%28", "Falta uma palavra"),
        ("q=fundo&apos=99999999999999999999", "2 pedidos têm"),
    ],
)
def test_an_empty_answer_says_what_to_try(few, asked, said):
    answer = few.sign_in("SEF").get(f"/busca?{asked}")

    assert answer.status_code == 200
    assert said in answer.text


def test_the_second_page_follows_the_first(filled_here):
    numbers = opened(filled_here, "SEDE", n=22)
    visitor = filled_here.sign_in("SEF")

    first = visitor.get("/busca?q=hidrogenio&tipo=grant_application").text
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = visitor.get(address.replace("&amp;", "&")).text

    assert [n in first for n in numbers] == [False] * 2 + [True] * 20
    assert [n in second for n in numbers] == [True] * 2 + [False] * 20
    assert "Voltar ao início" in second
