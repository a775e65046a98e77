"""Calendars as pages: which there are, a year as a picture, and the form that changes a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.administration.day_form import KINDS, DayForm, read_act, read_day, read_days
from web.administration.working import begin
from web.administration.year import lines_of, mark_of, months, weekdays
from web.db import unit_of_work
from web.errors import refusal_text
from web.row_numbers import typed_number
from web.security import once_key
from workflow.core.deadlines.calendar import Calendar, CalendarDay
from workflow.services import planning
from workflow.services.plans import NothingChanges, plans_of
from workflow.services.proposals import known_days
from workflow.services.unit_of_work import UnitOfWork

bp = Blueprint("calendars", __name__, url_prefix="/administracao/calendarios")
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True, slots=True)
class Offer:
    """A layer that a day may be entered in, with the calendars that lie upon it."""

    key: str
    calendars: tuple[str, ...]


@bp.get("")
def index() -> str:
    """List the calendars there are, and the changes that were planned."""
    with unit_of_work() as uow:
        world = uow.world()
        agencies = [agency.code for agency in world.network]
        users = [world.network.calendar_of(code) for code in agencies]
        calendars = [world.calendars.of(key) for key in world.calendars.keys]
        return render_template(
            "administration/index.html",
            calendars=[(c, users.count(c.key), _provisional(c, uow)) for c in calendars],
            plans=plans_of(uow, limit=10),
            year=uow.today.year,
        )


def _provisional(calendar: Calendar, uow: UnitOfWork) -> list[int]:
    """Return which of this year and the next still wait for their official list."""
    years = (uow.today.year, uow.today.year + 1)
    return [year for year in years if calendar.is_provisional(year)]


@bp.get("/<key>")
def show(key: str) -> str:
    """Show a year of a calendar."""
    with unit_of_work() as uow:
        calendar = _calendar(uow, key)
        year = _year(request.args.get("ano", ""), uow)
        lines = lines_of(_days_of(uow, calendar), year)
        return render_template(
            "administration/year.html",
            calendar=calendar,
            year=year,
            months=months(lines, year),
            weekdays=weekdays(),
            lines=lines,
            provisional=calendar.is_provisional(year),
            today=uow.today,
        )


@bp.get("/<key>/mudar")
def change(key: str) -> str:
    """Ask what a day, or some days in a row, shall be."""
    with unit_of_work() as uow:
        calendar = _calendar(uow, key)
        typed = {"first": request.args.get("dia", ""), "layer": calendar.layers[-1]}
        return _change_page(uow, calendar, DayForm(typed))


@bp.post("/<key>/mudar")
def plan_change(key: str) -> ResponseReturnValue:
    """Plan the change that was typed, and show its preview."""
    with unit_of_work() as uow:
        calendar = _calendar(uow, key)
        days = _days_of(uow, calendar)
        read = read_days(request.form, layers=calendar.layers, known=days, today=uow.today)
        if read.errors:
            return _change_page(uow, calendar, read), 422
        try:
            plan = planning.plan_days(uow, key=once_key(), source=read.source, added=read.days)
        except NothingChanges as refusal:
            wrong = DayForm(read.typed, {"first": refusal_text(refusal)})
            return _change_page(uow, calendar, wrong), 422
        begin(uow, plan)
    return redirect(url_for("plans.show", plan_id=plan.id), 303)


@bp.get("/<key>/retirar")
def removal(key: str) -> str:
    """Ask by which act a day is taken out of the calendar."""
    with unit_of_work() as uow:
        calendar = _calendar(uow, key)
        day = _day_asked(uow, calendar, request.args)
        return _removal_page(calendar, day, {}, {})


@bp.post("/<key>/retirar")
def plan_removal(key: str) -> ResponseReturnValue:
    """Plan to take a day out of the calendar, and show the preview."""
    errors: dict[str, str] = {}
    with unit_of_work() as uow:
        calendar = _calendar(uow, key)
        day = _day_asked(uow, calendar, request.form)
        source = read_act(request.form, errors, today=uow.today)
        if errors:
            return _removal_page(calendar, day, request.form, errors), 422
        plan = planning.plan_days(uow, key=once_key(), source=source, removed=[day])
        begin(uow, plan)
    return redirect(url_for("plans.show", plan_id=plan.id), 303)


def _change_page(uow: UnitOfWork, calendar: Calendar, form: DayForm) -> str:
    world = uow.world()
    others = [world.calendars.of(key) for key in world.calendars.keys]
    offers = [
        Offer(layer, tuple(c.title or c.key for c in others if layer in c.layers))
        for layer in calendar.layers
    ]
    return render_template(
        "administration/day.html",
        calendar=calendar,
        form=form,
        errors=form.errors,
        offers=offers,
        kinds=tuple(KINDS),
    )


def _removal_page(
    calendar: Calendar, day: CalendarDay, typed: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    return render_template(
        "administration/removal.html",
        calendar=calendar,
        day=day,
        mark=mark_of(day.kind, day.closes),
        typed=typed,
        errors=errors,
    )


def _calendar(uow: UnitOfWork, key: str) -> Calendar:
    calendars = uow.world().calendars
    if key not in calendars.keys:
        abort(404)
    return calendars.of(key)


def _days_of(uow: UnitOfWork, calendar: Calendar) -> list[CalendarDay]:
    return [day for day in known_days(uow) if day.layer in calendar.layers]


def _day_asked(uow: UnitOfWork, calendar: Calendar, asked: Mapping[str, str]) -> CalendarDay:
    wanted = asked.get("camada"), read_day(asked.get("dia", "")), asked.get("tipo")
    days = _days_of(uow, calendar)
    found = next((d for d in days if (d.layer, d.day, d.kind.value) == wanted), None)
    if found is None:
        abort(404)
    return found


def _year(written: str, uow: UnitOfWork) -> int:
    year = typed_number(written) or uow.today.year
    return min(max(year, EARLIEST), LATEST)
