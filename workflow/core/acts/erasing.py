"""Erasing what a case tells of persons: the values go, what stands for them in history stays.

Lei 13.709/2018, art. 18, IV and VI. Only a case that has ended is erased: until then the values
are what it is decided on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.core.acts.allowed import demand_reason
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.change import Change
from workflow.core.errors import ActNotAllowed, CaseMoved
from workflow.core.events import By, Event, Kind
from workflow.core.snapshot import CaseSnapshot

ERASE = "erase_personal"
_SAID = "line"


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """Something a case tells of persons: a field in all its versions, an answer or a comment."""

    key: str
    """`data.FIELD`, `answer.FIELD` or `line.NO`."""
    lines: tuple[int, ...]
    """The lines of history that tell it."""
    commitments: tuple[str, ...]
    usual: bool = True
    """Whether it goes unless one says otherwise: all but what officers commented."""

    @property
    def field(self) -> str | None:
        """The field of the case that it is, or None."""
        kind, _, name = self.key.partition(".")
        return name if kind == "data" else None


def personal_parts(case: CaseSnapshot, events: Sequence[Event]) -> tuple[PersonalPart, ...]:
    """List what a case still tells of persons, in the order in which it was told."""
    found: dict[str, PersonalPart] = {}
    for event in events:
        for name, sealed in _sealed(event.body, _SAID):
            if sealed in event.private:
                key = _key(case, event, name)
                known = found.get(key, PersonalPart(key, (), ()))
                found[key] = PersonalPart(
                    key=key,
                    lines=tuple(dict.fromkeys((*known.lines, event.seq))),
                    commitments=tuple(dict.fromkeys((*known.commitments, sealed))),
                    usual=event.kind is not Kind.COMMENT_ADDED or event.by.guest is not None,
                )
    return tuple(found.values())


def erase_personal(
    case: CaseSnapshot,
    events: Sequence[Event],
    keys: Collection[str] | None,
    reason: str,
    *,
    by: By,
    now: Circumstances,
) -> Change | None:
    """Erase parts of what a case tells of persons, the usual ones where none are named.

    Return None where nothing is left to erase. Raise `ActNotAllowed` while the case is open,
    `ReasonMissing`, or `CaseMoved` where `events` is not the whole history.
    """
    if case.is_open:
        raise ActNotAllowed(act=ERASE, why="open", number=case.number)
    written = demand_reason(reason)
    if not events or events[-1].seq != case.seq:
        raise CaseMoved(number=case.number)
    parts = [
        part
        for part in personal_parts(case, events)
        if (part.usual if keys is None else part.key in keys)
    ]
    if not parts:
        return None
    draft = now.draft(case, by, silent=True)
    draft.emit(
        Kind.PERSONAL_ERASED,
        {
            "fields": [part.field for part in parts if part.field in case.data],
            "commitments": sorted({sealed for part in parts for sealed in part.commitments}),
            "reason": written,
        },
    )
    return finish(draft)


def _key(case: CaseSnapshot, event: Event, name: str) -> str:
    if name == _SAID or event.kind is Kind.COMMENT_ADDED:
        return f"{_SAID}.{event.seq}"
    return f"data.{name}" if name in case.definition.data else f"answer.{name}"


def _sealed(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Go through the commitments anywhere in a body, each with the name it stands under."""
    if isinstance(value, Mapping):
        if set(value) == {"commitment"}:
            yield name, str(value["commitment"])
            return
        for key, part in value.items():
            yield from _sealed(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _sealed(part, name)
