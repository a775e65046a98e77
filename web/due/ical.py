"""Deadlines as an iCalendar (RFC 5545, with the names of RFC 7986), for programs to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from icalendar import Calendar, Event, Timezone, vDuration

from web.due.lines import title_of
from web.settings import current_settings
from web.words.languages import in_language
from web.words.phrases import phrase
from workflow.services.feeds import Entry, Fetched
from workflow.services.installation import Installation

EVERY = timedelta(hours=1)
"""How often programs are asked to look for news."""
LAST_SECOND = time(23, 59, 59)
"""A deadline that ends then is one of the whole day."""
FIRST_YEAR, LAST_YEAR = date(2020, 1, 1), date(2040, 1, 1)
"""For which years the time zone is told; programs know the others by its name."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes calendars in the language that is spoken."""

    installation: Installation

    def write(self, fetched: Fetched) -> bytes:
        """Write a calendar; the same deadlines always come to the same bytes."""
        calendar = Calendar()
        name = _name(fetched)
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Tramita//Tramita//PT")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", str(self.installation.zone))
        calendar.add("refresh-interval", vDuration(EVERY), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(EVERY))
        calendar.add_component(self._zone())
        for entry in fetched.entries:
            calendar.add_component(self._event(entry))
        written: bytes = calendar.to_ical()
        return written

    def _zone(self) -> Timezone:
        return Timezone.from_tzinfo(
            self.installation.zone, first_date=FIRST_YEAR, last_date=LAST_YEAR
        )

    def _event(self, entry: Entry) -> Event:
        event = Event()
        host = urlsplit(current_settings().base_url).hostname or "tramita"
        event.add("uid", f"{entry.key.replace(':', '-')}.{entry.number}@{host}")
        event.add("dtstamp", entry.changed_at.replace(microsecond=0))
        event.add("last-modified", entry.changed_at.replace(microsecond=0))
        event.add("sequence", entry.sequence)
        self._place(event, entry)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        event.add("status", _status(entry))
        summary, lines = self._said(entry)
        event.add("summary", summary)
        if lines:
            event.add("description", "\n".join(lines))
        if entry.item is not None:
            event.add("url", _address(entry))
        return event

    def _place(self, event: Event, entry: Entry) -> None:
        """Put a deadline on its day, or at its instant where it ends before the day does."""
        local = entry.due_at.astimezone(self.installation.zone)
        if local.time().replace(microsecond=0) == LAST_SECOND:
            event.add("dtstart", entry.due_on)
            event.add("dtend", entry.due_on + timedelta(days=1))
        else:
            event.add("dtstart", _named(local, self.installation))

    def _said(self, entry: Entry) -> tuple[str, list[str]]:
        """Return the title and the lines below it: of what is sealed or over, the number alone."""
        item = entry.item
        number = entry.number if entry.known else ""
        if item is None:
            return phrase("feed", "over", {"number": number}), []
        if item.is_sealed:
            return phrase("feed", "sealed", {"number": number}), []
        definition = self.installation.definition(item.definition_key, item.definition_version)
        facts = {
            "number": number,
            "title": title_of(item, definition),
            "agency": item.agency,
            "officer": item.assignee_name or "",
            "subject": item.subject or in_language(definition.title),
        }
        lines = ["about", "holder"]
        lines += ["paused"] if entry.is_paused else []
        lines += ["provisional"] if item.clock.get("provisional") else []
        return phrase("feed", "summary", facts), [phrase("feed", line, facts) for line in lines]


def _named(local: datetime, installation: Installation) -> datetime:
    return local.replace(tzinfo=installation.zone, microsecond=0)


def _name(fetched: Fetched) -> str:
    of = fetched.owner.agency
    facts: dict[str, Any] = {"agency": of, "place": current_settings().display_name}
    return phrase("feed", "agencys" if of else "own", facts)


def _status(entry: Entry) -> str:
    if entry.item is None:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_paused else "CONFIRMED"


def _address(entry: Entry) -> str:
    no = entry.item.no if entry.item else 0
    if no:
        path = url_for("cases.task", number=entry.number, no=no)
    else:
        path = url_for("cases.show", number=entry.number)
    return current_settings().base_url + path
