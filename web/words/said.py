"""What the next page tells a person about what they have just done, with a way to undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, flash, get_flashed_messages

from web.words.phrases import phrase

CATEGORY = "said"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to tell: the sentence, and where to post to undo what it tells of."""

    text: str
    undo: str | None
    task: str | None
    """Where the task that it tells of is to be found."""


def install_said(app: Flask) -> None:
    """Let templates ask for `said()`, what is to be told on this page."""
    app.jinja_env.globals["said"] = said


def say(
    what: str, *, undo: str | None = None, task: str | None = None, **particulars: str | int
) -> None:
    """Tell on the next page that something was done, by a macro of `wording/said.jinja`."""
    flash([what, undo, task, particulars], CATEGORY)  # type: ignore[arg-type]  # kept as JSON


def said() -> list[Said]:
    """Return what is to be told now, once."""
    messages: list[Any] = get_flashed_messages(category_filter=[CATEGORY])
    return [Said(phrase("said", what, facts), undo, task) for what, undo, task, facts in messages]
