"""`tramita serve`: the pages, on gunicorn, in production as in the demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

import web
from web.commands.installed import demand_tables, settings
from web.watch import counts_folder
from workflow.storage.engine import make_engine

ROOT = Path(web.__file__).parents[1]
"""Where gunicorn finds the module `wsgi`."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--workers", type=int, help="Processes; else 1 on SQLite, one per core otherwise.")
@click.option("--threads", default=16, show_default=True, help="Threads of each process.")
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve the pages with gunicorn until it is stopped.

    In production, stand a reverse proxy with TLS before it and set TRAMITA_BASE_URL to the
    address that people type, and TRAMITA_PROXY_HOPS to the number of proxies. Run `tramita
    clock` beside it: without it no deadline is watched and no mail is sent.
    """
    chosen = settings()
    demand_tables(chosen.database_url)
    command = gunicorn(host, port, workers or usual_workers(chosen.database_url), threads)
    if chosen.log_format == "json":
        command[-1:-1] = ["--logger-class", "web.watch.server.JsonLogger"]
    if counts_folder.SHARED not in os.environ:
        os.environ[counts_folder.SHARED] = counts_folder.make()
    os.execv(command[0], command)  # noqa: S606 - it takes the place of this process


def gunicorn(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the command that serves the pages."""
    return [
        *(sys.executable, "-m", "gunicorn", "--no-control-socket"),
        *("--config", f"file:{counts_folder.__file__}"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        *("--bind", f"{host}:{port}", "--graceful-timeout", "30", "--timeout", "60"),
        *("--keep-alive", "5", "--max-requests", "20000", "--max-requests-jitter", "2000"),
        *("--log-level", "warning", "--pythonpath", str(ROOT), "wsgi:app"),
    ]


def usual_workers(database_url: str) -> int:
    """Return how many processes serve a database well: writers of SQLite take turns in one."""
    engine = make_engine(database_url)
    embedded = engine.dialect.name == "sqlite"
    engine.dispose()
    return 1 if embedded else max(2, os.cpu_count() or 2)
