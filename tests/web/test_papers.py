"""Papers of a case: what they say, to whom, how they are made, and the numbers SEI gives them."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.web.office import Visitor

PROCESS = "1500.01.0012345/2026-11"


def paper(visitor: Visitor, path: str, **query: str) -> PdfReader:
    """Return a paper as its readers get it."""
    address = f"/pedidos/{visitor.number}{path}"
    answer = visitor.client.get(address, query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return PdfReader(BytesIO(answer.data))


def said(read: PdfReader) -> str:
    """Return the words of a paper in the order of reading, each line break a blank."""
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_a_summary_tells_the_case_from_its_number_to_the_proof(office):
    read = paper(office.visit("SCC"), "/resumo.pdf")
    text = said(read)

    parts = [
        f"Resumo do pedido {office.number}",
        "Protocolo de intenções com a Província de Jiangsu",
        "Identificação",
        "Com quem está",
        "Etapas",
        "Prazos",
        "O que foi decidido",
        "Documentos",
        "Histórico",
        "Conferência",
    ]
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)
    assert -1 not in [text.find(part) for part in parts]
