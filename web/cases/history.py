"""History in sentences: each kind of event told by a macro of `wording/events.jinja`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from web.cases.past_names import notes
from web.errors import kept_refusal_text
from web.words.case_words import CaseWords, words_for
from web.words.field_values import term_words
from web.words.languages import language
from web.words.paper_words import paper_words
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.events import Event, Kind
from workflow.core.forgetting import forgetful
from workflow.core.history import ERASED, reveal
from workflow.core.story import Entry, Readers, written_in

ICONS: Mapping[Kind, str] = {
    Kind.CASE_OPENED: "flag",
    Kind.CASE_IMPORTED: "archive",
    Kind.IMPORT_UNDONE: "undo-2",
    Kind.PERSONAL_ERASED: "trash-2",
    Kind.TASK_COMPLETED: "check",
    Kind.TASK_LAPSED: "hourglass",
    Kind.CASE_CLOSED: "archive",
    Kind.CASE_SUSPENDED: "circle-pause",
    Kind.CASE_RESUMED: "play",
    Kind.CASE_SENT_BACK: "corner-up-left",
    Kind.CASE_WITHDRAWN: "circle-x",
    Kind.CASE_CANCELLED: "ban",
    Kind.CASE_TERMINATED: "ban",
    Kind.CASE_RELATED: "link",
    Kind.CHILD_OPENED: "git-branch",
    Kind.COMMITMENTS_RECORDED: "calendar-clock",
    Kind.CHILD_REFUSED: "triangle-alert",
    Kind.COMMENT_ADDED: "message-square",
    Kind.INFORMATION_ASKED: "circle-question-mark",
    Kind.INFORMATION_REDIRECTED: "arrow-right",
    Kind.INFORMATION_ANSWERED: "message-square",
    Kind.DOCUMENT_ATTACHED: "paperclip",
    Kind.DATA_CORRECTED: "pencil",
    Kind.DEADLINE_EXTENDED: "calendar-clock",
    Kind.DEADLINE_RECOUNTED: "calendar-clock",
    Kind.TASK_CLAIMED: "user",
    Kind.TASK_ASSIGNED: "user-plus",
    Kind.TASK_PRIORITISED: "flag",
    Kind.REMINDER_SENT: "bell",
    Kind.TASK_REASSIGNED: "arrow-right",
    Kind.ACCESS_CHANGED: "lock",
    Kind.ACCESS_GRANTED: "user-plus",
    Kind.ACCESS_REVOKED: "lock",
    Kind.CASE_ANNOUNCED: "globe",
    Kind.NUMBER_RECORDED: "file-text",
    Kind.ACT_UNDONE: "undo-2",
    Kind.STATE_ENTERED: "arrow-right",
}
USUAL = frozenset({Kind.STATE_ENTERED, Kind.TASK_OPENED})
"""What mostly follows from an act by itself."""
GOOD = frozenset({Kind.TASK_COMPLETED, Kind.CASE_RESUMED, Kind.INFORMATION_ANSWERED})
SLOW = frozenset({Kind.CASE_SUSPENDED, Kind.INFORMATION_ASKED, Kind.TASK_LAPSED})


@dataclass(frozen=True, slots=True)
class Line:
    """One act of history in words."""

    seq: int
    at: datetime
    icon: str
    tone: str
    """`done`, `warn` or nothing."""
    sentence: str
    quote: str
    who: str
    followed: tuple[str, ...] = ()
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The acts of one day, the latest first."""

    on: date
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    """What agencies were called then, where that is not told above."""


def days(entries: Iterable[Entry], words: CaseWords, *, reasons: bool) -> list[Day]:
    """Return history by day; `reasons` says whether the reader may know why."""
    told: set[str] = set()
    found = []
    for on, acts in groupby(entries, key=lambda entry: words.world.day(entry.head.at)):
        ours = list(acts)
        events = (event for entry in ours for event in (entry.head, *entry.followed))
        fresh = [note for note in notes(events, on, words) if note not in told]
        told.update(fresh)
        lines = tuple(line(entry, words, reasons=reasons) for entry in ours)
        found.append(Day(on, lines, tuple(fresh)))
    return found


def line(entry: Entry, words: CaseWords, *, reasons: bool) -> Line:
    """Say one act and what followed from it."""
    head = entry.head
    return Line(
        seq=head.seq,
        at=head.at,
        icon=ICONS.get(head.kind, "history"),
        tone="done" if head.kind in GOOD else "warn" if head.kind in SLOW else "",
        sentence=sentence(head, words),
        quote=quote(head) if reasons else "",
        who=who_acted(head, words),
        followed=tuple(sentence(event, words) for event in entry.followed),
        seal=head.hash,
    )


def sentence(event: Event, words: CaseWords) -> str:
    """Say what happened."""
    told = particulars(event, words)
    of_row = str(event.body.get("slot", "")).startswith("row:")  # which may name anybody
    if event.kind in USUAL and not (of_row or event.by.officer or event.by.guest):
        return _usual(language(), event.kind.value, *told.items())
    return phrase("events", event.kind.value, Particulars(told))


@forgetful
@lru_cache(maxsize=1024)
def _usual(_language: str, kind: str, *told: tuple[str, Hashable]) -> str:
    """Say what follows from a type and a network alone, once for all cases in which it happens."""
    return phrase("events", kind, Particulars(told))


def quote(event: Event) -> str:
    """Return what the acting person wrote, in clear unless it was erased."""
    clear = reveal(written_in(event), event.private)
    return phrase("values", "erased") if clear == ERASED else str(clear or "")


def who_acted(event: Event, words: CaseWords) -> str:
    """Return who acted, and for whom where somebody was absent."""
    by = event.by
    if by.officer is None:
        return "" if by.guest or by.agency else phrase("events", "by_itself")
    name = words.officer(by.officer)
    if by.on_behalf_of is None:
        return name
    return f"{name} {phrase('events', 'acting_for', words.officer(by.on_behalf_of))}"


class Particulars(dict[str, Any]):
    """Facts for a sentence; what an event does not have is nothing."""

    def __missing__(self, key: str) -> str:
        """Return nothing for a fact that there is not."""
        return ""


def particulars(event: Event, words: CaseWords) -> dict[str, Any]:
    """Return the words for the parts of an event."""
    found = dict(_common(event, words))
    more = _PARTS.get(event.kind)
    return {**found, **more(event.body, words)} if more else found


def _common(event: Event, words: CaseWords) -> Iterator[tuple[str, Any]]:
    body = event.body
    yield "by", subject(event, words)
    if "task" in body:
        yield "task", words.task(body["task"], body.get("slot", ""))
        yield "agency", words.holder(body.get("agency") or body.get("slot") or "")
        if body.get("outcome"):
            yield "outcome", words.outcome(body["task"], body["outcome"])
    elif "no" in body:
        yield "task", _task_title(body["no"], words)
    if isinstance(body.get("clock"), Mapping):
        clock = body["clock"]
        yield "clock", words.clock(clock["key"])
        yield "due", day(date.fromisoformat(clock["due_on"]), today=words.today)
        yield "paused", clock["status"] == "paused"
    if "values" in body:
        yield "fields", ", ".join(words.field(key) for key in body["values"])
        yield "computed", body.get("computed", False)


def subject(event: Event, words: CaseWords) -> str:
    """Return who a sentence is about: the agency, or the party from outside."""
    by = event.by
    if by.agency:
        return by.agency
    if by.guest == "requester":
        return phrase("events", "the_requester")
    if by.guest:
        return words.holder(by.guest)
    return words.officer(by.officer) or phrase("events", "by_itself")


def _task_title(no: int | None, words: CaseWords) -> str:
    key = words.task_keys.get(no or 0)
    return words.task(*key) if key else phrase("events", "a_task")


def _document(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    document = body["document"] or {}
    return {
        "field": words.field(body["field"]),
        "name": document.get("name", ""),
        "version": document.get("version"),
    }


def _state(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    return {"state": words.state(body.get("state") or body["to"])}


def _proposed(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    key = words.task_keys.get(body["no"])
    outcome = body["proposal"]["outcome"]
    return {"outcome": words.outcome(key[0], outcome) if key else outcome}


def _number(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    """Say which number SEI gave, and to what."""
    if not body["paper"]:
        return {"number": body["values"]["external_number"]}
    return {"number": body["number"], "paper": paper_words(body["paper"], words)}


def _next_day(text: str, words: CaseWords) -> str:
    return day(date.fromisoformat(text), today=words.today)


def _commitments(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    days = [{**one, "day": _next_day(one["until"], words)} for one in body["commitments"]]
    told = "; ".join(phrase("events", "commitment_until", one) for one in days)
    return {"all": len(days), "told": told}


def _suspended(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    """Say from when a case rests where that was written down late, and what silence had done."""
    suspension = body["suspension"]
    since = _next_day(suspension["since"], words) if suspension.get("recorded_on") else ""
    stays = ", ".join(words.task(key) for key in body.get("stays", ()))
    return {"day": _next_day(suspension["review_on"], words), "since": since, "stays": stays}


def _imported(body: Mapping[str, Any], words: CaseWords) -> dict[str, Any]:
    days = {key: _next_day(body["imported"][f"{key}_on"], words) for key in ("opened", "entered")}
    return {"opener": body["opener"], **days}


_PARTS: dict[Kind, Callable[[Mapping[str, Any], CaseWords], dict[str, Any]]] = {
    Kind.CASE_OPENED: lambda b, _: {"parent": b.get("parent"), "imported": b.get("imported")},
    Kind.CASE_IMPORTED: _imported,
    Kind.STATE_ENTERED: _state,
    Kind.CASE_SENT_BACK: _state,
    Kind.CASE_CLOSED: lambda b, _: {"result": b["result"]},
    Kind.CASE_SUSPENDED: _suspended,
    Kind.CASE_RESUMED: lambda b, w: {"on": _next_day(b["on"], w) if b.get("late") else ""},
    Kind.DEADLINE_MOVED: lambda b, w: {
        name: _next_day(b[key], w)
        for name, key in (("was", "from"), ("start_was", "start_was"))
        if b.get(key)
    },
    Kind.TASK_REVIEWED: lambda b, w: {"day": _next_day(b["next"], w)},
    Kind.TASK_PRIORITISED: lambda b, _: {"dropped": not b["reason"]},
    Kind.TASK_ASSIGNED: lambda b, w: {
        "officer": w.officer(b["officer"]),
        "rule": words_for("distribution", b["rule"]) if b.get("rule") else "",
    },
    Kind.TASK_REASSIGNED: lambda b, _: {"source": b["from"], "agency": b["agency"]},
    Kind.OUTCOME_PROPOSED: _proposed,
    Kind.ROLE_BOUND: lambda b, w: {
        "role": w.role(b["role"]),
        "agencies": ", ".join(w.holder(slot) for slot in b["agencies"]),
        "in_turn": b.get("in_turn", False),
    },
    Kind.TASK_SCHEDULED: lambda b, _: {"in_turn": b.get("in_turn", False)},
    Kind.DOCUMENT_ATTACHED: _document,
    Kind.DOCUMENT_WITHDRAWN: _document,
    Kind.DEADLINE_STOPPED: lambda b, w: {"clock": w.clock(b["key"])},
    Kind.DEADLINE_RECOUNTED: lambda b, w: {
        "was": _next_day(b["from"], w),
        "source": b["because"]["source"],
    },
    Kind.DEADLINE_EXTENDED: lambda b, _: {"term": term_words(b["term"])},
    Kind.INFORMATION_ASKED: lambda b, w: {
        "agency": b["request"]["of"],
        "due": _next_day(b["request"]["clock"]["due_on"], w) if b["request"].get("clock") else "",
    },
    Kind.INFORMATION_REDIRECTED: lambda b, w: {
        "source": w.holder(b["from"]),
        "agency": b["request"]["of"],
    },
    Kind.CASE_RELATED: lambda b, _: {
        "number": b["number"],
        "relation": words_for("relations", b["relation"]),
    },
    Kind.COMMITMENTS_RECORDED: _commitments,
    Kind.CHILD_OPENED: lambda b, _: {"number": b["number"]},
    Kind.CHILD_REFUSED: lambda b, _: {
        "why": kept_refusal_text(b["why"]["refusal"], b["why"]["particulars"])
    },
    Kind.ACCESS_GRANTED: lambda b, w: {
        "officer": w.officer(b["officer"]),
        "day": _next_day(b["until"], w),
    },
    Kind.ACCESS_REVOKED: lambda b, w: {"officer": w.officer(b["officer"])},
    Kind.COMMENT_ADDED: lambda b, w: {
        "mentioned": ", ".join(filter(None, map(w.officer, b.get("mentioned", ())))),
        "own": b["readers"] == Readers.OWN,
    },
    Kind.PERSONAL_ERASED: lambda b, w: {"fields": ", ".join(map(w.field, b["fields"]))},
    Kind.ACCESS_CHANGED: lambda b, _: {"access": words_for("access", b["access"])},
    Kind.NUMBER_RECORDED: _number,
}
"""What the sentence of each kind needs besides what all have."""
