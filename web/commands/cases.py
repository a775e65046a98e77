"""`tramita case`: one case as its whole record, and the proof that the record is whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Row

from web.commands.installed import installation
from web.commands.speaking import answer, as_json, complain, say, show_table, utc
from workflow.core.errors import UnknownCase
from workflow.core.events import Event
from workflow.core.fields import words
from workflow.core.snapshot import CaseSnapshot
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import AllVerified, Verified, verify_all
from workflow.services.verification import verify as verify_case
from workflow.storage.load import load_case
from workflow.storage.queries.events import events_of
from workflow.storage.queries.notices import deliveries_of


@click.group()
def case() -> None:
    """Look at a case whole, and hold it against its history."""


@case.command("show")
@click.argument("number")
@as_json
def show(number: str, *, as_json: bool) -> None:
    """Show where the case of NUMBER is, who has it, what has happened and which mails went out.

    Case data are not shown. Whoever may run this command may read the database, so it asks for
    no account.
    """
    with installation() as uow:
        found, events, mails = _read(uow, number)
    if as_json:
        lines = [_line(event) for event in events]
        answer({**_told(found), "events": lines, "mails": [_mail(mail) for mail in mails]})
        return
    title = words(found.definition.title)
    state = words(found.state_spec.title)
    say(f"[bold]{found.number}[/bold] {title}", f"State: {state} ({found.state})")
    if found.result:
        say(f"Closed: {found.result}")
    show_table(
        ("Task", "Agency", "Status", "Officer", "Due"),
        [
            (t.key, t.agency, t.status, t.assignee, t.clock.due_on if t.clock else None)
            for t in found.tasks
        ],
    )
    say("")
    show_table(
        ("No", "When", "What", "Agency", "Officer"),
        [(e.seq, utc(e.at), e.kind, e.by.agency, e.by.officer) for e in events],
    )
    if mails:
        say("")
        show_table(
            ("Mail sent", "About", "Officer", "Result", "Attempt", "Detail"),
            [(utc(m.at), m.kind, m.officer_id, m.result, m.attempt, m.detail) for m in mails],
        )


def _read(uow: UnitOfWork, number: str) -> tuple[CaseSnapshot, list[Event], list[Row[Any]]]:
    with uow.reading() as connection:
        loaded = load_case(connection, number=number, definitions=uow.installation.definition)
        if loaded is None:
            raise UnknownCase(number=number)
        events = events_of(connection, loaded.case_id)
        return loaded.snapshot, events, deliveries_of(connection, loaded.case_id)


def _told(found: CaseSnapshot) -> dict[str, Any]:
    return {
        "number": found.number,
        "definition": found.definition.key,
        "version": found.definition.version,
        "state": found.state,
        "result": found.result,
        "opener": found.opener,
        "opened_at": found.opened_at,
        "closed_at": found.closed_at,
        "tasks": [
            {
                "no": task.no,
                "task": task.key,
                "agency": task.agency,
                "status": task.status,
                "officer": task.assignee,
                "due_on": task.clock.due_on if task.clock else None,
            }
            for task in found.tasks
        ],
        "head": found.head,
    }


def _line(event: Event) -> dict[str, Any]:
    return {"seq": event.seq, "at": event.at, "kind": event.kind, "by": event.by.as_body()}


def _mail(attempt: Row[Any]) -> dict[str, Any]:
    return {
        "at": attempt.at,
        "kind": attempt.kind,
        "officer": attempt.officer_id,
        "result": attempt.result,
        "attempt": attempt.attempt,
        "detail": attempt.detail,
    }


@case.command("verify")
@click.argument("number", required=False)
@click.option("--all", "all_of_them", is_flag=True, help="Verify every case there is.")
@as_json
def verify(number: str | None, *, all_of_them: bool, as_json: bool) -> None:
    """Rebuild the case of NUMBER from its events and compare; name the first broken seal.

    The exit code is 1 if a case is not what its events say, or if an event was altered.
    """
    if bool(number) == all_of_them:
        raise click.UsageError("give a NUMBER or --all")
    with installation() as uow:
        found = everything(uow, silent=as_json) if all_of_them else _one(uow, number or "")
    if as_json:
        answer({**asdict(found), "sound": found.is_sound})
    else:
        complain(*map(fault, found.unsound))
        complain(*(f"inbox of {queue.agency}: wrong count" for queue in found.miscounted))
        whole = found.cases - len(found.unsound)
        say(f"{whole} of {found.cases} cases are whole, {found.events} events.")
    if not found.is_sound:
        raise click.exceptions.Exit(1)


def _one(uow: UnitOfWork, number: str) -> AllVerified:
    found = verify_case(uow.as_powers(CLOCK_POWERS), number)
    return AllVerified(1, found.events, () if found.is_sound else (found,))


def everything(uow: UnitOfWork, *, silent: bool) -> AllVerified:
    """Verify every case, showing how far it is unless one is to be silent."""
    with Progress(console=Console(stderr=True), transient=True, disable=silent) as progress:
        bar = progress.add_task("Verifying")
        return verify_all(uow, lambda done, of: progress.update(bar, completed=done, total=of))


def fault(found: Verified) -> str:
    """Say what is wrong with a case."""
    if found.broken is not None:
        return f"{found.number}: event {found.broken} was altered, or one before it is missing"
    return f"{found.number}: its events lead to other {', '.join(found.differs)}"
