"""The texts of a case that can be searched, each with who may read it.

It says of texts what `access` and `story` say of fields and lines of history, in a form that rows
can be selected by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from workflow.core.access import is_guarded
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.events import Event, Kind
from workflow.core.fields import Field, FieldType, words
from workflow.core.folding import words_of
from workflow.core.history import reveal
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import DOCUMENTS, Readers, written_in


class Readership(StrEnum):
    """Who may read a text of a case, besides auditors."""

    NETWORK = "network"
    """Every officer for whom the case exists."""
    AGENCIES = "agencies"
    """Whoever acts for an agency with a part in the case."""


NUMBER, SUBJECT, PARTS = "number", "subject", "parts"
"""Places of the texts that every case has."""
_DATA, _EVENT, _GUARDED = "data.", "event.", "/guarded"
_PROPOSALS = frozenset({Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_RETURNED})
"""Lines that only their own agency reads."""
_TEXTUAL = frozenset(
    {
        *(FieldType.TEXT, FieldType.LONG_TEXT, FieldType.CPF, FieldType.CNPJ),
        *(FieldType.SEI_NUMBER, FieldType.EMAIL, FieldType.URL, FieldType.AGENCY),
    }
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a case as it now is; an empty one was taken away."""

    place: str
    """Where it stands: `number`, `subject`, `parts`, `data.FIELD` or `event.SEQ`."""
    readers: str
    """A `Readership`, or `agency:CODE` for those who act for one agency."""
    text: str
    commitment: str | None = None
    """The commitment to the personal value that it tells, with which it is erased."""

    @property
    def words(self) -> str:
        """The words by which it is found, each once."""
        return " ".join(sorted(words_of(self.text)))


def of_agency(code: str) -> str:
    """Return what stands for the readers of a text that is one agency's own business."""
    return f"agency:{code}"


def texts_of(change: Change) -> tuple[Text, ...]:
    """Return the texts that a change adds to a case, or changes."""
    found = [] if _has_kept_its_own(change) else [*_own(change), *_data(change)]
    found += [text for event in change.events if (text := _said(event))]
    return tuple({text.place: text for text in found}.values()) if found else ()


def field_of(place: str) -> str | None:
    """Return the field whose text stands at a place, or None where it is no field's."""
    if not place.startswith(_DATA):
        return None
    return place.removeprefix(_DATA).removesuffix(_GUARDED)


def line_of(place: str) -> int | None:
    """Return the line of history that a text stands in, or None where it stands in none."""
    return int(place.removeprefix(_EVENT)) if place.startswith(_EVENT) else None


def _has_kept_its_own(change: Change) -> bool:
    """Say whether a change left all of a case as it was that its own texts follow from."""
    case, before = change.after, change.before
    return before is not None and (
        case.data is before.data
        and case.agencies is before.agencies
        and case.entered is before.entered
    )


def _own(change: Change) -> Iterator[Text]:
    case = change.after
    if change.before is None:
        yield Text(NUMBER, Readership.NETWORK, case.number)
    if change.before is None or change.before.data.get(SUBJECT) != case.data.get(SUBJECT):
        yield Text(SUBJECT, Readership.NETWORK, str(case.data.get(SUBJECT) or ""))
    if change.new_agencies():
        yield Text(PARTS, Readership.NETWORK, " ".join(sorted(case.agencies)))


def _data(change: Change) -> Iterator[Text]:
    """Go through the fields that were given a value, and those whose restriction was lifted."""
    case, before = change.after, change.before
    lifting = _lifting(case.definition)
    entered = case.entered - (before.entered if before else frozenset()) if lifting else ()
    if before and before.data is case.data and not entered:
        return
    sealed: dict[str, str | None] = {}
    for event in change.events:
        for key, value in _values(event).items():
            sealed[key] = _commitment(value) or sealed.get(key)
    fields = case.definition.data
    lifted = {
        key: sealed.get(key)
        for key, states in lifting
        if key in case.data and not states.isdisjoint(entered)
    }
    for key, commitment in {**lifted, **sealed}.items():
        if key in fields and key != SUBJECT:
            yield from _field_texts(case, fields[key], commitment)


def _values(event: Event) -> Mapping[str, Any]:
    """Return the values that an event gives to fields, as history keeps them."""
    body = event.body
    if event.kind in DOCUMENTS:
        return {body["field"]: body["document"]}
    found: Mapping[str, Any] = body.get(_GIVING.get(event.kind, "values")) or {}
    return found


_GIVING: Final = {Kind.CASE_OPENED: "data"}
"""Under which name a line of those kinds has the values that it gives."""


def _field_texts(case: CaseSnapshot, field: Field, commitment: str | None) -> Iterator[Text]:
    value = case.data.get(field.key)
    place, guarded = f"{_DATA}{field.key}", is_guarded(case, field)
    if field.type is FieldType.TABLE:
        rows = value if isinstance(value, list) else []
        for closed in (False, True):
            same = [c for c in field.columns if (guarded or is_guarded(case, c)) is closed]
            columns = [column for column in same if column.type in _KINDS]
            if columns or _lifted_by(field):
                cells = (_told(c, row.get(c.key)) for row in rows for c in columns)
                yield _text(place, "; ".join(filter(None, cells)), commitment, guarded=closed)
    elif field.type in _KINDS:
        yield _text(place, _told(field, value), commitment, guarded=guarded, sole=True)


def _text(
    place: str, text: str, commitment: str | None, *, guarded: bool, sole: bool = False
) -> Text:
    readers = Readership.AGENCIES if guarded else Readership.NETWORK
    return Text(place if sole or not guarded else place + _GUARDED, readers, text, commitment)


def _lifted_by(field: Field) -> frozenset[str]:
    """Return the states whose entering lifts a restriction of a field, or of a part of it."""
    return frozenset(f.released_on for f in (field, *field.columns) if f.released_on)


@lru_cache(maxsize=512)
def _lifting(definition: Definition) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the fields of a type that have such states, each with them."""
    found = ((key, _lifted_by(field)) for key, field in definition.data.items())
    return tuple((key, states) for key, states in found if states)


def _told(field: Field, value: Any) -> str:  # noqa: ANN401 - any case data
    """Return the words of a value, or nothing where it has none; an erased one is a mapping."""
    if field.type is FieldType.DOCUMENT:
        return str(value.get("name") or "") if isinstance(value, Mapping) else ""
    if isinstance(value, list):
        return " ".join(_told_one(field, one) for one in value)
    return _told_one(field, value)


def _told_one(field: Field, value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        return ""
    known = {choice.key: choice for choice in field.choices}
    return words(known[value].title) if value in known else value


_KINDS = _TEXTUAL | {
    *(FieldType.DOCUMENT, FieldType.CHOICE, FieldType.CHOICES, FieldType.AGENCIES),
}
"""The kinds of field that have words; a table has those of its columns."""


def _said(event: Event) -> Text | None:
    """Return what the acting person wrote, or the number that a paper was given, if anything."""
    if event.kind is Kind.NUMBER_RECORDED:
        number = event.body.get("number")
        return Text(_at(event), Readership.NETWORK, number) if number else None
    written = written_in(event)
    if not written:
        return None
    readers = Readership.AGENCIES.value
    if event.kind in _PROPOSALS or event.body.get("readers") == Readers.OWN:
        readers = of_agency(event.by.agency or "")
    clear, commitment = reveal(written, event.private), _commitment(written)
    if not clear and commitment is None:
        return None
    return Text(_at(event), readers, clear if isinstance(clear, str) else "", commitment)


def _at(event: Event) -> str:
    return f"{_EVENT}{event.seq}"


def _commitment(value: object) -> str | None:
    if isinstance(value, Mapping) and set(value) == {"commitment"}:
        return str(value["commitment"])
    return None
