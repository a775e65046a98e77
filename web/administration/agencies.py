"""The agencies of the network as pages: their tree, and each with its people and its history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from web.administration.office import office_of
from web.db import unit_of_work
from web.links import local_address
from web.security import once_key
from web.sessions import current_principal
from web.words.phrases import phrase
from web.words.said import say
from workflow.core.agency_story import story_of
from workflow.core.distribution import Distribution
from workflow.core.folding import plain
from workflow.core.network import Agency, Network
from workflow.core.offices import Office
from workflow.services import distribution, reforms, staffing

bp = Blueprint("agencies", __name__, url_prefix="/administracao/orgaos")
DEEPEST = 4
"""From this depth on the tree is drawn no further in."""


FEW = 12
"""So many agencies are found by looking; more are looked for."""


@dataclass(frozen=True, slots=True)
class Branch:
    """An agency at its place in the tree."""

    agency: Agency
    depth: int
    people: int


@bp.get("")
def index() -> str:
    """Show the tree of the agencies that the visitor administers."""
    wanted = request.args.get("q", "").strip()
    with unit_of_work() as uow:
        office = office_of(uow)
        technical = current_principal().administrator
        agencies = _shown(office, technical=technical)
        counts = staffing.headcounts(uow, agencies)
        branches = [b for b in _branches(office.network, agencies, counts) if _is(b.agency, wanted)]
        return render_template(
            "administration/agencies.html",
            branches=[b for b in branches if not b.agency.has_ended(uow.today)],
            ended=[b for b in branches if b.agency.has_ended(uow.today)],
            wanted=wanted,
            many=len(agencies) > FEW,
        )


@bp.get("/<path:code>")
def show(code: str) -> str:
    """Show an agency: what it is, who works there, and what is open."""
    with unit_of_work() as uow:
        principal, office = current_principal(), office_of(uow)
        place = staffing.place(uow, code, office=office, technical=principal.administrator)
        return render_template(
            "administration/agency.html",
            place=place,
            today=uow.today,
            administers=place.open_tasks is not None,
            me=principal.officer_id,
            story=story_of(office.network, code, reforms.enacted(uow)),
            seen=_shown(office, technical=principal.administrator),
        )


@bp.post("/distribuicao")
def declare() -> Response:
    """Say how an agency gives out the tasks that come to it."""
    agency, rule = request.form.get("orgao", ""), request.form.get("rule", "")
    if rule not in set(Distribution):
        abort(422)
    with unit_of_work() as uow:
        distribution.declare(uow, agency, Distribution(rule), office=office_of(uow))
    say("distribution_declared", rule=phrase("distribution", rule))
    return redirect(url_for("agencies.show", code=agency, _anchor="distribution"), 303)


@bp.post("/distribuir")
def give_out() -> Response:
    """Have the clock give out what nobody of an agency has."""
    with unit_of_work() as uow:
        agency = request.form.get("orgao", "")
        if distribution.ask_for_free(uow, agency, office=office_of(uow), key=once_key()):
            say("free_given_out")
    return redirect(local_address(request.form.get("back")), 303)


def _shown(office: Office, *, technical: bool) -> frozenset[str]:
    if technical:
        return frozenset(agency.code for agency in office.network)
    return office.agencies


def _is(agency: Agency, wanted: str) -> bool:
    """Say whether the code and the names of an agency have the beginnings of all words."""
    said = "".join(f" {word}" for word in _words(f"{agency.code} {agency.name}"))
    return all(f" {word}" in said for word in _words(wanted))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def _branches(
    network: Network, agencies: frozenset[str], counts: dict[str, int]
) -> Iterator[Branch]:
    """Go through the agencies, each below the one it is part of."""
    tops = (a for a in network if a.code in agencies and a.parent not in agencies)
    ahead = [(top, 0) for top in sorted(tops, key=lambda a: a.code, reverse=True)]
    seen: set[str] = set()
    while ahead:
        agency, depth = ahead.pop()
        if agency.code in seen:
            continue
        seen.add(agency.code)
        yield Branch(agency, min(depth, DEEPEST), counts.get(agency.code, 0))
        below = sorted(network.units(agency.code), key=lambda a: a.code, reverse=True)
        ahead += [(unit, depth + 1) for unit in below if unit.code in agencies]
