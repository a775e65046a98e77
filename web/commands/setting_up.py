"""`tramita init|backup|restore|doctor`: the life of an installation, from its first day on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from web.commands.examination import examine
from web.commands.findings import Finding
from web.commands.imports import invitation_link
from web.commands.installed import now, opened, settings
from web.commands.speaking import answer, as_json, say
from workflow.catalogue.people import EMAIL
from workflow.services.backup import Saved, back_up
from workflow.services.backup import restore as restore_backup
from workflow.services.people import create_administrator
from workflow.services.watching import note_backup
from workflow.storage.dump import DumpError, ToolMissingError
from workflow.storage.migrations import upgrade


@click.command()
@click.option("--name", default="", help="Who administers it; asked for if it is not given.")
@click.option("--email", default="", help="Their address; asked for if it is not given.")
@click.option("--language", type=click.Choice(("pt_BR", "en", "es")), default="pt_BR")
@as_json
def init(name: str, email: str, language: str, *, as_json: bool) -> None:
    """Make an empty installation and print the invitation of its first administrator.

    Makes the tables in the database of TRAMITA_DATABASE_URL; no demo data ever enters it.

    \b
        tramita init --name "Ana Souza" --email ana@example.gov.br
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    chosen = settings()
    name = name or click.prompt("Name of the administrator")
    email = email or click.prompt("E-mail of the administrator")
    if not EMAIL.fullmatch(email):
        raise click.BadParameter(f"{email!r} is no e-mail address", param_hint="--email")
    upgrade(chosen.database_url)
    with opened(chosen) as uow:
        invite = create_administrator(uow, name=name, email=email, language=language)
    link = invitation_link(chosen.base_url, invite)
    if as_json:
        answer({"email": invite.email, "link": link, "expires_at": invite.expires_at})
        return
    say(
        f"The installation is ready. {name} sets a password here, once, within seven days:",
        f"  {link}",
        "Next: tramita calendar import, rules import, network import, people import,",
        "definitions deploy, registers deploy; then tramita doctor.",
    )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
def backup(file: Path, *, as_json: bool) -> None:
    """Write the database and the documents into FILE, a tar archive; people may go on working.

    Keep it as safe as the installation itself: it holds everything but TRAMITA_SECRET_KEY.
    """
    if file.exists():
        raise click.ClickException(f"{file} exists; a backup never overwrites, name another file")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"{file.absolute().parent} is no folder; make it first")
    chosen = settings()
    with _tools_needed():
        saved = back_up(chosen.database_url, chosen.documents, file, at=now(chosen))
    with opened(chosen) as uow:
        note_backup(uow)
    if as_json:
        answer({"file": str(file), **asdict(saved)})
        return
    say(f"{file}: {_what(saved)}, revision {saved.revision}.")


def _what(saved: Saved) -> str:
    return f"{saved.cases} cases, {saved.entries} register entries, {saved.documents} documents"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def restore(file: Path, *, as_json: bool) -> None:
    """Fill the empty database and documents folder of the settings from the backup FILE.

    Proves afterwards that every case ends in the seal that it had, and the log of all events in
    the same root. Anything that is there already refuses it. A backup of an earlier release is
    brought up to date by `tramita db upgrade`.
    """
    chosen = settings()
    with _tools_needed():
        saved = restore_backup(chosen.database_url, chosen.documents, file)
    if as_json:
        answer(asdict(saved))
        return
    say(f"{_what(saved)} restored; every seal is the same, and so is the root of the log.")


class _tools_needed:  # noqa: N801 - reads as a sentence
    """Tells why it could not be done: what a program of the database said, or the disk."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ToolMissingError | DumpError | OSError):
            raise click.ClickException(str(error)) from None


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Examine the installation, from its settings to its clock, and say what to mend.

    The exit code is 1 if something has to be mended before people can work.
    """
    findings = list(examine())
    if as_json:
        answer([_told(finding) for finding in findings])
    else:
        for finding in findings:
            _show(finding)
    if any(finding.wrong for finding in findings):
        raise click.exceptions.Exit(1)


def _told(finding: Finding) -> dict[str, object]:
    state = "wrong" if finding.wrong else "notice" if finding.mend else "good"
    return {"what": finding.what, "state": state, "mend": finding.mend}


def _show(finding: Finding) -> None:
    sign = (
        "[red]✗[/red]"
        if finding.wrong
        else "[yellow]![/yellow]"
        if finding.mend
        else "[green]✓[/green]"
    )
    say(f"{sign} {finding.what}" + (f"\n    {finding.mend}" if finding.mend else ""))
