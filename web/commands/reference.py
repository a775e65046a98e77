"""What a count may name: `calendar list`, `calendar draft`, `rules list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from web.commands.known import known_world, shipped_option
from web.commands.speaking import answer, as_json, say, show_table, warn
from workflow.catalogue.calendar_draft import PROPOSER, draft_days, draft_table
from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.spelling import spell_rule


@click.command("list")
@shipped_option
@as_json
def list_calendars(*, shipped: bool, as_json: bool) -> None:
    """List the calendars there are, with the layers that each lies upon.

    A calendar covers the years of which it has days. Where it waits for official lists, dates of
    a year without one are provisional. Without settings that name an installation, these are the
    calendars that come with the program.
    """
    world = known_world(shipped=shipped)
    found = [_spelt(world.calendars.of(key)) for key in world.calendars.keys]
    if as_json:
        answer([one | {"version": world.calendars.version} for one in found])
        return
    columns = ("Calendar", "Title", "Layers", "Closed days", "Years", "Provisional")
    show_table(columns, [_row(one) for one in found])


def _spelt(calendar: Calendar) -> dict[str, Any]:
    """Tell what a calendar knows: its days, its years and which of those are official."""
    days = {**calendar.closed, **calendar.early}
    years = sorted({day.year for day in days})
    return {
        "key": calendar.key,
        "title": calendar.title,
        "layers": list(calendar.layers),
        "years": years,
        "official_years": None if calendar.announced is None else sorted(calendar.announced),
        "provisional_years": [year for year in years if calendar.is_provisional(year)],
        "closed_days": len(calendar.closed),
        "half_days": len(calendar.early),
        "suspensions": len(calendar.suspensions),
        "outages": len(calendar.outages),
    }


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    spans, missing = _spans(one["years"]), _spans(one["provisional_years"])
    return (one["key"], one["title"], " ".join(one["layers"]), one["closed_days"], spans, missing)


def _spans(years: list[int]) -> str:
    """Write years in a row as the first and the last of them."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    pairs = zip(starts, ends, strict=True)
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in pairs)


@click.command("draft")
@click.argument("year", type=int)
@click.option("--state", metavar="CODE", help="Propose what this state's list usually adds, as MG.")
@click.option("--layer", help="The layer that the days belong to; else BR, or the state's -EXEC.")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="Write a new file.")
def draft_calendar(year: int, *, state: str | None, layer: str | None, to: Path | None) -> None:
    """Propose the days of YEAR, for somebody to check against the official list.

    A library of holidays proposes; it decides nothing. It knows neither the days that a
    government adds or moves nor any municipality's, and may name days that are not declared.
    Every line is marked as a draft and cites no source: `tramita calendar import` refuses it until
    somebody has struck, added and corrected days by the official list, cited that list in the
    column source, and written sourced instead of draft.

    \b
        $ tramita calendar draft 2027 --state MG --to mg_2027.csv
    """  # noqa: D301 - \b is click's mark for text laid out by hand
    days = draft_days(year, state=state, layer=layer)
    if to is None:
        click.echo(draft_table(days), nl=False)
    else:
        try:
            with to.open("x", encoding="utf-8") as file:
                file.write(draft_table(days))
        except FileExistsError:
            raise click.ClickException(f"{to} exists already; name a new file") from None
    warn(
        f"This is a DRAFT by {PROPOSER}, not an official list: check each day against the act that"
        " declares it, and cite that act in the column source.",
        "Days that are moved or added by decree, and those of municipalities, are missing.",
    )


@click.command("list")
@shipped_option
@as_json
def list_rules(*, shipped: bool, as_json: bool) -> None:
    """List the ways of counting there are, with the norm behind each.

    With --json every setting of each is told. A rule without a source is a house rule. One that
    is not settled rests on a default where the sources are silent or at odds; its note says so.
    """
    rules = known_world(shipped=shipped).rules.values()
    if as_json:
        answer([spell_rule(rule) for rule in rules])
        return
    for rule in rules:
        term = f", {rule.term}" if rule.term else ""
        open_still = "" if rule.settled else " (rests on a default; see its note)"
        click.echo(f"{rule.key:<20} {rule.source or 'house rule'}{term}{open_still}")
        click.echo(f"{'':<20} {rule.title.get('en', '')}")
    say("", "What each setting means, and its default, stands at the top of rules.yaml.")
