"""Checking a certificate by its code: what anybody learns, what nobody does, and how often."""

from __future__ import annotations

import pytest

from tests.servers.nodejs import html_faults
from tests.web.limits import in_one_window
from workflow.core.registers.codes import spelled_code
from workflow.services import registers
from workflow.services.public_view import LOOK_UPS, WINDOW

PERSON = {
    "person": "Maria Aparecida da Silva Souza",
    "agency": "SEDE",
    "course": "Captação de recursos",
    "class_name": "Turma 1",
    "hours": 12,
    "finished_on": "2026-03-18",
}


@pytest.fixture
def place(filled_here):
    with filled_here.work() as uow:
        seplag = filled_here.acting(uow, "SEPLAG")
        made = registers.create(seplag, "certificate", PERSON, key="c")
    return filled_here, made


def annul(filled, entry):
    with filled.work() as uow:
        seplag = filled.acting(uow, "SEPLAG")
        registers.end(seplag, entry.number, reason="Frequência de Ana Lima errada", key="e")


def test_a_code_says_what_was_certified_and_no_more_than_that(place):
    filled, entry = place
    anybody = filled.app.test_client()
    typed = anybody.get("/conferir", query_string={"codigo": entry.code.lower()})
    assert typed.headers["Location"] == f"/conferir/{spelled_code(entry.code)}"
    page = anybody.get(typed.headers["Location"])

    assert page.status_code == 200
    assert html_faults(page.text) == []
    assert "Certificado verdadeiro" in page.text
    assert "Maria A. S. S." in page.text
    assert "Captação de recursos" in page.text
    assert not any(hidden in page.text for hidden in ("Aparecida", "Souza", entry.number))
    assert page.headers["Cache-Control"] == "no-store"

    annul(filled, entry)
    page = anybody.get(f"/conferir/{entry.code}").text
    assert "Certificado anulado" in page
    assert "não vale mais" in page
    assert "Ana Lima" not in page


def test_a_slip_and_a_code_that_nobody_was_given_are_told_and_look_ups_are_counted(place):
    filled, entry = place
    in_one_window(WINDOW)
    anybody = filled.app.test_client()
    other = "2" if entry.code[0] != "2" else "3"
    slip = anybody.get("/conferir", query_string={"codigo": other + entry.code[1:]})
    assert (slip.status_code, "engano na digitação" in slip.text) == (404, True)
    assert anybody.get("/conferir/ABCD").status_code == 404
    for _ in range(LOOK_UPS):
        last = anybody.get(f"/conferir/{entry.code}")
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) > 0
