"""The shape of places: what a type gives to the cases that follow its own, and what those await."""

from __future__ import annotations

from workflow.catalogue.holders import Keyed, ListOf, MapOf, strict
from workflow.catalogue.vocabulary import DataRef, Name

HOURS = strict(
    "Hours",
    {
        "table": Name("The table of them."),
        "begins": Name("Its column that says when they begin, of type date_time."),
        "ends": Name("Its column that says when they end."),
    },
)
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
        "person": ListOf(
            Name(), "Fields by any of which two cases are of one person.", least=1, optional=True
        ),
        "tells": ListOf(
            Name(), "Fields that the page of the places sums up.", least=1, optional=True
        ),
    },
)
PLACES = strict(
    "Places",
    {
        "seats": Name("The field that says how many.", optional=True),
        "quota": Name("The field that says how many of them each agency has first.", optional=True),
        "given_in": ListOf(Name(), "States in which places are given.", default=list),
        "hours": Keyed(HOURS, "When it is held: nobody is in two at once.", optional=True),
    },
)
