"""Reads the values of a question about a deadline: days, instants, spans, settings of a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from workflow.catalogue.problems import nearest, quoted
from workflow.catalogue.term_words import read_term
from workflow.core.deadlines.rules import (
    Ground,
    OutageEffect,
    PauseMode,
    Roll,
    Rule,
    StartMoves,
    StartsOn,
)
from workflow.core.deadlines.spelling import read_rule, spell_rule
from workflow.core.errors import Refusal

Choice = TypeVar("Choice", bound=StrEnum)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_YES = {True: True, "true": True, "yes": True, "on": True}
_NO = {False: False, "false": False, "no": False, "off": False}
_A_DAY = "write year-month-day, as in 2026-04-21"
_AN_INSTANT = "write a day, or an instant as in 2026-04-21T15:00-03:00"


class Unclear(Refusal):
    """A part of a question cannot be read."""

    def __init__(self, part: str, value: object, mend: str) -> None:
        super().__init__(f"{part}: {quoted(value)} cannot be read; {mend}", part=part)


def day(part: str, value: object) -> date:
    """Read a day; raise `Unclear`."""
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise Unclear(part, value, _A_DAY)


def moment(part: str, value: object, *, zone: ZoneInfo) -> date:
    """Read a day, or an instant, which is of the legal zone where it names none.

    Raise `Unclear`.
    """
    if not isinstance(value, str) or _DAY.fullmatch(value.strip()):
        return day(part, value)
    return instant(part, value, zone=zone)


def instant(part: str, value: object, *, zone: ZoneInfo) -> datetime:
    """Read an instant, of the legal zone where it names none; raise `Unclear`."""
    try:
        if not isinstance(value, str) or not _DAY.match(value):
            raise ValueError(value)
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Unclear(part, value, _AN_INSTANT) from None
    return read if read.tzinfo else read.replace(tzinfo=zone)


def choice(part: str, value: object, words: type[Choice]) -> Choice:
    """Read a word of a closed list; raise `Unclear`."""
    if not isinstance(value, str) or value not in words.__members__.values():
        raise Unclear(part, value, nearest(value, words))
    return words(value)


def text(part: str, value: object) -> str:
    """Read a text; raise `Unclear`."""
    if not isinstance(value, str):
        raise Unclear(part, value, "write a text")
    return value


def items(part: str, value: object) -> list[Any]:
    """Read one thing or a list of them; raise `Unclear`."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, str | dict):
        return [value]
    raise Unclear(part, value, "write one, or a list of them")


def _flag(part: str, value: object) -> bool:
    known: Mapping[object, bool] = {**_YES, **_NO}
    if not isinstance(value, str | bool) or value not in known:
        raise Unclear(part, value, "write true or false")
    return known[value]


def _number(part: str, value: object) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", str(value)):
        raise Unclear(part, value, "write a number")
    return int(str(value))


def _clock(part: str, value: object) -> str:
    try:
        return time.fromisoformat(text(part, value)).isoformat()
    except ValueError:
        raise Unclear(part, value, "write hours and minutes, as in 18:00") from None


def _grounds(part: str, value: object) -> list[str]:
    words = value.replace(",", " ").split() if isinstance(value, str) else items(part, value)
    return [choice(part, word, Ground) for word in words]


def _of(words: type[StrEnum]) -> Callable[[str, object], object]:
    return lambda part, value: choice(part, value, words)


_SETTINGS: dict[str, Callable[[str, object], object]] = {
    **dict.fromkeys(("first_day_excluded", "pf_closes", "early_close_rolls"), _flag),
    **dict.fromkeys(("clear_days", "resumption_counts"), _flag),
    **dict.fromkeys(("extension_from_original", "extension_within_term"), _flag),
    **dict.fromkeys(("roll", "roll_before"), _of(Roll)),
    "start_moves": _of(StartMoves),
    "starts_on": _of(StartsOn),
    "outage": _of(OutageEffect),
    "pause_mode": _of(PauseMode),
    **dict.fromkeys(("least_outage_minutes", "extensions"), _number),
    "longest_extension": lambda part, value: str(read_term(text(part, value))),
    "due_time": _clock,
    **dict.fromkeys(("suspended_by", "interrupted_by"), _grounds),
}


def varied(rule: Rule, settings: object) -> Rule:
    """Give a rule with some of its settings otherwise, for one count; raise `Unclear`."""
    if not settings:
        return rule
    if not isinstance(settings, Mapping):
        raise Unclear("settings", settings, "write settings by their names")
    changed = {}
    for name, value in settings.items():
        if name not in _SETTINGS:
            raise Unclear("settings", name, nearest(name, _SETTINGS))
        changed[name] = _SETTINGS[name](f"settings.{name}", value)
    return read_rule(spell_rule(rule) | changed)
