"""`tramita stuck`: the open cases that stand still, why, since when, and what mends each."""

from __future__ import annotations

from typing import Any

import click

from web.commands.installed import installation
from web.commands.speaking import answer, as_json, say, show_table
from workflow.core.liveness import Fault
from workflow.services.alarm import Stuck
from workflow.services.liveness import all_stuck


@click.command()
@as_json
def stuck(*, as_json: bool) -> None:
    """List the open cases that nobody and nothing can move as things are now.

    Each is named with why, since when, whom it waits for, and the act that mends it; the acts
    are done on the page /administracao/parados. The exit code is 1 if any case stands still.
    """
    with installation() as uow:
        found = list(all_stuck(uow))
    if as_json:
        answer([_told(one, fault) for one in found for fault in one.faults])
    elif found:
        columns = ("Case", "Task", "Why", "Since", "Waits for", "Mend")
        show_table(columns, [_row(one, fault) for one in found for fault in one.faults])
    else:
        say("Every open case can be moved.")
    if found:
        raise click.exceptions.Exit(1)


def _row(one: Stuck, fault: Fault) -> tuple[object, ...]:
    mend = _spelled(fault.mend) + (f" to {fault.heir}" if fault.heir else "")
    since, waits_for = f"{fault.since:%Y-%m-%d}", fault.other or fault.agency
    return one.number, fault.task_no or "", _spelled(fault.kind), since, waits_for, mend


def _told(one: Stuck, fault: Fault) -> dict[str, Any]:
    return {
        "number": one.number,
        "owner": one.loaded.snapshot.definition.owner,
        "kind": fault.kind,
        "task": fault.task_no or None,
        "since": fault.since,
        "agency": fault.agency or None,
        "officer": fault.officer,
        "job": fault.job,
        "other": fault.other or None,
        "mend": fault.mend,
        "heir": fault.heir or None,
    }


def _spelled(word: str) -> str:
    return word.replace("_", " ")
