"""What may be named on the command line: an installation's calendars and rules, or the shipped."""

from __future__ import annotations

import os

import click

from web.commands.installed import installation
from workflow.catalogue.shipped import shipped_world
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.core.world import World

NAMED_BY = ("TRAMITA_DATABASE_URL", "TRAMITA_SETTINGS")
shipped_option = click.option(
    "--shipped", is_flag=True, help="Use what comes with the program, not the installation's own."
)


def known_world(*, shipped: bool) -> World:
    """Return calendars and rules of the installation that settings name, else the shipped ones."""
    if shipped or not any(os.environ.get(name) for name in NAMED_BY):
        return shipped_world(LEGAL_ZONE)
    with installation() as uow:
        return uow.world()
