"""Templates of tables to be imported: a header, what each column takes, and the valid choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from workflow.catalogue.columns import Column, words_for
from workflow.catalogue.row_sheets import linked_columns, sheet_name, table_columns
from workflow.catalogue.sheets import MOST_LINES
from workflow.core.fields import FieldType, words
from workflow.core.network import Agency

MARK: Final = "*"
"""After the title of a column that every line fills in."""
_SEVERAL: Final = frozenset({FieldType.CHOICES, FieldType.AGENCIES})
_BOLD: Final = Font(bold=True)
_HEAD: Final = PatternFill("solid", fgColor="E8E6E1")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_TEXT: Final = "@"
_AGENCIES: Final = "agencies"


def headings(columns: Iterable[Column], language: str) -> list[str]:
    """Return the first line of a table to be imported."""
    titles = ((words(column.title, language), column.required) for column in columns)
    return [f"{title}{MARK}" if required else title for title, required in titles]


def workbook_template(
    columns: Sequence[Column], language: str, *, agencies: Iterable[Agency] = ()
) -> bytes:
    """Return a workbook with the lines to fill in, what each column takes, and the choices.

    The rows of each table field have a sheet of their own.
    """
    book = Workbook()
    lines = book.active
    lines.title = _said("sheet_lines", language)
    tables = table_columns(columns)
    single = [column for column in columns if column not in tables]
    apart = [(_further(book, table, language), linked_columns(table)) for table in tables]
    helping = book.create_sheet(_said("sheet_help", language))
    _explain(helping, columns, apart, language)
    lists = book.create_sheet(_said("sheet_lists", language))
    for sheet, offered in ((lines, single), *apart):
        _head(sheet, headings(offered, language))
        where = _list(lists, offered, language, agencies if sheet is lines else ())
        _prepare(sheet, offered, {key: f"'{lists.title}'!{at}" for key, at in where.items()})
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _further(book: Workbook, table: Column, language: str) -> Worksheet:
    return book.create_sheet(sheet_name(table, language, taken=book.sheetnames))


def _prepare(sheet: Worksheet, columns: Iterable[Column], where: Mapping[str, str]) -> None:
    """Let the cells of a sheet be texts, and offer the choices of its columns."""
    for n, column in enumerate(columns, 1):
        letter = get_column_letter(n)
        sheet.column_dimensions[letter].number_format = _TEXT  # numbers keep all their digits
        for row in range(2, 12):
            sheet.cell(row, n).number_format = _TEXT
        if column.key in where and not (column.spec and column.spec.type in _SEVERAL):
            _offer(sheet, letter, where[column.key])


def _said(key: str, language: str) -> str:
    return words(words_for(key), language)


def _head(sheet: Worksheet, titles: Sequence[str]) -> None:
    sheet.append(list(titles))
    for n, title in enumerate(titles, 1):
        cell = sheet.cell(1, n)
        cell.font, cell.fill, cell.alignment = _BOLD, _HEAD, _WRAPPED
        sheet.column_dimensions[get_column_letter(n)].width = max(14, min(len(title) + 4, 36))
    sheet.freeze_panes = "A2"


def _explain(
    sheet: Worksheet,
    columns: Iterable[Column],
    apart: Iterable[tuple[Worksheet, Iterable[Column]]],
    language: str,
) -> None:
    _head(sheet, [_said(key, language) for key in ("column", "needed", "what")])
    parts = [(f"{further.title}: ", column) for further, linked in apart for column in linked]
    for before, column in (*(("", column) for column in columns), *parts):
        needed = "yes" if column.required else "where_due" if column.sometimes else "no"
        told = (words(text, language) for text in (words_for(needed), column.help))
        sheet.append([f"{before}{words(column.title, language)}", *told])
    for letter, width in (("A", 34), ("B", 16), ("C", 100)):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = _WRAPPED


def _list(
    sheet: Worksheet, columns: Iterable[Column], language: str, agencies: Iterable[Agency]
) -> dict[str, str]:
    """Write the choices of each column that has some beside what stands there already.

    Return where they stand, by column.
    """
    listed = [(c.key, c.title, [words(t, language) for _, t in c.choices]) for c in columns]
    codes = [agency.code for agency in agencies]
    if codes:
        listed.append((_AGENCIES, words_for(_AGENCIES), codes))
    found: dict[str, str] = {}
    filled = sheet.max_column if sheet.cell(1, 1).value else 0
    for key, title, choices in listed:
        if not choices:
            continue
        n = filled + len(found) + 1
        letter = get_column_letter(n)
        for row, text in enumerate([words(title, language), *choices], 1):
            sheet.cell(row, n).value = text
            sheet.cell(row, n).data_type = "s"  # a choice may look like a formula
        sheet.cell(1, n).font, sheet.cell(1, n).fill = _BOLD, _HEAD
        sheet.column_dimensions[letter].width = 40
        found[key] = f"${letter}$2:${letter}${len(choices) + 1}"
    return found


def _offer(sheet: Worksheet, letter: str, where: str) -> None:
    """Let a column offer its choices; what is typed otherwise is told when it is read."""
    offered = DataValidation(type="list", formula1=where, allow_blank=True, showErrorMessage=False)
    offered.add(f"{letter}2:{letter}{MOST_LINES + 1}")
    sheet.add_data_validation(offered)
