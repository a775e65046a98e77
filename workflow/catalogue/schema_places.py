"""The shape of places: what a type gives to the cases that follow its own, and what those await."""

from __future__ import annotations

from workflow.catalogue.holders import ListOf, MapOf, strict
from workflow.catalogue.vocabulary import DataRef, Name

AWAITS = strict(
    "Awaits",
    {
        "case": DataRef("The field that names the case."),
        "place": Name("The outcome that a place in it gives.", optional=True),
        "ends": MapOf(
            Name(), ListOf(Name(), least=1), "By outcome: its states that give it.", default=dict
        ),
        "brings": MapOf(
            Name(), Name(), "Data taken over as the task ends, as `ours: theirs`.", default=dict
        ),
    },
)
PLACES = strict(
    "Places",
    {
        "seats": Name("The field that says how many.", optional=True),
        "quota": Name("The field that says how many of them each agency has first.", optional=True),
        "given_in": ListOf(Name(), "States in which places are given.", default=list),
    },
)
