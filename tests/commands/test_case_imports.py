"""Cases under way brought in on the command line: from a template filled in, and taken back."""

from __future__ import annotations

from openpyxl import load_workbook

from tests.world import DEFINITIONS
from workflow.catalogue.sheets import read_sheet

LINE = {
    "Tipo de pedido": "errand",
    "Número externo*": "A-1",
    "Assunto*": "Um recado",
    "Descrição*": "Para já",
    "Órgão que pediu*": "SEDE",
    "Situação atual*": "Em análise",
    "Aberto em*": "02/01/2026",
    "Na situação desde*": "2026-02-26",
    "Com quem está": "dario@example.org",
}


def fill(file, **changed):
    book = load_workbook(file)
    sheet = book.worksheets[0]
    line = {**LINE, **changed}
    for n, cell in enumerate(sheet[1], 1):
        sheet.cell(2, n).value = line.get(cell.value)
    book.save(file)


def test_a_template_filled_in_is_previewed_brought_in_and_undone(tramita, office, tmp_path):
    file = tmp_path / "recados.xlsx"
    tramita("cases", "template", "errand", file)
    book = load_workbook(file)
    assert book.sheetnames == ["Linhas", "Interessados", "Como preencher", "Listas"]
    assert set(LINE) <= {cell.value for cell in book.worksheets[0][1]}
    told = {row[0].value: row[1].value for row in book["Como preencher"].iter_rows(min_row=2)}
    assert (told["Assunto"], told["Com quem está"]) == ("sim", "não")
    assert "Em análise" in [c.value for c in book["Listas"]["B"]]

    fill(file, **{"Situação atual*": "Em exame"})
    said = tramita.json("cases", "import", file, "--apply", fails=1)
    assert (said["faulty"], len(said["faults"]), office.how_many_cases()) == (1, 1, 0)
    assert "2" in said["faults"][0]

    fill(file)
    assert tramita.json("cases", "import", file, "--preview")["phase"] == "ready"
    assert office.how_many_cases() == 0
    done = tramita.json("cases", "import", file, "--apply")
    case = office.case(done["made"]["2"])
    assert (case.state, case.tasks[0].assignee) == ("doing", office.doer)
    assert "are here" not in tramita("cases", "import", file, "--apply", fails=1)
    assert "is undone" in tramita("cases", "undo", done["import"])
    assert office.case(case.number).result == "cancelled"
    assert "1 of 1 cases are whole" in tramita("case", "verify", "--all")


def test_a_template_in_csv_has_the_same_header(tramita, office, tmp_path):
    book, table = tmp_path / "recados.xlsx", tmp_path / "recados.csv"
    tramita("cases", "template", "errand", book, "--language", "en")
    tramita("cases", "template", "errand", table, "--language", "en")
    header = [cell.value for cell in load_workbook(book).worksheets[0][1]]
    lines = table.read_bytes() + b"x\n"
    rest = [title for title in read_sheet(lines).header.cells if title not in header]
    assert rest == ["Interested parties"]  # its rows have a sheet of their own in the workbook


def test_entries_of_a_register_come_the_same_way(tramita, office, tmp_path):
    tramita("registers", "deploy", DEFINITIONS / "registers" / "partner.yaml")
    file = tmp_path / "parceiros.csv"
    tramita("registers", "template", "partner", file)
    line = {"Nome*": "Universidade do Porto", "Tipo*": "Universidade", "País*": "Portugal"}
    header = file.read_text("utf-8-sig").strip().split(";")
    file.write_text(f"{';'.join(header)}\n{';'.join(line.get(h, '') for h in header)}\n")
    assert tramita.json("registers", "import", "partner", file, "--preview")["phase"] == "ready"
    done = tramita.json("registers", "import", "partner", file, "--apply")
    assert done["made"] == {"2": "PAR-000001"}
    assert "is undone" in tramita("registers", "undo", done["import"])
