"""`python -m benchmarks growth`: fill towns of several sizes and write what they cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click
from rich.progress import Progress

from benchmarks.database import OnPostgres, circumstances, postgres
from benchmarks.field import FOLDER, HERE
from benchmarks.growth.copies import Tell
from benchmarks.growth.measure import measure, towns
from benchmarks.growth.report import beyond, write_growth
from benchmarks.growth.town import Town

LEAST: Final = 1_000
SETTINGS: Final = {"shared_buffers": "512MB", "max_wal_size": "3GB"}


@click.command()
@click.option("--upto", default=100_000, show_default=True, help="Cases of the largest town.")
@click.option("--rounds", default=5, show_default=True, help="How often it is everybody's turn.")
@click.option("--times", default=5, show_default=True, help="How often in a turn.")
@click.option("--into", type=FOLDER, default=HERE, help="Where results go.")
def growth(*, upto: int, rounds: int, times: int, into: Path) -> None:
    """Measure what pages, acts and sweeps cost with ever more cases."""
    with postgres(**SETTINGS) as database:
        made = fill(database, upto)
        write_costs(database, made, rounds=rounds, times=times, into=into)


def fill(database: OnPostgres, upto: int) -> dict[int, Town]:
    """Make a town of each size up to one, with a progress bar for each."""
    sizes = [size for n in range(3, 10) if LEAST <= (size := 10**n) <= upto]
    with Progress() as bars:

        def tell(size: int) -> Tell:
            task = bars.add_task(f"{size:,} cases", total=None)
            return lambda done, of: bars.update(task, completed=done, total=of)

        return towns(database, sizes, tell=tell)


def write_costs(
    database: OnPostgres, made: dict[int, Town], *, rounds: int, times: int, into: Path
) -> None:
    """Measure towns and write what came of it."""
    costs = measure(database, made, rounds=rounds, times=times)
    kept = {
        **circumstances(database),
        "rounds": rounds,
        "times": times,
        "costs": {
            str(size): {name: cost.told for name, cost in by_name.items()}
            for size, by_name in costs.items()
        },
    }
    (into / "growth.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    write_growth(kept, into)
    for name, ratio in beyond(kept["costs"]).items():  # type: ignore[arg-type]  # as just made
        click.echo(f"  {name}: {ratio:.2f} times what it costs with a thousand cases")
    click.echo(f"written to {into / 'GROWTH.md'}")
