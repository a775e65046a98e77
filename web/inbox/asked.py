"""The questions that an agency was asked: a list beside its inbox, the earliest day first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.inbox.saved import reader
from web.words.wording import Due, due
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import Definition
from workflow.core.fields import Text
from workflow.core.snapshot import InformationRequest
from workflow.core.spelling import read_request
from workflow.core.world import World
from workflow.services.asked import PAGE, asked_of, count_asked_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.questions import AskedItem, Place

bp = Blueprint("asked", __name__, url_prefix="/caixa/perguntas")


@dataclass(frozen=True, slots=True)
class Line:
    """A question as a line of the list."""

    item: AskedItem
    request: InformationRequest
    definition: Definition
    due: Due

    @property
    def task(self) -> Text:
        """What the answer is needed for."""
        return self.definition.task(self.item.task).title


@bp.get("/")
def index() -> ResponseReturnValue:
    """List what waits for an answer of the agency that the officer acts for now."""
    agency = reader().agency
    if not agency:
        return redirect(url_for("cases.index"), 303)
    with unit_of_work() as uow:
        after = _read_place(request.args.get("apos", ""))
        items = asked_of(uow, agency, after=after, limit=PAGE + 1)
        lines = _lines(uow, agency, items[:PAGE])
        total = count_asked_of(uow, agency)
        names = uow.world().network.present_names
    return render_template(
        "inbox/questions.html",
        section="inbox",
        agency=agency,
        agency_names=names,
        lines=lines,
        total=total,
        following=_spell_place(items[PAGE - 1].place) if len(items) > PAGE else None,
    )


def _lines(uow: UnitOfWork, agency: str, items: list[AskedItem]) -> list[Line]:
    world = uow.world()
    lines = []
    for item in items:
        asked = read_request(item.request)
        assert asked is not None
        definition = uow.installation.definition(item.definition_key, item.definition_version)
        shown = _due(asked, agency, world=world, today=uow.today)
        lines.append(Line(item, asked, definition, shown))
    return lines


def _due(asked: InformationRequest, agency: str, *, world: World, today: date) -> Due:
    clock = asked.clock
    if clock and clock.still_since:
        return due(None, today=today, working_days=0, status="paused", on=clock.still_since)
    if clock is None:
        return due(None, today=today, working_days=0)
    left = working_days_between(today, clock.due_on, world.calendar(agency), HOUSE)
    return due(clock.due_on, today=today, working_days=left)


def _spell_place(place: Place) -> str:
    return f"{place.due_at.isoformat()}_{place.case_id}_{place.key}"


def _read_place(text: str) -> Place | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    at, _, rest = text.partition("_")
    case_id, _, key = rest.partition("_")
    if not case_id.isdecimal() or len(case_id) > 18 or not key.startswith("question:"):
        return None
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Place(instant, int(case_id), key) if instant.tzinfo else None
