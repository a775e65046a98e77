"""The page of the places of a case: how many are taken, by which agencies, and who waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import format_decimal

from web.db import unit_of_work
from web.requests.new_case import why_not
from web.sessions import current_principal
from web.spreadsheets import spreadsheet
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.access import readable_data
from workflow.core.definition import Definition
from workflow.core.fields import Field
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.places_told import Told
from workflow.services.places_view import PlacesView, Queueing, places_of, takers
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("places", __name__, url_prefix="/pedidos")

BAR = 450
"""Width of the bar that shows how full a case is."""


@dataclass(frozen=True, slots=True)
class PlacesBeside:
    """What the page of a case tells of its places, out of its own data."""

    seats: int
    taken: int | None
    waiting: int | None


def places_beside(case: CaseSnapshot, powers: Powers) -> PlacesBeside | None:
    """Return how the places of a case stand, as far as its reader may know; None without any."""
    spec, data = case.definition.places, readable_data(case, powers)
    seats = data.get(spec.seats) if spec and spec.seats else None
    if seats is None:
        return None
    counted = {
        field.computed.fields[0]: data.get(field.key)
        for field in case.definition.computed_fields
        if field.counted and field.computed
    }
    return PlacesBeside(seats, counted.get("taken"), counted.get("waiting"))


@bp.get("/<number>/vagas")
def show(number: str) -> str:
    """Show how the places of a case stand, for each agency, and the queue in its order."""
    with unit_of_work() as uow:
        view = places_of(uow, number)
        world = uow.world()
        return render_template(
            "cases/places.html",
            section="cases",
            number=number,
            subject=view.case.data.get("subject", ""),
            view=view,
            width=round(BAR * min(view.taken.taken, view.seats) / max(view.seats, 1)),
            bar=BAR,
            agencies=[(of, world.network.agency(of.code).name) for of in view.agencies],
            placed=[_line(one, world) for one in view.listed if one.has_place],
            waiting=[_line(one, world) for one in view.listed if not one.has_place],
            takers=_takers(uow, view.case),
            told=[_summed(one) for one in view.told],
        )


@bp.get("/<number>/vagas.csv")
def sheet(number: str) -> Response:
    """Give the queue for spreadsheets."""
    with unit_of_work() as uow:
        view = places_of(uow, number)
        return spreadsheet(phrase("places", "file_name", number), _sheet_rows(view, uow.world()))


def _sheet_rows(view: PlacesView, world: World) -> list[tuple[str, ...]]:
    keys = ("turn", "number", "subject", "agency", "since", "state")
    head = tuple(phrase("places", "head", key) for key in keys)
    lines = [_line(one, world) for one in view.listed]
    return [
        head,
        *(
            (
                line["turn"],
                line["number"],
                line["subject"],
                line["agency"],
                line["on"],
                line["state"],
            )
            for line in lines
        ),
    ]


def _line(one: Queueing, world: World) -> dict[str, str]:
    states = one.definition.states
    state = in_language(states[one.line.state].title) if one.line.state in states else ""
    return {
        "turn": str(one.turn) if one.turn else "",
        "number": one.line.number,
        "subject": one.line.subject or in_language(one.definition.title),
        "agency": one.line.opener,
        "on": day(world.day(one.line.since), year=True),
        "state": state,
        "barred_by": one.barred_by,
    }


def _summed(told: Told) -> dict[str, Any]:
    """Say in words what was told in one field."""
    field = told.field
    titles = {choice.key: in_language(choice.title) for choice in field.choices}
    chosen = (
        (titles.get(value) or phrase("values", "yes" if value else "no"), n)
        for value, n in told.counts
    )
    numbers = (told.average, told.least, told.most)
    return {
        "title": in_language(field.title),
        "answers": told.answers,
        "numbers": [format_decimal(one, format="0.#") for one in numbers if one is not None],
        "counts": list(chosen),
        "words": told.words,
    }


def _takers(uow: UnitOfWork, case: CaseSnapshot) -> list[tuple[Definition, Field]]:
    """Return the types that the reader's agency may open now to follow the case."""
    agency = current_principal().current_agency
    return [
        (definition, field)
        for definition, field in takers(uow, case)
        if not why_not(uow, definition, agency)
    ]
