"""The receipt in a file that a person kept: the JSON itself, or a PDF that carries it along."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from workflow.core.receipts import FORM, Fault, ReceiptRefusedError

LONGEST: Final = 200_000
"""Bytes of a receipt; the longest line of history is far shorter."""
_CARRIED: Final = re.compile(rb"/Type\s*/EmbeddedFile")
_BEGINS: Final = re.compile(rb"stream\r?\n")
_MOST: Final = 20
"""How many files one looks at that a PDF carries."""
_HEAD: Final = 2000
"""Bytes in which a PDF says how a file is packed that it carries."""


def receipt_text(content: bytes) -> str:
    """Return the text of a receipt from its file; raise `ReceiptRefusedError`.

    A PDF is not read as such, for whoever checks a receipt of a stranger is to run no more of it
    than unpacking: what proves something is in the receipt alone.
    """
    if content.startswith(b"%PDF-"):
        found = (one for one in _carried(content) if FORM.encode() in one)
        content = next(found, b"")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReceiptRefusedError(Fault.UNREADABLE, str(error)) from None


def _carried(content: bytes) -> Iterator[bytes]:
    """Go through the first files that a PDF carries, however many it pretends to."""
    for mark in islice(_CARRIED.finditer(content), _MOST):
        begins = _BEGINS.search(content, mark.end(), mark.end() + _HEAD)
        if begins is None:
            continue
        packed = content[content.rfind(b"obj", 0, mark.start()) : begins.start()]
        if b"/FlateDecode" not in packed:
            end = content.find(b"endstream", begins.end())
            yield content[begins.end() : end].strip()[:LONGEST]
            continue
        try:
            yield zlib.decompressobj().decompress(content[begins.end() :], LONGEST)
        except zlib.error:
            continue
