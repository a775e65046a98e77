"""What do you need? The services by axis, found by words, and a page for each.

The pages are for officers: a service is asked for by an agency, in its name. What the public may
follow stands behind the number of a case.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from markupsafe import Markup

from web.db import unit_of_work
from web.requests.new_case import case_terms, why_not
from web.sessions import current_principal
from web.words.languages import language_tag
from workflow.catalogue.map import render_map
from workflow.catalogue.service_rows import shipped_services
from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.core.registers.possible import may_enter
from workflow.core.registers.types import EntryType
from workflow.core.service_rows import Measured
from workflow.services.registers import entry_types
from workflow.services.service_rows import Serving, serving

bp = Blueprint("catalogue", __name__, url_prefix="/servicos")

LONGEST = 200
"""What is typed beyond is not looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A request type by which a service is asked for."""

    definition: Definition
    drawn: Markup | None
    measured: Measured | None
    terms: list[tuple[Text, str]]
    why_not: str
    """Why this agency cannot ask for it; empty if it can."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """A register that serves a service."""

    kind: EntryType
    may_enter: bool


@bp.get("/")
def index() -> str:
    """List the services by axis, or those that a search finds."""
    catalogue = shipped_services()
    typed = request.args.get("q", "").strip()[:LONGEST]
    found = catalogue.search(typed)
    shelves = [("", list(found.services))] if typed else list(catalogue.by_axis(found.services))
    return render_template(
        "catalogue/index.html",
        section="catalogue",
        axes=catalogue.axes,
        shelves=shelves,
        found=found,
        typed=typed,
    )


@bp.get("/<row>")
def show(row: str) -> str:
    """Show what a service is for, what it asks, how long it takes, and how to ask for it."""
    catalogue = shipped_services()
    service = catalogue.service(row) or abort(404)
    agency = current_principal().current_agency
    with unit_of_work() as uow:
        ways = [
            Way(
                one.definition,
                _drawn(one),
                one.measured,
                case_terms(one.definition),
                why_not(uow, one.definition, agency),
            )
            for one in serving(uow, service)
        ]
        network, kinds = uow.world().network, entry_types(uow)
        shelves = [
            Shelf(kinds[key], may_enter(kinds[key], uow.powers, network=network, day=uow.today))
            for key in service.registers
            if key in kinds
        ]
        names = network.present_names
    return render_template(
        "catalogue/service.html",
        section="catalogue",
        service=service,
        axis=next(axis for axis in catalogue.axes if axis.key == service.axis),
        ways=ways,
        shelves=shelves,
        names=names,
        agency=agency,
    )


def _drawn(one: Serving) -> Markup | None:
    if one.layout is None:
        return None
    drawn = render_map(one.layout, language=language_tag())
    return Markup(drawn)  # noqa: S704 - drawn by us, its texts escaped
