"""Archives that come from outside: how they may be packed, and what reading a broken one raises."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
)
"""What the standard library raises for archives that are no archives after all, or locked."""
_USUAL: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def packed_as_usual(archive: zipfile.ZipFile) -> bool:
    """Say whether all has a name and is packed as office programs and file managers do.

    The other ways claim gigabytes of memory by a few bytes in a header.
    """
    return all(part.filename and part.compress_type in _USUAL for part in archive.infolist())
