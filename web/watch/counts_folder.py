"""The folder of counts that `tramita serve` makes, and that goes when its gunicorn ends.

Gunicorn reads this file as its configuration, by itself: so nothing of the program is loaded into
the process that watches over those that answer.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"


def make() -> str:
    """Make a folder for this process, whose number gunicorn goes on to have."""
    return tempfile.mkdtemp(prefix=_prefix())


def on_exit(_server: object) -> None:
    """Take the folder away when gunicorn ends, unless it was given from outside."""
    folder = Path(os.environ.get(SHARED, ""))
    if folder.name.startswith(_prefix()):
        shutil.rmtree(folder, ignore_errors=True)


def _prefix() -> str:
    return f"tramita-counts-{os.getpid()}-"
