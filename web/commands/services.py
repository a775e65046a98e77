"""`tramita services`: what the network offers, and what serves each of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from web.commands.speaking import answer, as_json, complain, show_table
from workflow.catalogue.service_rows import read_services, shipped_services
from workflow.catalogue.shipped import shipped_world
from workflow.catalogue.vocabulary import LANGUAGES
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.service_rows import ServiceRow
from workflow.services.service_rows import walk


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
@click.option("--play", is_flag=True, help="Also play each story to its end, and tell how it ends.")
@as_json
def list_services(*, file: Path | None, language: str, play: bool, as_json: bool) -> None:
    """List every service with the request types and registers that serve it, and its story.

    Names are files of the folder `definitions`, without their ending. Needs no installation. With
    --play the exit code is 1 if a story turns out otherwise than it says.
    """
    catalogue = read_services(file) if file else shipped_services()
    told = [_told(one, language) for one in catalogue.services]
    faults = _play(catalogue.services, told) if play else []
    if as_json:
        answer(told)
    else:
        columns = ("Row", "Service", "Served by", "Scenario", *(["Result"] if play else []))
        show_table(columns, [_cells(one) for one in told])
    if faults:
        complain(*faults)
        raise click.exceptions.Exit(1)


def _told(service: ServiceRow, language: str) -> dict[str, Any]:
    return {
        "row": service.row,
        "axis": service.axis,
        "title": service.title[language],
        "served_by": list(service.served_by),
        "scenario": service.scenario,
    }


def _play(services: tuple[ServiceRow, ...], told: list[dict[str, Any]]) -> list[str]:
    """Play the story of each service, note its result, and return what did not hold."""
    world, faults = shipped_world(LEGAL_ZONE), []
    for service, line in zip(services, told, strict=True):
        walked = walk(service, world)
        line["result"] = walked.result if walked.holds else "not as told"
        faults += [f"{service.scenario}.yaml:{unmet.line}: {unmet.what}" for unmet in walked.unmet]
    return faults


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    known = {**line, "served_by": ", ".join(line["served_by"])}
    return tuple(str(value) for key, value in known.items() if key != "axis")
