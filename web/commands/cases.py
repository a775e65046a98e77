"""`tramita case`: one case as its whole record, and the proof that the record is whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
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
from workflow.services import erasing, retention
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import AllVerified, Verified, verify_all
from workflow.services.verification import verify as verify_case
from workflow.storage.documents import DocumentStore
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


@case.command("erase")
@click.argument("number")
@click.option("--reason", help="Why, as history will say it; without personal data.")
@click.option("--only", "keys", multiple=True, help="Only this part, as data.manager; repeatable.")
@click.option("--yes", is_flag=True, help="Erase; without it, only say what would go.")
@as_json
def erase(
    number: str, *, reason: str | None, keys: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Erase what the closed case of NUMBER tells of persons; everything stays verifiable.

    What officers commented goes only where --only names it. Texts that no definition declares
    personal, and papers, stay: take papers back on the page of the case first. Copies made by
    `tramita backup` before keep the values until they are thrown away.
    """
    with installation() as uow:
        parts = erasing.erasable(uow, number, office=None).parts
        chosen = [part for part in parts if (part.key in keys if keys else part.usual)]
        if yes:
            wanted = [part.key for part in chosen]
            key = f"erase:{number}:{utc(uow.now)}"
            erasing.erase(uow, number, wanted, reason=reason or "", office=None, key=key)
    if as_json:
        answer({"number": number, "erased": yes, "parts": [asdict(part) for part in chosen]})
        return
    rows = [(p.key, ", ".join(map(str, p.lines)), "" if p in chosen else "stays") for p in parts]
    show_table(("Part", "Lines of history", ""), rows)
    say(f"{len(chosen)} parts {'erased' if yes else 'would be erased; to do it: --yes'}.")


@case.command("kept")
@click.option("--days", default=30, show_default=True, help="How far to look ahead.")
@click.option("--most", default=retention.MOST_LISTED, show_default=True, help="How many to list.")
@as_json
def kept(*, days: int, most: int, as_json: bool) -> None:
    """List the ended cases whose personal data are erased soon, by the term of their type.

    The clock erases them once a day; those that are held stay. Restricted cases are listed, too.
    """
    with installation() as uow:
        ahead = retention.running_out(uow, office=None, within=timedelta(days=days), most=most)
    if as_json:
        answer({"cases": [asdict(one) for one in ahead.listed], "more": ahead.more})
        return
    rows = [
        (
            one.number,
            one.ended,
            one.on,
            one.source,
            one.held or "",
            one.failed_at and utc(one.failed_at),
        )
        for one in ahead.listed
    ]
    show_table(("Case", "Ended", "Erased on", "By", "Held, because", "Failed at"), rows)
    if ahead.more:
        least = "at least " if ahead.and_still_more else ""
        say(f"After these come {least}{ahead.more} more; list them with --most.")


@case.command("hold")
@click.argument("number")
@click.option("--reason", default="", help="Why, as it will be shown; without personal data.")
@click.option("--lift", is_flag=True, help="Let the term run again.")
def hold(number: str, *, reason: str, lift: bool) -> None:
    """Keep what the case of NUMBER tells of persons beyond the term of its type, for a reason."""
    with installation() as uow:
        if lift:
            done = "no longer held" if retention.lift(uow, number, office=None) else "not held"
        else:
            retention.hold(uow, number, reason, office=None)
            done = "held"
    say(f"{number} is {done}.")


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
        complain(*faults(found))
        whole = found.cases - len(found.unsound)
        say(f"{whole} of {found.cases} cases are whole, {found.events} events.")
    if not found.is_sound:
        raise click.exceptions.Exit(1)


def _one(uow: UnitOfWork, number: str) -> AllVerified:
    found = verify_case(uow, number)
    return AllVerified(1, found.events, () if found.is_sound else (found,))


def everything(uow: UnitOfWork, *, silent: bool, store: DocumentStore | None = None) -> AllVerified:
    """Verify every case, its documents too with a store, showing how far it is unless silent."""
    with Progress(console=Console(stderr=True), transient=True, disable=silent) as progress:
        bar = progress.add_task("Verifying")
        return verify_all(
            uow, lambda done, of: progress.update(bar, completed=done, total=of), store=store
        )


def faults(found: AllVerified) -> Iterator[str]:
    """Say all that is wrong with cases."""
    yield from map(_fault, found.unsound)
    yield from (f"inbox of {queue.agency}: wrong count" for queue in found.miscounted)
    yield from (f"{place}: of a case that there is not" for place in found.strays)


def _fault(found: Verified) -> str:
    """Say what is wrong with a case."""
    said = []
    if found.broken is not None:
        said.append(f"event {found.broken} was altered, or one before it is missing")
    if found.differs:
        said.append(f"not as its events tell it: {', '.join(found.differs)}")
    return f"{found.number}: {'; '.join(said)}"
