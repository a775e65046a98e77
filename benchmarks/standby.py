"""`python -m benchmarks standby`: how long acts wait for a second server to confirm them.

Both servers run on this machine, the second one a standby that follows by streaming. What is
waited for is changed from turn to turn, so that everybody has the same machine.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click
import psycopg

from benchmarks.contestants import ours
from benchmarks.database import SETTINGS, OnPostgres, circumstances, postgres
from benchmarks.field import FOLDER, HERE
from benchmarks.work import do_case
from tests.servers.ports import Patience
from tests.servers.postgres import binaries, served

NAME: Final = "standby"
CONFIRMED: Final = f"FIRST 1 ({NAME})"
WAYS: Final = {
    "the standby is not waited for": ("", "on"),
    "it has written it (`on`)": (CONFIRMED, "on"),
    "it shows it (`remote_apply`)": (CONFIRMED, "remote_apply"),
}
"""What is waited for: `synchronous_standby_names`, `synchronous_commit`."""

INTRODUCTION: Final = """\
# What waiting for a standby costs an act

Written by `python -m benchmarks standby`: the work of [RESULTS.md](RESULTS.md), done by one worker
on a server that a standby follows. Both run on this one machine and its one disk: no network is
between them, and what the standby writes, and the processor time it takes, is taken from the
first. A network adds its way there and back to each act, once.

"""


@click.command()
@click.option("--rounds", default=10, show_default=True, help="How often it is every way's turn.")
@click.option("--cases", default=4, show_default=True, help="Cases of ten acts in a turn.")
@click.option("--into", type=FOLDER, default=HERE, help="Where results go.")
def standby(*, rounds: int, cases: int, into: Path) -> None:
    """Measure how long acts take with a synchronous standby and without."""
    with postgres() as database, following(database):
        contestant = ours.Contestant(database.url("ours"))
        contestant.prepare()
        contestant.connect()
        took = _take_turns(database, contestant, rounds=rounds, cases=cases)
        contestant.close()
        kept = {
            **circumstances(database),
            "sync_ms": database.sync,
            "ways": {name: _figures(seconds) for name, seconds in took.items()},
        }
    (into / "standby.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    (into / "STANDBY.md").write_text(_page(kept), encoding="utf-8")
    click.echo(_page(kept))


@contextmanager
def following(database: OnPostgres) -> Iterator[str]:
    """Have a standby follow a server for as long as the block lasts; give its address."""
    origin = f"{database.server.url}?application_name={NAME}"
    with served(binaries(), settings=SETTINGS, copy_of=origin) as second:
        _await_standby(database.watch)
        yield second.url
        _wait_for(database, "", "on")  # nobody is to wait for who is about to go


def _await_standby(watch: psycopg.Connection[Any]) -> None:
    patience, asked = Patience(30), "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"
    while not watch.execute(asked).fetchone():
        if not patience.pause():
            raise TimeoutError("no standby follows")


def _take_turns(
    database: OnPostgres, contestant: ours.Contestant, *, rounds: int, cases: int
) -> dict[str, list[float]]:
    """Do cases, each way in its turn; return how many seconds each act took."""
    took: dict[str, list[float]] = {name: [] for name in WAYS}
    done, order = 0, list(WAYS)
    for n in range(-1, rounds):  # the first round makes ready
        order.append(order.pop(0))
        for name in order:
            _wait_for(database, *WAYS[name])
            seconds = took[name] if n >= 0 else []
            for _ in range(cases):
                do_case(contestant, done, note=lambda _act, s, into=seconds: into.append(s))
                done += 1
    return took


def _wait_for(database: OnPostgres, names: str, commit: str) -> None:
    database.watch.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
    database.watch.execute(f"ALTER SYSTEM SET synchronous_commit = '{commit}'")
    database.watch.execute("SELECT pg_reload_conf(), pg_sleep(0.3)")


def _figures(seconds: list[float]) -> dict[str, float]:
    parts = statistics.quantiles(seconds, n=20)
    return {"acts": len(seconds), "p50_ms": parts[9] * 1e3, "p95_ms": parts[18] * 1e3}


def _page(kept: dict[str, Any]) -> str:
    alone = next(iter(kept["ways"].values()))
    rows = [
        f"| {name} | {one['acts']} | {one['p50_ms']:.1f} ({one['p50_ms'] / alone['p50_ms']:.2f})"
        f" | {one['p95_ms']:.1f} ({one['p95_ms'] / alone['p95_ms']:.2f}) |"
        for name, one in kept["ways"].items()
    ]
    said = (
        f"{kept['at']}, {kept['machine']}, {kept['versions']}; load {kept['load']:.1f};"
        f" to make 8 KB durable took {kept['sync_ms']:.2f} ms."
    )
    titles = "| an act is done when | acts | p50, ms (ratio) | p95, ms (ratio) |"
    head = [titles, "|---|---:|---:|---:|"]
    return INTRODUCTION + "\n".join([said, "", *head, *rows, ""])
