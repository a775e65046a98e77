"""Receipts of what happens to register entries are kept by readers, and proven to anybody."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.installation import keep_registers
from tests.web.test_receipt_check import PAGE, checked, sign
from workflow.services.registers import change, create

PORTO = {"name": "Universidade do Porto", "kind": "university", "country": "PT"}


@pytest.fixture
def entry(filled):
    """Keep a partner; return its page and an officer who reads it."""
    with filled.work() as uow:
        keep_registers(uow)
        ses = filled.acting(uow, "SES")
        number = create(ses, "partner", PORTO, key="a").number
        change(ses, number, {"acronym": "UP"}, key="b")
    return f"/registros/ficha/{number}", filled.sign_in("SCC")


def test_a_line_of_an_entry_is_kept_and_proven_by_file_and_code(filled, entry):
    page, officer = entry
    number = page.rpartition("/")[2]
    assert officer.get(f"{page}/recibos/2").status_code == 409
    sign(filled)
    shown = officer.get(page).text
    assert f"{page}/recibos/2" in shown
    assert f"{page}/recibos/2.pdf" in shown

    given = officer.get(f"{page}/recibos/2")
    assert given.headers["Content-Disposition"].endswith(f"recibo-{number}-2.json")
    told = json.loads(given.text)
    assert (told["entry"], told["event"]["kind"]) == (number, "entry_changed")
    paper = officer.get(f"{page}/recibos/2.pdf")
    read = PdfReader(BytesIO(paper.data))
    assert read.attachments == {"recibo.json": [given.data]}
    assert f"da ficha {number}" in " ".join(one.extract_text() for one in read.pages)
    for file in (given.data, paper.data):
        proven = checked(filled, file=(BytesIO(file), "r.pdf")).text
        for words in ("O recibo é verdadeiro", ">Ficha<", number, "entry_changed"):
            assert words in proven
        assert "não tem mais" not in proven

    (link,) = (a.get_object()["/A"]["/URI"] for a in read.pages[0]["/Annots"])
    code = link.partition("codigo=")[2]
    by_code = filled.app.test_client().get(PAGE, query_string={"codigo": code})
    assert (by_code.status_code, "O código mostra" in by_code.text) == (200, True)
    forged = given.text.replace("entry_changed", "entry_created")
    assert "foi alterado" in checked(filled, receipt=forged).text


def test_nobody_else_is_given_one(filled, entry):
    page, officer = entry
    sign(filled)
    for ending in ("", ".pdf"):
        assert filled.app.test_client().get(f"{page}/recibos/1{ending}").status_code == 303
        assert officer.get(f"{page}/recibos/999{ending}").status_code == 404
        assert officer.get(f"/registros/ficha/PAR-9/recibos/1{ending}").status_code == 404
