"""Agencies that were called otherwise, or are no longer there, told beside what is old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from web.words.case_words import CaseWords
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.events import Event


def notes(events: Iterable[Event], on: date, words: CaseWords) -> list[str]:
    """Say of the agencies that events of a day name which are not what they were then."""
    network = words.world.network
    if not network.has_past:
        return []
    codes = dict.fromkeys(code for event in events for code in _named_in(event))
    found = (_note(code, on, words) for code in codes if network.get(code))
    return [note for note in found if note]


def _named_in(event: Event) -> list[str]:
    """Return the texts of an event that may be codes of agencies."""
    body = event.body
    texts = [event.by.agency, body.get("agency"), body.get("slot"), body.get("from")]
    request = body.get("request")
    if isinstance(request, Mapping):  # an answer names it by number
        texts += [request.get("of"), request.get("asked_by")]
    texts += body.get("agencies", ())
    return [text for text in texts if isinstance(text, str)]


def _note(code: str, on: date, words: CaseWords) -> str:
    network = words.world.network
    agency, then = network.agency(code), network.name_on(code, on)
    facts = {"code": code, "then": then, "now": agency.name, "heir": agency.successor or ""}
    if agency.valid_to and agency.valid_to < words.today:
        return phrase("case", "gone", facts | {"day": day(agency.valid_to, year=True)})
    if then == agency.name:
        return ""
    ends = (one.valid_to for one in network.former_names(code) if on <= one.valid_to)
    return phrase("case", "renamed", facts | {"day": day(next(ends), year=True)})
