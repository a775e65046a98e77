"""Tables as people keep them: which files are read, and which are refused and why."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from workflow.catalogue.sheets import (
    CUT,
    MOST_BYTES,
    MOST_LINES,
    MOST_UNFOLDED,
    UNCOUNTED,
    SheetRefused,
    read_sheet,
)

ROWS = [["Assunto", "Situação"], ["Ação, já", "Em análise"]]


def workbook(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def read(content):
    sheet = read_sheet(content)
    return [list(sheet.header.cells), *(list(line.cells) for line in sheet.lines)]


def why(content):
    with pytest.raises(SheetRefused) as refused:
        read_sheet(content)
    return refused.value.particulars["why"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "Assunto;Situação\r\nAção, já;Em análise\r\n",
        'Assunto,Situação\n"Ação, já",Em análise\n',
        "Assunto\tSituação\nAção, já\tEm análise\n",
        "sep=;\nAssunto;Situação\nAção, já;Em análise\n",
    ],
)
def test_csv_is_read_as_the_usual_programs_write_it(text, encoding):
    assert read(text.encode(encoding)) == ROWS


def test_lines_are_numbered_as_a_spreadsheet_numbers_them():
    sheet = read_sheet(b'\nA;B\n"um\ntexto";2\n\n3;4\n')
    assert [sheet.header.no, *(line.no for line in sheet.lines)] == [2, 3, 5]


def test_what_keeps_a_text_from_being_a_formula_is_no_part_of_it():
    assert read(b"A;B\n'-5;'tis\n") == [["A", "B"], ["-5", "'tis"]]


def test_cells_of_a_workbook_are_read_as_a_person_would_have_typed_them():
    instant = datetime.fromisoformat("2026-03-12T17:30")
    kinds = [date(2026, 3, 12), instant, 1250, 12.5, True, None, "  x  ", 7.0]
    read_ones = ["2026-03-12", "2026-03-12 17:30:00", "1250", "12,5", "yes", "", "x", "7"]
    assert read(workbook([list("ABCDEFGH"), kinds])) == [list("ABCDEFGH"), read_ones]


def test_a_number_that_a_spreadsheet_cut_and_a_formula_without_value_are_told():
    assert read(workbook([["A", "B"], [15000100123452026, "=1+1"]]))[1] == [CUT, UNCOUNTED]


def test_only_the_first_sheet_is_read_whatever_size_it_claims():
    content = workbook(ROWS)
    again = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(again, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
            new.writestr(part.filename, text)
    assert read(again.getvalue()) == ROWS


def packed(name, text):
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(name, text)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"A;B\n", "no_lines"),
        (b'A;B\n"sem fim;2\n', "quotes"),
        (b"\x00\x01\x02\x03", "not_a_table"),
        (b"\xd0\xcf\x11\xe0rest", "old_format"),
        (b"PK\x03\x04rest", "unreadable"),
        (b"A" * (MOST_BYTES + 1), "too_big"),
        (b"A\n" + b"1\n" * (MOST_LINES + 1), "too_many_lines"),
        (b";" * 250 + b"A\n1\n", "too_many_columns"),
        (b"A" * 200_000, "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused_with_why(content, reason):
    assert why(content) == reason


def test_a_packed_file_is_held_to_a_size_before_it_is_unfolded():
    assert why(packed("xl/workbook.xml", b" " * (MOST_UNFOLDED + 1))) == "too_big"
    assert why(packed("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")) == "unreadable"
    assert why(packed("a.txt", b"no workbook")) == "unreadable"


def test_rows_that_no_spreadsheet_has_are_not_counted_to_the_end():
    content, far = workbook(ROWS), BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(far, "w") as made:
        for name in given.namelist():
            part = given.read(name).replace(b'<row r="2"', b'<row r="2000000000"')
            made.writestr(name, part)
    assert why(far.getvalue()) == "too_many_lines"
