"""The help as a stranger reads it: whole in every language, found by words, well-formed."""

from __future__ import annotations

import re

import pytest

from tests.servers.nodejs import html_faults
from web.help.articles import KEYS, articles, search
from web.help.views import ABOUT

LANGUAGES = ("pt_BR", "en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_stands_in_every_language_with_the_same_parts(language):
    here = articles(language)

    assert [one.key for one in here] == list(KEYS)
    for one, other in zip(here, articles("pt_BR"), strict=True):
        assert [kind for kind, _ in one.parts] == [kind for kind, _ in other.parts], one.key
        assert outline(one) == outline(other), one.key
        assert one.title
        assert one.summary


def outline(article):
    text = "".join(part for kind, part in article.parts if kind == "text")
    return re.findall(r"<(h2|li|ol|ul|code)>", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["", *KEYS])
def test_a_page_of_help_is_well_formed(client, key, language):
    page = client.get(f"/ajuda/{key}?lang={language.replace('_', '-')}")

    assert page.status_code == 200
    assert html_faults(page.text) == []


def test_the_search_ignores_accents_and_takes_beginnings():
    assert next(one.key for one in search("feriado previa", "pt_BR")) == "administracao"
    assert "perguntar" in {one.key for one in search("INFORMAÇÃO", "pt_BR")}
    assert search("nada disto existe aqui", "pt_BR") == []


def test_an_empty_search_says_what_to_try(client):
    page = client.get("/ajuda/?q=xyz<b>").text

    assert "“xyz&lt;b&gt;”" in page
    assert "Ver todos" in page


def test_who_is_new_finds_first_what_comes_first(client):
    page = client.get("/ajuda/").text
    first = re.search(r'<h2><a href="(/ajuda/\w+)">([^<]+)', page)

    assert first.groups() == ("/ajuda/comecar", "Primeiros passos")
    ways = re.findall(r'href="(\w+)"', client.get("/ajuda/comecar").text)
    assert ways
    assert set(ways) < set(KEYS)


def test_an_unknown_article_is_not_there(client):
    assert client.get("/ajuda/nada").status_code == 404


def test_every_page_leads_to_the_help(client):
    assert 'href="/ajuda/"' in client.get("/acompanhar/").text


def test_a_page_leads_to_the_article_about_it(app, signed_in):
    assert set(ABOUT.values()) <= set(KEYS)
    assert ABOUT.keys() <= app.blueprints.keys()
    assert 'href="/ajuda/caixa"' in signed_in.get("/caixa/").text
    assert 'href="/ajuda/pedir"' in signed_in.get("/pedidos/novo").text


def test_whoever_is_signed_in_finds_the_way_back_from_the_help(app, signed_in):
    assert "Voltar ao trabalho" in signed_in.get("/ajuda/").text
    assert "Voltar ao trabalho" not in app.test_client().get("/ajuda/").text
