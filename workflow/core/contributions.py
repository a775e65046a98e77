"""What became of each contribution to a text that agencies were heard on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where a request type keeps contributions, and the decision on each."""

    type: str
    task: str
    """The task by which an agency contributes."""
    answer: str
    """The field of its form that has the contribution."""
    table: str
    """The table of decisions, a row for each; the others are its columns."""
    agency: str
    text: str
    verdict: str
    why: str
    refusal: str
    """The decision that takes nothing over."""


class Fate(StrEnum):
    """How a contribution stands."""

    DECIDED = "decided"
    OPEN = "open"
    """It was given and nobody has decided on it."""
    AWAITED = "awaited"
    """The agency may still contribute."""
    NOTHING = "nothing"
    """The agency answered and had nothing to contribute."""
    SILENT = "silent"
    """The term ended without an answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """What an agency handed in when it was asked, if anything."""

    agency: str
    no: int
    """Of its task."""
    fate: Fate
    """As it is without any decision."""
    text: str
    outcome: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution with what became of it."""

    agency: str
    no: int | None
    fate: Fate
    text: str
    outcome: str = ""
    """How the agency answered, where nothing was decided on it."""
    verdict: str = ""
    why: str = ""
    at: datetime | None = None
    """When it was given."""


def contributions(
    given: Sequence[Given],
    rows: Iterable[Mapping[str, Any]],
    hearing: Hearing,
    *,
    decided_at: datetime | None,
) -> list[Contribution]:
    """Return every contribution by agency: those decided on, then those that are not.

    `rows` are the decisions that the reader may read, last written at `decided_at`; what an
    agency handed in later is open again.
    """
    decided = list(rows)
    heard = {str(row.get(hearing.agency)) for row in decided}
    lines = list(_decided(given, decided, hearing))
    for one in given:
        later = decided_at is None or (one.at is not None and one.at > decided_at)
        settled = one.agency in heard and one.fate in (Fate.OPEN, Fate.NOTHING) and not later
        if not settled:
            lines.append(
                Contribution(one.agency, one.no, one.fate, one.text, one.outcome, at=one.at)
            )
    return sorted(lines, key=lambda line: (line.agency, line.fate is not Fate.DECIDED))


def _decided(
    given: Sequence[Given], rows: Iterable[Mapping[str, Any]], hearing: Hearing
) -> Iterator[Contribution]:
    of = {one.agency: one for one in given}
    for row in rows:
        agency = str(row.get(hearing.agency) or "")
        asked = of.get(agency)
        yield Contribution(
            agency=agency,
            no=asked.no if asked else None,
            fate=Fate.DECIDED,
            text=str(row.get(hearing.text) or ""),
            verdict=str(row.get(hearing.verdict) or ""),
            why=str(row.get(hearing.why) or ""),
            at=asked.at if asked else None,
        )
