"""A change as the rows it writes, table by table, with plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from operator import attrgetter
from typing import Any, Final, TypeAlias

from workflow.core.change import Change, Job, TaskRecord
from workflow.core.events import Event, Kind
from workflow.core.held_hours import person_moves
from workflow.core.passages import texts_of
from workflow.core.place_moves import place_moves
from workflow.core.snapshot import CaseSnapshot, Clock
from workflow.core.spelling import spell_clock
from workflow.core.tallies import Spot, moves
from workflow.storage.base import NO_DAY
from workflow.storage.memory import remembers_the_same, spell_memory
from workflow.storage.task_rows import task_row

Row: TypeAlias = dict[str, Any]

_NAMING: Final = frozenset({Kind.ACCESS_GRANTED, Kind.ACCESS_REVOKED})
_WITH_ROWS: Final = _NAMING | {
    *(Kind.PERSONAL_ERASED, Kind.DOCUMENT_ATTACHED),
    *(Kind.CASE_RELATED, Kind.CHILD_OPENED, Kind.CASE_OPENED),
}
"""Kinds of event that have rows of their own beside history."""


def case_row(change: Change, *, access_code_hash: str | None = None) -> Row:
    """Return the case as it becomes; what the write must leave alone is None, or `OFTEN` is all."""
    case, before, last = change.after, change.before, change.events[-1]
    row = {
        "revision": case.revision,
        "updated_at": last.at,
        # What is long and seldom changes is not written, packed and logged again for each act.
        "memory": None if before and remembers_the_same(before, case) else spell_memory(case),
        "clocks": (
            None
            if before and case.clocks is before.clocks
            else [spell_clock(clock) for clock in case.clocks]
        ),
        "seq": case.seq,
        "head": case.head,
        "wake_at": change.wake_at,
        "last_event": {"kind": last.kind, "at": last.at, "by": last.by.as_body()},
    }
    if before and access_code_hash is None and _seldom_of(before) == _seldom_of(case):
        return row
    return row | _seldom(before, case, access_code_hash=access_code_hash)


_seldom_of: Final = attrgetter(
    *("definition", "state", "visit", "entered_at", "closed_at", "result", "data", "participants"),
    *("access", "ground", "announced", "tasks_opened", "noticed_until"),
)
"""The parts of a case that `_seldom` writes."""


def _seldom(
    before: CaseSnapshot | None, case: CaseSnapshot, *, access_code_hash: str | None
) -> Row:
    known = before.noticed_until if before else None
    filed = case.data.get("external_number")
    return {
        "number": case.number,
        "definition_key": case.definition.key,
        "definition_version": case.definition.version,
        "state": case.state,
        "visit": case.visit,
        "entered_at": case.entered_at,
        "opener": case.opener,
        "opened_by": case.opened_by,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "result": case.result,
        "subject": str(case.data.get("subject") or ""),
        "access": str(case.access),
        "ground": case.ground,
        "announced": case.announced,
        "data": None if before and case.data == before.data else case.data,
        "participants": (
            None if before and case.participants == before.participants else case.participants
        ),
        "tasks_opened": case.tasks_opened,
        "noticed_until": None if case.noticed_until == known else case.noticed_until,
        "access_code_hash": access_code_hash,
        "external_number": None if filed is None else str(filed),
    }


def change_rows(
    change: Change, *, key: str, tasks: Sequence[TaskRecord] | None = None
) -> dict[str, list[Row]]:
    """Return what a change adds to the tables beside the case, under the names of the tables.

    Of tasks it is all that the change touched, or those that are given.
    """
    rows = {"act_key": [_key(change, key)]}
    if touched := change.tasks if tasks is None else tasks:
        rows["task"] = [task_row(record, change.after) for record in touched]
    rows["event"] = [_event(event) for event in change.events]
    for table, listed in _BESIDE:
        if found := listed(change):
            rows[table] = found
    if any(event.private or event.kind in _WITH_ROWS for event in change.events):
        rows |= {table: listed for table, listed in _told_by_events(change).items() if listed}
    return rows


def _key(change: Change, key: str) -> Row:
    first, last = change.events[0], change.events[-1]
    return {
        "key": key,
        "seq": last.seq,
        "at": last.at,
        "tell_from": first.seq if change.to_tell else None,
        "asked_at": None,
    }


def _told_by_events(change: Change) -> dict[str, list[Row]]:
    """Return what few events have beside their line of history."""
    return {
        "private_value": [row for event in change.events for row in _private(event)],
        "case_reader": _readers(change),
        "document": [_document(event) for event in change.documents()],
        "relation": [row for event in change.events for row in _relations(event)],
    }


def _agencies(change: Change) -> list[Row]:
    new = change.new_agencies()
    return [{"agency": code} for code in sorted(new)] if new else []


def _persons(change: Change) -> list[Row]:
    return [asdict(one) for one in person_moves(change)]


def _moves(change: Change) -> list[Row]:
    case, rows = change.after, []
    for agency, gone, come in moves(change):
        gone_as, gone_officer, gone_due_on = _spot(gone)
        come_as, come_officer, come_due_on = _spot(come)
        rows.append(
            {
                "agency": agency,
                "gone_as": gone_as,
                "gone_officer": gone_officer,
                "gone_due_on": gone_due_on,
                "come_as": come_as,
                "come_officer": come_officer,
                "come_due_on": come_due_on,
                "type": case.definition.key,
                "opener": case.opener,
            }
        )
    return rows


def _spot(spot: Spot | None) -> tuple[str, int, date] | tuple[None, None, None]:
    if spot is None:
        return None, None, None
    kind, officer, due_on = spot
    return kind, officer, due_on or NO_DAY


def _jobs(change: Change) -> list[Row]:
    return [_job(job) for job in change.jobs] if change.jobs else []


def _job(job: Job) -> Row:
    return {
        "kind": str(job.kind),
        "key": job.key,
        "payload": job.payload,
        "created_at": None,
        "run_at": job.run_at,
    }


def passage_rows(change: Change) -> list[Row]:
    """Return the texts of a case that a change adds to those searched, or changes."""
    return [
        {
            "place": text.place,
            "readers": str(text.readers),
            "commitment": text.commitment,
            "text": text.text,
            "words": text.words,
        }
        for text in texts_of(change)
    ]


def withdrawn_documents(change: Change) -> list[Row]:
    """Return which versions of documents a change withdraws; no version is all of them."""
    return [
        {"field": event.body["field"], "version": event.body.get("version"), "at": event.at}
        for event in change.events
        if event.kind is Kind.DOCUMENT_WITHDRAWN
    ]


def _event(event: Event) -> Row:
    return {
        "seq": event.seq,
        "kind": str(event.kind),
        "at": event.at,
        "officer": event.by.officer,
        "agency": event.by.agency,
        "on_behalf_of": event.by.on_behalf_of,
        "guest": event.by.guest,
        "body": event.body,
        "hash": event.hash,
    }


def _private(event: Event) -> list[Row]:
    """Return what an event keeps beside history, and what it takes away there."""
    if event.kind is Kind.PERSONAL_ERASED:
        gone = {"salt": None, "value": None, "erased_at": event.at}
        return [{"commitment": sealed, **gone} for sealed in event.body["commitments"]]
    return [
        {"commitment": sealed, "salt": kept.salt, "value": kept.value, "erased_at": None}
        for sealed, kept in event.private.items()
    ]


def _readers(change: Change) -> list[Row]:
    """Return until when each whom an act named may read the case; None is no longer."""
    told = {e.body["officer"]: e.body for e in change.events if e.kind in _NAMING}
    days = {who: body.get("until") for who, body in told.items()}
    return [
        {"officer_id": who, "until": date.fromisoformat(day) if day else None}
        for who, day in days.items()
    ]


def _places(change: Change) -> list[Row]:
    case = change.after
    return [
        {
            "host": move.host,
            "status": move.status,
            "opener": case.opener,
            "since": case.opened_at,
        }
        for move in place_moves(change)
    ]


def _deadlines(change: Change) -> list[Row]:
    return [_deadline(clock) for clock in change.changed_clocks()]


def _deadline(clock: Clock) -> Row:
    return {
        "key": clock.key,
        "agency": clock.agency,
        "due_on": clock.due_on,
        "due_at": clock.due_at,
        "status": clock.status,
        "generation": clock.generation,
    }


def _document(event: Event) -> Row:
    document: Mapping[str, Any] = event.body["document"]
    return {
        "field": event.body["field"],
        "version": document["version"],
        "sha256": document["sha256"],
        "name": document["name"],
        "media_type": document["media_type"],
        "size": document["size"],
        "officer": event.by.officer,
        "agency": event.by.agency,
        "at": event.at,
        "seq": event.seq,
        "withdrawn_at": None,
    }


def _relations(event: Event) -> list[Row]:
    """Return the tie that an event makes, read from the case that it is written in."""
    match event.kind:
        case Kind.CASE_RELATED | Kind.CHILD_OPENED:
            other, relation = event.body["number"], event.body["relation"]
        case Kind.CASE_OPENED if event.body.get("parent"):
            other, relation = event.body["parent"], "parent"
        case _:
            return []
    return [{"other_number": other, "kind": relation, "at": event.at}]


_BESIDE: Final[Sequence[tuple[str, Callable[[Change], list[Row]]]]] = (
    ("case_agency", _agencies),
    ("place", _places),
    ("place_person", _persons),
    ("case_deadline", _deadlines),
    ("queue_move", _moves),
    ("passage", passage_rows),
    ("job", _jobs),
)
"""The tables that many acts add nothing to, in their order."""
