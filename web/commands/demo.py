"""`tramita demo`: everything at once, on this machine, with made-up people and cases."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Final
from zoneinfo import ZoneInfo

import click
from gunicorn.app.wsgiapp import run
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from web.commands.clocking import clock
from web.commands.serving import gunicorn
from web.commands.speaking import say
from web.demo.people import PASSWORD, demo_accounts
from web.demo.preparing import Place, Prepared, prepare, prepared
from workflow.services.installation import Installation
from workflow.services.practice import keep_beginning
from workflow.storage.engine import make_engine
from workflow.storage.migrations import current, newest, upgrade

HOST: Final = "127.0.0.1"
PORTS_TRIED: Final = 20
PATIENCE: Final = 120.0
ZONE = ZoneInfo("America/Sao_Paulo")
FRESH: Final = get_context("spawn")


@click.command()
@click.option("--port", default=8000, show_default=True, help="The first port to try.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Where it lives; remove it to begin anew.  [default: var, or var/practice]",
)
@click.option("--no-serve", is_flag=True, help="Only prepare it.")
@click.option("--small", is_flag=True, help="Only some cases of each kind; made in seconds.")
@click.option("--practice", is_flag=True, help="With exercises, and a button to begin anew.")
def demo(port: int, folder: Path | None, *, no_serve: bool, small: bool, practice: bool) -> None:
    """Show the program with made-up people and cases, on this machine only.

    Prepares a database of its own in the folder, plays some cases as if officers of many
    agencies had worked on them for months, and serves the pages with the clock process beside
    it. It touches no real installation and reads no setting of one. Mail goes into files in the
    folder `mail`. Started again, it goes on where it was.

    With --practice it is a place to learn: a banner on every page says so, /treino leads an
    officer, a head, a coordinator, a requester and an administrator through ten minutes each,
    and one button puts everything back as it was made.
    """
    place = Place(folder or Path("var/practice" if practice else "var"))
    found = _prepare(place, whole=not (small or practice))
    if practice and not place.beginning.exists():
        keep_beginning(place.database_url, place.beginning)
    for halted in found.halted:
        say(f"[yellow]![/yellow] {halted.story} stops at step {halted.step}: {halted.why}")
    if no_serve:
        say(f"The demo is ready in {place.folder}: {found.cases} cases.")
        return
    _serve(place, found, _free_port(port), practice=practice)


def _prepare(place: Place, *, whole: bool) -> Prepared:
    """Make the demo, or find it made."""
    now = datetime.now(UTC)
    place.secret()
    if current(place.database_url) != newest():
        upgrade(place.database_url)
    engine = make_engine(place.database_url, lasting=False)
    try:
        installation = Installation(engine, ZONE)
        known = prepared(installation, now=now)
        if known:
            return known
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("Playing the demo cases", total=None)
            return prepare(
                installation,
                place,
                now=now,
                whole=whole,
                progress=lambda done, of: progress.update(bar, completed=done, total=of),
            )
    finally:
        engine.dispose()


def _serve(place: Place, found: Prepared, port: int, *, practice: bool) -> None:
    """Run the pages and the clock until somebody stops the demo."""
    url = f"http://{HOST}:{port}"
    theirs = {k: v for k, v in os.environ.items() if not k.startswith("TRAMITA_")}
    environment = {**theirs, **place.settings(base_url=url, practice=practice)}
    arguments = gunicorn(HOST, port, 1, 16)[2:]
    with _running(_serve_pages, arguments, environment) as pages:
        _await_answer(url, pages)
        with _running(_watch, [], environment):
            signal.signal(signal.SIGTERM, _as_interrupt)
            _tell(url, place, found)
            try:
                pages.join()
            except KeyboardInterrupt:
                say("", "The demo has stopped; started again, it goes on where it was.")


def _serve_pages(arguments: Sequence[str]) -> None:
    """Be gunicorn, as its own command would."""
    sys.argv = list(arguments)
    run()


def _watch(arguments: Sequence[str]) -> None:
    """Be the clock process."""
    clock(list(arguments))


def _tell(url: str, place: Place, found: Prepared) -> None:
    say("", f"The demo is served at [bold]{url}[/bold]", "", "Accounts:")
    for account in demo_accounts():
        say(f"  {account.agency or 'administrator':<14}{account.email:<40}{account.name}")
    say(
        f"The password of all of them is [bold]{PASSWORD}[/bold].",
        "",
        f"{found.cases} cases; look first at {', '.join(found.shown)}, the protocol with Jiangsu.",
        f"Mail is put into {place.mail}. Stop the demo with Ctrl-C.",
    )


@contextmanager
def _running(
    task: Callable[[Sequence[str]], None], arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[BaseProcess]:
    """Run a task in a process of its own while the block lasts.

    It begins afresh: what is forked after documents were kept lacks the threads that keep them,
    and waits for them for ever.
    """
    process = FRESH.Process(target=_in_child, args=(task, arguments, environment))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(10)
        if process.is_alive():
            process.kill()


def _in_child(
    task: Callable[[Sequence[str]], None], arguments: Sequence[str], environment: Mapping[str, str]
) -> None:
    os.setsid()  # Ctrl-C is for the demo, which then ends its processes in order
    os.environ.clear()
    os.environ.update(environment)
    task(arguments)


def _await_answer(url: str, pages: BaseProcess) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and pages.is_alive():
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as answer:
            answer.close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise click.ClickException("the pages did not start; what they said stands above")


def _free_port(first: int) -> int:
    """Return the first port from there on that nobody listens on."""
    for port in range(first, first + PORTS_TRIED):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"no port from {first} on is free; name another with --port")


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
