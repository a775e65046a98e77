"""Receipts of a case are kept by its readers, and proven to anybody, without an account."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from tests.web.pages import token_of
from web.proofs import signer_of
from workflow.services.history_log import place_events
from workflow.services.tree_heads import sign_head

PAGE = "/conferir-recibo/"


@pytest.fixture
def place(filled, opened):
    """Return the address of the first receipt of a case, and an officer who may have it."""
    return f"/pedidos/{opened[0]}/recibos/1", filled.sign_in("SCC")


def sign(filled):
    with filled.work() as uow:
        place_events(uow)
    with filled.work() as uow:
        sign_head(uow, signer_of(filled.app.extensions["settings"]))


def checked(filled, **given):
    visitor = filled.app.test_client()
    token = token_of(visitor.get(PAGE).text)
    return visitor.post(PAGE, data={"csrf": token, **given})


def test_a_receipt_is_kept_and_proven_by_its_file_or_its_text(filled, opened, place):
    address, officer = place
    assert officer.get(address).status_code == 409
    sign(filled)
    assert address in officer.get(f"/pedidos/{opened[0]}?ver=all").text

    given = officer.get(address)
    assert given.headers["Content-Disposition"].startswith('attachment; filename="recibo-')
    page = checked(filled, file=(BytesIO(given.data), "recibo.json"))
    assert page.status_code == 200
    for told in ("O recibo é verdadeiro", opened[0], "SEDE", "case_opened", "localhost"):
        assert told in page.text
    assert "não tem mais" not in page.text
    assert "O recibo é verdadeiro" in checked(filled, receipt=given.text).text


def test_a_receipt_without_content_is_believed_of_no_case(filled, opened, place):
    address, officer = place
    sign(filled)
    given = json.loads(officer.get(address).text)
    seal = given["event"]["seal"]
    given |= {"event": {"seq": 77, "seal": seal}, "case": "2026-000099-10"}
    page = checked(filled, receipt=json.dumps(given))
    assert page.status_code == 200
    assert seal in page.text
    assert ">2026-000099-10<" not in page.text


def test_what_proves_nothing_is_told_with_its_cause(filled, place):
    address, officer = place
    sign(filled)
    text = officer.get(address).text
    for given, told in (
        ("", "Escolha o arquivo"),
        ("<script>", "não é um recibo"),
        (text.replace("case_opened", "case_closed"), "foi alterado"),
        (text.replace('"place": 0', '"place": 1'), "não prova nada"),
        (text.replace("localhost\\n", "otherhost\\n", 1), "não é nossa"),
    ):
        page = checked(filled, receipt=given)
        assert page.status_code == 422
        assert told in page.text
        assert "<script>" not in page.text


def test_nobody_else_is_given_a_receipt(filled, place):
    address, officer = place
    sign(filled)
    assert filled.app.test_client().get(address).status_code == 303
    assert officer.get(f"{address}999").status_code == 404
