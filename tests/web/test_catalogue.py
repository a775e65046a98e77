"""The page of services as an officer reads it: what there is, and how to begin it."""

from __future__ import annotations

import re

from tests.web.pages import token_of
from workflow.catalogue.service_rows import shipped_services


def test_services_are_listed_by_axis_and_found_by_words(signed_in):
    everything = signed_in.get("/servicos/").text
    found = signed_in.get("/servicos/?q=CERTIFICADO").text

    assert len(re.findall(r'href="/servicos/[AR]\d', everything)) == 32
    assert 'href="#axis-diplomacy"' in everything
    assert "/servicos/R23" in found
    assert '"/servicos/A1"' not in found
    assert "aqui se diz" in signed_in.get("/servicos/?q=sobrestar").text
    assert "“xyz&lt;b&gt;”" in signed_in.get("/servicos/?q=xyz<b>").text


def test_pages_that_answer_a_service_exist(app):
    named = {one.page for one in shipped_services().services if one.page}

    assert named <= app.view_functions.keys()


def test_a_service_that_this_installation_lacks_says_so(signed_in):
    assert "ainda não foi publicado" in signed_in.get("/servicos/A1").text
    assert signed_in.get("/servicos/Z9").status_code == 404


def test_a_service_is_begun_from_its_page_by_whom_its_type_lets(office):
    visitor = office.visit("SES").client
    page = visitor.get("/servicos/A15")

    assert "qualquer órgão da rede" in page.text
    assert "ainda não medido aqui" in page.text
    begin = "/pedidos/novo/agreement_review"
    assert f'action="{begin}"' in page.text
    begun = visitor.post(begin, data={"csrf": token_of(page.text)})
    assert begun.status_code == 303
    registered = visitor.get("/servicos/R16").text
    assert 'href="/registros/focal_point"' in registered
    assert 'href="/registros/focal_point/nova"' in registered
    assert 'href="/paineis/captacao"' in visitor.get("/servicos/A18").text
    assert 'href="/paineis/rede"' not in visitor.get("/servicos/R26").text
    closed = visitor.get("/servicos/R17").text
    assert 'action="/pedidos/novo/network_meeting"' not in closed
    assert "notice-warn" in closed
