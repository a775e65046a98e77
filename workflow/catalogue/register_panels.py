"""Reads what the pages of partners, of funding and of agreements that end look at, from YAML."""

from __future__ import annotations

from functools import cache

from workflow.catalogue.holders import Keyed, ListOf, strict
from workflow.catalogue.panel_files import panel_file
from workflow.catalogue.vocabulary import Name
from workflow.core.partnering import CaseDate, Funding, Letters, RegisterPanels

_LETTERS = strict(
    "PanelLetters",
    {
        "register": Name("The register of contacts."),
        "on": Name("The day of a contact."),
        "answer_by": Name("The day by which it is to be answered."),
        "answered_on": Name("The day on which it was."),
        "next_action": Name("What comes next."),
    },
)
_FUNDING = strict(
    "PanelFunding",
    {
        "register": Name("The register of calls."),
        "opens_on": Name("The day on which a call opens."),
        "closes_on": Name("The day on which it closes."),
    },
)
_CASE = strict(
    "PanelCaseDate",
    {"type": Name("A request type."), "on": Name("A date of its cases.")},
)
_FILE = strict(
    "RegisterPanels",
    {
        "partners": Name("The register of partners."),
        "letters": Keyed(_LETTERS),
        "agreements": Name("The register of agreements."),
        "endings": ListOf(Name("A register whose entries are in force until a day.")),
        "funding": Keyed(_FUNDING),
        "cases": ListOf(Keyed(_CASE)),
    },
)


@cache
def register_panels() -> RegisterPanels:
    """Return what the shipped pages look at; raise `Refused` with all that is wrong."""
    file = panel_file("registers.yaml", _FILE)
    return RegisterPanels(
        partners=file["partners"],
        letters=Letters(**file["letters"]),
        agreements=file["agreements"],
        endings=tuple(file["endings"]),
        funding=Funding(**file["funding"]),
        cases=tuple(CaseDate(**one) for one in file["cases"]),
    )
