"""The form by which a coordinator adjusts a request type, from the typing to the new version."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.filled import Filled
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.world import DEFINITIONS
from workflow.services.definitions import deploy_files

PAGE = "/administracao/tipos/errand_of_tests"


@pytest.fixture
def coordinator(filled_here: Filled, tmp_path):
    """Visit as the coordinator of a type that was deployed with its text."""
    text = (DEFINITIONS / "grant_application.yaml").read_text(encoding="utf-8")
    file = tmp_path / "errand.yaml"
    file.write_text(text.replace("key: grant_application", "key: errand_of_tests", 1), "utf-8")
    with filled_here.work() as uow:
        deploy_files(uow, [file])
    return filled_here.sign_in("SCC", role="coordinator")


def adjust(visitor, **changes):
    form = {"csrf": token_of(visitor.get(f"{PAGE}/ajustar").text), **changes}
    return visitor.post(f"{PAGE}/ajustar", data=form)


def house_term(page):
    """Return the name of the first term of the form, and its number."""
    found = re.search(r'name="([^"]*\.term)" value="(\d+)"', page)
    return found[1], found[2]


def test_a_house_term_and_a_text_are_changed_by_a_new_version(coordinator):
    page = coordinator.get(f"{PAGE}/ajustar").text
    assert f"{PAGE}/ajustar" in coordinator.get(PAGE).text
    term, was = house_term(page)
    unit = re.search(rf'name="{re.escape(term)}\.unit".*?value="([^"]+)" selected', page, re.S)[1]

    changes = {term: str(int(was) + 1), f"{term}.unit": unit, "title.pt-BR": 'Um "nome" novo'}
    seen = adjust(coordinator, **changes)
    assert seen.status_code == 200
    assert "Um &#34;nome&#34; novo" in seen.text
    source = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", seen.text, re.S)[1])
    assert "version: 2" in source
    form = {"csrf": token_of(seen.text), "seen": hidden(seen.text, "seen"), "act": "deploy"}
    answer = coordinator.post("/administracao/tipos/novo", data={**form, "source": source})
    assert answer.status_code == 303
    page = coordinator.get(answer.location).text
    assert "Versão 2, em uso" in page
    assert "Um &#34;nome&#34; novo" in page
    assert house_term(coordinator.get(f"{PAGE}/ajustar").text)[1] == str(int(was) + 1)


def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_lost(coordinator):
    term, _ = house_term(coordinator.get(f"{PAGE}/ajustar").text)
    answer = adjust(coordinator, **{term: "muito", "title.pt-BR": " ", "title.en": "Kept here"})
    assert answer.status_code == 422
    assert "Escreva um número de 1 a 9999" in answer.text
    assert "Escreva um texto" in answer.text
    assert "Kept here" in answer.text
    assert adjust(coordinator).status_code == 422
    assert "Nada mudou" in adjust(coordinator).text


def test_what_a_norm_says_is_not_in_the_form_and_not_read(coordinator):
    page = coordinator.get(f"{PAGE}/ajustar").text
    assert 'name="owner"' not in page
    answer = adjust(coordinator, owner="SES")
    assert "Nada mudou" in answer.text


def test_only_whoever_answers_for_the_type_opens_the_form(coordinator, filled_here):
    visitor = filled_here.sign_in("SES", role="coordinator")
    assert visitor.get(PAGE).status_code == 200
    assert f"{PAGE}/ajustar" not in visitor.get(PAGE).text
    assert visitor.get(f"{PAGE}/ajustar").status_code == 404
