"""The form by which a day, or some days in a row, come into a calendar: read and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from web.administration.year import SATURDAY
from web.words.phrases import phrase
from web.words.wording import day as short_day
from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind

KINDS: Mapping[str, tuple[DayKind | None, Closes]] = {
    "holiday": (None, Closes.FULL),
    "optional": (DayKind.OPTIONAL_HOLIDAY, Closes.FULL),
    "half": (DayKind.OPTIONAL_HOLIDAY, Closes.HALF),
    "open": (DayKind.WORKING_DAY, Closes.NOTHING),
    "suspension": (DayKind.SUSPENSION, Closes.NOTHING),
    "outage": (DayKind.OUTAGE, Closes.NOTHING),
}
"""What a day may become, by the word of the form; a holiday is of the kind its layer has."""

HOLIDAYS = (
    DayKind.NATIONAL_HOLIDAY,
    DayKind.STATE_HOLIDAY,
    DayKind.MUNICIPAL_HOLIDAY,
    DayKind.AGENCY_CLOSING,
)
LONGEST = 366


@dataclass(frozen=True, slots=True)
class DayForm:
    """What was typed, what is wrong with it, and the days it means."""

    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    days: tuple[CalendarDay, ...] = ()
    source: str = ""


def read_act(form: Mapping[str, str], errors: dict[str, str], *, today: date) -> str:
    """Return the act behind a change as history cites it, noting what is missing."""
    act, on = form.get("act", "").strip(), read_day(form.get("act_on", ""))
    if not act:
        errors["act"] = phrase("calendars", "act_missing")
    if on is None:
        errors["act_on"] = phrase("calendars", "act_day_missing")
    elif on > today:
        errors["act_on"] = phrase("calendars", "act_to_come")
    return f"{act} ({short_day(on, year=True)})" if act and on else ""


def read_days(
    form: Mapping[str, str], *, layers: Iterable[str], known: Iterable[CalendarDay], today: date
) -> DayForm:
    """Read the form of a new day."""
    typed = {key: value.strip() for key, value in form.items()}
    errors: dict[str, str] = {}
    kind, layer, name = typed.get("kind", ""), typed.get("layer", ""), typed.get("name", "")
    if kind not in KINDS:
        errors["kind"] = phrase("calendars", "kind_missing")
    if layer not in set(layers):
        errors["layer"] = phrase("calendars", "layer_missing")
    span = _span(typed, errors)
    if not name:
        errors["name"] = phrase("calendars", "name_missing")
    source = read_act(typed, errors, today=today)
    if errors or span is None:
        return DayForm(typed, errors)
    day_kind, closes = KINDS[kind]
    chosen = day_kind or _holiday_of(layer, known)
    closing = kind in ("holiday", "optional", "half")
    days = tuple(
        CalendarDay(layer, on, chosen, name, source, closes=closes)
        for on in span
        if len(span) == 1 or not closing or on.weekday() < SATURDAY
    )
    if not days:
        return DayForm(typed, {"first": phrase("calendars", "only_weekend")})
    return DayForm(typed, {}, days, source)


def _span(typed: Mapping[str, str], errors: dict[str, str]) -> list[date] | None:
    first = read_day(typed.get("first", ""))
    last = read_day(typed["last"]) if typed.get("last") else first
    if first is None:
        errors["first"] = phrase("calendars", "day_missing")
        return None
    if last is None or not first <= last < first + timedelta(days=LONGEST):
        errors["last"] = phrase("calendars", "last_wrong")
        return None
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _holiday_of(layer: str, known: Iterable[CalendarDay]) -> DayKind:
    """Return the kind that the holidays of a layer have."""
    kinds = Counter(day.kind for day in known if day.layer == layer and day.kind in HOLIDAYS)
    return kinds.most_common(1)[0][0] if kinds else DayKind.AGENCY_CLOSING


def read_day(written: str) -> date | None:
    """Read a date as browsers send it, or None."""
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None
