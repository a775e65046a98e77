"""What commands that bring things in from a table have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from web import create_app
from web.commands.installed import settings
from web.commands.speaking import answer, complain, say, warn
from web.errors import kept_refusal_text
from web.forms.packages import Brought, brought_by
from web.spreadsheets import written
from web.stores import MEGABYTE, store_of
from web.words.import_words import fault_text
from web.words.languages import forced_language
from workflow.catalogue.columns import Column
from workflow.catalogue.sheet_writing import headings, workbook_template
from workflow.core.network import Agency
from workflow.services import batches
from workflow.services.batches import Told
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.batches import Batch, BatchPhase

MOST_TOLD = 50
LANGUAGES = click.Choice(["pt-BR", "en", "es"])
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
language_option = click.option("--language", type=LANGUAGES, default="pt-BR", show_default=True)
preview_or_apply = click.option(
    "--apply/--preview",
    "apply",
    required=True,
    help="Bring the lines in, all or none; or only say what each would become.",
)


def write_template(
    file: Path, columns: Sequence[Column], agencies: Iterable[Agency], *, language: str
) -> None:
    """Write the table to fill in, as its name says: a workbook, or CSV."""
    if file.suffix.lower() == ".csv":
        file.write_text("".join(written([headings(columns, language)])), encoding="utf-8")
    else:
        file.write_bytes(workbook_template(columns, language, agencies=agencies))
    say(f"{len(columns)} columns: {file}")


@contextmanager
def brought_in(file: Path) -> Iterator[Brought]:
    """Open a table, or an archive with a table and its files, as the pages do."""
    chosen = settings()
    store, limit = store_of(chosen), chosen.max_upload_mb * MEGABYTE
    with file.open("rb") as stream, brought_by(stream, store=store, limit=limit) as brought:
        yield brought


def tell_brought(uow: UnitOfWork, batch: Batch, *, undo: str, as_json: bool) -> None:
    """Tell what a file would bring, what it brought, or what is wrong with it; then forget it.

    What was brought in stays. The exit code is 1 where nothing could be.
    """
    lines = batches.lines_page(uow, batch, after=0, limit=batch.total + 1)
    with _english():
        faults = [fault_text(f) for f in (*batch.faults, *(f for one in lines for f in one.faults))]
        notes = [fault_text(note) for one in lines for note in one.notes]
    why = why_not(batch) if batch.because else ""
    if as_json:
        made = {one.line: one.number for one in lines if one.number}
        told = {"type": batch.type, "lines": batch.total, "faulty": batch.faulty}
        done = {"phase": batch.phase.value, "import": batch.id, "made": made, "why": why}
        answer({**told, **done, "faults": faults, "notes": notes})
    else:
        _say_all(faults, notes, why)
        _say_end(batch, undo)
    if batch.phase is not BatchPhase.APPLIED:
        batches.drop(uow, batch)
    if batch.phase in (BatchPhase.FAULTY, BatchPhase.FAILED):
        raise click.exceptions.Exit(1)


def tell_undone(batch: Batch) -> None:
    """Tell that an import is undone, or why it stays."""
    if batch.phase is not BatchPhase.UNDONE:
        complain(why_not(batch))
        raise click.exceptions.Exit(1)
    say(f"Import {batch.id} is undone: {batch.total} lines.")


def _say_all(faults: list[str], notes: list[str], why: str) -> None:
    complain(*faults[:MOST_TOLD])
    if len(faults) > MOST_TOLD:
        complain(f"and {len(faults) - MOST_TOLD} more")
    warn(*notes[:MOST_TOLD])
    if why:
        complain(why)


def _say_end(batch: Batch, undo: str) -> None:
    match batch.phase:
        case BatchPhase.APPLIED:
            say(f"Import {batch.id}: {batch.total} lines are here.")
            say(f"To undo it: {undo} {batch.id}")
        case BatchPhase.READY:
            say(f"{batch.total} lines can be brought in.")
        case _:
            say(f"Nothing was brought in: {batch.faulty} of {batch.total} lines have faults.")


def why_not(batch: Batch) -> str:
    """Say why an import came to nothing, or could not be undone."""
    because = batch.because or {"refusal": "Refusal", "particulars": {}}
    with _english():
        return kept_refusal_text(because["refusal"], because["particulars"])


@contextmanager
def _english() -> Iterator[None]:
    """Speak as commands do, in English, with the sentences of the pages."""
    app = create_app(settings())
    with app.test_request_context(), forced_language("en"):
        yield


@contextmanager
def line_progress(*, silent: bool) -> Iterator[Told]:
    """Show how many lines are done."""
    with Progress(console=Console(stderr=True), transient=True, disable=silent) as progress:
        bar = progress.add_task("Lines")
        yield lambda done, of: progress.update(bar, completed=done, total=of)
