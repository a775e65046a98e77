"""A practice installation: what was done in it so far, and how it begins anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from workflow.services.plans import RECOUNTS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import dump
from workflow.storage.imports import keep_setting, raise_version
from workflow.storage.network import CALENDAR_VERSION, NETWORK_VERSION
from workflow.storage.queries.events import kinds_since
from workflow.storage.queries.plans import Phase, plans

PLANNED, APPLIED, APPLIED_TWICE = "plan_counted", "plan_applied", "plan_applied_twice"
"""What the plans of an administrator leave; undoing one is a second that is applied."""

Trace = tuple[str, str]
"""What was done, and by which agency; by none, if by an administrator."""


def keep_beginning(url: str, beginning: Path) -> None:
    """Keep a copy of a practice database as it was made, to go back to."""
    partial = beginning.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    dump.dump(url, partial)
    partial.replace(beginning)


def begin_anew(uow: UnitOfWork, url: str, beginning: Path, *, mail: Path) -> None:
    """Put everything back as it was made, letters included; whoever is signed in is signed out.

    The versions of calendars and network go on rising, so that no process takes what it
    remembers of before for what holds now.
    """
    with uow.writing() as connection:
        held = {key: raise_version(connection, key) for key in (CALENDAR_VERSION, NETWORK_VERSION)}
    dump.load(url, beginning)
    with uow.writing() as connection:
        for key, version in held.items():
            keep_setting(connection, key, version)
    for letter in mail.glob("*.eml"):
        letter.unlink()


def traces_since(uow: UnitOfWork, beginning: datetime) -> frozenset[Trace]:
    """Return what was done since an instant, with the agency of whoever did it."""
    with uow.as_keeper().reading() as connection:
        found = kinds_since(connection, beginning)
        made = [plan for plan in plans(connection, RECOUNTS) if plan.created_at > beginning]
    applied = sum(plan.phase is Phase.DONE for plan in made)
    reached = {PLANNED: bool(made), APPLIED: applied > 0, APPLIED_TWICE: applied > 1}
    return found | {(mark, "") for mark, there in reached.items() if there}
