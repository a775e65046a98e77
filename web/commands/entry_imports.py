"""`tramita registers import`: entries of a register brought in from a table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from web.commands.bringing import (
    NEW_FILE,
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
from workflow.catalogue.columns import entry_columns
from workflow.services import batches, entry_imports
from workflow.services.batches import ENTRIES
from workflow.services.registers import entry_type
from workflow.storage.queries.batches import BatchPhase


@click.command("import")
@click.argument("key")
@click.argument("file", type=FILE)
@preview_or_apply
@as_json
def import_entries(key: str, file: Path, *, apply: bool, as_json: bool) -> None:
    """Bring the lines of FILE, a table in CSV or XLSX, into the register of KEY.

    All of its lines are brought in or none; every fault is told with its line and column, and
    what is in the register already is not entered again. Make the table from a template.

    \b
        tramita registers template partner partners.xlsx
        tramita registers import partner partners.xlsx --preview
        tramita registers import partner partners.xlsx --apply
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    content = file.read_bytes()
    with installation() as uow, line_progress(silent=as_json) as told:
        once = f"file:{hashlib.sha256(content).hexdigest()}:{uow.now.isoformat()}"
        batch = entry_imports.preview(uow, key, content, file_name=file.name, key=once, told=told)
        if apply and batch.phase is BatchPhase.READY:
            batch = entry_imports.bring_in(uow, batches.begin(uow, batch), told=told)
        tell_brought(uow, batch, undo="tramita registers undo", as_json=as_json)


@click.command("undo")
@click.argument("number", type=int)
def undo_entries(number: int) -> None:
    """Undo the import of NUMBER, unless somebody acted on one of its entries."""
    with installation() as uow, line_progress(silent=False) as told:
        batch = batches.begin_undoing(uow, batches.batch_named(uow, number, kind=ENTRIES))
        tell_undone(entry_imports.take_back(uow, batch, told=told))


@click.command("template")
@click.argument("key")
@click.argument("file", type=NEW_FILE)
@language_option
def entry_template(key: str, file: Path, *, language: str) -> None:
    """Write a table for entries of the register of KEY to FILE, which ends in .xlsx or .csv."""
    with installation() as uow:
        columns = entry_columns(entry_type(uow, key))
        write_template(file, columns, uow.world().network.active(uow.today), language=language)
