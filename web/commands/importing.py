"""What commands that import files have in common."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import asdict
from pathlib import Path

import click

from web.commands.speaking import answer, say
from workflow.services.network import Imported

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PATH = click.Path(exists=True, path_type=Path)
preview_option = click.option(
    "--preview", is_flag=True, help="Only say what would change; change nothing."
)
MOST_NAMED = 12
ONE_OF = {"agencies": "agency", "entries": "entry", "rules": "rule"}


def tell_imported(done: Imported, what: str, *, preview: bool, as_json: bool) -> None:
    """Tell what an import changed, or would change."""
    if as_json:
        answer(asdict(done) | {"preview": preview})
        return
    verb = "would be " if preview else ""
    for names, word in ((done.added, "added"), (done.changed, "changed"), (done.ended, "ended")):
        if names:
            more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            say(f"{_counted(names, what)} {verb}{word}: {', '.join(names[:MOST_NAMED])}{more}")
    if done.renamed:
        say(f"The former name {verb}kept with what is older: {', '.join(done.renamed)}")
    say(f"Known already: {_counted(range(done.kept), what)}.")
    if done.left:
        say(f"Not in the file, and left as they are: {_counted(done.left, what)}.")


def _counted(things: Sized, what: str) -> str:
    return f"{len(things)} {ONE_OF[what] if len(things) == 1 else what}"
