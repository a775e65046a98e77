"""The bytes of documents, kept under their own hash in a folder or an S3 bucket.

A document is never changed and never named by its sender, so the same bytes are kept once and
no name can lead outside the store.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.exceptions import NotFoundError as ObjectNotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from workflow.storage.antivirus import Guard, Verdict
from workflow.storage.failures import NO_ROOM

log = logging.getLogger(__name__)

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_HELD: Final = "held"
_TRIED: Final = "tried"
"""Where it stands how often a held document was looked at in vain: so many letters."""
MANY: Final = 5
"""After so many looks in vain somebody should see why."""
_MOST_NOTED: Final = 16
_FIRST_WAIT: Final = timedelta(seconds=50)
"""Less than lies between two rounds of the clock, so that the second look is in the next."""
_LONGEST_WAIT: Final = timedelta(hours=1)
_BEING_BROUGHT: Final = timedelta(days=1)
"""How long the bytes of a document may take behind its mark, which comes first."""
_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 8 << 20
_FULL: Final = re.compile(rf"\(os error ({'|'.join(map(str, NO_ROOM))})\)")
"""How a store of ours says that its disk is full: it knows no number for it."""


class DocumentTooLargeError(Exception):
    """The bytes are more than the installation accepts."""


class DocumentGoneError(Exception):
    """The store holds no document of that hash."""


class InfectedError(Exception):
    """The guard found a virus in the bytes, whose name is told; nothing is kept."""


class DocumentHeldError(Exception):
    """The document waits until the guard has looked at it, or a virus of that name is in it."""

    def __init__(self, found: str = "") -> None:
        super().__init__(found or "nobody has looked at it yet")
        self.found = found


@dataclass(frozen=True, slots=True)
class Stored:
    """What identifies a document in the store, and whether it waits to be looked at."""

    sha256: str
    size: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class HeldCount:
    """How many documents nobody gets."""

    waiting: int = 0
    """They wait to be looked at."""
    unseen: int = 0
    """Of these were looked at again and again in vain."""
    infected: int = 0
    """A virus was found in them when they were."""


class DocumentStore:
    """A place where documents are put once and read many times."""

    def __init__(self, store: ObjectStore, guard: Guard | None = None) -> None:
        self._store = store
        self._guard = guard

    def put(self, chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
        """Keep the bytes unless they are there; raise `DocumentTooLargeError`, `OSError`.

        With a guard, raise `InfectedError`; what it could not look at is kept and held.
        """
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise DocumentTooLargeError(f"more than {limit} bytes")
                digest.update(chunk)
                spool.write(chunk)
            sha256 = digest.hexdigest()
            known = self.has(sha256)
            held = self._is_to_be_held(spool, sha256, known=known)
            spool.seek(0)
            if not known:
                self._keep(_path(sha256), spool.read())
                if held:
                    self._keep(_mark(sha256), b"")  # unless a clock took it for one left behind
        return Stored(sha256, size, held)

    def has(self, sha256: str) -> bool:
        """Say whether the document of a hash is kept."""
        return self._is_there(_path(sha256))

    def _is_there(self, path: str) -> bool:
        try:
            self._store.head(path)
        except (ObjectNotFoundError, FileNotFoundError):
            return False
        return True

    def get(self, sha256: str) -> bytes:
        """Return a whole document; raise `DocumentGoneError`."""
        return b"".join(self.stream(sha256))

    def stream(self, sha256: str) -> Iterator[bytes]:
        """Return a document piece by piece; raise `DocumentGoneError`, `DocumentHeldError`.

        What waited is looked at again, and waits no longer if nothing is found in it. Where a virus
        was found it stays, whatever another look might say, until somebody brings the same anew.
        """
        try:
            found = bytes(self._store.get(_mark(sha256)).bytes()).decode()
        except (ObjectNotFoundError, FileNotFoundError):
            return self._stream(sha256)
        if found:
            raise DocumentHeldError(found)
        self._release(sha256)
        return self._stream(sha256)

    def has_whole(self, sha256: str) -> bool:
        """Say whether the bytes that are kept as a document are the ones of that hash."""
        digest = hashlib.sha256()
        try:
            for chunk in self._stream(sha256):
                digest.update(chunk)
        except DocumentGoneError:
            return False
        return digest.hexdigest() == sha256

    def held(self) -> HeldCount:
        """Count the documents that wait to be looked at, and those that have a virus."""
        marks = self._listed(_HELD)
        waiting = {sha256 for sha256, mark in marks.items() if not mark["size"]}
        tried = self._listed(_TRIED) if waiting else {}
        unseen = sum(note["size"] >= MANY for sha256, note in tried.items() if sha256 in waiting)
        return HeldCount(len(waiting), unseen, len(marks) - len(waiting))

    def look_again(self, now: datetime) -> int:
        """Have what waits looked at once more, unless the guard is away; return how many may go.

        What was looked at in vain waits longer each time, up to an hour.
        """
        released = 0
        in_vain: dict[str, int] = {}
        due = self._due_again(now)
        if not due or not self._is_guarded():
            return released
        for sha256, tries in due:
            try:
                seen = self._let_go(sha256)
            except DocumentGoneError:
                self._forget_if_left_behind(sha256, now)
                continue
            except DocumentHeldError as why:
                if why.found:
                    continue
                if not self._is_guarded():
                    break
                seen = False
            if seen:
                released += 1
            else:
                in_vain[sha256] = tries + 1
        self._note_tries(in_vain)  # at last: a full disk keeps no other waiting
        return released

    def _due_again(self, now: datetime) -> list[tuple[str, int]]:
        """List what waits and does not rest until later, and how often it was tried in vain."""
        waiting = [sha256 for sha256, mark in self._listed(_HELD).items() if not mark["size"]]
        tried = self._listed(_TRIED) if waiting else {}
        tries = {sha256: note["size"] for sha256, note in tried.items()}
        rest = {
            sha256
            for sha256, note in tried.items()
            if now < note["last_modified"] + _wait(note["size"])
        }
        return [(sha256, tries.get(sha256, 0)) for sha256 in waiting if sha256 not in rest]

    def _let_go(self, sha256: str) -> bool:
        """Let go what nothing is found in; False where it cannot be read; raise as `_release`."""
        try:
            self._release(sha256)
        except BaseError as error:
            self._is_there(_mark(sha256))  # raises where it is the store that is away
            log.warning("a document held back cannot be read: %s", error)
            return False
        return True

    def _listed(self, prefix: str) -> dict[str, Mapping[str, Any]]:
        """Return what stands below a prefix about documents, by their hashes."""
        return {
            one["path"].rpartition("/")[2]: one
            for some in self._store.list(prefix=prefix)
            for one in some
        }

    def _note_tries(self, in_vain: Mapping[str, int]) -> None:
        """Note how often some documents were looked at in vain, and that they were now."""
        for sha256, tries in in_vain.items():
            self._store.put(_tried(sha256), b"." * min(tries, _MOST_NOTED))
            if tries == MANY:
                log.error(
                    "%d looks in vain at the document %s: somebody should see why", tries, sha256
                )

    def _forget_if_left_behind(self, sha256: str, now: datetime) -> None:
        """Forget the mark of what is not there, nor can still be on its way behind its mark.

        Whoever brings it at this very instant is held again.
        """
        try:
            marked_at = self._store.head(_mark(sha256))["last_modified"]
        except (ObjectNotFoundError, FileNotFoundError):
            return
        if now - marked_at > _BEING_BROUGHT:
            self._unmark(sha256)
            if self.has(sha256):
                self._keep(_mark(sha256), b"")

    def _is_guarded(self) -> bool:
        """Say whether there is a guard, and it answers when it is shown nothing."""
        return self._guard is not None and self._guard.look(()).verdict is Verdict.CLEAN

    def _is_to_be_held(self, spool: IO[bytes], sha256: str, *, known: bool) -> bool:
        """Mark what nobody could look at, before it is there; raise `InfectedError`."""
        if self._guard is None:
            return known and self._is_there(_mark(sha256))
        spool.seek(0)
        looked = self._guard.look(iter(lambda: spool.read(_CHUNK), b""))
        if looked.verdict is Verdict.INFECTED:
            raise InfectedError(looked.name)
        marked = self._is_there(_mark(sha256))
        if looked.verdict is Verdict.CLEAN:
            if marked:
                self._unmark(sha256)
            return False
        log.warning("a document could not be looked at: %s", looked.name)
        if not known:
            self._keep(_mark(sha256), b"")
        return marked or not known

    def _release(self, sha256: str) -> None:
        """Let go what nothing is found in; raise `DocumentHeldError`, `DocumentGoneError`."""
        if self._guard is None:
            raise DocumentHeldError
        looked = self._guard.look(self._stream(sha256))
        if looked.verdict is Verdict.INFECTED:
            self._store.put(_mark(sha256), looked.name.encode())
            raise DocumentHeldError(looked.name)
        if looked.verdict is Verdict.UNKNOWN:
            log.warning("a document could not be looked at: %s", looked.name)
            raise DocumentHeldError
        self._unmark(sha256)

    def _unmark(self, sha256: str) -> None:
        """Hold a document no longer, whoever else has just let it go."""
        for path in (_mark(sha256), _tried(sha256)):
            with suppress(ObjectNotFoundError, FileNotFoundError):
                self._store.delete(path)

    def _stream(self, sha256: str) -> Iterator[bytes]:
        try:
            found = self._store.get(_path(sha256))
        except (ObjectNotFoundError, FileNotFoundError):
            raise DocumentGoneError(sha256) from None
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=_CHUNK))

    def _keep(self, path: str, content: bytes) -> None:
        try:
            self._store.put(path, content, mode="create")
        except AlreadyExistsError:
            return  # somebody else has just brought the same bytes
        except BaseError as error:
            if _FULL.search(str(error)):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            raise


def open_store(
    address: str, guard: Guard | None = None, *, patience: timedelta | None = None
) -> DocumentStore:
    """Open the store at a folder's path, made if absent, or at `s3://bucket/prefix`.

    `patience` is how long S3 is waited for, asked once; without it, as long as it is usual.
    """
    if address.startswith("s3://"):
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        hurry: dict[str, Any] = {}
        if patience is not None:
            hurry["client_options"] = {"timeout": patience, "connect_timeout": patience}
            hurry["retry_config"] = {"max_retries": 0, "retry_timeout": patience}
        return DocumentStore(S3Store(bucket, prefix=prefix or None, **hurry), guard)
    folder = Path(address).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return DocumentStore(LocalStore(folder), guard)


def _mark(sha256: str) -> str:
    """Return where it stands that a document is held, in a folder no document is in."""
    return f"{_HELD}/{_path(sha256)}"


def _tried(sha256: str) -> str:
    """Return where it stands how often a document was looked at in vain."""
    return f"{_TRIED}/{_path(sha256)}"


def _wait(tries: int) -> timedelta:
    return min(_FIRST_WAIT * (1 << max(tries - 1, 0)), _LONGEST_WAIT)


def _path(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise DocumentGoneError(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
