"""`tramita search`: the index of words by which cases are found."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from web.commands.installed import installation
from web.commands.speaking import answer, as_json, say
from workflow.services.reindexing import reindex as make_anew


@click.group()
def search() -> None:
    """Keep the index of words by which officers find cases."""


@search.command("reindex")
@as_json
def reindex(*, as_json: bool) -> None:
    """Make the index anew out of the histories of all cases, the newest case first.

    Acts keep the index by themselves; this is for a database that is older than its search, and
    after `tramita case verify` has named a passage. People may go on working meanwhile; it may be
    interrupted and begun again.
    """
    columns = (TextColumn("Indexing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with (
        installation() as uow,
        Progress(*columns, console=console, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("Indexing", total=None)
        done = make_anew(uow, lambda n, total: bar.update(task, completed=n, total=total))
    if as_json:
        answer({"cases": done})
        return
    say(f"{done} cases can be searched.")
