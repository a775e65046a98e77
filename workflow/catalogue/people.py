"""Reads the officers of an installation from CSV: who acts for which agency, as what, and when."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path as FilePath

from workflow.catalogue.problems import Refused, nearest, quoted
from workflow.catalogue.source import read_text
from workflow.catalogue.tables import Row, read_rows

COLUMNS = ("name", "email", "agency", "role", "valid_from", "valid_to")
LANGUAGE = "language"
"""A column that may be left out."""
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


class _Tongue(StrEnum):
    PORTUGUESE = "pt_BR"
    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a person in one agency."""

    name: str
    email: str
    agency: str
    role: str
    valid_from: date | None
    """None is the day of the import."""
    valid_to: date | None
    language: str = _Tongue.PORTUGUESE


def read_people(path: FilePath, *, agencies: Collection[str], roles: type[StrEnum]) -> list[Entry]:
    """Read every line of a file; raise `Refused` with all that is wrong in it.

    The first of the roles is what an empty cell means.
    """
    header = read_text(path).removeprefix("\ufeff").partition("\n")[0]
    columns = (*COLUMNS, LANGUAGE) if LANGUAGE in header.split(",")[-1] else COLUMNS
    rows = read_rows(path, columns)
    entries = [_entry(row, agencies, roles) for row in rows]
    _check_doubles(rows, entries)
    problems = [problem for row in rows for problem in row.problems]
    if problems:
        raise Refused(problems)
    return entries


def _entry(row: Row, agencies: Collection[str], roles: type[StrEnum]) -> Entry:
    email = row.text("email", required=True).lower()
    if email and not EMAIL.fullmatch(email):
        row.wrong(f"{quoted(email)} is no e-mail address", "write it as in ana@example.gov.br")
    agency = row.text("agency", required=True)
    if agency and agency not in agencies:
        row.wrong(f"no agency has the code {quoted(agency)}", nearest(agency, agencies))
    begins, ends = row.day("valid_from"), row.day("valid_to")
    if begins and ends and ends < begins:
        row.wrong("it ends before it begins", "correct valid_from or valid_to")
    return Entry(
        name=row.text("name", required=True),
        email=email,
        agency=agency,
        role=row.choice("role", roles, default=next(iter(roles))),
        valid_from=begins,
        valid_to=ends,
        language=row.choice(LANGUAGE, _Tongue, default=_Tongue.PORTUGUESE),
    )


def _check_doubles(rows: Iterable[Row], entries: Iterable[Entry]) -> None:
    """Note persons with two names, and lines that say the same of the same person."""
    names: dict[str, tuple[str, int]] = {}
    places: dict[tuple[str, str, str, date | None], int] = {}
    for row, entry in zip(rows, entries, strict=True):
        name, line = names.setdefault(entry.email, (entry.name, row.line))
        if name != entry.name:
            what = f"{entry.email} is called {quoted(name)} in line {line}"
            row.wrong(what, "write the name alike in both lines")
        place = (entry.email, entry.agency, entry.role, entry.valid_from)
        first = places.setdefault(place, row.line)
        if first != row.line:
            row.wrong(f"line {first} says so already", "remove one of the two")
