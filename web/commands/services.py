"""`tramita services`: what the network offers, and what serves each of it."""

from __future__ import annotations

from pathlib import Path

import click

from web.commands.speaking import answer, as_json, show_table
from workflow.catalogue.service_rows import read_services, shipped_services
from workflow.catalogue.vocabulary import LANGUAGES


@click.group()
def services() -> None:
    """Look at the services of the network, as their page shows them."""


@services.command("list")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check and list this file, not the one that comes with the program.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="pt-BR", show_default=True)
@as_json
def list_services(*, file: Path | None, language: str, as_json: bool) -> None:
    """List every service with the request types and registers that serve it, and its story.

    Names are files of the folder `definitions`, without their ending. Needs no installation.
    """
    catalogue = read_services(file) if file else shipped_services()
    if as_json:
        answer(
            [
                {
                    "row": one.row,
                    "axis": one.axis,
                    "title": one.title[language],
                    "served_by": list(one.served_by),
                    "scenario": one.scenario,
                }
                for one in catalogue.services
            ]
        )
        return
    rows = (
        (one.row, one.title[language], ", ".join(one.served_by), one.scenario)
        for one in catalogue.services
    )
    show_table(("Row", "Service", "Served by", "Scenario"), rows)
