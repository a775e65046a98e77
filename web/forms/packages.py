"""A ZIP that brings a table with the files that its cells name: looked into, never unpacked."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from werkzeug.datastructures import FileStorage

from web.forms.archives import leads_out
from web.forms.uploads import keep_upload
from workflow.catalogue.cells import Files, nearest, no_file
from workflow.catalogue.form_values import Fault
from workflow.catalogue.packed import DAMAGED, packed_as_usual
from workflow.catalogue.sheets import MOST_BYTES, SPREADSHEET, SheetRefused
from workflow.core.fields import Field
from workflow.storage.documents import DocumentStore

MOST_FILES: Final = 5_000
MOST_UNFOLDED: Final = 2 * 2**30
"""How large all that an archive holds may become; each file is held to its own limit besides."""
_TABLES: Final = (".xlsx", ".csv")
_WORKBOOK: Final = "[Content_Types].xml"
_CHUNK: Final = 256 * 1024
_IN_MEMORY: Final = 8 * 2**20
_OF_THE_SYSTEM: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What programs leave in archives beside what people put there."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A table, and how the files that came with it are kept."""

    table: bytes
    files: Files = no_file


@contextmanager
def brought_by(stream: IO[bytes], *, store: DocumentStore, limit: int) -> Iterator[Brought]:
    """Open what somebody sent to be imported: a table, or an archive with one and its files.

    `limit` is how many bytes one document may have. Raise `SheetRefused`.
    """
    stream.seek(0)
    packed = stream.read(len(SPREADSHEET)) == SPREADSHEET
    stream.seek(0)
    if not packed:
        yield Brought(stream.read(MOST_BYTES + 1))
        return
    try:
        archive = zipfile.ZipFile(stream)
    except DAMAGED:
        raise SheetRefused(why="unreadable") from None
    with archive:
        if _WORKBOOK in archive.namelist():
            stream.seek(0)
            yield Brought(stream.read(MOST_BYTES + 1))
            return
        members = _members(archive)
        table = _table(members)
        folder = _folder(table)
        below = {_known_as(n): m for n, m in members.items() if m is not members[table]}
        files = _Files(archive, folder, below, store, limit)
        yield Brought(_content(archive, members[table], most=MOST_BYTES), files.keep)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files of an archive by name; raise `SheetRefused` for what nobody packs so."""
    found: dict[str, zipfile.ZipInfo] = {}
    known: set[str] = set()
    if not packed_as_usual(archive):
        raise SheetRefused(why="unreadable")
    members = [m for m in archive.infolist() if not m.is_dir()]
    if len(members) > MOST_FILES or sum(m.file_size for m in members) > MOST_UNFOLDED:
        raise SheetRefused(why="package_too_big")
    for member in members:
        name = member.filename
        if name.startswith(_OF_THE_SYSTEM) or name.endswith(_OF_THE_SYSTEM):
            continue
        if leads_out(member) or _known_as(name) in known:
            raise SheetRefused(why="package_paths", written=name[:80])
        if member.flag_bits & 0x1:
            raise SheetRefused(why="package_locked", written=name[:80])
        known.add(_known_as(name))
        found[name] = member
    return found


def _table(members: Mapping[str, zipfile.ZipInfo]) -> str:
    """Return the name of the only table that stands above the other files."""
    tables = [name for name in members if name.lower().endswith(_TABLES)]
    if not tables:
        raise SheetRefused(why="package_no_sheet")
    highest = min(name.count("/") for name in tables)
    above = [name for name in tables if name.count("/") == highest]
    if len(above) > 1:
        raise SheetRefused(why="package_sheets", names=sorted(above)[:5])
    return above[0]


def _folder(table: str) -> str:
    folder, slash, _ = table.rpartition("/")
    return _known_as(folder) + slash


def _known_as(name: str) -> str:
    """Return a name as it is compared: programs spell accents and case in more than one way."""
    return unicodedata.normalize("NFC", name).casefold()


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, most: int) -> bytes:
    try:
        with archive.open(member) as packed:
            return packed.read(most + 1)
    except DAMAGED:
        raise SheetRefused(why="package_locked", written=member.filename[:80]) from None


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of an archive, kept as documents when a cell names them."""

    archive: zipfile.ZipFile
    folder: str
    members: Mapping[str, zipfile.ZipInfo]
    store: DocumentStore
    limit: int
    kept: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def keep(self, spec: Field, written: str) -> Mapping[str, Any]:
        """Put a file in the store as a document of a field; raise `Fault`."""
        asked = _known_as(written.replace("\\", "/").removeprefix("./"))
        member = self.members.get(f"{self.folder}{asked}")
        if member is None:
            near = nearest(asked, [n.removeprefix(self.folder) for n in self.members])
            raise Fault("no_such_file", written=written[:80], near=near)
        place = (spec.key, member.filename)
        if place not in self.kept:
            self.kept[place] = self._kept(spec, member)
        return self.kept[place]

    def _kept(self, spec: Field, member: zipfile.ZipInfo) -> dict[str, Any]:
        if member.file_size > self.limit:
            raise Fault("too_big", limit=self.limit)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            try:
                with self.archive.open(member) as packed:
                    while chunk := packed.read(_CHUNK):  # no more than it says of its size
                        spool.write(chunk)
            except DAMAGED:
                raise Fault("file_damaged", written=member.filename[:80]) from None
            upload = FileStorage(spool, filename=member.filename)
            return keep_upload(spec, upload, self.store, limit=self.limit)
