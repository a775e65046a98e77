"""Small marks that pages are full of, drawn once for all that look alike: icons, due dates, lists.

Each follows from what it is given alone, so it may be kept whoever it was first written for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

from web.assets import asset_url
from web.words.isolation import closed
from web.words.wording import Due, DueKind, iso
from web.words.written import shown
from workflow.core.forgetting import forgetful

_KINDS: Final = {
    DueKind.LATE: "triangle-alert",
    DueKind.TODAY: "clock-alert",
    DueKind.NEAR: "clock",
    DueKind.LATER: "calendar",
    DueKind.PAUSED: "circle-pause",
    DueKind.DONE: "check",
}


def install_marks(app: Flask) -> None:
    """Give templates the marks; `macros.html` hands them on."""
    app.jinja_env.globals.update(drawn_icon=icon, drawn_due=due_pill, drawn_options=options)


class Listed(tuple[tuple[str, str], ...]):
    """Options that follow from network and types alone: nothing of any case stands in them."""

    __slots__ = ()


def options(choices: Iterable[tuple[Any, Any]], value: Any) -> Markup:  # noqa: ANN401 - whatever is chosen
    """Draw the options of a list, pairs of value and words, with the one that is chosen."""
    chosen = str(value)
    if isinstance(choices, Listed) and not chosen:
        return _lasting(choices)
    return _options(choices, chosen)


@forgetful
@lru_cache(maxsize=32)
def _lasting(choices: Listed) -> Markup:
    return _options(choices, "")


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> Markup:
    drawn = (
        f'<option value="{shown(key)}"{" selected" if str(key) == chosen else ""}>'
        f"{shown(words)}</option>"
        for key, words in choices
    )
    return Markup("".join(drawn))  # noqa: S704 - each part escaped


def icon(name: str) -> Markup:
    """Draw one of the icons, always beside words."""
    return _icon(asset_url("icons.svg"), name)


def due_pill(due: Due) -> Markup:
    """Draw a due date: icon and words, colour only reinforces."""
    return _due_pill(asset_url("icons.svg"), due)


@lru_cache(maxsize=512)
def _icon(icons: str, name: str) -> Markup:
    drawn = Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>')
    return drawn.format(icons, closed(name))


@lru_cache(maxsize=2048)
def _due_pill(icons: str, due: Due) -> Markup:
    day = Markup()
    if due.day:
        shown = f"({due.shown_day})" if due.bracketed else due.shown_day
        day = Markup(' <time datetime="{}">{}</time>').format(iso(due.day), closed(shown))
    words = escape(closed(due.words))
    drawn = Markup('<span class="due due-{}">{}{}{}</span>')
    return drawn.format(due.kind.value, _icon(icons, _KINDS[due.kind]), words, day)
