"""Who takes part: by name, what each is, where it runs, and what it needs to run."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

HERE: Final = Path(__file__).parent
FOLDER: Final = click.Path(path_type=Path, exists=True, file_okay=False)
"""Where results may go: asked for before anything is measured."""
ENVIRONMENTS: Final = HERE.parent / "build" / "benchmarks"
"""Thrown away by `make clean`."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One who does the work."""

    name: str
    """Its module under `contestants`."""
    title: str
    databases: tuple[str, ...] = ("postgresql", "sqlite")
    foreign: bool = False
    """Whether it needs an environment of its own, made from `engines/NAME.txt`."""


FIELD: Final = (
    Entrant("limit", "one SQL statement for each act, by hand", ("postgresql",)),
    Entrant("plain", "plain SQL by hand, decisions in Python"),
    Entrant("ours", "Tramita, everything on"),
    Entrant("spiff", "SpiffWorkflow", foreign=True),
    Entrant("viewflow", "django-viewflow", foreign=True),
    Entrant("joeflow", "joeflow", foreign=True),
    Entrant("dbos", "DBOS", foreign=True),
)
TITLES: Final = {one.name: one.title for one in FIELD}
LIMITS: Final = {"postgresql": "limit", "sqlite": "plain"}
"""Whom the others are measured by."""


def python_of(entrant: Entrant) -> Path:
    """Return the Python that runs an entrant, making its environment if there is none."""
    if not entrant.foreign:
        return Path(sys.executable)
    home = ENVIRONMENTS / entrant.name
    python = home / "bin" / "python"
    wanted = HERE / "engines" / f"{entrant.name}.txt"
    stamp = home / "installed"
    if not stamp.exists() or stamp.stat().st_mtime < wanted.stat().st_mtime:
        venv.create(home, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary", ":all:", "-r", str(wanted)], check=True)
        stamp.touch()
    return python


def version_of(entrant: Entrant) -> str:
    """Return which version of an engine takes part."""
    if not entrant.foreign:
        return ""
    wanted = (HERE / "engines" / f"{entrant.name}.txt").read_text(encoding="utf-8")
    first = next(line for line in wanted.splitlines() if line and not line.startswith("#"))
    return first.partition("==")[2]
