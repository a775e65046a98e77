"""Documents that come with a form: their size and kind seen from content, then kept by hash."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

import puremagic
from werkzeug.datastructures import FileStorage

from workflow.catalogue.form_values import Fault
from workflow.core.fields import Field
from workflow.storage.documents import DocumentStore, DocumentTooLargeError

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

_OOXML = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_LONGEST_NAME = 200
_CHUNK = 256 * 1024
_MOST_ENTRIES = 1000
_MOST_UNPACKED = 500 * 1024 * 1024


def keep_upload(
    spec: Field, upload: FileStorage, store: DocumentStore, *, limit: int
) -> dict[str, Any]:
    """Put an uploaded document in the store and return what case data says of it.

    `limit` is in bytes. Raise `Fault`: empty, too_big, wrong_kind.
    """
    name = shown_name(upload.filename or "")
    ending = PurePath(name).suffix.lstrip(".").lower()
    accepted = spec.accept or USUAL
    if ending not in accepted or ending not in MEDIA_TYPES:
        raise Fault("wrong_kind", accepted=list(accepted), ending=ending)
    if not _is_what_it_says(upload.stream, ending):
        raise Fault("not_what_it_says", accepted=list(accepted), ending=ending)
    try:
        stored = store.put(_chunks(upload.stream), limit=limit)
    except DocumentTooLargeError:
        raise Fault("too_big", limit=limit) from None
    if stored.size == 0:
        raise Fault("empty")
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
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending)]}{dot}{ending}" if dot else clean[:_LONGEST_NAME]


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


def _is_what_it_says(stream: IO[bytes], ending: str) -> bool:
    """Say whether the content is of the kind that the name claims."""
    stream.seek(0)
    head = stream.read(_CHUNK)
    if ending in ("txt", "csv"):
        return b"\0" not in head
    if ending in (*_OOXML, "odt", "ods"):
        return _is_office(stream, ending)
    return MEDIA_TYPES[ending] in kinds_seen(head)


def _is_office(stream: IO[bytes], ending: str) -> bool:
    """Look into the archive that an office document is, without unpacking it."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(BytesIO(stream.read())) as archive:
            entries = archive.infolist()
            bomb = (
                sum(e.file_size for e in entries) > _MOST_UNPACKED or len(entries) > _MOST_ENTRIES
            )
            names = {entry.filename for entry in entries}
            if ending in _OOXML:
                inside = any(name.startswith(_OOXML[ending]) for name in names)
                return not bomb and inside and "[Content_Types].xml" in names
            kind = archive.read("mimetype")[:100].decode("ascii", "replace")
            return not bomb and kind.strip() == MEDIA_TYPES[ending]
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError):
        return False
