"""The form by which a coordinator adjusts a request type, from the typing to the new version."""

from __future__ import annotations

import html
import re

import pytest

from tests.servers.nodejs import html_faults
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


@pytest.fixture
def deadlines(coordinator):
    """Return the keys of the deadlines of the type by what they are called."""
    page = coordinator.get(f"{PAGE}/avisos").text
    found = re.findall(r'name="prazo" value="([^"]+)"><span>([^<]+)<', page)
    return {html.unescape(title): key for key, title in found}


def warn(visitor, deadline, **changes):
    address = f"{PAGE}/avisos"
    form = {"csrf": token_of(visitor.get(address).text), "prazo": deadline}
    sent = {f"{deadline}.{name}": value for name, value in changes.items()}
    return visitor.post(address, data={**form, **sent})


def test_every_deadline_is_listed_with_its_warnings_in_words(coordinator, deadlines):
    page = coordinator.get(f"{PAGE}/avisos").text
    assert f"{PAGE}/avisos" in coordinator.get(f"{PAGE}/ajustar").text
    assert html_faults(page) == []
    assert len(deadlines) > 5
    assert "os de sempre" in page
    assert "1 dia útil antes do prazo (para: quem faz a tarefa, chefia da unidade" in page


def test_warnings_are_changed_by_a_new_version_that_shows_them(coordinator, deadlines):
    deadline = next(iter(deadlines.values()))
    page = coordinator.get(f"{PAGE}/avisos?prazo={deadline}").text
    assert html_faults(page) == []
    seen = warn(
        coordinator,
        deadline,
        **{
            "remind.mode": "own",
            "remind.1.when": "before",
            "remind.1.amount": "1",
            "remind.1.unit": "working days",
            "remind.1.to": ["head", "holder"],
            "remind.2.when": "due",
            "escalate.mode": "own",
            "escalate.0.when": "every",
            "escalate.0.amount": "7",
            "escalate.0.unit": "days",
        },
    )
    assert seen.status_code == 200
    assert "1 dia útil antes do prazo (para: quem faz a tarefa, chefia da unidade)" in seen.text
    assert "a cada 7 dias" in seen.text
    source = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", seen.text, re.S)[1])
    assert "remind: [{when: 1 working day before, to: [holder, head]}, due day]" in source
    assert "escalate: [every 7 days after]" in source
    form = {"csrf": token_of(seen.text), "seen": hidden(seen.text, "seen"), "act": "deploy"}
    answer = coordinator.post("/administracao/tipos/novo", data={**form, "source": source})
    assert answer.status_code == 303
    form = coordinator.get(f"{PAGE}/avisos?prazo={deadline}").text
    assert f'name="{deadline}.remind.mode" value="own" checked' in form
    assert f'name="{deadline}.escalate.0.amount" value="7"' in form
    compared = coordinator.get(f"{PAGE}/comparar?de=1&para=2")
    if compared.status_code == 200:
        assert "a cada 7 dias" in compared.text


def test_what_is_incomplete_is_told_and_stays(coordinator, deadlines):
    deadline = next(iter(deadlines.values()))
    wrong = warn(
        coordinator,
        deadline,
        **{"remind.mode": "own", "remind.0.when": "before", "remind.0.amount": "muito"},
    )
    assert wrong.status_code == 422
    assert "Escreva em cada aviso um número" in wrong.text
    assert 'value="muito"' in wrong.text
    none = warn(coordinator, deadline, **{"remind.mode": "own"})
    assert "Escreva ao menos um aviso" in none.text
    early = warn(
        coordinator,
        deadline,
        **{"escalate.mode": "own", "escalate.0.when": "before", "escalate.0.amount": "2"},
    )
    assert early.status_code == 422
    same = warn(coordinator, deadline, **{"escalate.mode": "standard"})
    assert "Nada mudou" in same.text


def test_only_whoever_answers_for_the_type_changes_its_warnings(coordinator, filled_here):
    assert filled_here.sign_in("SES", role="coordinator").get(f"{PAGE}/avisos").status_code == 404
