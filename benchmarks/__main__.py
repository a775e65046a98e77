"""`python -m benchmarks`: let everybody do the work, then write RESULTS.md and its picture."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.contest import Contest
from benchmarks.database import Database, circumstances, postgres, sqlite
from benchmarks.field import FIELD, FOLDER, HERE, version_of
from benchmarks.growth.command import growth
from benchmarks.http.command import http
from benchmarks.report import write_report
from benchmarks.standby import standby
from benchmarks.where import where_time_goes

PLACES: Final[dict[str, Callable[[], AbstractContextManager[Database]]]] = {
    "postgresql": postgres,
    "sqlite": sqlite,
}


@click.group(invoke_without_command=True)
@click.option("--only", help="Names of contestants, with commas; the limit always takes part.")
@click.option("--database", "databases", type=click.Choice(list(PLACES)), multiple=True)
@click.option("--workers", default="1,2,8", help="On PostgreSQL; on SQLite always 1.")
@click.option("--rounds", default=12, help="How often it is everybody's turn.")
@click.option("--seconds", default=0.5, help="How long a turn lasts.")
@click.option("--into", type=FOLDER, default=HERE, help="Where results go.")
@click.pass_context
def main(
    context: click.Context,
    *,
    only: str | None,
    databases: tuple[str, ...],
    workers: str,
    rounds: int,
    seconds: float,
    into: Path,
) -> None:
    """Measure the work on each database and write the results; or what a command names."""
    if context.invoked_subcommand:
        return
    names = set(only.split(",")) | {"limit", "plain"} if only else {one.name for one in FIELD}
    entrants = [one for one in FIELD if one.name in names]
    raw = into / "results.json"
    kept: dict[str, Any] = json.loads(raw.read_text()) if raw.exists() else {}
    logs = Path(tempfile.mkdtemp(prefix="tramita-bench-logs-"))
    for name in databases or tuple(PLACES):
        with PLACES[name]() as database:
            for many in map(int, workers.split(",")) if name == "postgresql" else (1,):
                contest = Contest(database, many, logs=logs, tell=_tell)
                figures = contest.hold(entrants, rounds=rounds, seconds=seconds)
                engines = {one.name: version_of(one) for one in entrants}
                measured = {"rounds": rounds, "seconds": seconds, "engines": engines}
                kept[f"{name} {many}"] = circumstances(database) | measured | {"figures": figures}
                _print(figures)
                if many == 1:
                    _tell("ours once more, under a profile")
                    kept[f"{name} 1"]["shares"] = where_time_goes(database.url("profiled"))
                raw.write_text(json.dumps(kept, indent=1) + "\n")
    write_report(kept, into)
    _tell(f"written to {into / 'RESULTS.md'}; what the engines said is in {logs}")


main.add_command(growth)
main.add_command(http)
main.add_command(standby)


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def _print(figures: list[dict[str, Any]]) -> None:
    for one in figures:
        if "failure" in one:
            print(f"  {one['name']:10} {one['failure']}")
            continue
        print(
            f"  {one['name']:10} {one['ratio']:6.2f} times the limit,"
            f" {one['client_ms']:6.2f} + {one['server_ms']:6.2f} ms,"
            f" {one['cases_per_second']:7.1f} cases/s, p50 {one['p50']:.2f} p99 {one['p99']:.2f} ms"
        )


if __name__ == "__main__":
    main()
