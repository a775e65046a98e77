"""PDF documents that do something when they are opened, or carry other files: never shown."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Final

_ESCAPED: Final = re.compile(rb"#([0-9a-fA-F]{2})")
_ACTS: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE)"
    rb"(?=[\s/<>\[\]()%]|$)"
)
_OBJECTS: Final = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n")
_MOST_UNFOLDED: Final = 16 * 2**20


def acts_by_itself(pieces: Iterable[bytes]) -> bool:
    """Say whether a PDF names scripts, programs or files inside it, also in packed objects."""
    content = b"".join(pieces)
    if _ACTS.search(_spelled_out(content)):
        return True
    return any(
        _ACTS.search(_spelled_out(_unfolded(content[found.end() :])))
        for found in _OBJECTS.finditer(content)
    )


def _spelled_out(content: bytes) -> bytes:
    """Return names without the escapes that hide them: /J#61vaScript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unfolded(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_UNFOLDED)
    except zlib.error:
        return b""
