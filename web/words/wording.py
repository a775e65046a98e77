"""Dates, terms and past times in words: the filters by which all pages say them alike.

The sentences are macros of `templates/wording/due.jinja` and `times.jinja`; what is decided here is
only which sentence applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask
from flask_babel import format_decimal

from web.clock import now
from web.settings import current_settings
from web.words.languages import language
from web.words.phrases import phrase

FAR_IN_WORKING_DAYS = 30
NEAR_IN_WORKING_DAYS = 5
_A_MONDAY = date(2024, 1, 1)


class DueKind(StrEnum):
    """How pressing a due date is; pages give each its own icon and colour."""

    LATE = "late"
    TODAY = "today"
    NEAR = "near"
    LATER = "later"
    PAUSED = "paused"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as pages show it: words, then the date, bracketed unless it ends the sentence."""

    kind: DueKind
    words: str
    day: date | None = None
    shown_day: str = ""
    bracketed: bool = False

    def __str__(self) -> str:
        day = f"({self.shown_day})" if self.bracketed else self.shown_day
        return f"{self.words} {day}".strip()


def install_wording(app: Flask) -> None:
    """Give templates the filters and functions that say dates and times."""
    app.jinja_env.filters.update(
        due=due,
        due_words=due_words,
        ago=ago,
        day=day,
        full_day=full_day,
        day_name=day_name,
        hour=hour,
        moment=moment,
        iso=iso,
        file_size=file_size,
    )
    app.jinja_env.globals.update(now=now, today=today)


def due(
    due_on: date | None,
    *,
    today: date,
    working_days: int,
    status: str = "running",
    on: date | None = None,
    near: int = NEAR_IN_WORKING_DAYS,
    at: str = "",
    of: str = "task",
) -> Due:
    """Say when something is due.

    `working_days` are those left until it is due on the calendar that counts, negative when late.
    `status` is running, paused or done; `on` is the day since when it is paused or on which it was
    done, with `working_days` then those left on that day. `at` is the hour of a term that ends at
    an hour; `of` is what is due, `task` or `case`, because Portuguese and Spanish agree with it.
    """
    if status == "paused" and on:
        return Due(DueKind.PAUSED, _said("paused"), on, day(on, today=today))
    if status == "done" and on:
        shown = day(on, today=today)
        return Due(DueKind.DONE, _said("done", day=shown, days=working_days), None)
    if due_on is None:
        return Due(DueKind.LATER, _said("endless"))
    return _running(due_on, today=today, working_days=working_days, near=near, at=at, of=of)


def _running(due_on: date, *, today: date, working_days: int, near: int, at: str, of: str) -> Due:
    shown = day(due_on, today=today)
    if due_on < today:
        words = _said("late", days=max(1, -working_days), of=of)
        return Due(DueKind.LATE, words, due_on, shown, bracketed=True)
    if due_on == today:
        return Due(DueKind.TODAY, _said("today", at=at), due_on, shown, bracketed=True)
    kind = DueKind.NEAR if working_days <= near else DueKind.LATER
    if due_on == today + timedelta(days=1):
        return Due(kind, _said("tomorrow"), due_on, shown, bracketed=True)
    if working_days > FAR_IN_WORKING_DAYS:
        return Due(kind, _said("far"), due_on, day(due_on, today=today, year=True))
    return Due(kind, _said("later", days=max(1, working_days)), due_on, shown, bracketed=True)


def due_words(
    due_on: date | None,
    today: date,
    working_days: int,
    status: str = "running",
    *,
    on: date | None = None,
    of: str = "task",
) -> str:
    """Say when something is due in one line of text, as in messages."""
    return str(due(due_on, today=today, working_days=working_days, status=status, on=on, of=of))


def ago(then: datetime, at: datetime | None = None) -> str:
    """Say how long ago something happened: minutes, hours, the weekday, then the date."""
    present = at or now()
    zone = _zone()
    on, here = then.astimezone(zone).date(), present.astimezone(zone).date()
    days = (here - on).days
    if days == 0:
        minutes = max(0, int((present - then).total_seconds() // 60))
        return _told("minutes", minutes) if minutes < 60 else _told("hours", minutes // 60)
    if days == 1:
        return _told("yesterday", 1)
    return day_name(on) if 1 < days < 7 else day(on, today=here)


def turns_at(then: datetime, at: datetime) -> datetime:
    """Return when `ago` says something else of an instant of today; the day may end before."""
    passed = max(0, int((at - then).total_seconds()))
    unit = 60 if passed < 3600 else 3600
    return then + timedelta(seconds=(passed // unit + 1) * unit)


def day(on: date | datetime, *, today: date | None = None, year: bool | None = None) -> str:
    """Say a date short: 12/03, with the year when it is not this one or when asked."""
    on = local_date(on)
    with_year = year if year is not None else on.year != (today or local_date(now())).year
    return _short(language(), on, with_year)


@lru_cache(maxsize=4096)
def _short(spoken: str, on: date, with_year: bool) -> str:
    if spoken == "en":
        return format_date(on, "d MMM y" if with_year else "d MMM", locale=spoken)
    return on.strftime("%d/%m/%Y" if with_year else "%d/%m")


def full_day(on: date | datetime) -> str:
    """Say a date in full: quinta, 12/03/2026."""
    return f"{day_name(on)}, {day(on, year=True)}"


def day_name(on: date | datetime) -> str:
    """Say the day of the week."""
    return _weekday(language(), local_date(on).weekday())


@lru_cache(maxsize=64)
def _weekday(spoken: str, number: int) -> str:
    on = _A_MONDAY + timedelta(days=number)
    return format_date(on, "EEEE", locale=spoken).removesuffix("-feira")


def hour(at: datetime) -> str:
    """Say the time of day: 14h32."""
    local = at.astimezone(_zone())
    return f"{local.hour:02}{'h' if language() == 'pt_BR' else ':'}{local.minute:02}"


def moment(at: datetime) -> str:
    """Say a date with its time of day."""
    return phrase("times", "moment", day(at, year=True), hour(at))


def iso(at: date | datetime) -> str:
    """Write a date or an instant as the `datetime` of a `<time>` element."""
    return at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat()


def file_size(size: int) -> str:
    """Say the size of a document: 412 KB, 1,3 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{format_decimal(round(size / 1_000_000, 1))} MB"


def today() -> date:
    """Return the date of now where legal dates are counted."""
    return local_date(now())


def local_date(on: date | datetime) -> date:
    """Return the legal date of an instant, or the date given."""
    if isinstance(on, datetime):
        return on.astimezone(_zone()).date()
    return on


def _zone() -> ZoneInfo:
    return current_settings().zone


def _said(macro: str, **facts: object) -> str:
    return _due_sentence(language(), macro, *facts.items())


@lru_cache(maxsize=2048)
def _due_sentence(_language: str, macro: str, *facts: tuple[str, object]) -> str:
    """Say a sentence that follows from its facts alone, once for all who are told the same."""
    return phrase("due", macro, dict(facts))


def _told(macro: str, count: int) -> str:
    return _past(language(), macro, count)


@lru_cache(maxsize=1024)
def _past(_language: str, macro: str, count: int) -> str:
    return phrase("times", macro, count)
