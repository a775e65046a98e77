"""The map of a request type with the way of one case drawn into it."""

from __future__ import annotations

from workflow.catalogue.map import render_map
from workflow.core.snapshot import CaseSnapshot
from workflow.services.unit_of_work import UnitOfWork


def map_of(uow: UnitOfWork, case: CaseSnapshot, *, language: str) -> str | None:
    """Return the map of a case as SVG, or None where its type was deployed without one."""
    definition = case.definition
    layout = uow.installation.layout(definition.key, definition.version)
    if layout is None:
        return None
    return render_map(layout, visited=case.entered, current=case.state, language=language)
