"""`tramita cases`: cases that were under way before the system, brought in from a table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from web.commands.bringing import (
    NEW_FILE,
    brought_in,
    language_option,
    line_progress,
    preview_or_apply,
    tell_brought,
    tell_undone,
    write_template,
)
from web.commands.importing import FILE
from web.commands.installed import installation
from web.commands.speaking import as_json
from workflow.catalogue.columns import case_columns
from workflow.services import batches, importing
from workflow.services.import_preview import preview, type_named
from workflow.storage.queries.batches import BatchPhase


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

    FILE may be a ZIP with the table and a folder of files, which cells of documents name.

    All of its lines are brought in or none; every fault is told with its line and column. Make
    the table from a template. Nobody is told of what is past, deadlines count from the days in
    the table, and the history of each case says that it was there before the system.

    \b
        tramita cases template agreement_review agreements.xlsx
        tramita cases import agreements.xlsx --preview
        tramita cases import agreements.xlsx --apply
        tramita cases import agreements.zip --apply
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    with (
        installation() as uow,
        line_progress(silent=as_json) as told,
        brought_in(file) as brought,
    ):
        key = f"file:{hashlib.sha256(brought.table).hexdigest()}:{uow.now.isoformat()}"
        chosen = type_key or type_named(uow, brought.table)
        batch = preview(
            uow, chosen, brought.table, file_name=file.name, key=key, files=brought.files, told=told
        )
        if apply and batch.phase is BatchPhase.READY:
            batch = importing.bring_in(uow, batches.begin(uow, batch), told=told)
        tell_brought(uow, batch, undo="tramita cases undo", as_json=as_json)


@cases_group.command("undo")
@click.argument("number", type=int)
def undo_cases(number: int) -> None:
    """Undo the import of NUMBER, unless somebody acted on one of its cases."""
    with installation() as uow, line_progress(silent=False) as told:
        batch = batches.begin_undoing(uow, batches.batch_named(uow, number))
        tell_undone(importing.take_back(uow, batch, told=told))


@cases_group.command("template")
@click.argument("type_key", metavar="TYPE")
@click.argument("file", type=NEW_FILE)
@language_option
def case_template(type_key: str, file: Path, *, language: str) -> None:
    """Write a table for cases of TYPE to FILE, which ends in .xlsx or .csv.

    The workbook has a sheet that explains each column and one with the valid choices.
    """
    with installation() as uow:
        columns = case_columns(uow.installation.newest(type_key))
        write_template(file, columns, uow.world().network.active(uow.today), language=language)
