"""Reads the network of an installation from CSV: bodies, units, old names and successors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path as FilePath

from workflow.catalogue.problems import Problem, Refused, nearest, quoted
from workflow.catalogue.tables import Row, read_rows
from workflow.core.network import Agency

COLUMNS = (
    "code",
    "name",
    "kind",
    "parent",
    "municipality",
    "calendar",
    "sei_code",
    "strategic",
    "unit_role",
    "valid_from",
    "valid_to",
    "successor",
    "email",
    "requires_release",
)
_CODE = re.compile(r"[A-Z][A-Z0-9-]*(?:/[A-Z0-9-]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Strategic(StrEnum):
    """How sure it is that a unit belongs to the strategic network."""

    NO = "no"
    SOURCED = "sourced"
    ILLUSTRATIVE = "illustrative"


def read_network(path: FilePath, *, calendars: Collection[str] | None = None) -> list[Agency]:
    """Read every agency of a file; raise `Refused` with all that is wrong in it.

    With `calendars`, the keys there are, an agency with another one is refused too.
    """
    rows = read_rows(path, COLUMNS)
    agencies = [_agency(row) for row in rows]
    by_code = {agency.code: agency for agency in agencies}
    _check_doubles(rows, agencies)
    for row, agency in zip(rows, agencies, strict=True):
        _check_ties(row, agency, by_code)
        if calendars is not None and agency.calendar and agency.calendar not in calendars:
            row.wrong(
                f"no calendar is called {quoted(agency.calendar)}",
                nearest(agency.calendar, calendars),
            )
    problems: list[Problem] = [problem for row in rows for problem in row.problems]
    if problems:
        raise Refused(problems)
    return agencies


def _agency(row: Row) -> Agency:
    """Make one agency of a line."""
    strategic = row.choice("strategic", Strategic, default=Strategic.NO)
    return Agency(
        code=_matching(row, "code", _CODE, "SEDE or SEDE/AEST", required=True),
        name=row.text("name", required=True),
        kind=_matching(row, "kind", _NAME, "secretaria", required=True),
        parent=row.text("parent") or None,
        municipality=row.text("municipality") or None,
        calendar=row.text("calendar") or None,
        sei_code=row.text("sei_code") or None,
        unit_role=_matching(row, "unit_role", _NAME, "legal") or None,
        strategic=None if strategic is Strategic.NO else strategic.value,
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        successor=row.text("successor") or None,
        email=_matching(row, "email", _EMAIL, "name@domain") or None,
        requires_release=row.flag("requires_release"),
    )


def _matching(
    row: Row, column: str, form: re.Pattern[str], example: str, *, required: bool = False
) -> str:
    """Read a text of a fixed form."""
    value = row.text(column, required=required)
    if value and not form.fullmatch(value):
        row.wrong(f"{quoted(value)} is no {column}", f"write it as in {example}")
    return value


def _check_doubles(rows: Iterable[Row], agencies: Iterable[Agency]) -> None:
    """Note codes used twice and bodies with two units of one role."""
    codes: dict[str, Row] = {}
    units: dict[tuple[str, str], Row] = {}
    for row, agency in zip(rows, agencies, strict=True):
        first = codes.setdefault(agency.code, row)
        if first is not row:
            row.wrong(f"code '{agency.code}' is used twice", f"see line {first.line}")
        if agency.parent and agency.unit_role and agency.valid_to is None:
            first = units.setdefault((agency.parent, agency.unit_role), row)
            if first is not row:
                what = f"'{agency.parent}' has two units for '{agency.unit_role}'"
                row.wrong(what, f"keep one; see line {first.line}")


def _check_ties(row: Row, agency: Agency, by_code: Mapping[str, Agency]) -> None:
    """Note parents and successors that are nobody, cycles, and lives that end before they begin."""
    for column, code in (("parent", agency.parent), ("successor", agency.successor)):
        if code and code not in by_code:
            row.wrong(f"the {column} {quoted(code)} is not in the file", nearest(code, by_code))
    if agency.unit_role and not agency.parent:
        row.wrong("a unit stands alone", "name the body it belongs to as its parent")
    if agency.successor and not agency.valid_to:
        row.wrong("it has a successor and no end", "write in valid_to when it ended")
    if agency.valid_from and agency.valid_to and agency.valid_to < agency.valid_from:
        row.wrong("it ends before it begins", "correct valid_from or valid_to")
    for column in ("parent", "successor"):
        if _returns(agency, column, by_code):
            row.wrong(f"'{agency.code}' is its own {column}, in the end", "break the circle")


def _returns(agency: Agency, column: str, by_code: Mapping[str, Agency]) -> bool:
    """Say whether following a column from an agency leads back to it."""
    seen: set[str] = set()
    code = getattr(agency, column)
    while code and code in by_code and code not in seen:
        if code == agency.code:
            return True
        seen.add(code)
        code = getattr(by_code[code], column)
    return False
