"""The bytes of documents, kept under their own hash in a folder or an S3 bucket.

A document is never changed and never named by its sender, so the same bytes are kept once and
no name can lead outside the store.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from obstore.exceptions import AlreadyExistsError
from obstore.exceptions import NotFoundError as ObjectNotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 8 << 20


class DocumentTooLargeError(Exception):
    """The bytes are more than the installation accepts."""


class DocumentGoneError(Exception):
    """The store holds no document of that hash."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What identifies a document in the store."""

    sha256: str
    size: int


class DocumentStore:
    """A place where documents are put once and read many times."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
        """Keep the bytes unless they are there; raise `DocumentTooLargeError`."""
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise DocumentTooLargeError(f"more than {limit} bytes")
                digest.update(chunk)
                spool.write(chunk)
            spool.seek(0)
            sha256 = digest.hexdigest()
            if not self.has(sha256):
                self._keep(sha256, spool)
        return Stored(sha256, size)

    def has(self, sha256: str) -> bool:
        """Say whether the document of a hash is kept."""
        try:
            self._store.head(_path(sha256))
        except (ObjectNotFoundError, FileNotFoundError):
            return False
        return True

    def get(self, sha256: str) -> bytes:
        """Return a whole document; raise `DocumentGoneError`."""
        return b"".join(self.stream(sha256))

    def stream(self, sha256: str) -> Iterator[bytes]:
        """Return a document piece by piece; raise `DocumentGoneError`."""
        try:
            found = self._store.get(_path(sha256))
        except (ObjectNotFoundError, FileNotFoundError):
            raise DocumentGoneError(sha256) from None
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=_CHUNK))

    def _keep(self, sha256: str, file: Any) -> None:  # noqa: ANN401 - a binary file
        try:
            self._store.put(_path(sha256), file.read(), mode="create")
        except AlreadyExistsError:
            return  # somebody else has just brought the same bytes


def open_store(address: str) -> DocumentStore:
    """Open the store at a folder's path, made if absent, or at `s3://bucket/prefix`."""
    if address.startswith("s3://"):
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        return DocumentStore(S3Store(bucket, prefix=prefix or None))
    folder = Path(address).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return DocumentStore(LocalStore(folder))


def _path(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise DocumentGoneError(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
