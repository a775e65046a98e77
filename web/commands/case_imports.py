"""`tramita cases`: cases that were under way before the system, brought in from a table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask_babel import force_locale
from rich.console import Console
from rich.progress import Progress

from web import create_app
from web.commands.importing import FILE
from web.commands.installed import installation, settings
from web.commands.speaking import answer, as_json, complain, say, warn
from web.errors import kept_refusal_text
from web.spreadsheets import written
from web.words.import_words import fault_text
from workflow.catalogue.columns import case_columns
from workflow.catalogue.sheet_writing import headings, workbook_template
from workflow.services import batches, importing
from workflow.services.batches import Told
from workflow.services.import_preview import preview, type_named
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.batches import Batch, BatchPhase

MOST_TOLD = 50
LANGUAGE = click.Choice(["pt-BR", "en", "es"])
preview_or_apply = click.option(
    "--apply/--preview",
    "apply",
    required=True,
    help="Bring the lines in, all or none; or only say what each would become.",
)


@click.group("cases")
def cases_group() -> None:
    """Bring in cases that were under way before the system."""


@cases_group.command("import")
@click.argument("file", type=FILE)
@click.option("--type", "type_key", help="The request type; else the file names it in its lines.")
@preview_or_apply
@as_json
def import_cases(file: Path, type_key: str | None, *, apply: bool, as_json: bool) -> None:
    """Bring in the cases of FILE, a table in CSV or XLSX, each placed in its state.

    All of its lines are brought in or none; every fault is told with its line and column. Make
    the table from a template. Nobody is told of what is past, deadlines count from the days in
    the table, and the history of each case says that it was there before the system.

    \b
        tramita cases template agreement_review agreements.xlsx
        tramita cases import agreements.xlsx --preview
        tramita cases import agreements.xlsx --apply
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    content = file.read_bytes()
    with installation() as uow, _progress(silent=as_json) as told:
        key = f"file:{hashlib.sha256(content).hexdigest()}:{uow.now.isoformat()}"
        chosen = type_key or type_named(uow, content)
        batch = preview(uow, chosen, content, file_name=file.name, key=key, told=told)
        if apply and batch.phase is BatchPhase.READY:
            batch = importing.bring_in(uow, batches.begin(uow, batch), told=told)
        _tell(uow, batch, as_json=as_json)
        if batch.phase is not BatchPhase.APPLIED:
            batches.drop(uow, batch)
    if batch.phase in (BatchPhase.FAULTY, BatchPhase.FAILED):
        raise click.exceptions.Exit(1)


@cases_group.command("undo")
@click.argument("number", type=int)
def undo(number: int) -> None:
    """Undo the import of NUMBER, unless somebody acted on one of its cases."""
    with installation() as uow, _progress(silent=False) as told:
        batch = batches.begin_undoing(uow, batches.batch_named(uow, number))
        batch = importing.take_back(uow, batch, told=told)
    if batch.phase is not BatchPhase.UNDONE:
        complain(_why(batch))
        raise click.exceptions.Exit(1)
    say(f"Import {batch.id} is undone: {batch.total} cases are closed.")


@cases_group.command("template")
@click.argument("type_key", metavar="TYPE")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=LANGUAGE, default="pt-BR", show_default=True)
def template(type_key: str, file: Path, *, language: str) -> None:
    """Write a table for cases of TYPE to FILE, which ends in .xlsx or .csv.

    The workbook has a sheet that explains each column and one with the valid choices.
    """
    with installation() as uow:
        columns = case_columns(uow.installation.newest(type_key))
        agencies = uow.world().network.active(uow.today)
    if file.suffix.lower() == ".csv":
        file.write_text("".join(written([headings(columns, language)])), encoding="utf-8")
    else:
        file.write_bytes(workbook_template(columns, language, agencies=agencies))
    say(f"{len(columns)} columns: {file}")


def _tell(uow: UnitOfWork, batch: Batch, *, as_json: bool) -> None:
    """Tell what a file would bring, what it brought, or what is wrong with it."""
    lines = batches.lines_page(uow, batch, after=0, limit=batch.total + 1)
    with _english():
        faults = [fault_text(f) for f in (*batch.faults, *(f for one in lines for f in one.faults))]
        notes = [fault_text(note) for one in lines for note in one.notes]
        why = _why(batch) if batch.because else ""
    if as_json:
        made = {one.line: one.number for one in lines if one.number}
        told = {"type": batch.type, "lines": batch.total, "faulty": batch.faulty}
        done = {"phase": batch.phase.value, "import": batch.id, "cases": made, "why": why}
        answer({**told, **done, "faults": faults, "notes": notes})
        return
    complain(*faults[:MOST_TOLD])
    if len(faults) > MOST_TOLD:
        complain(f"and {len(faults) - MOST_TOLD} more")
    warn(*notes[:MOST_TOLD])
    if why:
        complain(why)
    match batch.phase:
        case BatchPhase.APPLIED:
            say(f"Import {batch.id}: {batch.total} cases are here.")
            say(f"To undo it: tramita cases undo {batch.id}")
        case BatchPhase.READY:
            say(f"{batch.total} lines can be brought in.")
        case _:
            say(f"Nothing was brought in: {batch.faulty} of {batch.total} lines have faults.")


def _why(batch: Batch) -> str:
    because = batch.because or {"refusal": "Refusal", "particulars": {}}
    with _english():
        return kept_refusal_text(because["refusal"], because["particulars"])


@contextmanager
def _english() -> Iterator[None]:
    """Speak as commands do, in English, with the sentences of the pages."""
    app = create_app(settings())
    with app.test_request_context(), force_locale("en"):
        yield


@contextmanager
def _progress(*, silent: bool) -> Iterator[Told]:
    with Progress(console=Console(stderr=True), transient=True, disable=silent) as progress:
        bar = progress.add_task("Lines")
        yield lambda done, of: progress.update(bar, completed=done, total=of)
