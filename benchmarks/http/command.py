"""`python -m benchmarks http`: pages beside views by hand, and several processes of each kind."""

from __future__ import annotations

import json
from pathlib import Path

import click

from benchmarks.database import OnPostgres, circumstances, postgres
from benchmarks.field import FOLDER, HERE
from benchmarks.growth.command import SETTINGS, fill
from benchmarks.growth.town import Town
from benchmarks.http.anew import seen_and_anew
from benchmarks.http.clocks import as_told, sweep_together
from benchmarks.http.measure import OURS, measure
from benchmarks.http.report import write_pages


@click.command()
@click.option("--cases", default=10_000, show_default=True, help="Cases of the installation.")
@click.option("--processes", default="1,2,4", show_default=True, help="Of pages and of clocks.")
@click.option("--rounds", default=4, show_default=True, help="How often it is every view's turn.")
@click.option("--seconds", default=5.0, show_default=True, help="How long a turn lasts.")
@click.option("--into", type=FOLDER, default=HERE, help="Where results go.")
def http(*, cases: int, processes: str, rounds: int, seconds: float, into: Path) -> None:
    """Measure pages under the recommended server, and several processes beside each other."""
    many = [int(one) for one in processes.split(",")]
    with postgres(**SETTINGS) as database:
        made = fill(database, cases)
        write_served(database, made, many=many, rounds=rounds, seconds=seconds, into=into)


def write_served(
    database: OnPostgres,
    made: dict[int, Town],
    *,
    many: list[int],
    rounds: int,
    seconds: float,
    into: Path,
) -> None:
    """Measure the largest town under a web server, and the smallest under clocks."""
    small, large = min(made), max(made)
    views = measure(database, made[large], workers=2, rounds=rounds, seconds=seconds)
    runs = {
        str(n): measure(database, made[large], workers=n, rounds=rounds, seconds=seconds, only=OURS)
        for n in many
    }
    clocks = [as_told(sweep_together(database, made[small], clocks=n)) for n in many]
    anew = seen_and_anew(made[large])
    kept = {
        **circumstances(database),
        "cases": large,
        "views": views,
        "anew": anew,
        "processes": runs,
        "clocks": clocks,
    }
    (into / "http.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_pages(kept, into)
    click.echo(f"written to {into / 'HTTP.md'}")
