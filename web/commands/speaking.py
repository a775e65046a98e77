"""How commands speak: to a person in tables, to a script in JSON, of faults on the error stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

FOR_A_FILE = 200
"""The width of a table that no terminal limits."""

Command = TypeVar("Command", bound=Callable[..., object])


def as_json(command: Command) -> Command:
    """Give a command the option `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for scripts.")
    return option(command)


def say(*lines: str) -> None:
    """Tell a person something."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line)


def complain(*lines: str) -> None:
    """Tell what is wrong, on the error stream."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(f"[red]✗[/red] {escape(line)}")


def warn(*lines: str) -> None:
    """Tell what somebody should think about, on the error stream."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(f"[yellow]![/yellow] {escape(line)}")


def answer(value: object) -> None:
    """Give a script its answer."""
    click.echo(as_text(value))


def as_text(value: object) -> str:
    """Write a value as JSON that people can read too."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_spell)


def utc(at: datetime | None) -> str:
    """Write an instant with its zone, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "never"


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Show rows to a person."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    console = Console(highlight=False)
    console.print(table, width=None if console.is_terminal else FOR_A_FILE)


def _spell(value: Any) -> Any:  # noqa: ANN401 - whatever JSON does not know
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
