"""`tramita registers`: what the network keeps up to date, checked, deployed and exported."""

from __future__ import annotations

from pathlib import Path

import click

from web.commands.entry_imports import entry_template, import_entries, undo_entries
from web.commands.installed import installation
from web.commands.speaking import answer, as_json, as_text, complain, say, show_table
from web.registers.sheet import sheet
from web.spreadsheets import written
from workflow.catalogue.problems import Problem, Refused
from workflow.catalogue.registers import LoadedRegister, load_register, register_files
from workflow.catalogue.shipped import shipped_world
from workflow.catalogue.vocabulary import LANGUAGES
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.fields import words
from workflow.core.powers import Powers
from workflow.core.registers.entries import Standing
from workflow.services.register_lists import (
    EVERYTHING,
    Narrowing,
    count,
    exported,
    spelled,
)
from workflow.services.register_types import deploy_registers
from workflow.services.register_verification import verify_entries
from workflow.services.registers import entry_type, entry_types
from workflow.services.unit_of_work import UnitOfWork

PATHS = click.Path(exists=True, path_type=Path)


@click.group()
def registers() -> None:
    """Check, deploy, list and export registers.

    A register is a YAML file that says what an entry holds, who keeps it and how often it is
    confirmed. Its entries are made on the pages, by imports and by cases.
    """


for _command in (entry_template, import_entries, undo_entries):
    registers.add_command(_command)


@registers.command("check")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@as_json
def check_command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Check files or folders and tell every problem as file:line: what is wrong; how to mend it.

    Needs no installation: agencies are those that come with the program. The exit code is 1 if
    something has to be mended.
    """
    agencies = frozenset(agency.code for agency in shipped_world(LEGAL_ZONE).network)
    sound: list[LoadedRegister] = []
    problems: list[Problem] = []
    for path in register_files(paths):
        try:
            sound.append(load_register(path, agencies=agencies))
        except Refused as refused:
            problems += refused.problems
    if as_json:
        told = [{"file": p.file, "line": p.line, "what": p.what, "mend": p.mend} for p in problems]
        answer({"sound": [one.entry_type.key for one in sound], "problems": told})
    else:
        for one in sound:
            kind = one.entry_type
            say(f"[green]✓[/green] {kind.key} {kind.version}: {len(kind.fields)} fields")
        complain(*map(str, problems))
    if problems:
        raise click.exceptions.Exit(1)


@registers.command("deploy")
@click.argument("paths", nargs=-1, required=True, type=PATHS)
@as_json
def deploy_command(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Check files or folders and deploy them, all or none; entries follow the newest version."""
    with installation() as uow:
        deployed = deploy_registers(uow, paths)
    if as_json:
        answer([{"key": d.key, "version": d.version, "new": d.new} for d in deployed])
        return
    for one in deployed:
        say(f"{one.key} {one.version}: {'deployed' if one.new else 'deployed before'}")


@registers.command("list")
@click.argument("key", required=False)
@as_json
def list_command(key: str | None, *, as_json: bool) -> None:
    """List the registers with how many entries each has, or the entries of one."""
    with installation() as uow:
        whole = reading_all(uow)
        if key is None:
            _show_registers(whole, as_json=as_json)
        else:
            _show_entries(whole, key, as_json=as_json)


@registers.command("export")
@click.argument("key")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Else to the screen.")
@click.option("--format", "kind", type=click.Choice(("csv", "json")), default="csv")
@click.option("--language", type=click.Choice(LANGUAGES), default="pt-BR", show_default=True)
def export_command(key: str, *, to: Path | None, kind: str, language: str) -> None:
    """Write every entry of a register, ended ones too, as CSV for spreadsheets or as JSON.

    It holds all values, restricted ones too: keep it as safe as the installation itself.
    """
    with installation() as uow:
        whole = reading_all(uow)
        register, entries = entry_type(whole, key), exported(whole, key)
        if kind == "json":
            told = [spelled(entry, whole.today) for entry in entries]
            _write_json(told, to)
            return
        network = whole.world().network
        rows = sheet(register, entries, network, on=whole.today, language=language)
        text = "".join(written(rows))
    if to:
        to.write_text(text, encoding="utf-8", newline="")
    else:
        click.echo(text, nl=False)


@registers.command("verify")
@as_json
def verify_command(*, as_json: bool) -> None:
    """Rebuild every entry from its history and tell what differs; the exit code is 1 if any does.

    A history whose seals are broken was altered outside the program.
    """
    with installation() as uow:
        found = verify_entries(uow)
    if as_json:
        told = [{"number": number, "what": what} for number, what in found.unsound]
        answer({"entries": found.entries, "unsound": told})
    else:
        say(f"{found.entries} entries compared with their histories")
        complain(*(f"{number}: {what}" for number, what in found.unsound))
    if found.unsound:
        raise click.exceptions.Exit(1)


def reading_all(uow: UnitOfWork) -> UnitOfWork:
    """Return the unit of work of whoever keeps the machine, who reads all of every register."""
    return uow.as_powers(Powers(auditor=True))


def _write_json(told: list[dict[str, object]], to: Path | None) -> None:
    if to is None:
        answer(told)
        return
    to.write_text(as_text(told) + "\n", encoding="utf-8")


def _show_registers(uow: UnitOfWork, *, as_json: bool) -> None:
    stale = Narrowing(standings=(Standing.STALE,))
    listed = [
        {
            "key": kind.key,
            "version": kind.version,
            "title": words(kind.plural, "en"),
            "owner": kind.owner,
            "entries": count(uow, kind.key),
            "stale": count(uow, kind.key, stale),
        }
        for kind in sorted(entry_types(uow).values(), key=lambda kind: kind.key)
    ]
    if as_json:
        answer(listed)
        return
    columns = ("Register", "Version", "Title", "Owner", "Entries", "Stale")
    show_table(columns, [tuple(row.values()) for row in listed])


def _show_entries(uow: UnitOfWork, key: str, *, as_json: bool) -> None:
    kind = entry_type(uow, key)
    listed = list(exported(uow, key, EVERYTHING))
    if as_json:
        answer([spelled(entry, uow.today) for entry in listed])
        return
    show_table(
        ("Number", "Name", "Holder", "Standing", "Confirm by"),
        [
            (e.number, kind.name_of(e.values), e.holder, e.standing(uow.today), e.due_on)
            for e in listed
        ],
    )
