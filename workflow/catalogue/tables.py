"""Reads CSV tables that people keep by hand, and tells every mistake in them with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Any, TypeVar

from workflow.catalogue.problems import Problem, Refused, nearest, quoted
from workflow.catalogue.source import read_text

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(slots=True)
class Row:
    """One line of a table; what cannot be read is noted as a problem and read as nothing."""

    file: str
    line: int
    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, what: str, mend: str) -> None:
        """Note what is wrong with the line."""
        self.problems.append(Problem(self.file, self.line, 1, what, mend))

    def text(self, column: str, *, required: bool = False) -> str:
        """Read a text."""
        value = self.values.get(column, "")
        if required and not value:
            self.wrong(f"'{column}' is empty", "fill it in")
        return value

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Read a date."""
        value = self.text(column, required=required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(f"{quoted(value)} is not a date", "write year-month-day, as in 2026-04-21")
            return None

    def choice(self, column: str, words: type[Choice], *, default: Choice) -> Choice:
        """Read a word of a closed list; an empty cell means the default."""
        value = self.text(column)
        if not value:
            return default
        if value not in words.__members__.values():
            self.wrong(f"{quoted(value)} is no {column}", nearest(value, words))
            return default
        return words(value)

    def flag(self, column: str) -> bool:
        """Read a yes or a no; an empty cell means no."""
        value = self.text(column)
        if value not in ("", "yes", "no"):
            self.wrong(f"{quoted(value)} is neither yes nor no", "write yes or no")
        return value == "yes"


def read_rows(path: FilePath, columns: Sequence[str]) -> list[Row]:
    """Read the lines of a table with these columns; raise `Refused` if it has others or none."""
    return list(_rows(read_text(path), columns, file=path.name))


def _rows(text: str, columns: Sequence[str], *, file: str) -> Iterator[Row]:
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), strict=True)
    try:
        _check_header(reader.fieldnames or (), columns, file)
        for cells in reader:
            yield _row(cells, reader.line_num, file)
    except csv.Error as error:
        line = max(reader.line_num, 1)  # none is read yet where the header is wrong
        fault = Problem(file, line, 1, f"this is not CSV: {error}", "check the quotes")
        raise Refused([fault]) from None


def _check_header(written: Sequence[str], columns: Sequence[str], file: str) -> None:
    """Refuse a header that lacks a column or has one that nobody knows."""
    missing = [
        Problem(file, 1, 1, f"column '{name}' is missing", f"begin with {','.join(columns)}")
        for name in columns
        if name not in written
    ]
    unknown = [
        Problem(file, 1, 1, f"column {quoted(name)} is not known", nearest(name, columns))
        for name in written
        if name not in columns
    ]
    if missing or unknown:
        raise Refused([*missing, *unknown])


def _row(cells: Mapping[Any, Any], line: int, file: str) -> Row:
    """Make one line of what the reader found, surplus and missing cells included."""
    row = Row(file, line, {key: (cells[key] or "").strip() for key in cells if key is not None})
    if None in cells:
        row.wrong("there are more cells than columns", "put texts that have commas in quotes")
    return row
