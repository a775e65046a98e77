"""Documents as people send them: seen by content, kept by hash, shown by a harmless name."""

from __future__ import annotations

import io
import zipfile

import pytest
from werkzeug.datastructures import FileStorage

from web.forms.uploads import keep_upload, shown_name
from workflow.catalogue.form_values import Fault
from workflow.core.fields import Field, FieldType
from workflow.storage.documents import open_store

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 40
LIMIT = 1_000_000


def archive(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return held.getvalue()


def document(accept=("pdf", "docx", "odt", "png", "txt")):
    return Field(key="draft", title={"pt-BR": "Minuta"}, type=FieldType.DOCUMENT, accept=accept)


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "documents"))


def send(store, name, content, **about):
    upload = FileStorage(io.BytesIO(content), filename=name)
    return keep_upload(document(**about), upload, store, limit=LIMIT)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("minuta.pdf", PDF, "application/pdf"),
        ("figura.PNG", PNG, "image/png"),
        ("nota.txt", "São João".encode(), "text/plain"),
        (
            "texto.docx",
            archive(word__document_xml=b"<w/>", **{"[Content_Types]_xml": b"<t/>"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_a_document_is_kept_by_what_it_is(store, name, content, media_type):
    kept = send(store, name, content)

    assert (kept["media_type"], kept["size"]) == (media_type, len(content))
    assert store.get(kept["sha256"]) == content


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("virus.exe", b"MZ", "wrong_kind"),
        ("sem-final", PDF, "wrong_kind"),
        ("pagina.pdf", b"<html><script>alert(1)</script>", "not_what_it_says"),
        ("minuta.docx", b"PK\x03\x04 no archive", "not_what_it_says"),
        ("minuta.docx", archive(xl__workbook_xml=b"<x/>"), "not_what_it_says"),
        ("nota.txt", b"a\0b", "not_what_it_says"),
        ("grande.txt", b"a" * (LIMIT + 1), "too_big"),
        ("vazio.txt", b"", "empty"),
    ],
)
def test_what_is_not_what_it_says_is_turned_away(store, name, content, fault):
    with pytest.raises(Fault) as told:
        send(store, name, content)

    assert told.value.code == fault


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\pasta\\minuta.pdf", "minuta.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_shown_but_never_trusted(given, shown):
    assert shown_name(given) == shown
