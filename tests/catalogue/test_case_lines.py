"""Lines of cases under way: what each cell may say, and every fault with its cell."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.core.desk import LOAN
from tests.world import world
from workflow.catalogue.case_lines import Known, case_table, emails_in, read_lines
from workflow.catalogue.cells import names_of, read_cell
from workflow.catalogue.columns import case_columns
from workflow.catalogue.form_values import Fault
from workflow.catalogue.loader import load_definition
from workflow.catalogue.row_sheets import further_sheets, sheet_name, table_columns
from workflow.catalogue.sheet_writing import workbook_template
from workflow.catalogue.sheets import read_sheet
from workflow.core.acts.importing import Holder
from workflow.core.fields import Choice, Field, FieldType

DEFINITION = load_definition(LOAN).definition
NAMES = names_of(world().network)
KNOWN = Known(NAMES, {"olga@example.org": (7, ("SEF",)), "livre@example.org": (8, ())})
HEADER = "Tipo de pedido;Número externo*;Assunto;Órgão que pediu;Situação atual;Aberto em;"
HEADER += "Na situação desde;Com quem está;Descrição;Exposição;Dias;Quem opina\n"
LINE = "Empréstimo;1500.01.0012345/2026-00;Um quadro;sede;opinioes;01/12/2025;2026-02-24;"
LINE += "olga@example.org;Para fora;1/6/2026;30;SEF, SEPLAG\n"


def table(*lines, header=HEADER):
    return case_table(DEFINITION, read_sheet((header + "".join(lines)).encode()))


def one(line, header=HEADER):
    [found] = read_lines(table(line, header=header), KNOWN)
    return found


def faults(line):
    return [(f.column["pt-BR"], f.code) for f in one(line).faults]


def test_a_line_is_read_as_people_write_it():
    found = one(LINE)
    assert found.faults == ()
    wish = found.wish
    assert (found.no, found.title, found.external) == (2, "Um quadro", "1500.01.0012345/2026-00")
    assert (wish.opener, wish.state, wish.holder) == ("SEDE", "opinions", Holder(("SEF",), 7))
    assert (wish.opened_on, wish.entered_on) == (date(2025, 12, 1), date(2026, 2, 24))
    assert wish.answers.data["shown_on"] == "2026-06-01"
    assert wish.answers.roles == {"asked": ("SEF", "SEPLAG")}
    assert wish.answers.data["external_number"] == found.external
    assert [note.code for note in found.notes] == ["check_digits"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("opinioes", "Em exame", ("Situação atual", "no_such_choice")),
        ("opinioes", "Feito", ("Situação atual", "no_such_choice")),
        ("opinioes", "", ("Situação atual", "missing")),
        ("01/12/2025", "31/02/2025", ("Aberto em", "not_a_date")),
        ("sede", "SEDEX", ("Órgão que pediu", "no_such_agency")),
        ("olga@", "nina@", ("Com quem está", "no_such_officer")),
        ("olga@", "livre@", ("Com quem está", "officer_of_no_agency")),
        ("Empréstimo", "Outro", ("Tipo de pedido", "no_such_choice")),
        (";30;", ";trinta;", ("Dias", "not_a_number")),
        (";30;", ";#REF!;", ("Dias", "formula_broken")),
        ("1500.01.0012345/2026-00", "#DIGITS!", ("Número externo", "digits_lost")),
    ],
)
def test_each_fault_is_told_with_its_column(old, new, fault):
    assert faults(LINE.replace(old, new, 1)) == [fault]


def test_every_fault_of_a_line_is_told_at_once():
    wrong = LINE.replace("sede", "x").replace("opinioes", "y").replace("1/6/2026", "z")
    assert len(faults(wrong)) == 3


def test_a_likely_word_is_suggested():
    [fault] = one(LINE.replace("opinioes", "Opinião")).faults
    assert fault.about["near"] == {"pt-BR": "Opiniões"}
    [fault] = one(LINE.replace("opinioes", "Opor razões")).faults
    assert fault.about["near"] is None


def test_a_number_stands_once_in_a_file():
    first, second = read_lines(table(LINE, LINE), KNOWN)
    assert first.wish
    assert [(f.code, f.about["line"]) for f in second.faults] == [("number_twice", 2)]


def test_a_header_that_is_not_understood_is_told_column_by_column():
    header = HEADER.replace("Assunto", "Assumto").replace("Dias", "Exposição")
    found = [(f.column, f.code) for f in table(LINE, header=header).faults]
    assert ("Assumto", "column_unknown") in found
    assert ("Exposição", "column_twice") in found
    assert "column_missing" in [code for _, code in found]


def test_the_officers_that_a_table_names_are_known_before_it_is_read():
    assert emails_in(table(LINE, LINE)) == {"olga@example.org"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("yes_no", "Não", False),
        ("yes_no", "X", True),
        ("country", "Alemanha", "DE"),
        ("country", "germany", "DE"),
        ("money", "US$", Fault("not_a_number")),
        ("money", "USD 1.250,50", {"amount": "1250.50", "currency": "USD"}),
        ("money", "1.250", {"amount": "1250.00", "currency": "BRL"}),
        ("integer", "1.250", 1250),
        ("decimal", "12,5", "12.5"),
        ("date", "5.3.2026", "2026-03-05"),
        ("date_time", "12/03/2026 17:00", "2026-03-12T17:00:00-03:00"),
        ("term", "60 meses", "60 months"),
        ("term", "logo", Fault("not_a_term")),
        ("agencies", "sef; SEPLAG", ["SEF", "SEPLAG"]),
        ("agency", "Secretaria de Estado de Fazenda", "SEF"),
        ("choices", "Um; dois", ["one", "two"]),
        ("cpf", "1234567890", "01234567890"),
    ],
)
def test_cells_say_things_in_the_words_people_use(kind, text, value):
    choices = (Choice("one", {"pt-BR": "Um"}), Choice("two", {"pt-BR": "Dois"}))
    spec = Field("x", {"pt-BR": "X"}, FieldType(kind), choices=choices)
    if isinstance(value, Fault):
        with pytest.raises(Fault) as fault:
            read_cell(spec, text, names=NAMES)
        assert fault.value.code == value.code
    else:
        assert read_cell(spec, text, names=NAMES) == value


# --- Rows of tables -------------------------------------------------------------------------------

PEOPLE = HEADER.strip() + ";Interessados\n"
PLAIN = LINE.strip() + ";\n"
FURTHER = "Linha ou número externo;Nome;Natureza;CPF\n"


def with_sheet(text, *, title="Interessados", line=PLAIN):
    further = {title: read_sheet((FURTHER + text).encode())}
    return case_table(DEFINITION, read_sheet((PEOPLE + line).encode()), further)


def rows_of(table):
    [found] = read_lines(table, KNOWN)
    places = [(f.line, f.code, f.within) for f in found.faults]
    return places or [row["name"] for row in found.wish.answers.data["interested"]]


def test_the_rows_of_a_table_stand_in_a_cell_or_in_a_sheet_of_their_own():
    typed = LINE.strip() + ';"Ana | pessoa física | 52998224725\n\nClube | pessoa jurídica"\n'
    assert rows_of(table(typed, header=PEOPLE)) == ["Ana", "Clube"]
    apart = "2;Ana;pessoa física;\n1500.01.0012345/2026-00;Clube;pessoa jurídica;\n"
    assert rows_of(with_sheet(apart)) == ["Ana", "Clube"]
    [twice] = rows_of(with_sheet(apart, line=typed))
    assert twice[:2] == (2, "rows_twice")


def test_a_fault_in_a_row_is_told_with_its_place():
    typed = LINE.strip() + ';"Ana | pessoa física\n | nada | 1 | 2 | 3"\n'
    found = rows_of(table(typed, header=PEOPLE))
    assert [code for _, code, _ in found[:3]] == ["too_many_parts", "missing", "no_such_choice"]
    assert {no for no, _, _ in found} == {2}
    assert [within["row"] for _, _, within in found] == [2] * len(found)
    apart = rows_of(with_sheet("2;Ana;nada;\n"))
    assert apart == [(2, "no_such_choice", {"sheet": "Interessados"})]


def test_a_sheet_whose_lines_belong_nowhere_is_told_before_any_line_is_read():
    told = [(f.line, f.code) for f in with_sheet("9;Ana;pessoa física;\n;Eva;;\n").faults]
    assert told == [(2, "no_such_line"), (3, "missing")]
    [near] = with_sheet("2;Ana;pessoa física;\n", title="Interessadas").faults
    assert (near.code, near.about["near"]["pt-BR"]) == ("sheet_unknown", "Interessados")


def test_a_workbook_brings_the_rows_of_its_further_sheets():
    columns = case_columns(DEFINITION)
    book = load_workbook(BytesIO(workbook_template(columns, "pt-BR")))
    [table] = table_columns(columns)
    people = book[sheet_name(table, "pt-BR")]
    titles = [cell.value for cell in people[1]]
    assert titles[:3] == ["Linha ou número externo*", "Nome*", "Natureza*"]
    people.append([2, "Ana"])
    book.worksheets[0]["A2"] = "x"
    held = BytesIO()
    book.save(held)
    further = further_sheets(held.getvalue(), columns)
    assert {title: [line.cells[:2] for line in s.lines] for title, s in further.items()} == {
        "Interessados": [("2", "Ana")]
    }
