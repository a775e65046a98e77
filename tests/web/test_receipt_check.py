"""Receipts of a case are kept by its readers, and proven to anybody, without an account."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.web.pages import token_of
from tests.web.requester import ask, unlocked
from web.proofs import signer_of
from workflow.core.events import Kind
from workflow.core.receipt_files import receipt_text
from workflow.core.story import Readers
from workflow.services.cases import comment, withdraw
from workflow.services.erasing import erasable, erase
from workflow.services.history_log import place_events
from workflow.services.public_view import TOLD
from workflow.services.tree_heads import sign_head
from workflow.storage.queries.events import case_id_of, events_of

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
    assert "um pedido ou uma ficha" in page.text
    for told in ("O recibo é verdadeiro", opened[0], "SEDE", "case_opened", "localhost"):
        assert told in page.text
    assert "não tem mais" not in page.text
    assert "O recibo é verdadeiro" in checked(filled, receipt=given.text).text


def test_a_receipt_on_paper_carries_the_proof_and_leads_to_this_page(filled, opened, place):
    address, officer = place
    sign(filled)
    given = officer.get(f"{address}.pdf")
    assert given.headers["Content-Disposition"].endswith(f"recibo-{opened[0]}-1.pdf")
    read = PdfReader(BytesIO(given.data))
    assert read.attachments == {"recibo.json": [officer.get(address).data]}
    raw = read.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in raw
    assert "<pdfuaid:part>1</pdfuaid:part>" in raw
    assert read.trailer["/Root"]["/Lang"] == "pt-BR"
    said = " ".join(page.extract_text() for page in read.pages)
    assert opened[0] in said
    assert "O recibo é verdadeiro" in checked(filled, file=(BytesIO(given.data), "r.pdf")).text

    (link,) = (a.get_object()["/A"]["/URI"] for a in read.pages[0]["/Annots"])
    code = link.partition("codigo=")[2]
    visitor = filled.app.test_client()
    page = visitor.get(PAGE, query_string={"codigo": code})
    assert page.status_code == 200
    assert "O código mostra que o registro existe" in page.text
    assert opened[0] not in page.text
    wrong = visitor.get(PAGE, query_string={"codigo": f"7{code}"})
    assert (wrong.status_code, "Nenhum registro assinado" in wrong.text) == (404, True)
    assert visitor.get(PAGE, query_string={"codigo": "x"}).status_code == 404


def test_the_requester_keeps_receipts_whole_of_what_they_said_themselves(filled, opened):
    number, code = opened
    ask(filled, number)
    visitor, _ = unlocked(filled, number, code)
    token = token_of(visitor.get(f"/acompanhar/{number}").text)
    answer = {"csrf": token, "answer": "Até março de 2027."}
    assert visitor.post(f"/acompanhar/{number}/resposta/1", data=answer).status_code == 303
    sign(filled)
    with filled.work() as uow, uow.as_keeper().reading() as connection:
        kinds = {e.seq: e.kind for e in events_of(connection, case_id_of(connection, number))}
    linked = set(re.findall(r"/recibos/(\d+)\.pdf", visitor.get(f"/acompanhar/{number}").text))

    given = {seq: visitor.get(f"/acompanhar/{number}/recibos/{seq}.pdf") for seq in kinds}
    there = {seq for seq, one in given.items() if one.status_code == 200}
    whole = {
        kinds[seq] for seq in there if json.loads(receipt_text(given[seq].data))["event"].get("by")
    }

    assert linked <= set(map(str, there))
    assert {kinds[seq] for seq in there} <= TOLD
    assert whole == {Kind.INFORMATION_ANSWERED}
    (answered,) = (seq for seq in there if kinds[seq] is Kind.INFORMATION_ANSWERED)
    page = checked(filled, file=(BytesIO(given[answered].data), "r.pdf")).text
    assert "O recibo é verdadeiro" in page
    stranger = filled.app.test_client()
    assert "/recibos/" not in stranger.get(f"/acompanhar/{number}").text
    assert stranger.get(f"/acompanhar/{number}/recibos/{answered}.pdf").status_code == 404
    assert visitor.get(f"/acompanhar/{number}/recibos/999.pdf").status_code == 404


def test_what_was_erased_since_is_told_with_its_reason(filled, opened, place):
    number, _ = opened
    _, officer = place
    with filled.work() as uow:
        sede = filled.acting(uow, "SEDE")
        comment(sede, number, "Fale com a Ana.", readers=Readers.AGENCIES, key="c")
        withdraw(sede, number, "Não é mais preciso.", key="w")
    with filled.work() as uow:
        (part,) = (p for p in erasable(uow, number, office=None).parts if p.field is None)
    sign(filled)
    given = officer.get(f"/pedidos/{number}/recibos/{part.lines[0]}").data
    assert "apagado depois" not in checked(filled, file=(BytesIO(given), "r.json")).text
    with filled.work() as uow:
        erase(uow, number, {part.key}, reason="Ana pediu.", office=None, key="e")
    page = checked(filled, file=(BytesIO(given), "r.json")).text
    assert "O recibo é verdadeiro" in page
    assert "Um dado pessoal deste registro foi apagado depois" in page
    assert "Motivo: Ana pediu." in page
    assert "por quem cuida do sistema" in page


def test_what_is_no_receipt_in_a_pdf_is_told_so(filled, place):
    sign(filled)
    for content in (b"%PDF-1.7\n", b"%PDF-1.7 /Type/EmbeddedFile stream\nx", b"\xff\xfe"):
        page = checked(filled, file=(BytesIO(content), "r.pdf"))
        assert page.status_code == 422
    assert "não é um recibo" in checked(filled, file=(BytesIO(b"\xff"), "r.json")).text


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
