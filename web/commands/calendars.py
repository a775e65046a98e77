"""`tramita calendar|rules`: closed days and ways of counting, and what moves when they change."""

from __future__ import annotations

from pathlib import Path

import click

from web.commands.importing import FILE, PATH, preview_option, tell_imported
from web.commands.installed import installation
from web.commands.recounting import (
    act_option,
    apply_command,
    apply_option,
    carry_out,
    fresh_key,
    plans_command,
    undo_command,
)
from web.commands.reference import draft_calendar, list_calendars, list_rules
from web.commands.speaking import as_json
from workflow.catalogue.calendars import INDEX, read_calendars, read_days
from workflow.catalogue.rules import read_rules
from workflow.core.deadlines.calendar import Calendar, CalendarDay
from workflow.services import planning
from workflow.services.network import Imported, add_rules, replace_calendars, replace_days
from workflow.services.unit_of_work import UnitOfWork


@click.group()
def calendar() -> None:
    """Keep the days on which offices are closed."""


@calendar.command("import")
@click.argument("path", type=PATH)
@preview_option
@apply_option
@act_option
@as_json
def import_calendar(path: Path, *, preview: bool, apply_now: bool, act: str, as_json: bool) -> None:
    """Take over the days of PATH: one CSV table, or a folder of them with an index.csv.

    For every layer and year in the tables, they hold all the days there are: a day that is
    missing is removed. Other layers and years stay as they are, so that the decree of one year
    can be imported alone. The index names the calendars and the layers of each.

    Where an open deadline gets another day, you first see which; --apply then recounts each
    case on its own. What is interrupted goes on with: tramita calendar apply PLAN
    """
    with installation() as uow:
        days, made = _read(path)
        done = _difference(uow, days, made)
        if not done.touches:
            tell_imported(done, "entries", preview=preview, as_json=as_json)
            return
        source = act or _sources(days) or path.name
        plan = planning.plan_import(uow, days, calendars=made, key=fresh_key(), source=source)
        carry_out(uow, plan, done, "entries", apply_now=apply_now, preview=preview, as_json=as_json)


def _read(path: Path) -> tuple[list[CalendarDay], list[Calendar] | None]:
    if not path.is_dir():
        return read_days(path), None
    calendars = read_calendars(path)
    return _days_of(path), [calendars.of(key) for key in calendars.keys]


def _difference(uow: UnitOfWork, days: list[CalendarDay], made: list[Calendar] | None) -> Imported:
    if made is None:
        return replace_days(uow, days, preview=True)
    return replace_calendars(uow, made, days, preview=True)


def _sources(days: list[CalendarDay]) -> str:
    """Name the acts that a table cites, if they are few enough to be cited again."""
    found = list(dict.fromkeys(day.source for day in days))
    return "; ".join(found) if len(found) < 3 else ""


def _days_of(folder: Path) -> list[CalendarDay]:
    files = sorted(file for file in folder.glob("*.csv") if file.name != INDEX)
    return [day for file in files for day in read_days(file)]


@click.group()
def rules() -> None:
    """Keep the ways in which norms count their terms."""


@rules.command("import")
@click.argument("file", type=FILE)
@preview_option
@apply_option
@act_option
@as_json
def import_rules(file: Path, *, preview: bool, apply_now: bool, act: str, as_json: bool) -> None:
    """Add the counting rules of FILE, a YAML file.

    A rule that changes needs a higher version. Where an open deadline gets another day by it,
    you first see which; --apply then recounts each case on its own.
    """
    with installation() as uow:
        read = read_rules(file)
        done = add_rules(uow, read.values(), preview=True)
        if not done.touches:
            tell_imported(done, "rules", preview=preview, as_json=as_json)
            return
        source = act or file.name
        plan = planning.plan_rules(uow, read.values(), key=fresh_key(), source=source)
        carry_out(uow, plan, done, "rules", apply_now=apply_now, preview=preview, as_json=as_json)


calendar.add_command(list_calendars)
calendar.add_command(draft_calendar)
rules.add_command(list_rules)
for _group in (calendar, rules):
    for _command in (apply_command, undo_command, plans_command):
        _group.add_command(_command)
