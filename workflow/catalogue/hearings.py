"""Reads where request types keep contributions and what was decided on each, from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from workflow.catalogue.holders import Keyed, ListOf, strict
from workflow.catalogue.panel_files import panel_file
from workflow.catalogue.vocabulary import Name
from workflow.core.contributions import Hearing

_HEARING = strict(
    "Hearing",
    {
        "type": Name("The request type."),
        "task": Name("The task by which an agency contributes."),
        "answer": Name("The field of its form that has the contribution."),
        "table": Name("The table of decisions, a row for each."),
        "agency": Name("The column that names the agency."),
        "text": Name("The column that has the contribution."),
        "verdict": Name("The column that has the decision, a choice."),
        "why": Name("The column that has the reason."),
        "refusal": Name("The decision that takes nothing over."),
    },
)
_FILE = strict("Hearings", {"hearings": ListOf(Keyed(_HEARING))})


@cache
def hearings() -> Mapping[str, Hearing]:
    """Return the hearings by request type; raise `Refused` with all that is wrong."""
    file = panel_file("hearings.yaml", _FILE)
    return {one["type"]: Hearing(**one) for one in file["hearings"]}
