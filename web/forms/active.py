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
_MOST_UNFOLDED: Final = 64 * 2**20
"""What is unfolded of one document, in bytes; whatever needs more is not shown either."""
_PIECE: Final = 64 * 1024


def acts_by_itself(pieces: Iterable[bytes]) -> bool:
    """Say whether a PDF names scripts, programs or files inside it, also in packed objects."""
    content = b"".join(pieces)
    if _ACTS.search(_spelled_out(content)):
        return True
    left = _MOST_UNFOLDED
    for found in _OBJECTS.finditer(content):
        unfolded = _unfolded(content, found.end(), most=left)
        left -= len(unfolded)
        if left <= 0 or _ACTS.search(_spelled_out(unfolded)):
            return True
    return False


def _spelled_out(content: bytes) -> bytes:
    """Return names without the escapes that hide them: /J#61vaScript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _unfolded(content: bytes, place: int, *, most: int) -> bytes:
    """Unfold what is packed from a place on, as far as it can be read, in little pieces.

    All that follows would be copied for each of thousands of objects.
    """
    packer, said = zlib.decompressobj(), bytearray()
    try:
        while not packer.eof and place < len(content) and len(said) < most:
            said += packer.decompress(content[place : place + _PIECE], most - len(said))
            place += _PIECE
    except zlib.error:
        pass  # a reader that forgives it has read what came before
    return bytes(said)
