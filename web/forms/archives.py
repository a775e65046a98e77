"""What an office document carries inside its archive: looked at, never unpacked and never parsed.

Raises `Fault`: not_what_it_says, unfolds_too_far, locked, has_macros, hides_another,
reads_elsewhere.
"""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import PurePosixPath
from typing import IO, Final

from workflow.catalogue.form_values import Fault
from workflow.catalogue.packed import DAMAGED, packed_as_usual

BEGINS: Final = b"PK\x03\x04"
OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
"""How the formats before 2007 begin, and how a newer one does that a password protects."""
_INSIDE: Final = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_MOST_ENTRIES: Final = 1000
_MOST_UNPACKED: Final = 500 * 2**20
_LARGE: Final = 20 * 2**20
_FOLDS: Final = 300
"""A large part that is packed more tightly than this says next to nothing: it is a bomb."""
_PROLOGUE: Final = 64 * 1024
_LARGEST_RELATIONS: Final = 4 * 2**20
_CHUNK: Final = 64 * 1024
_MACROS: Final = re.compile(r"(^|/)vba(project|data)[^/]*$|^(basic|scripts)/|\.xlm$", re.I)
_RUNS: Final = re.compile(
    r"\.(zip|7z|rar|gz|bz2|xz|tar|jar|iso|cab|exe|dll|com|scr|msi|bat|cmd|ps1|vbs|js|jse|wsf|hta"
    r"|lnk|html?|svgz|docm|xlsm|pptm|dotm|xltm)$",
    re.I,
)
_XML: Final = re.compile(r"\.(xml|rels|rdf|vml)$", re.I)
_RELATIONSHIP: Final = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>", re.I)
_FETCHED: Final = re.compile(
    r"""Type\s*=\s*["'][^"']*/(attachedTemplate|oleObject|frame|subDocument|aFChunk)["']""", re.I
)
_FAR: Final = re.compile(r"""Target\s*=\s*["']\s*(?!file:///)(\w{2,}:|\\\\|//)""", re.I)
_ROOT: Final = re.compile(rb"<[^?!]")


def look_into(stream: IO[bytes], ending: str, media_type: str) -> None:
    """Refuse an office document that is not one or carries what could harm its readers."""
    stream.seek(0)
    head = stream.read(len(BEGINS))
    if head == OLD_OR_LOCKED:
        raise Fault("locked", ending=ending)
    if head != BEGINS:
        raise Fault("not_what_it_says", ending=ending)
    try:
        with zipfile.ZipFile(stream) as archive:
            _hold_to_size(archive)
            _hold_to_kind(archive, ending, media_type)
            _hold_to_parts(archive, ending)
    except DAMAGED:
        raise Fault("not_what_it_says", ending=ending) from None


def leads_out(member: zipfile.ZipInfo) -> bool:
    """Say whether a name is not that of a file in a folder below: absolute, upwards, a link."""
    name = member.orig_filename
    parts = PurePosixPath(name).parts
    link = stat.S_ISLNK(member.external_attr >> 16)
    strange = "\\" in name or ":" in name or any(not c.isprintable() for c in name)
    return link or strange or name.startswith("/") or ".." in parts


def _hold_to_size(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    folded = any(
        e.file_size > _LARGE and e.file_size > _FOLDS * max(e.compress_size, 1) for e in entries
    )
    if folded or len(entries) > _MOST_ENTRIES or sum(e.file_size for e in entries) > _MOST_UNPACKED:
        raise Fault("unfolds_too_far")


def _hold_to_kind(archive: zipfile.ZipFile, ending: str, media_type: str) -> None:
    if not packed_as_usual(archive):
        raise Fault("not_what_it_says", ending=ending)
    if any(entry.flag_bits & 0x1 for entry in archive.infolist()):
        raise Fault("locked", ending=ending)
    names = [entry.filename for entry in archive.infolist()]
    if ending in _INSIDE:
        inside = any(name.startswith(_INSIDE[ending]) for name in names)
        if not inside or "[Content_Types].xml" not in names:
            raise Fault("not_what_it_says", ending=ending)
    elif _read(archive, "mimetype", 100).decode("ascii", "replace").strip() != media_type:
        raise Fault("not_what_it_says", ending=ending)
    if len(set(names)) < len(names) or any(map(leads_out, archive.infolist())):
        raise Fault("not_what_it_says", ending=ending)


def _hold_to_parts(archive: zipfile.ZipFile, ending: str) -> None:
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    if any(map(_MACROS.search, names)):
        raise Fault("has_macros", ending=ending)
    if any(map(_RUNS.search, names)):
        raise Fault("hides_another", ending=ending)
    for name in filter(_XML.search, names):
        _hold_to_prologue(archive, name, ending)
        if name.lower().endswith(".rels"):
            _hold_to_relations(_read(archive, name, _LARGEST_RELATIONS + 1), ending)
    if ending in _INSIDE:
        kinds = _plain(_read(archive, "[Content_Types].xml", _LARGEST_RELATIONS))
        if b"macroEnabled" in kinds:
            raise Fault("has_macros", ending=ending)


def _hold_to_prologue(archive: zipfile.ZipFile, name: str, ending: str) -> None:
    """Refuse a part that declares entities: it may read other files, or unfold without end."""
    prologue = _plain(_read(archive, name, _PROLOGUE))
    root = _ROOT.search(prologue)
    before = prologue[: root.start()] if root else prologue
    declares = b"<!DOCTYPE" in prologue and name != "META-INF/manifest.xml"
    if declares or b"<!ENTITY" in prologue or (root is None and len(before) > _CHUNK // 4):
        raise Fault("reads_elsewhere", ending=ending)


def _hold_to_relations(content: bytes, ending: str) -> None:
    """Refuse what a program would fetch from elsewhere on opening; links to click may stay."""
    if len(content) > _LARGEST_RELATIONS:
        raise Fault("unfolds_too_far")
    said = _plain(content).decode("utf-8", "replace")
    for relation in _RELATIONSHIP.findall(said):
        if _FETCHED.search(relation) and _FAR.search(relation):
            raise Fault("reads_elsewhere", ending=ending)


def _plain(content: bytes) -> bytes:
    """Return XML with what a wider encoding puts between its letters taken out."""
    return content.replace(b"\0", b"")


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as part:
        return part.read(most)
