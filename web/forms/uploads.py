"""Documents that come with a form: their size and kind seen from content, then kept by hash."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any, Final

import puremagic
from flask import has_request_context
from werkzeug.datastructures import FileStorage

from web.forms.archives import look_into
from web.words.said import say
from workflow.catalogue.form_values import Fault
from workflow.core.fields import Field
from workflow.storage.documents import DocumentStore, DocumentTooLargeError, InfectedError

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
"""The kinds of document that are taken at all, by the ending of their name."""

USUAL = ("pdf", "docx", "odt", "png", "jpg")
"""What a document field takes that does not say."""

_OFFICE: Final = ("docx", "xlsx", "pptx", "odt", "ods")
_BEGINS: Final = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
}
_MARKUP: Final = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|body|iframe)\b", re.I)
_SNIFFED: Final = 4096
"""How far programs look that guess what a file is, and somewhat further."""
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
"""Names that Windows takes for devices."""
_LONGEST_NAME = 200
_CHUNK = 256 * 1024


def keep_upload(
    spec: Field, upload: FileStorage, store: DocumentStore, *, limit: int
) -> dict[str, Any]:
    """Put an uploaded document in the store and return what case data says of it.

    `limit` is in bytes. Raise `Fault`: empty, too_big, wrong_kind, not_what_it_says,
    hides_another, infected, and what `archives.look_into` finds.
    """
    name = shown_name(upload.filename or "")
    ending = PurePath(name).suffix.lstrip(".").lower()
    accepted = spec.accept or USUAL
    if ending not in accepted or ending not in MEDIA_TYPES:
        raise Fault("wrong_kind", accepted=list(accepted), ending=ending)
    if not upload.stream.seek(0, os.SEEK_END):
        raise Fault("empty")
    _look_at(upload.stream, ending)
    try:
        stored = store.put(_chunks(upload.stream), limit=limit)
    except DocumentTooLargeError:
        raise Fault("too_big", limit=limit) from None
    except InfectedError as virus:
        raise Fault("infected", found=str(virus)) from None
    if stored.held and has_request_context():
        say("document_held", name=name)
    return {
        "sha256": stored.sha256,
        "name": name,
        "media_type": MEDIA_TYPES[ending],
        "size": stored.size,
    }


def shown_name(given: str) -> str:
    """Return the name a document is shown by: its last part, no control or steering characters."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip(" .")
    clean = f"_{clean}" if _RESERVED.match(clean) else clean
    stem, dot, ending = clean.rpartition(".")
    return (
        f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else clean[:_LONGEST_NAME]
    )


def kinds_seen(head: bytes) -> frozenset[str]:
    """Return the media types that the beginning of a document is recognised by."""
    try:
        return frozenset(match.mime_type for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return frozenset()


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield chunk


def _look_at(stream: IO[bytes], ending: str) -> None:
    """Refuse content that is not of the kind that the name claims, or is of another kind too."""
    stream.seek(0)
    head = stream.read(_CHUNK)
    if ending in _OFFICE:
        look_into(stream, ending, MEDIA_TYPES[ending])
    elif ending in ("txt", "csv"):
        if b"\0" in head:
            raise Fault("not_what_it_says", ending=ending)
    elif not head.startswith(_BEGINS[ending]) or MEDIA_TYPES[ending] not in kinds_seen(head):
        raise Fault("not_what_it_says", ending=ending)
    elif _MARKUP.search(head[:_SNIFFED]) or zipfile.is_zipfile(stream):
        raise Fault("hides_another", ending=ending)
