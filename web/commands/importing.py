"""What commands that import files have in common."""

from __future__ import annotations

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


def tell_imported(done: Imported, what: str, *, preview: bool, as_json: bool) -> None:
    """Tell what an import changed, or would change."""
    if as_json:
        answer(asdict(done) | {"preview": preview})
        return
    verb = "would be " if preview else ""
    for names, word in ((done.added, "added"), (done.changed, "changed"), (done.ended, "ended")):
        if names:
            more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            say(f"{len(names)} {what} {verb}{word}: {', '.join(names[:MOST_NAMED])}{more}")
    say(f"{done.kept} {what} were known already.")
    if done.left:
        say(f"{len(done.left)} {what} are not in the file and stay as they are.")
