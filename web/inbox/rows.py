"""Rows of open tasks, each written once for all who see the same in it.

What is said of a task follows from its line in the database, from the day, the network and the
calendars, and from what the reader wants to see of it; by all of these a row is kept. Only the
form by which a task is taken is written anew each time: it holds what is the visitor's alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from flask import Flask
from markupsafe import Markup

from web import clock
from web.here import this_request
from web.inbox.lines import Line
from web.sessions import current_principal
from web.words.languages import spoken
from web.words.wording import ago
from web.words.written import safe
from workflow.services.labels import Label, Labels
from workflow.services.memory import Memory
from workflow.storage.queries.inbox import InboxItem

MOST: Final = 4096
"""Rows that a process keeps, a kilobyte or two each."""
_CLOCK: Final = InboxItem._fields.index("clock")
"""The place of the clock in an item, which is told by how it is said to be due."""
_FORM: Final = Markup("<!-- take -->")
"""Where the form goes; nothing that is typed ever reaches a page like this."""


def install_rows(app: Flask) -> None:
    """Let templates show the rows of open tasks."""
    kept: Memory[str] = Memory(MOST)
    app.extensions["task_rows"] = kept

    def task_rows(
        lines: Iterable[Line],
        *,
        chosen: Sequence[str],
        aside: bool,
        labels: Labels,
        names: Mapping[str, str],
        back: str,
    ) -> Markup:
        principal = current_principal()
        absent = {one: (principal.absent[one], on) for one, on in principal.absent_until.items()}
        look = spoken(), this_request().script_root, tuple(chosen), aside, tuple(absent.items())
        rows, now = [], clock.now()
        for line in lines:
            on = labels.on(line.case_id)
            key = _key(line, on, now), look
            row = kept.get(key)
            if row is None:
                written = app.jinja_env.get_template("inbox/_task.html").module
                name = names.get(line.item.opener)
                row = str(written.task(line, on, chosen, aside, absent, name, _FORM))  # type: ignore[attr-defined]
                kept.keep(key, row)
            rows.append(row.replace(_FORM, _form(line, back)) if _FORM in row else row)
        return safe("".join(rows))

    def _form(line: Line, back: str) -> str:
        taking = app.jinja_env.get_template("inbox/_take.html").module
        return str(taking.take(line.item.number, line.item.no, back))  # type: ignore[attr-defined]

    app.jinja_env.globals["drawn_tasks"] = task_rows


def _key(line: Line, on: tuple[Label, ...], now: datetime) -> Hashable:
    """Return all that is said of a task follows from, whoever looks at it."""
    item, desk = line.item, line.desk
    paused = line.due if item.clock else None
    since = ago(item.opened_at, now) if item.opened_at >= desk.begins else ""
    return item[:_CLOCK], item[_CLOCK + 1 :], paused, since, on, desk.versions, desk.today
