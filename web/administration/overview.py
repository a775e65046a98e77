"""The front page of the administration: what there is to administer, and how each of it stands."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.db import unit_of_work
from workflow.services import clock, staffing
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("administration", __name__, url_prefix="/administracao")


@bp.get("/")
def index() -> str:
    """Lead to every page of the administration."""
    with unit_of_work() as uow:
        network, calendars = uow.world().network, uow.world().calendars
        standing = [agency.code for agency in network if not agency.has_ended(uow.today)]
        return render_template(
            "administration/overview.html",
            agencies=len(standing),
            people=staffing.headcount(uow, frozenset(standing)),
            types=len(uow.installation.latest()),
            calendars=len(calendars.keys),
            waiting=_waiting(uow),
            health=clock.health(uow),
        )


def _waiting(uow: UnitOfWork) -> int:
    """Count the calendars that wait for the official list of this year or the next."""
    years = (uow.today.year, uow.today.year + 1)
    found = (uow.world().calendars.of(key) for key in uow.world().calendars.keys)
    return sum(any(map(calendar.is_provisional, years)) for calendar in found)
