"""Reads what the panel of the network looks at, from YAML."""

from __future__ import annotations

from functools import cache

from workflow.catalogue.holders import Keyed, ListOf, strict
from workflow.catalogue.panel_files import panel_file
from workflow.catalogue.shapes import Flag
from workflow.catalogue.vocabulary import Code, Name, Words
from workflow.core.network_panel import Counter, Lights, Missing, NetworkPanel, Plans

_COUNTER = strict(
    "PanelCounter",
    {
        "key": Name("How addresses and targets call it."),
        "title": Words(),
        "type": Name("The request type whose cases count.", optional=True),
        "register": Name("The register whose entries count instead.", optional=True),
        "after": Name("The state that a case must have entered to count.", optional=True),
        "filled": Name("The field that has a value once it has happened."),
        "on": Name("The date by which it falls into a year."),
        "sum": Name("The field whose values are added up.", optional=True),
        "whole": Flag(
            "Whether the number counts what its reader may not read, too.", default=False
        ),
    },
)
_MISSING = strict(
    "PanelMissing",
    {
        "key": Name("How addresses call it."),
        "title": Words(),
        "type": Name("The request type."),
        "task": Name("The task that every unit is asked to do."),
    },
)
_PLANS = strict(
    "PanelPlans",
    {
        "type": Name("The request type of a plan."),
        "role": Name("The part whose agency the plan is of."),
        "unit": Name("What the units are that each should have one."),
    },
)
_LIGHTS = strict(
    "PanelLights",
    {
        "type": Name("The request type of a cycle."),
        "project": Name("The field that names the project."),
        "light": Name("The choice that is its light."),
    },
)
_FILE = strict(
    "NetworkPanel",
    {
        "coordinated_by": Code("The agency that answers for the network."),
        "counters": ListOf(Keyed(_COUNTER)),
        "targets": Name("The register of what is meant to be reached."),
        "missing": ListOf(Keyed(_MISSING)),
        "plans": Keyed(_PLANS),
        "lights": Keyed(_LIGHTS),
    },
)


@cache
def network_panel() -> NetworkPanel:
    """Return what the panel that is shipped looks at; raise `Refused` with all that is wrong."""
    file = panel_file("network.yaml", _FILE)
    return NetworkPanel(
        coordinated_by=file["coordinated_by"],
        counters=tuple(Counter(**one) for one in file["counters"]),
        targets=file["targets"],
        missing=tuple(Missing(**one) for one in file["missing"]),
        plans=Plans(**file["plans"]),
        lights=Lights(**file["lights"]),
    )
