"""What comes with the program: request types, network, calendars and rules, as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from workflow.catalogue.calendars import read_calendars
from workflow.catalogue.network import read_network
from workflow.catalogue.rules import read_rules
from workflow.core.network import Network
from workflow.core.world import World

SERVICES = "services.yaml"
NOT_DEFINITIONS = frozenset({"rules.yaml", "common.yaml", SERVICES})


def shipped(*parts: str) -> Path:
    """Return the path of a file or folder that comes with the program."""
    return Path(str(resources.files("definitions"))).joinpath(*parts)


def shipped_world(zone: ZoneInfo) -> World:
    """Return the network, calendars and rules that come with the program."""
    calendars = read_calendars(shipped("calendars"))
    agencies = read_network(shipped("network", "agencies.csv"), calendars=calendars.keys)
    return World(Network(agencies), calendars, read_rules(shipped("rules.yaml")), zone)


def definition_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Go through the definition files among files and folders."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted([*path.glob("*.yaml"), *path.glob("*.yml")])
        yield from (file for file in inside if file.name not in NOT_DEFINITIONS)
