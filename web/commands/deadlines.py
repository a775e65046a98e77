"""`tramita deadline`: counts a term as the law does, and tells every day of it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, BinaryIO, TypeVar

import click

from web.commands.known import known_world, shipped_option
from web.commands.manuals import COUNTING
from web.commands.program import told
from web.commands.speaking import answer, as_json, warn
from workflow.catalogue.questions import Reader
from workflow.core.deadlines.asking import Answer
from workflow.core.errors import Refusal
from workflow.services.counting import (
    count_deadline,
    provisional_words,
    runs_out,
    spell_answer,
    step_words,
)

Command = TypeVar("Command", bound=Callable[..., object])

WIDTH = 92
DAY_WIDTH = len("  2026-04-21 Tue  ")

# Each is given as it would be in a line of JSON; some may be given more than once.
ONE = (
    ("--from", "from", "DAY", "The day, or instant, that the term starts by."),
    ("--event", "event", "DAY", "Count back from this day instead."),
    ("--term", "term", "TERM", "As '10 working days' or '10 dias úteis'; else the rule's own."),
    ("--rule", "rule", "NAME", "How to count, as tramita rules list names it; else house."),
    ("--calendar", "calendar", "NAME|FILE", "Whose closed days: a calendar, or a list in a file."),
    ("--agency", "agency", "CODE", "The same, by the agency that owes the act."),
    ("--received", "received", "DAY", "When it was received, for rules that count from there."),
    ("--interrupted-on", "interrupted_on", "DAY", "The gap was cured: count anew from here."),
    ("--filed-at", "filed_at", "INSTANT", "Say whether an act was on time."),
)
MORE = (
    ("--pause", "pauses", "A..B", "The clock stood still, both days included."),
    ("--extend", "extensions", "TERM", "The term was extended."),
    ("--outage", "outages", "A..B", "The system was down from an instant to another."),
    ("--early-close", "early_close", "DAY", "The office closed before its hour."),
    ("--closed", "closed", "DAY", "The office was closed besides."),
    ("--set", "settings", "KEY=VALUE", "Vary a setting of the rule, this once."),
)


def _asking(command: Command) -> Command:
    """Give a command an option for every part of a question."""
    options = [
        *(click.option(flag, part, metavar=what, help=text) for flag, part, what, text in ONE),
        *(
            click.option(flag, part, metavar=what, help=f"{text} May be repeated.", multiple=True)
            for flag, part, what, text in MORE
        ),
    ]
    return reduce(lambda made, option: option(made), reversed(options), command)


@click.group()
def deadline() -> None:
    """Count terms as the law counts them, and say why a date is what it is."""


@deadline.command("count", help=COUNTING, short_help="Count a term to its last day, and say why.")
@_asking
@click.option("--jsonl", type=click.File("rb"), help="Answer a question a line; - is the input.")
@click.option("--explain", is_flag=True, help="Tell every day of the count.")
@shipped_option
@as_json
def count(
    *, jsonl: BinaryIO | None, explain: bool, shipped: bool, as_json: bool, **given: object
) -> None:
    """Count a term, or one for each line of a file."""
    world = known_world(shipped=shipped)
    reader = Reader(world)
    asked = _asked(given)
    if jsonl is not None:
        if not _answer_lines(jsonl, asked, reader):
            click.get_current_context().exit(1)
        return
    found = count_deadline(asked, reader)
    if as_json:
        answer(spell_answer(asked, found, world=world))
        return
    _show(found, asked, explain=explain)


def _asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Make a question of what the options say."""
    asked = {part: list(v) if isinstance(v, tuple) else v for part, v in given.items() if v}
    if "settings" in asked:
        pairs = [pair.partition("=") for pair in asked["settings"]]
        asked["settings"] = {name.strip(): value.strip() for name, _, value in pairs}
    return asked


def _answer_lines(lines: BinaryIO, usual: Mapping[str, Any], reader: Reader) -> bool:
    """Answer a question a line, to which the options add; say whether all could be answered."""
    fine = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        found = _answer_line(line, usual, reader)
        if "error" in found:
            found["line"], fine = number, False
        click.echo(json.dumps(found, ensure_ascii=False))
    return fine


def _answer_line(line: bytes, usual: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"this line is not JSON: {error}"}
    if not isinstance(asked, dict):
        return {"error": "this line is no JSON object"}
    try:
        found = count_deadline({**usual, **asked}, reader)
    except Refusal as refusal:
        return {**asked, "error": told(refusal)}
    return spell_answer(asked, found, world=reader.world)


def _show(found: Answer, asked: Mapping[str, Any], *, explain: bool) -> None:
    """Tell a person the last day, and why if they want to know."""
    click.echo(runs_out(found))
    if found.on_time is not None:
        click.echo("The act was on time." if found.on_time else "The act came too late.")
    if explain:
        _explain(found, asked.get("settings", {}))
    if found.due.provisional:
        warn(provisional_words(found))


def _explain(found: Answer, varied: Mapping[str, str]) -> None:
    rule, calendar = found.question.rule, found.question.calendar
    _tell(f"Rule {rule.key}, version {rule.version}: {rule.title.get('en', rule.key)}")
    _tell(f"  {rule.source or 'a house rule; it cites no norm'}")
    if not rule.settled:
        _tell(f"  Left open: {rule.note.get('en', 'see its note')}", hanging=4)
    if varied:
        _tell(f"  Varied: {', '.join(f'{name}={value}' for name, value in varied.items())}")
    _tell(f"Calendar {calendar.key}: {' + '.join(calendar.layers) or 'weekends only'}")
    for step in found.due.trace:
        source = f" [{step.source}]" if step.source else ""
        _tell(f"  {step.day} {step.day:%a}  {step_words(step)}{source}", hanging=DAY_WIDTH)
    _tell("Checked: the same day follows from these steps alone.")
    if found.due.provisional:
        click.echo(provisional_words(found))


def _tell(line: str, *, hanging: int = 2) -> None:
    """Write one line, its continuation set in."""
    indent = " " * hanging
    click.echo(textwrap.fill(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False))
