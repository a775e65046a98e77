"""A service of the network with what serves it here: request types, and how long they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.core.definition import Definition
from workflow.core.service_rows import Measured, ServiceRow, measured
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.deployed import layout_of
from workflow.storage.queries.lengths import lengths_of

_A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """A deployed request type that serves a service."""

    definition: Definition
    layout: Mapping[str, Any] | None
    """Its map, if it was deployed with one."""
    measured: Measured | None
    """None where too few cases have ended."""


def serving(uow: UnitOfWork, service: ServiceRow) -> list[Serving]:
    """Return the request types of this installation that serve a service, in its order."""
    deployed = uow.installation.latest()
    chosen = [deployed[key] for key in service.types if key in deployed]
    with uow.reading() as connection:
        return [
            Serving(
                definition,
                layout_of(connection, definition.key, definition.version),
                measured(
                    [
                        (closed - opened).total_seconds() / _A_DAY
                        for opened, closed in lengths_of(connection, definition.key)
                    ]
                ),
            )
            for definition in chosen
        ]
