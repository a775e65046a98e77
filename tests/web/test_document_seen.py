"""A document seen in a page of its own: which kinds, by whom, and that nothing in it can act."""

from __future__ import annotations

import struct
import zlib

import pytest

from tests.servers.nodejs import html_faults
from tests.web.office import pdf
from workflow.services.cases import attach
from workflow.storage.documents import open_store

SEEN = "/documentos/work_plan/2"


def a_picture() -> bytes:
    """Return a PNG of one white pixel."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def put(office, content: bytes, name: str, media_type: str) -> None:
    """Attach a document past the form, which looks at what it is given."""
    kept = open_store(office.app.extensions["settings"].documents).put([content])
    document = {"sha256": kept.sha256, "name": name, "media_type": media_type, "size": kept.size}
    attach(office.acting("SEDE"), office.number, "work_plan", document, key=name)


def test_a_pdf_is_seen_in_a_frame_that_only_our_page_may_hold(office):
    visitor = office.visit("SEDE")
    visitor.post("/documentos", {"field": "work_plan", "document": pdf("plano.pdf")})
    assert f'href="/pedidos/{office.number}{SEEN}/ver"' in visitor.case().text

    page = visitor.get(f"{SEEN}/ver")
    assert f'src="/pedidos/{office.number}{SEEN}/conteudo"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert html_faults(page.text) == []
    framed = visitor.get(f"{SEEN}/conteudo")
    assert framed.data.startswith(b"%PDF")
    assert framed.mimetype == "application/pdf"
    assert framed.headers["X-Content-Type-Options"] == "nosniff"
    policy = framed.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert "frame-ancestors 'none'" in visitor.get(SEEN).headers["Content-Security-Policy"]


def test_a_picture_is_seen_as_one(office):
    put(office, a_picture(), "mapa.png", "image/png")
    visitor = office.visit("SEDE")

    page = visitor.get(f"{SEEN}/ver").text
    assert "<img" in page
    assert "<iframe" not in page
    assert html_faults(page) == []
    assert visitor.get(f"{SEEN}/conteudo").mimetype == "image/png"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<script>alert(1)</script>", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<p>x</p>", "text/html"),
        (b"", "application/pdf"),
    ],
)
def test_what_is_not_by_its_bytes_what_may_be_seen_is_only_downloaded(office, content, media_type):
    put(office, content, "plano.pdf", media_type)
    visitor = office.visit("SEDE")

    page = visitor.get(f"{SEEN}/ver")
    assert page.status_code == 200
    assert "não pode ser mostrado aqui" in page.text
    assert "/conteudo" not in page.text
    assert visitor.get(f"{SEEN}/conteudo").status_code == 404


def test_a_document_is_seen_by_whom_it_may_be_downloaded_by(office):
    office.visit("SEDE").post("/documentos", {"field": "work_plan", "document": pdf("plano.pdf")})
    stranger = office.visit("SES")

    for page in ("", "/ver", "/conteudo"):
        assert stranger.get(SEEN + page).status_code == 404
    assert office.visit("SEDE").get("/documentos/work_plan/99/ver").status_code == 404
