"""The list of cases: all that the officer may know of, the latest first, searched and narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.inbox.filters import read_id
from web.links import link_to
from web.row_numbers import typed_number
from web.sessions import current_principal
from web.words.languages import by_title
from workflow.core.definition import Definition, State
from workflow.core.numbers import read_case_number
from workflow.core.world import World
from workflow.services.installation import Installation
from workflow.services.labels import labels_for
from workflow.storage.queries.cases import PAGE, CaseFilter, cases_page, find_case, known_to

bp = Blueprint("case_list", __name__)

STANDINGS = {"abertos": True, "encerrados": False}


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a line of the list."""

    case_id: int
    number: str
    subject: str
    definition: Definition
    state: State
    opener: str
    opener_name: str
    """What the opener was called when the case closed, or is now."""
    opened_at: datetime
    closed_at: datetime | None
    external_number: str
    is_restricted: bool
    is_announced: bool


@bp.record
def add_list(state: BlueprintSetupState) -> None:
    """Answer for `cases.index`, the name by which menus know the list."""
    state.app.add_url_rule("/pedidos/", "cases.index", index)


def index() -> ResponseReturnValue:
    """List the cases that the officer may know of, narrowed as the address asks."""
    principal = current_principal()
    narrowed = _filter(principal.current_agency)
    with unit_of_work() as uow:
        visible = known_to(uow.powers)
        with uow.reading() as connection:
            read = read_case_number(narrowed.text or "")
            if read and find_case(connection, read.number, visible=visible):
                address = link_to("cases.show", number=read.number)
                if address:
                    return redirect(address, 303)
            rows = cases_page(
                connection,
                visible=visible,
                narrowed=narrowed,
                before_id=_before(request.args.get("apos", "")),
                limit=PAGE + 1,
            )
        world = uow.world()
        lines = [_line(uow.installation, world, row) for row in rows[:PAGE]]
        labels = labels_for(uow, principal.current_agency or "", [one.case_id for one in lines])
        types = by_title(uow.installation.latest().values())
    asked = {key: value for key, value in request.args.items() if value and key != "apos"}
    return render_template(
        "case_list/index.html",
        section="cases",
        lines=lines,
        types=types,
        labels=labels,
        narrowed=narrowed,
        asked=asked,
        mistyped=bool(read and not read.checks),
        following=rows[PAGE - 1].id if len(rows) > PAGE else None,
        first=url_for("cases.index", **asked),  # type: ignore[arg-type]  # names of arguments
    )


def _filter(own_agency: str) -> CaseFilter:
    part = request.args.get("orgao", "").strip().upper()
    label = read_id(request.args.get("rotulo", ""))
    mine = request.args.get("ver") == "meus"
    return CaseFilter(
        type=request.args.get("tipo") or None,
        part_of=part or (own_agency if mine else None),
        is_open=STANDINGS.get(request.args.get("situacao", "")),
        text=request.args.get("q", "").strip()[:100] or None,
        label=(own_agency, label) if label and own_agency else None,
    )


def _before(typed: str) -> int | None:
    """Read where the page before ended; a mistyped one begins at the beginning."""
    return typed_number(typed)


def _line(installation: Installation, world: World, row: Any) -> Line:  # noqa: ANN401 - a row
    definition = installation.definition(row.definition_key, row.definition_version)
    return Line(
        case_id=row.id,
        number=row.number,
        subject=row.subject,
        definition=definition,
        state=definition.state(row.state),
        opener=row.opener,
        opener_name=world.name_at(row.opener, row.closed_at),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        external_number=row.external_number or "",
        is_restricted=row.access == "restricted",
        is_announced=bool(row.announced),
    )
