"""Hostile files: each is refused with what to do instead, or kept so that it cannot act."""

from __future__ import annotations

import io
import secrets
import zlib
from dataclasses import replace

from werkzeug.datastructures import FileStorage

from tests.servers.scanner import scanner
from tests.web.hostile_files import KEPT, PDF, SAVED, hostile_files
from tests.web.hostile_files import office as office_file
from tests.web.office import pdf
from web.commands.antivirus import TEST_VIRUS
from web.forms.active import acts_by_itself
from web.forms.uploads import MEDIA_TYPES, keep_upload
from web.words.phrases import phrase
from workflow.catalogue.form_values import Fault
from workflow.core.fields import Field, FieldType
from workflow.services.cases import attach
from workflow.storage.documents import open_store

ANY = Field(
    key="draft", title={"pt-BR": "Minuta"}, type=FieldType.DOCUMENT, accept=tuple(MEDIA_TYPES)
)
MENDS = ("Salve", "salve", "Envie", "envie", "Escolha", "divida")


def come_to(store, name, content):
    """Return the fault that a file is refused by, with its facts, or what is kept of it."""
    try:
        return None, keep_upload(ANY, FileStorage(io.BytesIO(content), name), store, limit=30 << 20)
    except Fault as fault:
        return fault, None


def test_each_is_refused_with_what_to_do_or_taken_in(speaking, tmp_path):
    store = open_store(str(tmp_path / "documents"))
    files = hostile_files()
    with speaking("pt-BR"):
        for file in files:
            fault, kept = come_to(store, file.name, file.content)
            assert (fault.code if fault else "in") == (
                "in" if file.comes_to in (KEPT, SAVED) else file.comes_to
            ), file.about
            if fault:
                said = phrase("faults", fault.code, fault.particulars)
                assert any(mend in said for mend in MENDS), (file.about, said)
            else:
                assert store.get(kept["sha256"]) == file.content, file.about
                assert kept["name"].isprintable(), file.about
                assert len(kept["name"]) <= 200, file.about
    assert len(files) >= 40


def test_a_part_that_unfolds_as_pages_do_is_taken_in(tmp_path):
    store = open_store(str(tmp_path / "documents"))
    rows = b"".join(b"<row r='%d'><c/></row>" % n for n in range(50_000))
    fault, _ = come_to(
        store, "a.xlsx", office_file("xlsx", {"xl/sheet.xml": b"<s>" + rows + b"</s>"})
    )
    assert fault is None


def packed(content):
    return b"1 0 obj<</Type/ObjStm>>stream\n" + zlib.compress(content, 9) + b"\nendstream endobj\n"


def test_what_is_packed_is_read_as_far_as_a_reader_would_and_no_further():
    far = b"/Font " * 50_000 + b"/JavaScript (x)"
    assert acts_by_itself([b"%PDF-1.7\n", packed(far)])
    assert acts_by_itself([b"%PDF-1.7\n", packed(b"/Launch "), b"/ObjStm>>stream\n"])
    torn = packed(b"/JavaScript " + secrets.token_bytes(200_000))[:100_000]
    assert acts_by_itself([b"%PDF-1.7\n", torn, b"\0" * 200_000])

    assert not acts_by_itself([b"%PDF-1.7\n", packed(b"/Font " * 50_000), *([b"x" * 2**20] * 20)])
    page = packed(b"/Font " * (2**20))  # of 6 MB
    assert not acts_by_itself([b"%PDF-1.7\n", *([page] * 10)])
    assert acts_by_itself([b"%PDF-1.7\n", *([page] * 11)])


def test_what_is_taken_in_is_sent_so_that_it_cannot_act(office):
    visitor = office.visit("SEDE")
    store = open_store(office.app.extensions["settings"].documents)
    taken = [file for file in hostile_files() if file.comes_to in (KEPT, SAVED)]
    for version, file in enumerate(taken, start=2):
        _, kept = come_to(store, file.name, file.content)
        attach(office.acting("SEDE"), office.number, "work_plan", kept, key=file.about)
        got = visitor.get(f"/documentos/work_plan/{version}")
        told = got.headers["Content-Disposition"]
        assert (got.status_code, got.data) == (200, file.content), file.about
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert told.startswith("inline;" if file.comes_to == KEPT else "attachment;"), file.about
        assert got.mimetype != "text/html"
        assert not set("\r\n\0\\/<>") & set(told), file.about
        shown = visitor.get(f"/documentos/work_plan/{version}/conteudo").status_code
        assert shown == (200 if file.comes_to == KEPT else 404), file.about
    page = visitor.case().text
    assert "<img src=x" not in page
    assert "49%00" not in page


def test_the_page_that_refuses_a_file_says_what_to_do(office):
    visitor = office.visit("SEDE")
    for file in (f for f in hostile_files() if f.comes_to not in (KEPT, SAVED)):
        sent = (io.BytesIO(file.content), file.name, "application/pdf")
        answer = visitor.post("/documentos", {"field": "work_plan", "document": sent})
        assert answer.status_code == 422, file.about
        assert any(mend in answer.text for mend in MENDS)
    settings = office.app.extensions["settings"]
    office.app.extensions["settings"] = replace(settings, max_upload_mb=0)
    answer = visitor.post("/documentos", {"field": "work_plan", "document": pdf()})
    assert answer.status_code == 422
    assert "Envie um de até" in answer.text


def test_a_document_that_nobody_could_look_at_is_told_of_and_waits(office):
    visitor = office.visit("SEDE")
    settings = office.app.extensions["settings"]
    office.app.extensions["settings"] = replace(settings, clamd_address="127.0.0.1:1")
    for name, content in (("a.pdf", PDF), ("b.pdf", PDF + TEST_VIRUS)):
        sent = (io.BytesIO(content), name)
        answer = visitor.post("/documentos", {"field": "work_plan", "document": sent})
        assert answer.status_code == 303
        assert "espera pelo antivírus" in visitor.case().text
    for page in ("", "/ver", "/conteudo"):
        waits = visitor.get(f"/documentos/work_plan/2{page}")
        assert (waits.status_code, PDF in waits.data) == (503, False)
        assert "espera pelo antivírus" in waits.text
    with scanner() as address:
        office.app.extensions["settings"] = replace(settings, clamd_address=address)
        assert visitor.get("/documentos/work_plan/2").data == PDF
        found = visitor.get("/documentos/work_plan/3")
        assert (found.status_code, TEST_VIRUS in found.data) == (409, False)
        assert "Eicar-Test-Signature" in found.text
        sent = (io.BytesIO(PDF + TEST_VIRUS), "c.pdf")
        answer = visitor.post("/documentos", {"field": "work_plan", "document": sent})
        assert answer.status_code == 422
        assert "Eicar-Test-Signature" in answer.text
